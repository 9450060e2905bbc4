"""A container as they are plainly started: root, few capabilities, no user namespaces, own folders.

bubblewrap, started by root without a user namespace, makes one out of this machine: Python, its
packages and the engine are in /usr/local, this repository without its engine in /repo.
"""

import json
import subprocess
import sys
from pathlib import Path

from conftest import ROOT
from walled import DENYING, NO_NAMESPACES

# What Docker and Podman leave to root, as far as it is asked for here.
CAPABILITIES = (
    "SETUID",
    "SETGID",
    "CHOWN",
    "SYS_CHROOT",
    "KILL",
    "MKNOD",
    "DAC_OVERRIDE",
    "FOWNER",
)

_PYTHON, _PACKAGES, _ENGINE = "/usr/local/python", "/usr/local/packages", "/usr/local/engine"


def in_container(*arguments, capabilities=CAPABILITIES, denied=None, **options):
    """Run Python with these arguments in such a container, where some calls are denied."""
    python = f"{_PYTHON}/bin/python3.{sys.version_info.minor}"
    deny = json.dumps(NO_NAMESPACES | (denied or {}))
    command = ["bwrap", *_root(), *_rights(capabilities), python, "-c", DENYING, deny]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False, **options
    )


def _root():
    found = ["--tmpfs", "/", "--dir", "/usr"]
    for path in Path("/usr").iterdir():
        if path.name not in ("local", "dev"):
            found += ["--ro-bind", path, path]
    for name in ("lib", "lib32", "lib64", "bin", "sbin"):
        found += ["--symlink", f"usr/{name}", f"/{name}"] if Path("/", name).is_symlink() else []
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    found += ["--ro-bind", sys.base_prefix, _PYTHON, "--ro-bind", packages, _PACKAGES]
    found += ["--ro-bind", ROOT / "torchkata", f"{_ENGINE}/torchkata"]
    found += ["--ro-bind", ROOT, "/repo", "--tmpfs", "/repo/torchkata", "--ro-bind", "/etc", "/etc"]
    found += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/root"]
    # What bubblewrap mounts takes no devices that are made later.
    for name in ("null", "urandom"):
        found += ["--dev-bind", f"/dev/{name}", f"/usr/dev/{name}"]
    for path in ("/usr/dev", "/usr/local", _ENGINE):
        found += ["--chmod", "0755", path]
    return [*map(str, found), "--chmod", "1777", "/tmp"]


def _rights(capabilities):
    rights = ["--unshare-pid", "--unshare-ipc", "--cap-drop", "ALL", "--die-with-parent"]
    for name in capabilities:
        rights += ["--cap-add", f"CAP_{name}"]
    rights += ["--clearenv", "--setenv", "PATH", f"{_PYTHON}/bin:/usr/bin:/bin"]
    rights += ["--setenv", "PYTHONPATH", f"{_ENGINE}:{_PACKAGES}", "--setenv", "HOME", "/root"]
    return [*rights, "--setenv", "CI", "true", "--chdir", "/repo"]
