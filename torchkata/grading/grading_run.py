"""Grading one submission: its bytes go through the walls, and the verdicts become a record."""

from __future__ import annotations

import functools
import platform
import re
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from msgspec import structs

from torchkata.course.course import Exercise
from torchkata.course.grader import GraderError
from torchkata.course.packages import PACKAGES
from torchkata.grading.assignment import Assignment, points_of, void_of
from torchkata.grading.records import Graded, Record, digest
from torchkata.grading.submission import Submission
from torchkata.judging.judge import Report, Result
from torchkata.running.cells import told_in_cells
from torchkata.running.files import File, read
from torchkata.running.known_answers import judge_against
from torchkata.sandbox import bubblewrap
from torchkata.sandbox.backends import NoWalls, Sandbox, Walls
from torchkata.sandbox.channel import Failure
from torchkata.text import explanations
from torchkata.text.wrapping import fitted

# A submission whose runs have ended more sandboxes than these is not given another.
_REPLACEMENTS = 2

# The course's own answers run in this process, and change its folder and its settings.
_judging = threading.Lock()


@dataclass(frozen=True)
class Terms:
    """What holds for a whole batch.

    Attributes:
        seeds: what the arguments are drawn from: fresh for each run, unless they were given.
        walls: what answers run behind.
        device: where they run.
        feedback: how much a learner is told: full, named, or points.
        assignment: what a teacher decided, if there is one.
        public: whether the seeds were given, so that they may be known before.
        run: what several machines call it that grade a part of it each; empty for one alone.
    """

    seeds: tuple[int, ...]
    walls: type[Walls] = Sandbox
    device: str = "cpu"
    feedback: str = "full"
    assignment: Assignment | None = None
    public: bool = False
    run: str = ""

    @property
    def packages(self) -> frozenset[str]:
        """What answers may import besides the standard library."""
        return frozenset(self.assignment.packages) if self.assignment else PACKAGES


class Worker:
    """Walls that are replaced where they die; an answer is then tried once more.

    Args:
        kind: of walls.
        device: where answers run.
        packages: what the courses of these answers declare, wherever that is installed.

    Raises:
        NoWalls: they are not available here.
    """

    def __init__(
        self,
        kind: type[Walls] = Sandbox,
        device: str = "cpu",
        packages: Iterable[str] = (),
    ) -> None:
        bubblewrap.show(packages)
        self._kind, self._device = kind, device
        self._walls = kind(device)
        self._replaced = 0
        self._closed = False
        self._lost = ""

    @property
    def walls(self) -> str:
        """What is between an answer and this machine, in words."""
        return self._walls.walls

    def begin(self) -> None:
        """A new submission comes, which has not ended any walls."""
        self._replaced = 0
        if self._lost and not self._closed:
            self._start()

    def respond(
        self,
        exercise: Exercise,
        text: str,
        seeds: Sequence[int],
        device: str = "cpu",
        packages: frozenset[str] = PACKAGES,
    ) -> Report:
        """Run an answer behind the walls.

        Raises:
            Failure: two of them died over it, or this submission has ended too many already, or
                there are no others in place of those that died.
        """
        if self._lost:
            raise Failure(self._lost)
        if self._replaced > _REPLACEMENTS:
            raise Failure("this submission has ended too many sandboxes")
        try:
            return self._walls.respond(exercise, text, seeds, device, packages)
        except Failure:
            self._replace()
        try:
            return self._walls.respond(exercise, text, seeds, device, packages)
        except Failure:
            self._replace()
            raise

    def close(self) -> None:
        """End the walls, and all that is behind them, while they may be in use."""
        self._closed = True
        self._walls.close()

    def _replace(self) -> None:
        if self._closed:
            raise Failure("the batch was stopped")
        self._replaced += 1
        self._walls.close()
        self._start()
        if self._lost:
            raise Failure(self._lost)

    def _start(self) -> None:
        """Try for other walls; that a machine is short of something for a while ends no batch."""
        try:
            self._walls = self._kind(self._device)
            self._lost = ""
        except (NoWalls, OSError) as problem:
            self._lost = f"walls ended, and no others are available: {problem}"

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def read_all(submission: Submission) -> dict[Exercise, File]:
    """Read the files of a submission's exercises that can be graded."""
    return {
        exercise: read(path, submission.root)
        for exercise, path in submission.files.items()
        if exercise.grader.graded
    }


def digest_of(files: dict[Exercise, File]) -> str:
    """One digest for all the files of a submission."""
    parts = [f"{exercise.id} {_sha256(file)}" for exercise, file in files.items()]
    return digest("\n".join(parts))


def grade(
    worker: Worker, submission: Submission, files: dict[Exercise, File], terms: Terms
) -> Record:
    """Grade one submission.

    Args:
        worker: what its answers run behind.
        submission: what was handed in.
        files: its files, read.
        terms: those of its batch.
    """
    worker.begin()
    began, clock = datetime.now(UTC), time.monotonic()
    found = (_grade(worker, exercise, file, terms) for exercise, file in files.items())
    graded = [_why_missing(one, submission.collected) for one in found]
    seconds = time.monotonic() - clock
    record = _record(submission, digest_of(files), graded, terms, began, seconds)
    courses = dict.fromkeys(exercise.course.outline.called for exercise in files)
    return structs.replace(record, walls=worker.walls, course=", ".join(filter(None, courses)))


