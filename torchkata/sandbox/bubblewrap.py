"""The outer wall: a bubblewrap sandbox that shows Python, torch and the engine, and no course."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

# Where things are inside.
ENGINE, PLANTED, FOLDER = "/kata/engine", "/kata/planted", "/tmp"

_NEEDED = ("torch", "numpy", "safetensors", "msgspec", "landlockpy", "typing_extensions", "sympy")
_SHARED_MEMORY, _FILES = 16 * 2**20, 64 * 2**20
_UNUSED = range(61184, 65520)
# Seconds.
_TO_TRY = 20.0


def spawn(control: int, program: int, devices: Iterable[str] = ()) -> subprocess.Popen[bytes]:
    """Start a waiting process behind the outer wall.

    Args:
        control: the descriptor of its end of the conversation.
        program: a descriptor that reads as the seccomp program of the whole sandbox.
        devices: the files of a GPU, if answers are to run on one.

    Raises:
        FileNotFoundError: bubblewrap is not installed.
    """
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise FileNotFoundError(
            "bubblewrap is not installed; on Debian and Ubuntu: apt-get install bubblewrap"
        )
    places = [ENGINE, *packages().values()]
    wall = [bubblewrap, *_namespaces(), *_view(devices), "--seccomp", str(program)]
    user = None if why_as_root() or os.getuid() != 0 else unused_user()
    # Not --clearenv: the sandbox's first process would still show what it was started with.
    return start([*wall, *waiting(places, control)], (control, program), {}, user)


@functools.cache
def why_as_root() -> str:
    """Why a grader that is root cannot start bubblewrap as another user; empty if it can.

    Found by trying, once: that user must be able to make namespaces, and to reach Python and the
    packages.
    """
    bubblewrap = shutil.which("bwrap")
    if os.getuid() != 0 or bubblewrap is None:
        return ""
    files = [f"{ENGINE}/torchkata/__init__.py"]
    files += [f"{place}/torch/__init__.py" for place in list(packages().values())[:1]]
    reads = ["-I", "-S", "-c", f"for path in {files!r}: open(path).close()"]
    try:
        process = start(
            [bubblewrap, *_namespaces(), *_view(()), _python(), *reads], (), {}, unused_user()
        )
        _, said = process.communicate(timeout=_TO_TRY)
    except (OSError, subprocess.SubprocessError) as problem:
        return str(problem)
    lines = said.decode(errors="replace").strip().splitlines()
    return "" if process.returncode == 0 else (lines or ["it says nothing"])[-1]


def unused_user() -> int:
    """A user's number that has no name and no process here, from those that systemd keeps free."""
    import pwd

    taken = {entry.pw_uid for entry in pwd.getpwall()}
    for entry in os.scandir("/proc"):
        with contextlib.suppress(OSError):
            taken.add(entry.stat().st_uid)
    return random.SystemRandom().choice([user for user in _UNUSED if user not in taken])


def waiting(places: list[str], control: int) -> list[str]:
    """The command line of a waiting process that finds its packages in `places`."""
    code = f"import sys; sys.path += {places!r}; from torchkata.sandbox.server import main; main()"
    return [_python(), "-I", "-S", "-B", "-c", code, str(control)]


def _python() -> str:
    """The interpreter itself, and no link to it."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def start(
    command: list[str],
    descriptors: tuple[int, ...],
    environment: dict[str, str],
    user: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command with nothing of this process but some descriptors, and as `user` if given."""
    return subprocess.Popen(
        command,
        env=environment,
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )


def packages() -> dict[str, str]:
    """{folder of installed packages: where it is inside}."""
    found: dict[str, str] = {}
    for name in _NEEDED:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin)
            folder = origin.parent.parent if origin.name == "__init__.py" else origin.parent
            found.setdefault(str(folder), f"/kata/packages/{len(found)}")
    return found


def devices_of(device: str) -> list[str]:
    """The files through which a GPU is used; none for the CPU."""
    return sorted(map(str, Path("/dev").glob("nvidia*"))) if device == "cuda" else []


def system_folders() -> list[str]:
    """Where Python and the libraries are, inside as outside."""
    folders = ["/usr", sys.base_prefix]
    return folders[:1] if sys.base_prefix.startswith("/usr") else folders


def strange(seen: dict[str, list[str]]) -> set[str]:
    """What a waiting process sees and should not: in its root, its network, its environment."""
    roots = {"lib", "lib32", "lib64", "bin"} | {Path(f).parts[1] for f in system_folders()}
    found = {*seen["root"]} - {"kata", "proc", "dev", "tmp"} - roots
    return found | ({*seen["interfaces"]} - {"lo"}) | {*seen["environment"]}


def _namespaces() -> list[str]:
    # --unshare-all alone would only try a user namespace.
    return [
        *("--unshare-user", "--unshare-all", "--disable-userns", "--cap-drop", "ALL"),
        *("--uid", "65534", "--gid", "65534", "--hostname", "sandbox"),
        *("--new-session", "--die-with-parent"),
        *("--setenv", "OMP_NUM_THREADS", "1", "--setenv", "HOME", FOLDER, "--chdir", "/"),
    ]


def _view(devices: Iterable[str]) -> list[str]:
    """A read-only root of Python, torch and the engine; /tmp and /dev/shm of bounded size."""
    # Started by root, a process in there could still write the kernel's settings.
    view = ["--proc", "/proc", "--tmpfs", "/proc/sys", "--remount-ro", "/proc/sys", "--dev", "/dev"]
    for device in devices:
        view += ["--dev-bind", device, device]
    for folder in system_folders():
        view += ["--ro-bind", folder, folder]
    for link in ("/lib", "/lib32", "/lib64", "/bin"):
        if os.path.islink(link):
            view += ["--symlink", os.readlink(link), link]
        elif os.path.isdir(link):
            view += ["--ro-bind", link, link]
    engine = Path(__file__).parents[1]
    view += ["--ro-bind", str(engine), f"{ENGINE}/torchkata"]
    view += ["--ro-bind", str(engine / "sandbox" / "probe" / "answer.py"), PLANTED]
    for folder, place in packages().items():
        view += ["--ro-bind", folder, place]
    view += ["--size", str(_SHARED_MEMORY), "--tmpfs", "/dev/shm"]
    view += ["--size", str(_FILES), "--tmpfs", FOLDER]
    return [*view, "--remount-ro", "/dev", "--remount-ro", "/"]
