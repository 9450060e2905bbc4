"""What exporters share: the options, whose submission is meant, and how numbers are written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from torchkata.course.foreign_text import plain_lines
from torchkata.grading.results import Earned, Result, Results


class NotExported(ValueError):
    """Something that a platform could not read, or would read wrongly; str() says what to do."""


@dataclass(frozen=True)
class Options:
    """What the command was given.

    Attributes:
        student: whose submission, for what is about one.
        gradebook: a CSV that the platform exported.
        column: the column of it to fill in.
        item: what a new column is called; the assignment's title if empty.
        by: what tells people apart. Moodle: email, idnumber or username, email if empty. Canvas:
            the gradebook's column of their ids, the one that most match by if empty.
        roster: who is in the class, and what platforms call them.
        existing: what wins over a grade that is in the gradebook already: keep or replace; where
            it is empty, that is refused.
        unlimited: whether grades above 100 are taken.
        round_down: whether points that are no integers may lose what is after the point.
        fields: what a format asks for besides.
        anonymous: whether feedback names nobody.
        strangers: filled in: students that the platform's gradebook does not know.
        notes: filled in: sentences for people about what is written.
    """

    student: str = ""
    gradebook: Path | None = None
    column: str = ""
    item: str = ""
    by: str = ""
    roster: Path | None = None
    unlimited: bool = False
    round_down: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    existing: str = ""
    anonymous: bool = False
    strangers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def the_one(results: Results, options: Options) -> Result:
    """The student that a format about one submission is about.

    Raises:
        NotExported: none, or several, could be meant, or not all of it is graded.
    """
    found = meant(results, options)
    if found.exercises and found.points is None:
        raise NotExported(f"not all of {found.student} is graded yet; run kata grade again")
    return found


def meant(results: Results, options: Options) -> Result:
    """The student that was named, or the only one there is.

    Raises:
        NotExported: there is none of that name, or several could be meant.
    """
    students = {one.student: one for one in results.students}
    if options.student:
        if options.student not in students:
            raise NotExported(f"there is no {options.student} in these results")
        return students[options.student]
    if len(students) != 1:
        raise NotExported(f"these are {len(students)} students; say which: --student ID")
    return results.students[0]


def possible(results: Results) -> float:
    """What could be earned in all."""
    return math.fsum(results.exercises.values())


def number(points: float) -> str:
    """Points as people and programs read them: 2, 2.5, 0.6667, never 2.0 or 1e-05."""
    text = f"{points:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def value(points: float) -> float | int:
    """The same as a value for JSON."""
    return int(points) if points == int(points) else round(points, 4)


def full(earned: Earned) -> bool:
    """Whether an exercise earned all that it could."""
    return earned.points is not None and earned.points >= earned.of


def late_words(result: Result) -> str:
    """What was taken off, and why; nothing where nothing was."""
    if not result.penalty:
        return ""
    points = "1 point" if result.penalty == 1 else f"{number(result.penalty)} points"
    return f"handed in {spell(result)} late: {points} less"


def spell(result: Result) -> str:
    """How late something is, in days, hours and minutes."""
    minutes = -int(-result.late.total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    parts = [(days, "d"), (rest // 60, "h"), (rest % 60, "min")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def told(earned: Earned) -> str:
    """What a learner is told of an exercise, and why its points were given by hand."""
    by_hand = f"\nPoints given by hand: {earned.by_hand}" if earned.by_hand else ""
    comment = f"\nComment: {earned.comment}" if earned.comment else ""
    return plain_lines(f"{earned.text}{by_hand}{comment}")
