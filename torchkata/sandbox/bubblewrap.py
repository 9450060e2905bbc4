"""The outer wall: a bubblewrap sandbox that shows Python, torch and the engine, and no course."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from torchkata.sandbox import account, lock
from torchkata.sandbox.lock import BYTES

# Where things are inside.
ENGINE, PLANTED, FOLDER = "/kata/engine", "/kata/planted", "/tmp"

_PROCESSOR = "/proc/cpuinfo"
_DEVICES = ("/dev/null", "/dev/urandom")
# What a waiting process has in its environment: ours, Python's and torch's.
_ENVIRONMENT = {"OMP_NUM_THREADS", "HOME", "PWD", "LC_CTYPE", "TORCHINDUCTOR_CACHE_DIR"}
_ENVIRONMENT |= {"PYTHONHOME", "LD_LIBRARY_PATH", "TMPDIR", "ATEN_CPU_CAPABILITY"}

# The first version that is used, and the one that has all options.
OLDEST, WHOLE = (0, 4), (0, 8)

_NEEDED = ("torch", "numpy", "safetensors", "msgspec", "landlockpy", "typing_extensions", "sympy")
# What the courses of this process declare.
_declared: dict[str, None] = {}
_LIBRARIES = ("/lib", "/lib32", "/lib64", "/bin")
_PROC_BYTES = 16 * 2**20
# Seconds.
_TO_TRY = 20.0


def spawn(control: int, program: int, devices: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """Start a waiting process behind the outer wall.

    Args:
        control: the descriptor of its end of the conversation.
        program: a descriptor that reads as the seccomp program of the whole sandbox.
        devices: the files of a GPU, if answers are to run on one.

    Raises:
        FileNotFoundError: bubblewrap is not installed, or too old.
    """
    bubblewrap = _found()
    within = version(bubblewrap) < WHOLE
    places = [ENGINE, *packages().values()]
    command = waiting(places, control, _finishing(program) if within else "")
    last = [] if within else [*_hiding(), "--seccomp", str(program)]
    user = None if why_as_root() or os.getuid() != 0 else account.unused()
    with open(_PROCESSOR, "rb") as processor:
        view = _view(devices, processor.fileno(), within)
        descriptors = (control, program, processor.fileno())
        wall = [bubblewrap, *_namespaces(within), *view, *last]
        # Not --clearenv: the sandbox's first process would still show what it was started with.
        return start([*wall, *command], descriptors, {}, user)


def version(bubblewrap: str) -> tuple[int, ...]:
    """The version of a program that is called bwrap; (0,) where it does not say."""
    said = subprocess.run(
        [bubblewrap, "--version"], capture_output=True, text=True, timeout=_TO_TRY, check=False
    ).stdout
    numbers = re.search(r"\d+(\.\d+)+", said)
    return tuple(map(int, numbers[0].split("."))) if numbers else (0,)


def described() -> str:
    """The outer wall in words, for the record."""
    return "bubblewrap " + ".".join(map(str, version(_found())))


def _found() -> str:
    path = shutil.which("bwrap")
    if path is None:
        raise FileNotFoundError(
            "bubblewrap is not installed; on Debian and Ubuntu: apt-get install bubblewrap"
        )
    return path


def _finishing(program: int) -> str:
    """What a waiting process does first, where bubblewrap lacks the options for it."""
    hidden = _made_up()
    return f"from torchkata.sandbox import within; within.finish({program}, {hidden!r}); "


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
        wall = [bubblewrap, *_namespaces(within=True), *_view((), None, within=True)]
        process = start([*wall, python(), *reads], (), {}, account.unused())
        _, said = process.communicate(timeout=_TO_TRY)
    except (OSError, subprocess.SubprocessError) as problem:
        return str(problem)
    lines = said.decode(errors="replace").strip().splitlines()
    return "" if process.returncode == 0 else (lines or ["it says nothing"])[-1]


def waiting(places: list[str], control: int, first: str = "") -> list[str]:
    """The command line of a waiting process that finds its packages in `places`."""
    path, serve = f"import sys; sys.path += {places!r}; ", "from torchkata.sandbox.server import"
    code = f"{path}{first}{serve} main; main()"
    return [python(), "-I", "-S", "-B", "-c", code, str(control)]


def waiting_as(
    jail: str, user: int, program: int, interpreter: str, places: list[str], control: int
) -> list[str]:
    """The command line of one that first becomes an account in a jail (account.become).

    Args:
        jail: its root; empty for the one there is.
        user: the account's number.
        program: a descriptor that reads as the seccomp program of the worker.
        interpreter: Python, from within the jail.
        places: where packages are, from within the jail.
        control: the descriptor of its end of the conversation.
    """
    _, *rest = waiting(places, control)
    # Not isolated, which would ignore PYTHONHOME.
    command = [interpreter, *("-s" if word == "-I" else word for word in rest)]
    command.insert(1, "-P")
    path = f"import os, sys; sys.path += {[*packages(), str(Path(__file__).parents[2])]!r}; "
    code = f"from torchkata.sandbox.account import become; become({jail!r}, {user}, {program}); "
    return [
        python(),
        "-I",
        "-S",
        "-B",
        "-c",
        f"{path}{code}os.execv(sys.argv[1], sys.argv[1:])",
        *command,
    ]


def python() -> str:
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


def show(names: Iterable[str]) -> None:
    """Let all walls that are made from now on show some packages, too: those of a course."""
    _declared.update(dict.fromkeys(sorted(names)))


def packages() -> dict[str, str]:
    """{folder of installed packages: where it is inside}."""
    found: dict[str, str] = {}
    for name in (*_NEEDED, *_declared):
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


def around(devices: Sequence[str]) -> list[str]:
    """What is around on this machine, and must not be there behind the outer wall."""
    shown = {"kata", "proc", "dev", "tmp", "lib", "lib32", "lib64", "bin"}
    shown |= {Path(folder).parts[1] for folder in system_folders()}
    found = [f"/{name}" for name in os.listdir("/") if name not in shown]
    found += {f"/dev/{name}" for name in os.listdir("/dev")} - {*_DEVICES, *devices}
    # A GPU's driver is not used without it; Landlock has to hide it then.
    return found if devices else [*found, "/proc/self", "/proc/1", "/proc/mounts"]


def strange(seen: dict[str, list[str]]) -> set[str]:
    """What a waiting process sees and should not: paths, networks, names in its environment."""
    networks, names = {*seen["interfaces"]} - {"lo"}, {*seen["environment"]} - _ENVIRONMENT
    return {*seen["paths"]} | networks | names


def _namespaces(within: bool) -> list[str]:
    """What a sandbox is made of; `within` leaves the power to finish it to its first program."""
    # --unshare-all alone would only try a user namespace.
    return [
        *("--unshare-user", "--unshare-all", "--cap-drop", "ALL"),
        *(("--cap-add", "CAP_SYS_ADMIN") if within else ("--disable-userns",)),
        *("--uid", "65534", "--gid", "65534", "--hostname", "sandbox"),
        *("--new-session", "--die-with-parent"),
        *("--setenv", "OMP_NUM_THREADS", "1", "--setenv", "HOME", FOLDER, "--chdir", "/"),
    ]


def _view(devices: Sequence[str], processor: int | None, within: bool) -> list[str]:
    """Python, torch and the engine, two devices, and a folder of its own in /tmp.

    Args:
        devices: the files of a GPU.
        processor: a descriptor that reads as /proc/cpuinfo, without which torch computes otherwise.
        within: whether sizes are set by the first program.
    """
    view = _proc(bool(devices), processor, within)
    for device in (*_DEVICES, *devices):
        view += ["--dev-bind", device, device]
    for link in _links():
        view += ["--symlink", os.readlink(link), link]
    for place, path in _bound().items():
        view += ["--ro-bind", path, place]
    return [*view, *(("--dir",) if within else ("--size", str(BYTES), "--tmpfs")), FOLDER]


def _proc(whole: bool, processor: int | None, within: bool) -> list[str]:
    """What torch wants to know of the processor, until it knows; for a GPU all of /proc."""
    if whole:
        # Started by root, a process in there could still write the kernel's settings.
        return ["--proc", "/proc", "--tmpfs", "/proc/sys", "--remount-ro", "/proc/sys"]
    size = () if within else ("--size", str(_PROC_BYTES))
    file = () if processor is None else ("--file", str(processor), _PROCESSOR)
    return [*size, "--tmpfs", "/proc", *file]


def _bound() -> dict[str, str]:
    """{where it is inside: a folder or file of the host that can be read there}."""
    engine = Path(__file__).parents[1]
    found = {folder: folder for folder in system_folders()}
    found |= {link: link for link in _LIBRARIES if os.path.isdir(link) and link not in _links()}
    found[f"{ENGINE}/torchkata"] = str(engine)
    if lock.usable_abi():
        # What only Landlock hides, so that it can be seen to.
        found[PLANTED] = str(engine / "sandbox" / "probe" / "answer.py")
    return found | {place: folder for folder, place in packages().items()}


def _links() -> list[str]:
    return [link for link in _LIBRARIES if os.path.islink(link)]


def _made_up() -> list[str]:
    """The folders that are there for what is bound in them alone; nobody needs to list these."""
    bound = {Path(place) for place in _bound()}
    parents = {parent for place in bound for parent in place.parents} | {Path("/dev")}
    # Where packages are found is listed by Python.
    listed = {place for place in parents if bound & {place, *place.parents}} | {Path(ENGINE)}
    return sorted(map(str, parents - listed))


def _hiding() -> list[str]:
    """The last options: names that cannot be listed, in a root that cannot be written."""
    modes = [word for path in _made_up() for word in ("--chmod", "0111", path)]
    return [*modes, "--remount-ro", "/"]
