"""Where a submission is run: bytes in, a report out. This side never runs anything of it.

Assurance `sandbox`: a waiting process (server.py) behind the outer wall (bubblewrap.py), and per
exercise a fork of it that locks itself (lock.py), with whatever Landlock there is. `landlock`: the
same without the outer wall, and with all of Landlock. `account`: the same with
an account of its own in place of what Landlock lacks (account.py). `limited`: a process of its own
with limits, which is no grade against attackers.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal as signals
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import ClassVar

import msgspec
import torch

from torchkata.course.course import Exercise
from torchkata.course.packages import PACKAGES
from torchkata.course.reading import from_json
from torchkata.course.source import digest_or_none
from torchkata.judging.codec import MAX_BYTES, BadFrame
from torchkata.judging.judge import Report
from torchkata.judging.observation import Raised
from torchkata.notebooks.script import part_of
from torchkata.running.isolation import discard
from torchkata.sandbox import account, bubblewrap, lock, remedies
from torchkata.sandbox.channel import Conversation, Failure
from torchkata.sandbox.excess import end_crowded, processes_below
from torchkata.sandbox.one_shot import run_alone
from torchkata.sandbox.protocol import READY, Order, Request, Settings, Status, parts, unpack

# Seconds beyond an answer's own: to draw the arguments, and to start at all.
_GRACE = 20.0
_START = 120.0

# A file that is on each Linux, and that everyone there may read.
_FOREIGN = "/etc/passwd"

_PROBE = Path(__file__).with_name("probe")


class NoWalls(Exception):
    """This machine offers no such walls; str() says what is missing and how to fix it."""


class Walls(ABC):
    """One worker, which runs one answer at a time.

    Args:
        device: what it is made for; cpu works in any case.

    Attributes:
        walls: what is between an answer and this machine, in words.

    Raises:
        NoWalls: where they are not available, found by trying.
    """

    assurance: ClassVar[str]
    walls = ""

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
            packages: what the answer may import besides the standard library and what the course
                declares.

        Raises:
            Failure: the worker is at fault; it cannot be used any more.
        """
        self.keep_apart([exercise.course.root])
        stub = digest_or_none(exercise.stub) or ""
        allowed = sorted({*packages, *exercise.course.packages - PACKAGES})
        request = Request(exercise.id, exercise.cut_grader, stub, [*seeds], allowed, device)
        request.name, request.kind = exercise.asked.name, exercise.asked.kind
        request.part = part_of(exercise.stub, exercise.asked)
        request.remarks = {name: [*one.written] for name, one in exercise.grader.remarks.items()}
        request.data = {name: path.read_bytes() for name, path in exercise.data.items()}
        seconds = exercise.grader.timeout * len(seeds)
        wanted = {(case, seed) for seed in seeds for case in exercise.grader.cases}
        result, status = self._ask(request, text, seconds)
        if not result.startswith(READY):
            said = result[:500].decode(errors="replace")
            raise Failure(f"no process that is ready to run an answer: {said}")
        report = _report(result[len(READY) :], status, wanted)
        known = [call for call in report.forbidden if call[1] in exercise.grader.forbid]
        written = [name for name in report.written if name in request.remarks]
        return replace(report, forbidden=known, written=written)

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
    _abi = lock.ALONE
    # What the probe tries, and is there to be seen.
    _harmless: frozenset[str] = frozenset()
    # What watches from outside while an answer runs, if anything does.
    _look: Callable[[], str] | None = None

    def __init__(self, device: str = "cpu") -> None:
        super().__init__(device)
        self._see_to_landlock()
        try:
            outer, inner = lock.filters(gpu=device != "cpu")
        except (ImportError, OSError, RuntimeError):
            install = "on Debian and Ubuntu: apt-get install libseccomp2"
            raise self._refused("seccomp cannot be used without libseccomp", install) from None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_START)
        self._stack = contextlib.ExitStack()
        try:
            settings = self._settings(inner)
            with theirs, _descriptor(outer) as program:
                self._process = self._spawn(theirs.fileno(), program)
            self._check(self._converse(settings))
            self._probe(settings.planted)
            self.walls = self._in_words()
        except BaseException:
            self.close()
            raise

    def _see_to_landlock(self) -> None:
        """Alone it has to hold signals back."""
        if (abi := lock.usable_abi()) < lock.ALONE:
            found = f"{_landlock(abi)} is all there is" if abi else "this kernel has no Landlock"
            newer = f"its version {lock.ALONE} came with Linux 6.12"
            raise self._refused(f"{found}, and {newer}")

    def close(self) -> None:
        """End the waiting process and what it forked."""
        if process := getattr(self, "_process", None):
            # First, since that wakes anyone who waits for its answer.
            self._end(process)
            process.wait()
            process.stderr.close()
        self._control.close()
        self._stack.close()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()

    @classmethod
    def readable(cls) -> list[str]:
        """Python's folders, those of the packages, and the engine's."""
        return [*bubblewrap.system_folders(), *bubblewrap.packages(), _engine()]

    def _settings(self, program: bytes) -> Settings:
        self._folder = self._make_folder()
        self._stack.callback(discard, str(self._folder))
        planted, own = self._folder / "planted", self._folder / "own"
        planted.write_text("a secret")
        own.mkdir()
        readable = self.readable()
        devices = bubblewrap.devices_of(self.device)
        own_and_planted = str(own), str(planted)
        counted = False, False
        return Settings(program.hex(), readable, *own_and_planted, *counted, devices, self._abi, [])

    def _make_folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="kata-"))

    def _in_words(self) -> str:
        """The walls that are there, once they were tried."""
        return f"seccomp, {_landlock(self._abi)}"

    def _spawn(self, control: int, program: int) -> subprocess.Popen[bytes]:
        places = [*bubblewrap.packages(), str(Path(_engine()).parent)]
        command = bubblewrap.waiting(places, control)
        return bubblewrap.start(command, (control,), {"OMP_NUM_THREADS": "1"})

    def _converse(self, settings: Settings) -> dict[str, list[str]]:
        """Tell the waiting process what it needs, and get what it sees from where it is."""
        try:
            self._control.send(msgspec.json.encode(settings))
            return from_json(self._control.recv(65536), dict[str, list[str]])
        except TimeoutError:
            self._end(self._process)
            late = f"Python does not start behind its walls within {_START:.0f} seconds"
            raise self._refused(late) from None
        except (OSError, msgspec.DecodeError):
            raise self._why(self._last_words()) from None

    def _check(self, seen: dict[str, list[str]]) -> None:
        """Without an outer wall, the waiting process may see what it likes."""

    def _probe(self, planted: str) -> None:
        """Try, from behind the inner wall, what must fail there."""
        grader = (_PROBE / "grader.py").read_text("utf-8").replace("THE PLANTED FILE", planted)
        request = Request("probe/answer", grader, "", [0], ["torch"])
        result, status = self._ask(request, (_PROBE / "answer.py").read_text("utf-8"), 10)
        if not result.startswith(READY):
            raise self._refused(
                f"the inner wall (seccomp, {_landlock(self._abi)}) cannot be put up"
            )
        report = _report(result[len(READY) :], status, {("try_all", 0)})
        seen = report.observations.get(("try_all", 0))
        if not isinstance(seen, dict):
            raise self._refused("what tries the inner wall does not come back")
        processor = seen.pop("processor", "")
        allowed = [name for name, outcome in seen.items() if outcome != "denied"]
        if open_to := [str(name) for name in allowed if name not in self._harmless]:
            raise self._refused(f"the inner wall lets something through: {', '.join(open_to)}")
        self._compare(processor)

    def _why(self, said: str) -> NoWalls:
        """What the last words of a waiting process that did not begin to wait mean."""
        if said.startswith("bwrap: "):
            return self._refused(said, remedies.for_namespaces())
        return self._refused(f"Python does not start behind its walls, and says: {said}")

    def _refused(self, missing: str, way: str = "") -> NoWalls:
        return NoWalls(remedies.refusal(self.assurance, missing, way))

    def _compare(self, processor: object) -> None:
        """See that torch computes there as it does here, unless it was told to do otherwise."""
        here = torch.backends.cpu.get_cpu_capability()
        if processor != here and "ATEN_CPU_CAPABILITY" not in os.environ:
            raise self._refused(
                f"torch takes the processor for {processor!s:.20} behind the walls, and for {here} "
                "outside of them: right answers would be judged wrong"
            )

    def _ask(self, request: Request, text: str, seconds: float) -> tuple[bytes, Status]:
        to_inside, result_of = os.pipe(), os.pipe()
        order = msgspec.json.encode(Order(seconds + _GRACE / 2))
        with contextlib.suppress(OSError):
            # If the waiting process is gone, the conversation finds out.
            socket.send_fds(self._control, [order], [to_inside[0], result_of[1]])
        os.close(to_inside[0])
        os.close(result_of[1])
        talk = Conversation(
            self._control, to_inside[1], result_of[0], parts(request, text), self._look
        )
        return talk.until(time.monotonic() + seconds + _GRACE)

    def _last_words(self) -> str:
        self._end(self._process)
        _, said = self._process.communicate()
        lines = said.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it says nothing"


