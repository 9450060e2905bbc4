"""A process that has torch ready, and judges one answer after another for a learner.

Usage: python -m torchkata.learning.judge_server, with a Question in each line on standard input and
an Outcome in each line on standard output. Each answer runs in a fork, which ends with it. Where
there is no fork (Windows), the process ends with its first answer, and the caller starts the next
one in time.
"""

from __future__ import annotations

import contextlib
import functools
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from torchkata.course.reading import from_json
from torchkata.text import messages

if TYPE_CHECKING:
    from torchkata.course.course import Exercise
    from torchkata.judging.judge import Report

# Seconds beyond an answer's own, for the reference and the known mistakes.
_GRACE = 20.0


class Question(msgspec.Struct):
    """Which file to judge, and as what.

    Attributes:
        course: the course's folder.
        exercise: its id.
        file: the learner's file.
        device: auto, cpu, cuda or mps.
        verbose: whether to show every case.
        plots: the folder for a picture of a wrong answer; empty if none is wanted.
        pairs: whether to look for two mistakes at once where none alone explains it. Asked without
            and then with it, the same run of the answer is judged twice.
        told: {misconception: in how many tries before it was told}.
        quiet: whether only what is seen is told, and no known mistake.
    """

    course: str
    exercise: str
    file: str
    device: str = "cpu"
    verbose: bool = False
    plots: str = ""
    pairs: bool = True
    told: dict[str, int] = {}
    quiet: bool = False


class Outcome(msgspec.Struct):
    """A verdict and what is told of it, or what is wrong with the course.

    Attributes:
        exercise: its id.
        verdict: one of `torchkata.judging.verdicts.VERDICTS`; empty if the course is at fault.
        cases: {case: its own verdict}.
        text: what the learner is told.
        misconception: the name of the one it agrees with, if there is one and it is told.
        second: the name of another one, where it agrees with the two together.
        seconds: how long it took.
        plot: the picture that was written; empty if there is none.
        open: whether nothing explains it, and two mistakes at once were not tried.
        remark: the name of what is said of the way in which it is written; empty if nothing is.
        line: the first line of the file that raised something; 0 where none did.
    """

    exercise: str
    verdict: str
    cases: dict[str, str]
    text: str
    misconception: str | None = None
    second: str | None = None
    seconds: float = 0.0
    plot: str = ""
    open: bool = False
    remark: str = ""
    line: int = 0


