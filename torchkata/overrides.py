"""Points that a teacher gives by hand. They outlive every regrade, and no command changes them."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ("student", "exercise", "points", "reason", "by")


@dataclass(frozen=True)
class Override:
    """What a teacher has decided about one exercise of one student.

    Attributes:
        student: the id.
        exercise: its id.
        points: what counts, instead of what was earned.
        reason: why, for whoever asks.
        by: who decided.
    """

    student: str
    exercise: str
    points: float
    reason: str
    by: str


def read_overrides(path: Path) -> list[Override]:
    """Read `overrides.csv`; none if there is no such file.

    Raises:
        ValueError: a line cannot be used; in one sentence, with its number.
    """
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, strict=True)
            if set(COLUMNS) - set(lines.fieldnames or ()):
                raise ValueError(f"{path.name} needs the columns {','.join(COLUMNS)}")
            found = [_override(path, lines.line_num, line) for line in lines]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ValueError(f"{path.name} cannot be read: {problem}") from None
    seen: set[tuple[str, str]] = set()
    for one in found:
        if (one.student, one.exercise) in seen:
            raise ValueError(f"{path.name} gives points twice for {one.student}, {one.exercise}")
        seen.add((one.student, one.exercise))
    return found


def _override(path: Path, number: int, line: dict[str, str | None]) -> Override:
    values = {name: (line[name] or "").strip() for name in COLUMNS}
    try:
        points = float(values["points"])
    except ValueError:
        points = math.nan
    if not (values["student"] and values["exercise"] and values["reason"] and values["by"]):
        raise ValueError(f"{path.name}, line {number}: all of {', '.join(COLUMNS)} are needed")
    if not math.isfinite(points):
        raise ValueError(f"{path.name}, line {number}: {values['points']!r} is no number of points")
    return Override(values["student"], values["exercise"], points, values["reason"], values["by"])
