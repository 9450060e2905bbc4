"""Where a submission is run: bytes in, a report out. This side never runs anything of it.

Assurance `sandbox`: a waiting process (server.py) behind the outer wall (bubblewrap.py), and per
exercise a fork of it that locks itself (lock.py). `landlock`: the same without the outer wall.
`limited`: a process of its own with limits, which is no grade against attackers.
"""

from __future__ import annotations

import contextlib
import os
import signal as signals
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import ClassVar

import msgspec

from torchkata.course.course import Exercise
from torchkata.course.loading import PACKAGES
from torchkata.course.reading import from_json
from torchkata.course.source import digest_or_none
from torchkata.judging.codec import MAX_BYTES, BadFrame
from torchkata.judging.judge import Report
from torchkata.judging.observation import Raised
from torchkata.notebooks.script import part_of
from torchkata.running.isolation import discard
from torchkata.sandbox import bubblewrap, lock
from torchkata.sandbox.channel import Conversation, Failure
from torchkata.sandbox.one_shot import run_alone
from torchkata.sandbox.protocol import READY, Order, Request, Settings, Status, parts, unpack

# Seconds beyond an answer's own: to draw the arguments, and to start at all.
_GRACE = 20.0
_START = 120.0

_PROBE = Path(__file__).with_name("probe")


class NoWalls(Exception):
    """This machine offers no such walls; str() says what is missing and how to fix it."""