def _why_missing(graded: Graded, collected: str) -> Graded:
    """What became of an exercise; of a file that is not there, with what was noted of it."""
    if graded.verdict != "missing" or not collected:
        return graded
    said = fitted(f"  Noted when it was collected: {collected}")
    return structs.replace(graded, text=f"{graded.text}\n{said}")


def not_graded(submission: Submission, terms: Terms, problem: str) -> Record:
    """What stands for a submission that the engine failed at, to be graded again."""
    failure = f"the engine failed: {problem}"
    graded = [
        _not_graded(one, File(""), points_of(terms.assignment, one), 0.0, failure)
        for one in submission.files
        if one.grader.graded
    ]
    return _record(submission, "", graded, terms, datetime.now(UTC), 0.0)


def _record(
    submission: Submission,
    sha256: str,
    graded: list[Graded],
    terms: Terms,
    began: datetime,
    seconds: float,
) -> Record:
    return Record(
        submission=submission.name,
        sha256=sha256,
        assurance=terms.walls.assurance,
        seeds=list(terms.seeds),
        device=terms.device,
        dtype=str(torch.get_default_dtype()),
        torch=str(torch.__version__),
        platform=platform.platform(),
        began=began.isoformat(timespec="seconds"),
        seconds=round(seconds, 4),
        points=sum(one.points or 0 for one in graded),
        of=sum(one.of for one in graded),
        exercises=graded,
        note=submission.note,
        host=platform.node(),
        processor=_processor(),
    )


def _processor() -> str:
    """Which code torch chose for this machine's processor, and what that calls itself."""
    return f"{torch.backends.cpu.get_cpu_capability()}, {_model_of_processor()}"


@functools.cache
def _model_of_processor() -> str:
    try:
        said = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        said = ""
    named = re.search(r"^model name\s*:\s*(.+)$", said, re.MULTILINE)
    return named[1] if named else platform.machine()


def examine(worker: Worker, exercise: Exercise, file: File, seeds: Sequence[int]) -> Result:
    """Judge a submitted file by what it does behind the walls."""
    return _examine(worker, exercise, file, Terms(tuple(seeds)), "cpu")


def _examine_on(worker: Worker, exercise: Exercise, file: File, terms: Terms) -> Result:
    """Judge on the batch's device; what is off only there is judged by what it does on the CPU."""
    result = _examine(worker, exercise, file, terms, terms.device)
    if result.verdict == "wrong" and terms.device != "cpu":
        on_cpu = _examine(worker, exercise, file, terms, "cpu", pairs=False)
        if on_cpu.verdict == "passed":
            return replace(on_cpu, note=terms.device)
    return result


def _examine(
    worker: Worker, exercise: Exercise, file: File, terms: Terms, device: str, pairs: bool = True
) -> Result:
    report = file.report
    if report is None:
        packages = terms.packages
        report = worker.respond(exercise, file.text, terms.seeds, device, packages)
    void = void_of(terms.assignment, exercise)
    with _judging:
        result = judge_against(exercise, report, terms.seeds, device, void, pairs)
    return told_in_cells(result, file.text, exercise.asked)


def _earned(result: Result, of: float, terms: Terms) -> float:
    """All or nothing; by case where the assignment says so, for what was wrong and not for less."""
    if result.verdict == "passed":
        return of
    partial = terms.assignment is not None and terms.assignment.partial
    counts = partial and result.verdict in ("wrong", "error")
    return round(of * result.right / len(result.cases), 4) if counts and result.cases else 0.0


def _grade(worker: Worker, exercise: Exercise, file: File, terms: Terms) -> Graded:
    clock = time.monotonic()
    of = points_of(terms.assignment, exercise)
    try:
        result = _examine_on(worker, exercise, file, terms)
    except (GraderError, NoWalls):
        raise
    except Exception as problem:
        # Also what no submission should be able to do to us: it does not end the batch.
        known = isinstance(problem, Failure)
        failure = str(problem) if known else f"the engine failed: {problem!r}"
        return _not_graded(exercise, file, of, time.monotonic() - clock, failure)
    return Graded(
        exercise=exercise.id,
        sha256=_sha256(file),
        verdict=result.verdict,
        points=_earned(result, of, terms),
        of=of,
        cases=result.cases,
        misconception=result.misconception,
        flags=[f"line {line} uses {name}" for line, name in result.forbidden],
        text=fitted(
            explanations.feedback(result, exercise.grader, terms.feedback, exercise.further_reading)
        ),
        seconds=round(time.monotonic() - clock, 4),
        second=result.second,
        ideas=_ideas(exercise, result),
        remark=result.remark,
        data=exercise.data_digests,
    )


def _not_graded(exercise: Exercise, file: File, of: float, seconds: float, failure: str) -> Graded:
    return Graded(
        exercise=exercise.id,
        sha256=_sha256(file),
        verdict=None,
        points=None,
        of=of,
        cases={},
        misconception=None,
        flags=[],
        text=f"{exercise.id}  not graded: {failure}",
        seconds=round(seconds, 4),
        failure=failure,
    )


def _ideas(exercise: Exercise, result: Result) -> list[str]:
    """What is misunderstood, as far as the misconceptions that explain an answer say so."""
    known = exercise.grader.misconceptions
    names = filter(None, (result.misconception, result.second))
    return list(dict.fromkeys(idea for name in names if (idea := known[name].idea)))


def _sha256(file: File) -> str:
    return digest(file.text) if file.report is None else ""
