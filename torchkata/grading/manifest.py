"""What came in from whom, and when: the manifest that `kata collect` writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from torchkata.grading.tables import csv_bytes, table

COLUMNS = ("id", "name", "handed_in", "attempt", "late_by", "from", "note")
# And one that may be missing.
_ORDER = "order"


@dataclass(frozen=True)
class Row:
    """One line of a manifest: what came in from a student, and when.

    Attributes:
        id, name: the student's.
        handed_in: ISO 8601 with its offset; empty where the download does not say.
        attempt: which one it is, from 1; 0 if there is none.
        late_by: HH:MM after the assignment's end; empty if unknown or in time.
        source: the file or folder of the download it came from (column `from`).
        note: what was not taken, and why.
        order: a number that is larger for what came in later, where the download has one.
    """

    id: str
    name: str
    handed_in: str = ""
    attempt: int = 0
    late_by: str = ""
    source: str = ""
    note: str = ""
    order: int | None = None


def as_bytes(rows: Iterable[Row]) -> bytes:
    """A manifest, as bytes."""
    cells = ([*list(vars(row).values())[:-1], row.order or ""] for row in rows)
    return csv_bytes((*COLUMNS, _ORDER), cells)


def read(path: Path) -> list[Row]:
    """Read a manifest.

    Raises:
        ValueError: it is none, in one sentence.
    """
    try:
        rows = table(path.read_bytes(), str(path))
    except OSError as problem:
        raise ValueError(f"{path} cannot be read: {problem.strerror}") from None
    # A renamed column would be an empty one, and take everybody's lateness away.
    if rows and (missing := [column for column in COLUMNS if column not in rows[0][1]]):
        raise ValueError(f"{path} has no column {missing[0]}; a manifest has {','.join(COLUMNS)}")
    found = []
    for line, row in rows:
        values = [row.get(column, "") for column in COLUMNS]
        if not values[0] or not re.fullmatch("[0-9]{1,9}", values[3]):
            raise ValueError(f"{path}, line {line} is no line of a manifest")
        identity, name, handed_in, attempt, late_by, source, note = values
        order = row.get(_ORDER, "")
        known = int(order) if re.fullmatch("[0-9]{1,18}", order) else None
        found.append(Row(identity, name, handed_in, int(attempt), late_by, source, note, known))
    return found


def by_submission(rows: Sequence[Row]) -> dict[str, Row]:
    """The rows by what a submission is called: `id` (the last of a student) or `id@attempt`."""
    attempts = {f"{row.id}@{row.attempt}": row for row in rows}
    return {row.id: row for row in rows} | attempts


def time_of(row: Row | None) -> datetime | None:
    """When something was handed in.

    Raises:
        ValueError: the manifest has something else there.
    """
    if row is None or not row.handed_in:
        return None
    try:
        time = datetime.fromisoformat(row.handed_in)
    except ValueError:
        raise ValueError(f"manifest.csv: {row.handed_in!r} of {row.id} is no time") from None
    if time.tzinfo is None:
        raise ValueError(f"manifest.csv: {row.handed_in} of {row.id} has no offset from UTC")
    return time
