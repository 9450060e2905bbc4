"""Environments of their own, as somebody has who has installed the wheels and has no clone."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from command import CODE


def built(out, *folders):
    """{name: wheel} of projects, as they are built where nothing can be downloaded."""
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "-w", str(out)]
    run_apart(sys.executable, "-m", "pip", "wheel", *options, *map(str, folders))
    return {path.name.partition("-")[0]: path for path in out.iterdir()}


def environment(folder, wheels, *options, system=False):
    """Make an environment with some wheels; what they depend on is borrowed from this one."""
    venv.create(folder, with_pip=False, system_site_packages=system)
    python = python_of(folder)
    packages = Path(
        run_apart(python, "-c", "import sysconfig as s; print(s.get_path('purelib'))").strip()
    )
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    if given := [*map(str, wheels)]:
        install(folder, *given, *options, PYTHONUSERBASE=str(folder / "user"))


def install(place, *what, cwd=None, **variables):
    """Install into an environment without a network, and nothing that is depended on."""
    alone = ["--no-deps", "--no-index", "--quiet", "--ignore-installed"]
    pip = [sys.executable, "-m", "pip", "--python", python_of(place), "install"]
    run_apart(*pip, *alone, *what, cwd=cwd, **variables)


def python_of(folder):
    """The Python of an environment."""
    inside = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    return str(folder / inside)


def run_apart(*command, cwd=None, status=0, **environment):
    """What a command says that ends with a status."""
    # What the tests are run with is not what somebody has who installs this.
    base = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "CI")}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env={**base, **environment}
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def kata_of(place, folder, *arguments, status=0):
    """Type `kata` in a folder, with an environment active."""
    command = [python_of(place), "-P", "-c", CODE, *map(str, arguments)]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    assert done.returncode == status, done.stdout + done.stderr
    return done