class Walls(ABC):
    """One worker, which runs one answer at a time.

    Args:
        device: what it is made for; cpu works in any case.

    Raises:
        NoWalls: where they are not available, found by trying.
    """

    assurance: ClassVar[str]

    def __init__(self, device: str = "cpu") -> None:
        self.device = device

    def respond(
        self,
        exercise: Exercise,
        text: str,
        seeds: Sequence[int],
        device: str = "cpu",
        packages: Collection[str] = PACKAGES,
    ) -> Report:
        """Run an answer.

        Args:
            exercise: what it answers.
            text: the submission's file.
            seeds: what the arguments are drawn from.
            device: where they go.
            packages: what the answer may import besides the standard library.

        Raises:
            Failure: the worker is at fault; it cannot be used any more.
        """
        self.keep_apart([exercise.course.root])
        stub = digest_or_none(exercise.stub) or ""
        allowed = sorted(packages)
        request = Request(exercise.id, exercise.cut_grader, stub, [*seeds], allowed, device)
        request.name, request.kind = exercise.asked.name, exercise.asked.kind
        request.part = part_of(exercise.stub, exercise.asked)
        seconds = exercise.grader.timeout * len(seeds)
        wanted = {(case, seed) for seed in seeds for case in exercise.grader.cases}
        result, status = self._ask(request, text, seconds)
        if not result.startswith(READY):
            said = result[:500].decode(errors="replace")
            raise Failure(f"no process that is ready to run an answer: {said}")
        report = _report(result[len(READY) :], status, wanted)
        known = [call for call in report.forbidden if call[1] in exercise.grader.forbid]
        return replace(report, forbidden=known)

    @classmethod
    def readable(cls) -> list[str]:
        """The folders of this machine that walls let an answer read."""
        return []

    @classmethod
    def keep_apart(cls, paths: Iterable[Path]) -> None:
        """See that answers can read none of these: a course, submissions, results, or a roster.

        Raises:
            NoWalls: one of them is in a folder that they can read.
        """
        folders = {Path(folder).resolve(): folder for folder in cls.readable()}
        for path in paths:
            place = path.resolve()
            for folder in folders.keys() & {place, *place.parents}:
                raise NoWalls(f"{path} is in {folders[folder]}, which answers can read; move it")

    @abstractmethod
    def close(self) -> None:
        """End the worker and everything in it."""

    @abstractmethod
    def _ask(self, request: Request, text: str, seconds: float) -> tuple[bytes, Status]:
        """Have a request and a submission worked at, and return what was written and its end."""

    def __enter__(self) -> Walls:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Landlocked(Walls):
    """The inner wall alone, for machines without user namespaces."""

    assurance = "landlock"

    def __init__(self, device: str = "cpu") -> None:
        super().__init__(device)
        try:
            outer, inner = lock.filters(gpu=device != "cpu")
        except (ImportError, OSError, RuntimeError) as problem:
            raise NoWalls(
                f"seccomp cannot be used ({problem}); on Debian: apt-get install libseccomp2"
            ) from None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_START)
        self._stack = contextlib.ExitStack()
        try:
            settings = self._settings(inner)
            with theirs, _descriptor(outer) as program:
                self._process = self._spawn(theirs.fileno(), program)
            self._check(self._converse(settings))
            self._probe(settings.planted)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the waiting process and what it forked."""
        if process := getattr(self, "_process", None):
            # First, since that wakes anyone who waits for its answer.
            process.kill()
            process.wait()
            process.stderr.close()
        self._control.close()
        self._stack.close()

    @classmethod
    def readable(cls) -> list[str]:
        """Python's folders, those of the packages, and the engine's."""
        return [*bubblewrap.system_folders(), *bubblewrap.packages(), _engine()]

    def _settings(self, program: bytes) -> Settings:
        self._folder = Path(tempfile.mkdtemp(prefix="kata-"))
        self._stack.callback(discard, str(self._folder))
        planted, own = self._folder / "planted", self._folder / "own"
        planted.write_text("a secret")
        own.mkdir()
        readable = self.readable()
        devices = bubblewrap.devices_of(self.device)
        return Settings(program.hex(), readable, str(own), str(planted), False, devices)

    def _spawn(self, control: int, program: int) -> subprocess.Popen[bytes]:
        places = [*bubblewrap.packages(), str(Path(_engine()).parent)]
        command = bubblewrap.waiting(places, control)
        return bubblewrap.start(command, (control,), {"OMP_NUM_THREADS": "1"})

    def _converse(self, settings: Settings) -> dict[str, list[str]]:
        """Tell the waiting process what it needs, and get what it sees from where it is."""
        try:
            self._control.send(msgspec.json.encode(settings))
            return from_json(self._control.recv(65536), dict[str, list[str]])
        except (OSError, msgspec.DecodeError):
            said = self._last_words()
            raise NoWalls(f"no {self.assurance} is available here: {said}") from None

    def _check(self, seen: dict[str, list[str]]) -> None:
        """Without an outer wall, the waiting process may see what it likes."""

    def _probe(self, planted: str) -> None:
        """Try, from behind the inner wall, what must fail there."""
        grader = (_PROBE / "grader.py").read_text("utf-8").replace("THE PLANTED FILE", planted)
        request = Request("probe/answer", grader, "", [0], ["torch"])
        result, status = self._ask(request, (_PROBE / "answer.py").read_text("utf-8"), 10)
        if not result.startswith(READY):
            raise NoWalls(
                f"the inner wall is not available: {result[:500].decode(errors='replace')}"
            )
        report = _report(result[len(READY) :], status, {("try_all", 0)})
        seen = report.observations.get(("try_all", 0))
        if not isinstance(seen, dict) or set(seen.values()) != {"denied"}:
            raise NoWalls(f"the inner wall lets something through: {seen or report.trouble}")

    def _ask(self, request: Request, text: str, seconds: float) -> tuple[bytes, Status]:
        to_inside, result_of = os.pipe(), os.pipe()
        order = msgspec.json.encode(Order(seconds + _GRACE / 2))
        with contextlib.suppress(OSError):
            # If the waiting process is gone, the conversation finds out.
            socket.send_fds(self._control, [order], [to_inside[0], result_of[1]])
        os.close(to_inside[0])
        os.close(result_of[1])
        talk = Conversation(self._control, to_inside[1], result_of[0], parts(request, text))
        return talk.until(time.monotonic() + seconds + _GRACE)

    def _last_words(self) -> str:
        self._process.kill()
        _, said = self._process.communicate()
        lines = said.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it says nothing"


class Sandbox(Landlocked):
    """Both walls."""

    assurance = "sandbox"

    def _settings(self, program: bytes) -> Settings:
        readable = [*bubblewrap.system_folders(), bubblewrap.ENGINE]
        readable += bubblewrap.packages().values()
        devices = bubblewrap.devices_of(self.device)
        folder, planted = bubblewrap.FOLDER, bubblewrap.PLANTED
        return Settings(program.hex(), readable, folder, planted, True, devices)

    def _spawn(self, control: int, program: int) -> subprocess.Popen[bytes]:
        try:
            return bubblewrap.spawn(control, program, bubblewrap.devices_of(self.device))
        except FileNotFoundError as problem:
            raise NoWalls(str(problem)) from None

    def _check(self, seen: dict[str, list[str]]) -> None:
        if found := bubblewrap.strange(seen):
            raise NoWalls(f"the sandbox shows what it should hide: {', '.join(sorted(found))}")


class Limited(Walls):
    """A fresh process with limits of time and memory, which may read and send what it likes."""

    assurance = "limited"

    def close(self) -> None:
        """Nothing is left of it between two answers."""

    def _ask(self, request: Request, text: str, seconds: float) -> tuple[bytes, Status]:
        folder = tempfile.mkdtemp(prefix="kata-")
        # The result goes to a file, so that its size has a limit.
        with contextlib.ExitStack() as stack, tempfile.TemporaryFile() as result:
            stack.callback(discard, folder)
            signal, late = run_alone(parts(request, text), result, folder, seconds + _GRACE)
            result.seek(0)
            # Nothing at all is what an answer left that emptied it.
            written = result.read(MAX_BYTES + len(READY) + 1) or READY
        return written, Status(signal, late or _is_late(signal), True)


BY_ASSURANCE: dict[str, type[Walls]] = {
    kind.assurance: kind for kind in (Sandbox, Landlocked, Limited)
}


def _report(frame: bytes, status: Status, wanted: set[tuple[str, int]]) -> Report:
    if status.late:
        return Report(Raised("TimeLimit", ""))
    if status.stopped:
        return Report(Raised("Crashed", status.stopped))
    try:
        return unpack(frame, wanted)
    except BadFrame:
        names = {signal.value: signal.name for signal in signals.Signals}
        return Report(Raised("Crashed", names.get(status.signal, "")))


def _engine() -> str:
    return str(Path(__file__).parents[1])


def _is_late(signal: int) -> bool:
    return signal == getattr(signals, "SIGXCPU", -1)


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