class Sandbox(Landlocked):
    """Both walls."""

    assurance = "sandbox"

    def _see_to_landlock(self) -> None:
        """Whatever there is."""

    def _settings(self, program: bytes) -> Settings:
        readable = [*bubblewrap.system_folders(), bubblewrap.ENGINE]
        readable += bubblewrap.packages().values()
        devices = bubblewrap.devices_of(self.device)
        self._abi = lock.usable_abi()
        # With Landlock, what only Landlock hides; without, what is not there at all.
        own_and_planted = bubblewrap.FOLDER, bubblewrap.PLANTED if self._abi else _FOREIGN
        around = bubblewrap.around(devices)
        return Settings(
            program.hex(), readable, *own_and_planted, True, True, devices, self._abi, around
        )

    def _in_words(self) -> str:
        return f"{bubblewrap.described()}, {super()._in_words()}"

    def _spawn(self, control: int, program: int) -> subprocess.Popen[bytes]:
        try:
            started = bubblewrap.spawn(control, program, bubblewrap.devices_of(self.device))
        except FileNotFoundError as problem:
            raise self._refused(*str(problem).split("; ")) from None
        except OSError as problem:
            missing = f"bubblewrap does not start: {problem.strerror}: {problem.filename}"
            raise self._refused(missing, "grade as an ordinary user") from None
        if bubblewrap.why_as_root():
            # No limit of the kernel binds what is root's outside.
            self._look = functools.partial(end_crowded, started.pid)
        return started

    def _check(self, seen: dict[str, list[str]]) -> None:
        if found := bubblewrap.strange(seen):
            raise self._refused(f"bubblewrap shows what it should hide: {', '.join(sorted(found))}")
        try:
            if self._look is not None:
                processes_below(self._process.pid)
        except OSError as problem:
            raise self._refused(
                f"threads of an answer cannot be counted ({problem.strerror})",
                "grade as an ordinary user",
            ) from None


