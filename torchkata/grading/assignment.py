"""What a teacher decides about an assignment, as `assignment.toml` says it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import msgspec

from torchkata.course.course import Course, Exercise
from torchkata.course.finding import find_all
from torchkata.course.grader_facts import minutes_of
from torchkata.course.packages import PACKAGES
from torchkata.course.reading import from_toml

Feedback = Literal["full", "named", "points"]
Form = Literal["files", "notebooks", "both"]

_LIKE = "2026-12-04T23:59:00+09:00"


class Late(msgspec.Struct, forbid_unknown_fields=True):
    """What being late costs. Platforms have policies of their own: set only one of the two.

    Attributes:
        per_day: percent of what was earned, for each day that has begun.
        at_most: percent that are taken off altogether.
        grace_minutes: how late is not late yet.
        by_hand: whether points given by hand are cut, too.
    """

    per_day: float
    at_most: float = 100.0
    grace_minutes: float = 0.0
    by_hand: bool = True


class Assignment(msgspec.Struct, forbid_unknown_fields=True):
    """An assignment.

    Attributes:
        title: what it is called.
        exercises: modules and exercises, by any part of their names that no other has.
        points: {exercise: points} where they are not the grader's.
        partial: whether each case counts by itself, instead of all or nothing.
        packages: what answers may import, besides the standard library.
        due: until when, with its offset from UTC; None for no end. Told to the class.
        late: what being late costs; None, if nothing.
        extensions: {student: until when, instead of `due`}.
        feedback: how much a learner is told of a graded answer: full, named, or points.
        renamed: {id: the student's id now}, where a roster was changed after something was graded.
        void: cases that count for nobody, as exercise/case.
        form: how it is given out: as files, as notebooks (one a module), or as both.
        groups: whether those whom the roster puts in one group hand in together.
        timezone: the platform's, by its IANA name, for times that it writes without an offset.
        seeds: the public ones, which the pack knows.
    """

    title: str
    exercises: list[str]
    points: dict[str, float] = {}
    partial: bool = False
    packages: list[str] = msgspec.field(default_factory=lambda: sorted(PACKAGES))
    due: datetime | None = None
    late: Late | None = None
    extensions: dict[str, datetime] = {}
    renamed: dict[str, str] = {}
    feedback: Feedback = "full"
    void: list[str] = []
    form: Form = "files"
    groups: bool = False
    timezone: str = ""
    seeds: list[int] = msgspec.field(default_factory=lambda: [0, 1])


def read(path: Path) -> Assignment:
    """Read an assignment's file.

    Raises:
        ValueError: it is none, in one sentence.
    """
    try:
        return from_toml(path, Assignment)
    except ValueError as problem:
        raise ValueError(f"{problem}{_choices(str(problem))}") from None


def _choices(problem: str) -> str:
    """What there is to choose, where something else was chosen."""
    known = {"$.feedback": get_args(Feedback), "$.form": get_args(Form)}
    found = [", ".join(values) for place, values in known.items() if f"`{place}`" in problem]
    return f"; there is {found[0]}" if found else ""


def of_modules(course: Course, names: list[str]) -> list[Exercise]:
    """All exercises of some modules.

    Raises:
        ValueError: the course has no such module.
    """
    if unknown := set(names) - set(course.modules):
        known = ", ".join(course.modules)
        raise ValueError(f"there is no module {unknown.pop()!r}; the course has: {known}")
    return [exercise for exercise in course.exercises.values() if exercise.module in names]


def minutes_for(exercises: Iterable[Exercise]) -> int:
    """About how many minutes exercises take together."""
    return sum(minutes_of(exercise.facts.level) for exercise in exercises)


def points_of(assignment: Assignment | None, exercise: Exercise) -> float:
    """What an exercise counts."""
    own = exercise.grader.points
    return own if assignment is None else assignment.points.get(exercise.id, own)


def void_of(assignment: Assignment | None, exercise: Exercise) -> frozenset[str]:
    """The cases of an exercise that count for nobody."""
    void = assignment.void if assignment else []
    return frozenset(case for case in exercise.grader.cases if f"{exercise.id}/{case}" in void)


def check(assignment: Assignment, course: Course) -> list[Exercise]:
    """The exercises of an assignment, in the course's order, once all that it says fits the course.

    What is the name of a module and of an exercise means the module.

    Raises:
        NotFound: it names what is no exercise and no module.
        ValueError: something else does not fit, in one sentence.
    """
    named = set(find_all(course, assignment.exercises, module_first=True))
    exercises = [exercise for exercise in course.exercises.values() if exercise in named]
    if not exercises:
        raise ValueError("the assignment names no exercise")
    for exercise in exercises:
        _refuse_unusable(exercise)
    ids = {exercise.id for exercise in exercises}
    if unknown := set(assignment.points) - ids:
        raise ValueError(f"points are given for {unknown.pop()}, which is not in the assignment")
    if wrong := [name for name, points in assignment.points.items() if not 0 < points < math.inf]:
        raise ValueError(f"points of {wrong[0]} must be above 0, and finite")
    cases = {f"{e.id}/{case}" for e in exercises for case in e.grader.cases}
    if unknown := set(assignment.void) - cases:
        raise ValueError(f"void names {unknown.pop()}, which is no exercise/case of the assignment")
    if whole := [e.id for e in exercises if void_of(assignment, e) == set(e.grader.cases)]:
        raise ValueError(f"all cases of {whole[0]} are void; take the exercise out instead")
    if twice := sorted(assignment.renamed.keys() & set(assignment.renamed.values())):
        raise ValueError(f"renamed names {twice[0]} as an old id, and as a new one")
    _check_times(assignment)
    return exercises


def _refuse_unusable(exercise: Exercise) -> None:
    if fault := exercise.fault():
        instead = f"fix it, or name the exercises of {exercise.module} without {exercise.name}"
        raise ValueError(f"{fault}; {instead}")


def _check_times(assignment: Assignment) -> None:
    for time in (assignment.due, *assignment.extensions.values()):
        if time is not None and time.tzinfo is None:
            raise ValueError(f"{time} has no offset from UTC; write it like {_LIKE}")
    late = assignment.late
    if late is None:
        return
    if assignment.due is None:
        raise ValueError("there is a policy for being late, but nothing is due")
    if not (0 <= late.per_day <= 100 and 0 <= late.at_most <= 100 and late.grace_minutes >= 0):
        raise ValueError("per_day and at_most of `late` are percent, 0 to 100; grace_minutes >= 0")
