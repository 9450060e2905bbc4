"""Points that a teacher gives by hand. They outlive every regrade, and no command changes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torchkata.grading.tables import table

COLUMNS = ("student", "exercise", "points", "reason", "by")
# And those that may be there: yes, where more points than the exercise has are meant, and what the
# student is told besides.
_ABOVE, _COMMENT = "above_maximum", "comment"


@dataclass(frozen=True)
class Override:
    """What a teacher has decided about one exercise of one student.

    Attributes:
        student: the id.
        exercise: its id.
        points: what counts, instead of what was earned.
        reason: why, for anyone who asks.
        by: who decided.
        above_maximum: whether more points than the exercise has are meant.
        comment: what the student is told besides; empty if nothing.
    """

    student: str
    exercise: str
    points: float
    reason: str
    by: str
    above_maximum: bool = False
    comment: str = ""


def read_overrides(path: Path) -> list[Override]:
    """Read `overrides.csv`; none if there is no such file.

    Raises:
        ValueError: a line cannot be used; in one sentence, with its number.
    """
    if not path.exists():
        return []
    try:
        lines = table(path.read_bytes(), path.name)
    except OSError as problem:
        raise ValueError(f"{path.name} cannot be read: {problem.strerror}") from None
    if lines and set(COLUMNS) - set(lines[0][1]):
        raise ValueError(f"{path.name} needs the columns {','.join(COLUMNS)}")
    found = [_override(path, number, line) for number, line in lines]
    seen: set[tuple[str, str]] = set()
    for one in found:
        if (one.student, one.exercise) in seen:
            raise ValueError(f"{path.name} gives points twice for {one.student}, {one.exercise}")
        seen.add((one.student, one.exercise))
    return found


def _override(path: Path, number: int, line: Mapping[str, str]) -> Override:
    values = {name: line.get(name, "") for name in COLUMNS}
    if not (values["student"] and values["exercise"] and values["reason"] and values["by"]):
        raise ValueError(f"{path.name}, line {number}: all of {', '.join(COLUMNS)} are needed")
    if not re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]+)?", values["points"]):
        raise ValueError(f"{path.name}, line {number}: {values['points']!r} is no number of points")
    above = line.get(_ABOVE, "").casefold()
    if above not in ("", "yes", "no"):
        raise ValueError(f"{path.name}, line {number}: {_ABOVE} is yes, no, or empty")
    student, exercise, points, reason, by = values.values()
    comment = line.get(_COMMENT, "")
    return Override(student, exercise, float(points), reason, by, above == "yes", comment)
