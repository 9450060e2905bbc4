"""A gradebook for Canvas to import: the one it exported, with one column filled in.

Its rows, and the columns that say who is who, stay as they are, so that Canvas knows everybody.
"""

from __future__ import annotations

import csv
import io
import re

from torchkata.exporters.common import NotExported, Options, csv_text, number
from torchkata.results import Result, Results

# In the order in which Canvas itself looks.
_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_INFO = (*_IDS, "Student", "LastName", "FirstName", "Root Account", "Section")


def export(results: Results, options: Options) -> str:
    """The columns that say who is who, and the one of this assignment."""
    rows, delimiter = _gradebook(options)
    header = rows[0]
    column = _column(header, options.column or results.title, bool(options.column))
    kept = [index for index, name in enumerate(header) if name.strip() in _INFO] + [column]
    students = {one.student: one for one in results.students}
    done, known = [header], set[str]()
    for row in rows[1:]:
        row = row + [""] * (len(header) - len(row))
        student = None if _is_no_student(row) else _student(header, row, students)
        if student is not None:
            known.add(student.student)
            # An empty cell would take a grade away, so who has no points keeps what is there.
            row[column] = row[column] if student.points is None else number(student.points)
        done.append(row)
    options.strangers.extend(sorted(students.keys() - known))
    return csv_text(([row[index] for index in kept] for row in done), delimiter)


def _gradebook(options: Options) -> tuple[list[list[str]], str]:
    if options.gradebook is None:
        raise NotExported("Canvas knows people by its own gradebook: export it, then --gradebook")
    try:
        text = options.gradebook.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise NotExported(f"{options.gradebook} cannot be read: {problem}") from None
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    if not rows or not {"Student", "ID", "Section"} <= {name.strip() for name in rows[0]}:
        raise NotExported(f"{options.gradebook} is no gradebook of Canvas: Student, ID, Section")
    return rows, delimiter


def _column(header: list[str], title: str, exact: bool) -> int:
    """Which column is filled in: never a new one, which Canvas would make an assignment of."""
    same = [index for index, name in enumerate(header) if name.strip() == title]
    named = re.compile(re.escape(title) + r" \(\d+\)")
    found = same or [i for i, name in enumerate(header) if named.fullmatch(name.strip())]
    if len(found) == 1:
        return found[0]
    others = ", ".join(repr(name) for name in header if re.search(r"\(\d+\)$", name.strip()))
    said = f"{len(found)} columns are called {title!r}"
    raise NotExported(f"{said}; say which: --column, one of {others or 'none with an id'}")


def _is_no_student(row: list[str]) -> bool:
    """Rows that say something about columns, and the student that Canvas makes up."""
    name = row[0].strip()
    return "Points Possible" in row[0] or name in ("", "Student, Test")


def _student(header: list[str], row: list[str], students: dict[str, Result]) -> Result | None:
    for name in _IDS:
        if name in header and (value := row[header.index(name)].strip()) in students:
            return students[value]
    return None