class Warm:
    """The other side: starts such a process, and asks it.

    Answers that never end, crash or flood harm nothing here: the process is replaced.
    """

    def __init__(self) -> None:
        self._process = _start()

    def ask(self, question: Question, seconds: float = 60.0) -> Outcome:
        """Have a file judged.

        Args:
            question: which, and as what.
            seconds: how long it may take where there is no fork that is given its own time.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(msgspec.json.encode(_in_utf8(question)) + b"\n")
            process.stdin.flush()
            line = _line_from(process, time.monotonic() + seconds + 2 * _GRACE)
            return from_json(line, Outcome)
        except (OSError, msgspec.DecodeError):
            process.kill()
            process.wait()
            return Outcome(question.exercise, "crashed", {}, messages.stopped(question.exercise))
        finally:
            if not _forks() or process.poll() is not None:
                self.close()
                self._process = _start()

    def interrupt(self) -> None:
        """End the process in the middle of an answer, from another thread.

        Killed at once, it would leave behind the fork that the answer runs in, for ever.
        """
        if os.name != "nt":
            self._process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        self._process.kill()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def judge(question: Question, apart: bool) -> Outcome:
    """Judge a file.

    The answer runs in a fork, whatever it does to it. What the course's own answers do is observed
    here, once for all saves.

    Args:
        question: which, and as what.
        apart: whether there is a fork; else the answer runs in this very process.
    """
    from torchkata.course.grader import GraderError
    from torchkata.learning import plots
    from torchkata.running.device import pick_device
    from torchkata.running.known_answers import seeds_at_home
    from torchkata.running.practice import judged
    from torchkata.text import explanations

    begun = time.monotonic()
    report = _report_apart if apart else _report
    try:
        exercise = _current(question.course, question.exercise)
        path, device = Path(question.file), pick_device(question.device)
        seeds = seeds_at_home(exercise)
        run = _kept(question, lambda device: report(exercise, path, seeds, device))
        result = judged(exercise, seeds, device, run, question.pairs)
    except (GraderError, ValueError) as problem:
        return Outcome(question.exercise, "", {}, str(problem))
    # As data, too, nothing is told that the text holds back.
    causes = (None, None) if question.quiet else (result.misconception, result.second)
    return Outcome(
        question.exercise,
        result.verdict,
        result.cases,
        explanations.render(
            result,
            exercise.grader,
            exercise.further_reading,
            question.verbose,
            question.told,
            question.quiet,
        ),
        *causes,
        round(time.monotonic() - begun, 3),
        plots.save(result, exercise.grader, Path(question.plots)) if question.plots else "",
        result.unexplained and not question.pairs and not question.quiet,
        result.remark,
        result.line or 0,
    )


@functools.cache
def _last_run() -> dict[str, dict[str, Report]]:
    """What the last question without pairs was, encoded, and {device: report} of the answer."""
    return {}


def _kept(question: Question, run: Callable[[str], Report]) -> Callable[[str], Report]:
    """Run an answer, unless the same question was the last one and asked for no pairs."""
    asked = msgspec.json.encode(msgspec.structs.replace(question, pairs=False)).decode()
    known = _last_run().pop(asked, {}) if question.pairs else {}
    _last_run().clear()
    if not question.pairs:
        _last_run()[asked] = known

    def run_once(device: str) -> Report:
        if device not in known:
            known[device] = run(device)
        return known[device]

    return run_once


@functools.cache
def _known() -> dict[tuple[str, str], tuple[str, Exercise]]:
    """{(course, exercise): the digest it was read at, and it}."""
    return {}


def _current(course: str, name: str) -> Exercise:
    """An exercise as it is on disk now, with what was observed of it as long as that holds."""
    from torchkata.course.course import Course
    from torchkata.running.known_answers import forget

    fresh = Course(Path(course)).exercises[name]
    digest, known = _known().get((course, name), ("", fresh))
    if digest != fresh.digest:
        forget()
        _known()[course, name] = fresh.digest, fresh
        return fresh
    return known


def _report(exercise: Exercise, path: Path, seeds: tuple[int, ...], device: str) -> Report:
    """Run an answer in this process; what it prints is kept for the explanation."""
    from torchkata.running.captured import Prints
    from torchkata.running.files import read
    from torchkata.running.practice import report_on

    prints = Prints()
    with contextlib.redirect_stdout(prints), contextlib.redirect_stderr(prints):
        return report_on(exercise, read(path), seeds, device, prints.since)


def _report_apart(exercise: Exercise, path: Path, seeds: tuple[int, ...], device: str) -> Report:
    """Run an answer in a fork of this process, whatever it does to it."""
    from torchkata.judging.codec import BadFrame
    from torchkata.sandbox.protocol import unpack

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(exercise, path, seeds, device, writing)
    os.close(writing)
    seconds = exercise.grader.timeout * len(seeds) + _GRACE
    try:
        data = _until(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if data is None:
        return _ended("TimeLimit", 0)
    try:
        return unpack(data, {(case, seed) for seed in seeds for case in exercise.grader.cases})
    except BadFrame:
        return _ended("Crashed", os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)


def main() -> None:
    """Serve until nobody asks any more."""
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever is printed beside the answers must not be taken for one.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    _warm_up()
    for line in sys.stdin.buffer:
        question = from_json(line, Question)
        outcome = judge(question, _forks())
        answers.write(msgspec.json.encode(outcome) + b"\n")
        answers.flush()


def _warm_up() -> None:
    """Import what every answer needs, and not torch._dynamo, which the first optimizer imports.

    That is most of a second, which torch takes in any program: only who needs it pays for it.
    """
    import torch

    from torchkata.running import practice
    from torchkata.text import explanations

    assert practice
    assert explanations
    torch.set_num_threads(1)
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])
    weight = torch.zeros(2, 3, requires_grad=True)
    torch.nn.functional.cross_entropy(weight, torch.tensor([0, 1])).backward()


def _answer(
    exercise: Exercise, path: Path, seeds: tuple[int, ...], device: str, writing: int
) -> None:
    """In the fork: run, report, and end, whatever happens."""
    from torchkata.sandbox.protocol import pack

    try:
        os.setsid()
        # input() and breakpoint() find nobody there, instead of the next question.
        sys.stdin = open(os.devnull)  # noqa: SIM115 (it stays open until the fork ends)
        os.dup2(sys.stdin.fileno(), 0)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pack(_report(exercise, path, seeds, device)))
    finally:
        os._exit(0)


def _ended(kind: str, number: int) -> Report:
    """The report on an answer that came to no end of its own."""
    from torchkata.judging.judge import Report
    from torchkata.judging.observation import Raised

    names = {known.value: known.name for known in signal.Signals}
    return Report(Raised(kind, names.get(number, "") if kind == "Crashed" else ""))


def _until(descriptor: int, deadline: float) -> bytes | None:
    """What is written until the other side closes; None if that takes too long."""
    data = b""
    while select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(descriptor, 65536)
        if not piece:
            return data
        data += piece
    return None


def _line_from(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """The next line a process writes; b"" if it ends, or takes too long and is ended."""
    import threading

    assert process.stdout is not None
    timer = threading.Timer(max(0.0, deadline - time.monotonic()), process.kill)
    timer.start()
    try:
        return process.stdout.readline()
    finally:
        timer.cancel()


def _start() -> subprocess.Popen[bytes]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "default"}
    return subprocess.Popen(
        # -P: a random.py or torch.py beside the exercises hides nothing.
        [sys.executable, "-P", "-X", "utf8", "-m", "torchkata.learning.judge_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )


def _in_utf8(question: Question) -> Question:
    """With paths as that process, which is in UTF-8 mode, has them, whatever this one's mode is."""
    places = (question.course, question.file, question.plots)
    course, file, plots = (os.fsencode(place).decode("utf-8", "replace") for place in places)
    return msgspec.structs.replace(question, course=course, file=file, plots=plots)


def _forks() -> bool:
    """Whether answers run in a fork. KATA_NO_FORK tries what systems without do."""
    return hasattr(os, "fork") and not os.environ.get("KATA_NO_FORK")


if __name__ == "__main__":
    main()