class Account(Landlocked):
    """The inner wall with whatever Landlock there is, around an account of its own; for root."""

    assurance = "account"

    def __init__(self, device: str = "cpu") -> None:
        if getattr(os, "getuid", lambda: -1)() != 0:
            raise self._refused("it is for a grader that is root")
        self._user = account.unused()
        self._abi = lock.usable_abi()
        self._missing = _why_no_jail()
        self._jailed = not self._missing
        if self._missing and not self._abi:
            raise self._refused(f"it has neither Landlock nor a root of its own: {self._missing}")
        super().__init__(device)

    def _why(self, said: str) -> NoWalls:
        if self._jailed:
            return super()._why(said)
        return self._refused(f"an account of its own cannot start Python, and {self._missing}")

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        # By its number, which takes no power over others.
        account.end_all(self._user)

    def _see_to_landlock(self) -> None:
        """Whatever there is."""

    def _settings(self, program: bytes) -> Settings:
        settings = super()._settings(program)
        settings.abi, settings.counted_alone = self._abi, True
        if self._jailed:
            self._harmless = frozenset({"see what is around"})
            settings.around, settings.planted = _around_jail(), _FOREIGN
            settings.readable = ["/"]
            settings.folder = account.inside(settings.folder)
        return settings

    def _make_folder(self) -> Path:
        """One that its account reaches; what is in it apart from its own is there to be read."""
        folder = Path(tempfile.mkdtemp(prefix="kata-", dir=account.JAIL if self._jailed else None))
        folder.chmod(0o711)
        return folder

    def _spawn(self, control: int, program: int) -> subprocess.Popen[bytes]:
        own = self._folder / "own"
        os.chown(own, self._user, self._user)
        (self._folder / "planted").chmod(0o644)
        here: Callable[[str], str] = account.inside if self._jailed else str
        places = [here(path) for path in [*bubblewrap.packages(), str(Path(_engine()).parent)]]
        jail = str(account.JAIL) if self._jailed else ""
        environment = account.environment(
            here(sys.base_prefix), here(str(own)), torch.backends.cpu.get_cpu_capability()
        )
        python = here(bubblewrap.python())
        command = bubblewrap.waiting_as(jail, self._user, program, python, places, control)
        return bubblewrap.start(command, (control, program), {**environment})

    def _check(self, seen: dict[str, list[str]]) -> None:
        # It has the host's network, which no answer can open a socket to.
        if found := bubblewrap.strange({**seen, "interfaces": []}) if seen else None:
            raise self._refused(f"the account sees {', '.join(sorted(found))}")

    def _in_words(self) -> str:
        root = f", {account.JAIL} as its root" if self._jailed else ""
        return f"an account of its own{root}, {super()._in_words()}"


