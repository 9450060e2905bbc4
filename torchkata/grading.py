"""Grading: a submission's bytes go through both walls, and the verdicts become a record."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import torch

from torchkata import source, submission, words
from torchkata.conversation import Failure
from torchkata.course import Course, Exercise
from torchkata.judge import Report, Result
from torchkata.practice import judge_against
from torchkata.walls import Sandbox

SCHEMA = "torchkata/record/1"
SEEDS = 2


class Graded(msgspec.Struct):
    """The verdict on one exercise of a submission.

    Attributes:
        exercise: its id.
        sha256: of the file's text; empty where there was none to read.
        verdict: see design §1.
        points, of: what it earned, and what it could have earned.
        cases: {case: its own verdict}.
        misconception: the name of the one it agrees with, if there is one.
        flags: forbidden calls, as advice to the teacher.
        text: what the learner is told.
        seconds: how long the walls took, seen from outside.
    """

    exercise: str
    sha256: str
    verdict: str
    points: float
    of: float
    cases: dict[str, str]
    misconception: str | None
    flags: list[str]
    text: str
    seconds: float


class Record(msgspec.Struct):
    """One graded submission, with all that it takes to grade it again."""

    submission: str
    assurance: str
    seeds: list[int]
    device: str
    torch: str
    points: float
    of: float
    exercises: list[Graded]
    schema: str = SCHEMA


def grade(course: Course, path: Path, seeds: Sequence[int] | None = None) -> Record:
    """Grade one submission behind the walls.

    Args:
        course: whose exercises.
        path: a folder laid out like `exercises/`, or a single file.
        seeds: fresh and secret ones where None.

    Raises:
        ValueError: there is nothing to grade at `path`.
        NoWalls: this machine offers none.
        Failure: a second sandbox died for our reasons as well.
    """
    found = submission.find(course, path)
    seeds = [secrets.randbits(32) for _ in range(SEEDS)] if seeds is None else list(seeds)
    with Worker() as worker:
        graded = [
            _grade(worker, exercise, file, seeds)
            for exercise, file in found.items()
            if exercise.grader.graded
        ]
    points, of = sum(one.points for one in graded), sum(one.of for one in graded)
    assurance = Sandbox.assurance
    return Record(path.name, assurance, seeds, "cpu", str(torch.__version__), points, of, graded)


class Worker:
    """A sandbox that is replaced where it dies; a submission is then tried once more."""

    def __init__(self) -> None:
        self._sandbox = Sandbox()

    def respond(self, exercise: Exercise, text: str, seeds: Sequence[int]) -> Report:
        """Run an answer behind the walls.

        Raises:
            Failure: two sandboxes died over it.
        """
        try:
            return self._sandbox.respond(exercise, text, seeds)
        except Failure:
            self._replace()
            return self._sandbox.respond(exercise, text, seeds)

    def _replace(self) -> None:
        self._sandbox.close()
        self._sandbox = Sandbox()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: Any) -> None:
        self._sandbox.close()


def examine(
    worker: Worker, exercise: Exercise, file: submission.File, seeds: Sequence[int]
) -> Result:
    """Judge a submitted file by what it does behind the walls."""
    report = file.report or worker.respond(exercise, file.text, seeds)
    return judge_against(exercise, report, tuple(seeds))


def _grade(worker: Worker, exercise: Exercise, path: Path, seeds: Sequence[int]) -> Graded:
    begun = time.monotonic()
    file = submission.read(path)
    result = examine(worker, exercise, file, seeds)
    read = source.further_reading(exercise.solution, exercise.name)
    of = exercise.grader.points
    return Graded(
        exercise=exercise.id,
        sha256=hashlib.sha256(file.text.encode()).hexdigest() if file.report is None else "",
        verdict=result.verdict,
        points=of if result.verdict == "passed" else 0.0,
        of=of,
        cases=result.cases,
        misconception=result.misconception,
        flags=[f"line {line} uses {name}" for line, name in result.forbidden],
        text=words.render(result, exercise.grader, read),
        seconds=round(time.monotonic() - begun, 4),
    )
