"""A pack installs: it brings the engine along, and takes all else from where pip takes it."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib import metadata
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement

import torchkata
from torchkata.course.engine_wheel import build_wheel, wheel_name, wheel_of
from torchkata.grading import pack
from torchkata.grading.assignment import Assignment

from conftest import ROOT

ENGINE = "import torchkata, torch; print(torchkata.__file__); print(torch.__file__)"


@pytest.fixture
def given(elsewhere, tmp_path):
    """A pack of the small course, as files and notebooks, with one right answer."""
    pack.build(elsewhere, Assignment("Given", ["warmup"], form="both"), tmp_path / "given")
    shutil.copyfile(
        elsewhere.exercises["warmup/half"].solution_path,
        tmp_path / "given/exercises/warmup/half.py",
    )
    return tmp_path / "given"


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A machine that has torch and no engine, and an index that has pytest and no engine."""
    packages, borrowed = Path(sysconfig.get_path("purelib")), tmp_path / "borrowed"
    borrowed.mkdir()
    for path in packages.iterdir():
        if not re.match(r"_?pytest(-[0-9.]+.dist-info)?$|.*torchkata|.*\.pth$", path.name):
            (borrowed / path.name).symlink_to(path)
    inside = [path for path in metadata.files("pytest") or () if path.suffix != ".pyc"]
    contents = {
        str(path): Path(path.locate()).read_bytes() for path in inside if ".." not in path.parts
    }
    (facts,) = {path.parts[0] for path in inside if path.name == "METADATA"}
    written = {f"{facts}/{name}" for name in ("RECORD", "WHEEL")}
    wheel = wheel_of(facts, {k: v for k, v in contents.items() if k not in written})
    (tmp_path / "index").mkdir()
    name = facts.replace(".dist-info", "-py3-none-any.whl")
    (tmp_path / "index" / name).write_bytes(wheel)
    monkeypatch.setenv("PYTHONPATH", str(borrowed))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    return borrowed


def _typed(line, folder):
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_commands_of_a_packs_readme_work_as_typed(given, alone):
    """Set up once; then `pytest` and `kata` are there, and torch is the one that was."""
    set_up, work = re.findall(r"```sh\n(.*?)```", (given / "README.md").read_text(), re.S)
    _typed(set_up, given)
    lines = [line.partition("#")[0].strip() for line in work.splitlines()]
    assert lines == [".venv/bin/pytest", ".venv/bin/kata watch", ".venv/bin/kata hint NAME"]
    assert "3 passed" in _typed(f"{lines[0]} exercises/warmup/half.py", given)
    assert "How often does 2 go into x?" in _typed(lines[2].replace("NAME", "half"), given)
    engine, torch = _typed(f".venv/bin/python -c '{ENGINE}'", given).splitlines()
    assert Path(engine).is_relative_to(given / ".venv")
    assert Path(torch).is_relative_to(alone)


@pytest.mark.slow
def test_a_packs_notebook_installs_it_in_colab(given, alone, tmp_path):
    """Beside the notebook there is nothing but the pack as a .zip; the next cell can check."""
    colab, environment = tmp_path / "colab", tmp_path / "environment"
    colab.mkdir()
    venv.create(environment, with_pip=False)
    shutil.make_archive(str(colab / "week3"), "zip", given.parent, given.name)
    book = nbformat.read(given / "warmup.ipynb", as_version=4)
    cells = [cell.source for cell in book.cells if cell.cell_type == "code"]
    (colab / "cells.ipy").write_text("\n\n".join([*cells[:3], ENGINE, 'print(check("half"))']))
    said = _typed(f"{environment}/bin/python -m IPython --colors=NoColor cells.ipy", colab)
    _, engine, torch, checked = said.split("\n", 3)
    assert Path(engine).is_relative_to(environment)
    assert Path(torch).is_relative_to(alone)
    assert "warmup/half" in checked


@pytest.mark.slow
def test_the_first_notebook_installs_the_course_in_colab(alone, tmp_path, monkeypatch):
    """Beside it there is nothing but the repository as a .zip; all exercises are there then."""
    colab, environment = tmp_path / "colab", tmp_path / "environment"
    colab.mkdir()
    venv.create(environment, with_pip=False)
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    with zipfile.ZipFile(colab / "torchkata.zip", "w") as clone:
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                clone.write(ROOT / name, f"torchkata-main/{name}")
    # What builds the wheels is borrowed, too: there is no index to take it from.
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")
    first = nbformat.read(ROOT / "notebooks/start.ipynb", as_version=4).cells[1].source
    course = "import torchkata.course.installed_courses as w; print(w.installed_course())"
    (colab / "cells.ipy").write_text("\n\n".join([first, ENGINE, course]))
    said = _typed(f"{environment}/bin/python -m IPython --colors=NoColor cells.ipy", colab)
    _, engine, torch, course = said.splitlines()
    assert Path(engine).is_relative_to(environment)
    assert Path(torch).is_relative_to(alone)
    assert (Path(course) / "graders/probabilities/row_probabilities.py").is_file()
    assert Path(course).is_relative_to(environment)


def test_it_is_the_wheel_that_is_built_from_the_sources(tmp_path):
    """The same files, from a clone and from where it was installed, and the same facts."""
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "-w", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
    (built,) = tmp_path.iterdir()
    assert wheel_name() == built.name
    ours, theirs = (zipfile.ZipFile(one) for one in (BytesIO(build_wheel()), built))
    assert sorted(ours.namelist()) == sorted(theirs.namelist())
    facts = f"torchkata-{torchkata.__version__}.dist-info"
    for name in set(ours.namelist()) - {
        f"{facts}/{one}" for one in ("METADATA", "WHEEL", "RECORD")
    }:
        assert ours.read(name) == theirs.read(name), name
    wanted = [_required(wheel.read(f"{facts}/METADATA").decode()) for wheel in (ours, theirs)]
    assert wanted[0] == wanted[1]


def test_a_wheel_is_the_same_byte_for_byte(tmp_path):
    """Whatever was changed last, and where it is: no time and no machine is in it."""
    folder = shutil.copytree(ROOT / "torchkata", tmp_path / "torchkata")
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    for path in folder.rglob("*.py"):
        os.utime(path, (1e9, 1e9))
    code = "from torchkata.course import engine_wheel as e; import sys; "
    code += "sys.stdout.buffer.write(e.build_wheel())"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert done.stdout == build_wheel()


def _required(text):
    lines = [line for line in text.splitlines() if line.startswith("Requires-Dist: ")]
    extras = {line for line in text.splitlines() if line.startswith("Provides-Extra: ")}
    return {str(Requirement(line.removeprefix("Requires-Dist: "))) for line in lines} | extras
