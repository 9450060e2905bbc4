"""A gradebook for Canvas to import: the one it exported, with one column filled in.

Its rows, and the columns that say who is who, stay as they are, so that Canvas knows everybody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from torchkata.grading.results import Results
from torchkata.grading.tables import csv_text, grid
from torchkata.platforms.exporters.common import NotExported, Options, number, possible

# In the order in which Canvas itself looks.
_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_INFO = (*_IDS, "Student", "LastName", "FirstName", "Root Account", "Section")
# The row of what could be earned is called so, and has no student.
_POSSIBLE = "Points Possible"


def export(results: Results, options: Options) -> str:
    """The columns that say who is who, and the one of this assignment."""
    rows, delimiter = _gradebook(options)
    header = rows[0]
    column = _column(header, options.column or results.title, bool(options.column))
    kept = [index for index, name in enumerate(header) if name.strip() in _INFO] + [column]
    students = {one.student: one for one in results.students}
    whose = _whose(rows, students, options)
    for index, student in whose.items():
        points = students[student].points
        # An empty cell would take a grade away, so who has no points keeps what is there.
        if points is not None:
            rows[index][column] = number(points)
    options.strangers.extend(sorted(students.keys() - set(whose.values())))
    options.notes.extend(_other_maximum(rows, column, delimiter, results))
    return csv_text(([row[index] for index in kept] for row in rows), delimiter)


def _gradebook(options: Options) -> tuple[list[list[str]], str]:
    if options.gradebook is None:
        raise NotExported("Canvas knows people by its own gradebook: export it, then --gradebook")
    try:
        cells, delimiter = grid(options.gradebook.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as problem:
        raise NotExported(f"{options.gradebook} cannot be read: {problem}") from None
    rows = [row for _, row in cells if row]
    if not rows or not {"Student", "ID", "Section"} <= {name.strip() for name in rows[0]}:
        raise NotExported(f"{options.gradebook} is no gradebook of Canvas: Student, ID, Section")
    return [row + [""] * (len(rows[0]) - len(row)) for row in rows], delimiter


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


def _whose(rows: list[list[str]], students: Collection[str], options: Options) -> dict[int, str]:
    """{row: student}, by one column for all: a number may be one student's ID and another's SIS ID.

    Raises:
        NotExported: the columns do not agree, so a grade could go to somebody else.
    """
    people = _people(rows)
    found = _found(rows, people, students, options.by)
    _refuse_two_students(found, people)
    _refuse_two_rows(found, people)
    best = max(found, key=lambda column: len(found[column]))
    for column, whose in found.items():
        if len(whose) == len(found[best]) and whose != found[best]:
            said = f"{best} and {column} of the gradebook match equally many students, and others"
            raise NotExported(f"{said}; {_which(best, column)}")
    there = set(found[best].values())
    for column, whose in found.items():
        if left := sorted(set(whose.values()) - there):
            there.update(left)
            options.notes.append(
                f"only {column} of the gradebook knows {', '.join(left)}, and most students match "
                f"by {best}: mend {best} in the gradebook, or fill these grades in by hand"
            )
    return found[best]


def _people(rows: list[list[str]]) -> dict[int, str]:
    """{row: name}, without the rows about columns, and the student that Canvas makes up."""
    column = _names(rows).index("Student")
    names = {index: row[column].strip() for index, row in enumerate(rows[1:], start=1)}
    nobody = ("", "Student, Test")
    return {i: name for i, name in names.items() if name not in nobody and _POSSIBLE not in name}


def _found(
    rows: list[list[str]], people: Iterable[int], students: Collection[str], by: str
) -> dict[str, dict[int, str]]:
    """{column: {row: student}}, for each column that could say who is who, or the given one."""
    names = _names(rows)
    there = [name for name in _IDS if name in names]
    if by and by not in there:
        raise NotExported(f"--by {by}: the gradebook has {', '.join(there)}")
    found = {}
    for name in [by] if by else there:
        column = names.index(name)
        cells = {index: rows[index][column].strip() for index in people}
        found[name] = {index: cell for index, cell in cells.items() if cell in students}
    return found


def _refuse_two_students(found: Mapping[str, Mapping[int, str]], people: Mapping[int, str]) -> None:
    """Refuse a row that is one student by one column, and another by another."""
    for index, name in people.items():
        by = {whose[index]: column for column, whose in found.items() if index in whose}
        if len(by) > 1:
            (one, first), (other, second) = list(by.items())[:2]
            said = f"{name!r} of the gradebook is {one} by {first}, and {other} by {second}"
            raise NotExported(f"{said}; {_which(first, second)}")


def _refuse_two_rows(found: Mapping[str, Mapping[int, str]], people: Mapping[int, str]) -> None:
    """Refuse a student with two rows of different names; one in two sections has the same."""
    seen: dict[str, tuple[str, str]] = {}
    for column, whose in found.items():
        for index, student in whose.items():
            name = people[index]
            other, first = seen.setdefault(student, (name, column))
            if name == other:
                continue
            if column == first:
                said = f"{other!r} and {name!r} of the gradebook have both {student} as {column}"
                raise NotExported(f"{said}; mend it there, or export the gradebook again")
            said = f"{student} is {other!r} of the gradebook by {first}, and {name!r} by {column}"
            raise NotExported(f"{said}; {_which(first, column)}")


def _which(first: str, second: str) -> str:
    return f"say which column holds your students' ids: --by {first!r} or --by {second!r}"


def _other_maximum(
    rows: list[list[str]], column: int, delimiter: str, results: Results
) -> Iterator[str]:
    """What Canvas would make of the points, where they are out of something else there."""
    who, here = _names(rows).index("Student"), possible(results)
    cells = [row[column].strip() for row in rows if _POSSIBLE in row[who]]
    for cell in cells[:1]:
        there = _points(cell, delimiter)
        if there is not None and results.exercises and number(there) != number(here):
            yield (
                f"Points Possible of {rows[0][column].strip()!r} is {number(there)} in the "
                f"gradebook, and {number(here)} here: mend one of the two"
            )


def _points(cell: str, delimiter: str) -> float | None:
    """A number as Canvas writes it: with semicolons, a comma is a decimal point."""
    plain = cell.replace(".", "").replace(",", ".") if "," in cell and delimiter == ";" else cell
    plain = plain.replace(",", "")
    return float(plain) if re.fullmatch(r"[0-9]*\.?[0-9]+", plain) else None


def _names(rows: list[list[str]]) -> list[str]:
    return [name.strip() for name in rows[0]]