class Limited(Walls):
    """A fresh process with limits of time and memory, which may read and send what it likes."""

    assurance = "limited"
    walls = "none: limits of time and memory"

    def close(self) -> None:
        """Nothing is left of it between two answers."""

    def _ask(self, request: Request, text: str, seconds: float) -> tuple[bytes, Status]:
        folder = tempfile.mkdtemp(prefix="kata-")
        # The result goes to a file, so that its size has a limit.
        with contextlib.ExitStack() as stack, tempfile.TemporaryFile() as result:
            stack.callback(discard, folder)
            signal, late = run_alone(
                parts(request, text), result, folder, seconds + _GRACE, [*bubblewrap.packages()]
            )
            result.seek(0)
            # Nothing at all is what an answer left that emptied it.
            written = result.read(MAX_BYTES + len(READY) + 1) or READY
        return written, Status(signal, late or _is_late(signal), True)


BY_ASSURANCE: dict[str, type[Walls]] = {
    kind.assurance: kind for kind in (Sandbox, Landlocked, Account, Limited)
}


def best() -> tuple[type[Walls], list[str]]:
    """The best assurance that a grade can have on this machine, found by trying, never limited.

    Returns:
        The walls, and why each better one is not available.

    Raises:
        NoWalls: none of them is.
    """
    refused: list[str] = []
    for name in ("sandbox", "landlock", "account"):
        kind = BY_ASSURANCE[name]
        try:
            with kind():
                return kind, refused
        except NoWalls as refusal:
            refused.append(str(refusal))
    raise NoWalls("; ".join(refused))


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


def _landlock(abi: int) -> str:
    return f"landlock {abi}" if abi else "no landlock"


def _why_no_jail() -> str:
    """Why a worker cannot have /usr as its root; empty if it can, as far as that shows."""
    try:
        for path in (bubblewrap.python(), sys.base_prefix, *bubblewrap.packages(), _engine()):
            account.inside(path)
        account.prepare_jail()
    except ValueError:
        return f"{path} is not in {account.JAIL}"
    except OSError as problem:
        return f"{problem.filename}: {problem.strerror}"
    return "" if lock.may_change_root() else "this process may not change its root"


def _around_jail() -> list[str]:
    """What is at the root of this machine and not in the jail's."""
    names = {*os.listdir("/")} - {*os.listdir(account.JAIL)}
    return [*(f"/{name}" for name in names), "/proc", "/tmp", _FOREIGN]


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
