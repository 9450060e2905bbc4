"""The outer wall, and the conversation through both: bytes of a submission in, a report out.

Assurance `sandbox`: a bubblewrap sandbox with one waiting process (inside.py), and per exercise a
fork of it that locks itself (lock.py). This side never runs anything of a submission.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal as signals
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

import msgspec

import torchkata
from torchkata import lock
from torchkata.answer import PACKAGES
from torchkata.conversation import Conversation, Failure
from torchkata.course import Exercise
from torchkata.encoding import BadFrame
from torchkata.inside import FOLDER
from torchkata.judge import Report
from torchkata.observation import Raised
from torchkata.protocol import READY, Order, Request, Settings, Status, unpack
from torchkata.source import digest_or_none

# Seconds beyond an answer's own: to draw the arguments, and to start at all.
_GRACE = 20.0
_START = 120.0

_ENGINE, _PLANTED = "/kata/engine", "/kata/planted"
_NEEDED = ("torch", "numpy", "safetensors", "msgspec", "landlockpy", "typing_extensions", "sympy")


class NoWalls(Exception):
    """This machine offers no walls; str() says what is missing and how to mend it."""


class Sandbox:
    """One worker: a waiting process behind the outer wall.

    Raises:
        NoWalls: where it cannot be had, found by trying.
    """

    assurance = "sandbox"

    def __init__(self) -> None:
        try:
            outer, inner = lock.filters()
        except (ImportError, OSError, RuntimeError) as problem:
            raise NoWalls(
                f"seccomp cannot be used ({problem}); on Debian: apt-get install libseccomp2"
            ) from None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_START)
        with theirs, _descriptor(outer) as program:
            self._process = _spawn(theirs.fileno(), program)
        try:
            self._start(inner)
            self._probe()
        except BaseException:
            self.close()
            raise

    def respond(self, exercise: Exercise, text: str, seeds: Sequence[int]) -> Report:
        """Run an answer behind both walls.

        Args:
            exercise: what it answers.
            text: the submission's file.
            seeds: what the arguments are drawn from.

        Raises:
            Failure: the sandbox is at fault; it cannot be used any more.
        """
        stub = digest_or_none(exercise.stub) or ""
        request = Request(exercise.id, exercise.cut_grader, stub, [*seeds], sorted(PACKAGES))
        seconds = exercise.grader.timeout * len(seeds)
        wanted = {(case, seed) for seed in seeds for case in exercise.grader.cases}
        return self._ask(request, text, seconds, wanted)

    def close(self) -> None:
        """End the sandbox and everything in it."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self, inner: bytes) -> None:
        """Tell the waiting process what it needs, and check what it sees from where it stands."""
        readable = [*_system_folders(), _ENGINE, *_packages().values()]
        try:
            self._control.send(msgspec.json.encode(Settings(inner.hex(), readable)))
            seen = msgspec.json.decode(self._control.recv(65536), type=dict[str, list[str]])
        except (OSError, msgspec.DecodeError):
            raise NoWalls(f"bubblewrap gives no sandbox here: {self._last_words()}") from None
        strange = {*seen["root"]} - {"kata", "proc", "dev", "tmp"} - _system_roots()
        strange |= {*seen["interfaces"]} - {"lo"} | {*seen["environment"]}
        if strange:
            raise NoWalls(f"the sandbox shows what it should hide: {', '.join(sorted(strange))}")

    def _probe(self) -> None:
        """Try, from behind both walls, what must fail there."""
        folder = Path(__file__).with_name("probe")
        grader = (folder / "grader.py").read_text("utf-8")
        request = Request("probe/answer", grader, "", [0], ["torch"])
        report = self._ask(request, (folder / "answer.py").read_text("utf-8"), 10, {("try_all", 0)})
        seen = report.observations.get(("try_all", 0))
        if not isinstance(seen, dict) or set(seen.values()) != {"denied"}:
            raise NoWalls(f"the inner wall lets something through: {seen or report.trouble}")

    def _ask(
        self, request: Request, text: str, seconds: float, wanted: set[tuple[str, int]]
    ) -> Report:
        to_inside, result_of = os.pipe(), os.pipe()
        order = msgspec.json.encode(Order(seconds + _GRACE / 2))
        with contextlib.suppress(OSError):
            # If the waiting process is gone, the conversation finds out.
            socket.send_fds(self._control, [order], [to_inside[0], result_of[1]])
        os.close(to_inside[0])
        os.close(result_of[1])
        parts = (msgspec.json.encode(request), text.encode())
        data = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        talk = Conversation(self._control, to_inside[1], result_of[0], data)
        result, status = talk.until(time.monotonic() + seconds + _GRACE)
        if not result.startswith(READY):
            raise Failure(f"no locked process: {result[:500].decode(errors='replace')}")
        return _report(result[len(READY) :], status, wanted)

    def _last_words(self) -> str:
        self._process.kill()
        _, said = self._process.communicate()
        lines = said.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it says nothing"


def _report(frame: bytes, status: Status, wanted: set[tuple[str, int]]) -> Report:
    if status.late:
        return Report(Raised("TimeLimit", ""))
    try:
        return unpack(frame, wanted)
    except BadFrame:
        names = {signal.value: signal.name for signal in signals.Signals}
        return Report(Raised("Crashed", names.get(status.signal, "")))


def _spawn(control: int, program: int) -> subprocess.Popen[bytes]:
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise NoWalls(
            "bubblewrap is not installed; on Debian and Ubuntu: apt-get install bubblewrap"
        )
    start = "import sys; sys.path += {!r}; from torchkata.inside import main; main()"
    python = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    places = [_ENGINE, *_packages().values()]
    return subprocess.Popen(
        [
            *(bubblewrap, *_namespaces(), *_view(), "--seccomp", str(program)),
            *(python, "-I", "-S", "-B", "-c", start.format(places), str(control)),
        ],
        # Not --clearenv: the sandbox's first process would still show it.
        env={},
        pass_fds=(control, program),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _namespaces() -> list[str]:
    # --unshare-all alone would only try a user namespace.
    return [
        *("--unshare-user", "--unshare-all", "--disable-userns", "--cap-drop", "ALL"),
        *("--uid", "65534", "--gid", "65534", "--hostname", "sandbox"),
        *("--new-session", "--die-with-parent"),
        *("--setenv", "OMP_NUM_THREADS", "1", "--setenv", "HOME", FOLDER, "--chdir", "/"),
    ]


def _view() -> list[str]:
    """A read-only root of Python, torch and the engine; /tmp and /dev/shm of bounded size."""
    view = ["--proc", "/proc", "--dev", "/dev"]
    for folder in _system_folders():
        view += ["--ro-bind", folder, folder]
    for link in ("/lib", "/lib32", "/lib64", "/bin"):
        if os.path.islink(link):
            view += ["--symlink", os.readlink(link), link]
        elif os.path.isdir(link):
            view += ["--ro-bind", link, link]
    engine = Path(torchkata.__file__).parent
    view += ["--ro-bind", str(engine), f"{_ENGINE}/torchkata"]
    view += ["--ro-bind", str(engine / "probe" / "answer.py"), _PLANTED]
    for folder, place in _packages().items():
        view += ["--ro-bind", folder, place]
    view += ["--size", str(16 * 2**20), "--tmpfs", "/dev/shm"]
    view += ["--size", str(64 * 2**20), "--tmpfs", FOLDER]
    return [*view, "--remount-ro", "/dev", "--remount-ro", "/"]


def _system_folders() -> list[str]:
    folders = ["/usr", sys.base_prefix]
    return folders[:1] if sys.base_prefix.startswith("/usr") else folders


def _system_roots() -> set[str]:
    return {"lib", "lib32", "lib64", "bin"} | {Path(f).parts[1] for f in _system_folders()}


def _packages() -> dict[str, str]:
    """{folder of installed packages: where it lies in the sandbox}."""
    found: dict[str, str] = {}
    for name in _NEEDED:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin)
            folder = origin.parent.parent if origin.name == "__init__.py" else origin.parent
            found.setdefault(str(folder), f"/kata/packages/{len(found)}")
    return found


@contextlib.contextmanager
def _descriptor(data: bytes) -> Iterator[int]:
    """A file descriptor that reads as `data`, which fits into a pipe."""
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)
