"""A gradebook for Canvas to import: the one it exported, with one column filled in.

Its rows, and the columns that say who is who, do not change, so that Canvas knows everybody.
A grade that is there already is never overwritten in silence, and one that Canvas has excused, or
that it does not ask for, never at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torchkata.grading.results import Result, Results
from torchkata.grading.tables import csv_text, grid
from torchkata.platforms import roster as rosters
from torchkata.platforms.exporters.common import NotExported, Options, number, possible

# In the order in which Canvas itself looks.
_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_NAMES = ("Student", "LastName", "FirstName")
_INFO = (*_IDS, *_NAMES, "Root Account", "Section")
# What a roster calls them.
_IN_ROSTER = {"ID": "canvas_id", "SIS User ID": "sis_id", "SIS Login ID": "login"}
# Excused, and not asked for.
_EXCUSED, _UNASKED = "EX", "N/A"
_BOM = "\ufeff"
_MOST_NAMED = 10
# The row of what could be earned is called so, and has no student.
_POSSIBLE = "Points Possible"


@dataclass(frozen=True)
class _Gradebook:
    """What Canvas exported, as it came.

    Attributes:
        rows: the header and all others, of one length.
        separator: what is between two cells.
        comma: whether its decimals have one.
        marked: whether it begins with a byte order mark.
    """

    rows: list[list[str]]
    separator: str
    comma: bool
    marked: bool

    @property
    def names(self) -> list[str]:
        """What its columns are called."""
        return [name.strip() for name in self.rows[0]]

    def people(self) -> dict[int, str]:
        """{row: name}, without the rows about columns, and the student that Canvas makes up."""
        columns = [self.names.index(name) for name in _NAMES if name in self.names]
        names = {
            index: ", ".join(filter(None, (row[column].strip() for column in columns)))
            for index, row in enumerate(self.rows[1:], start=1)
        }
        nobody = ("", "Student, Test")
        return {i: n for i, n in names.items() if n not in nobody and _POSSIBLE not in n}

    def text(self, columns: list[int]) -> str:
        """Some columns, written as all of it was."""
        rows = ([row[index] for index in columns] for row in self.rows)
        # Canvas compares the cells with its own, so none of them is changed.
        mark = _BOM if self.marked else ""
        return mark + csv_text(rows, self.separator, for_people=False)

    def points(self, points: float) -> str:
        """Points as its other cells have them."""
        return number(points).replace(".", ",") if self.comma else number(points)


def export(results: Results, options: Options) -> str:
    """The columns that say who is who, and the one of this assignment."""
    book = _read(options)
    column = _column(book.rows[0], options.column or results.title, bool(options.column))
    kept = [index for index, name in enumerate(book.names) if name in _INFO] + [column]
    _refuse_anonymous(book, column)
    students = {one.student: one for one in results.students}
    whose = _whose(book, list(students), options)
    _fill_in(book, column, {i: students[who] for i, who in whose.items()}, options)
    options.strangers.extend(sorted(students.keys() - set(whose.values())))
    options.notes.extend(_other_maximum(book, column, results))
    return book.text(kept)


def _read(options: Options) -> _Gradebook:
    if options.gradebook is None:
        raise NotExported("Canvas knows people by its own gradebook: export it, then --gradebook")
    try:
        text = options.gradebook.read_text(encoding="utf-8")
        cells, separator = grid(text.removeprefix(_BOM))
    except (OSError, ValueError) as problem:
        raise NotExported(f"{options.gradebook} cannot be read: {problem}") from None
    rows = [row for _, row in cells if row]
    names = {name.strip() for name in rows[0]} if rows else set()
    if not {"ID", "Section"} <= names or not ({"Student"} <= names or {*_NAMES[1:]} <= names):
        raise NotExported(
            f"{options.gradebook} is no gradebook of Canvas: Student (or LastName and FirstName), "
            "ID, Section"
        )
    rows = [row + [""] * (len(rows[0]) - len(row)) for row in rows]
    comma = separator == ";" and any(re.fullmatch(r"\d+,\d+", c.strip()) for r in rows for c in r)
    return _Gradebook(rows, separator, comma, text.startswith(_BOM))


def _refuse_anonymous(book: _Gradebook, column: int) -> None:
    """Refuse a column that Canvas hides: of an anonymous assignment it says N/A of everybody."""
    cells = [book.rows[index][column].strip() for index in book.people()]
    if cells and set(cells) == {_UNASKED}:
        raise NotExported(
            f"{book.names[column]!r} is {_UNASKED} for everybody in the gradebook, as Canvas has "
            "it for an anonymous assignment whose grades are not posted, and it would import none: "
            "post them there, and export the gradebook again"
        )


def _fill_in(
    book: _Gradebook, column: int, students: Mapping[int, Result], options: Options
) -> None:
    """Write everybody's points, where Canvas takes them, and nothing else is lost by it."""
    excused, other = {}, {}
    for index, one in students.items():
        there = book.rows[index][column].strip()
        # An empty cell would take a grade away, so who has no points keeps what is there.
        if one.points is None or _is_equal(there, one.points, book.separator):
            continue
        if there.upper() in (_EXCUSED, _UNASKED):
            excused[one.student] = there
        elif there in ("", "-") or options.existing == "replace":
            book.rows[index][column] = book.points(one.points)
        else:
            other[one.student] = f"{there}, and {number(one.points)} here"
    if excused:
        options.notes.append(
            f"excused or not asked for in the gradebook, and left so: {_all(excused)}"
        )
    if other and options.existing != "keep":
        raise NotExported(
            f"{_count(other)} another grade in the gradebook already: {_all(other)}; say which "
            "wins: --existing keep, or --existing replace"
        )
    if other:
        options.notes.append(
            f"{_count(other)} another grade in the gradebook, and keep it: {_all(other)}"
        )


def _is_equal(cell: str, points: float, separator: str) -> bool:
    there = _points(cell, separator)
    # Canvas exports two places.
    return there is not None and abs(there - points) < 0.005 + 1e-9


def _count(students: Mapping[str, str]) -> str:
    return "1 student has" if len(students) == 1 else f"{len(students)} students have"


def _all(students: Mapping[str, str]) -> str:
    """Each student with what is there, up to ten."""
    named = [f"{student} ({there})" for student, there in sorted(students.items())]
    more = len(named) - _MOST_NAMED
    return ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


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


def _whose(book: _Gradebook, students: Sequence[str], options: Options) -> dict[int, str]:
    """{row: student}, by one column for all: a number may be one student's ID and another's SIS ID.

    Raises:
        NotExported: the columns do not agree, so a grade could go to somebody else.
    """
    people = book.people()
    found = _found(book, people, students, options)
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
                f"by {best}: fix {best} in the gradebook, or fill these grades in by hand"
            )
    return found[best]


def _found(
    book: _Gradebook, people: Iterable[int], students: Sequence[str], options: Options
) -> dict[str, dict[int, str]]:
    """{column: {row: student}}, for each column that could say who is who, or the given one."""
    there = [name for name in _IDS if name in book.names]
    if options.by and options.by not in there:
        raise NotExported(f"--by {options.by}: the gradebook has {', '.join(there)}")
    found = {}
    for name in [options.by] if options.by else there:
        column = book.names.index(name)
        keys = _keys(name, students, options.roster)
        cells = {index: book.rows[index][column].strip() for index in people}
        found[name] = {index: keys[cell] for index, cell in cells.items() if cell in keys}
    return found


def _keys(column: str, students: Sequence[str], path: Path | None) -> dict[str, str]:
    """{what is in a column of the gradebook: the student}, as the roster has it, or by id.

    Raises:
        NotExported: two students would have one.
    """
    called = _IN_ROSTER.get(column, "")
    listed = rosters.read(path).students if path else []
    known = {one.id: one.known[called] for one in listed if one.known.get(called)}
    keys: dict[str, str] = {}
    # Of those who are not graded the roster says which rows are theirs, so that nobody gets them.
    for student in [*students, *(one for one in known if one not in students)]:
        key = known.get(student, student)
        other = keys.setdefault(key, student)
        if other != student and other in students:
            raise NotExported(f"{other} and {student} both have the {column} {key}; fix the roster")
    return {key: student for key, student in keys.items() if student in students}


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
                raise NotExported(f"{said}; fix it there, or export the gradebook again")
            said = f"{student} is {other!r} of the gradebook by {first}, and {name!r} by {column}"
            raise NotExported(f"{said}; {_which(first, column)}")


def _which(first: str, second: str) -> str:
    return f"say which column holds your students' ids: --by {first!r} or --by {second!r}"


def _other_maximum(book: _Gradebook, column: int, results: Results) -> Iterator[str]:
    """What Canvas would make of the points, where they are out of something else there."""
    here = possible(results)
    cells = [row[column].strip() for row in book.rows if any(_POSSIBLE in cell for cell in row[:2])]
    for cell in cells[:1]:
        there = _points(cell, book.separator)
        if there is not None and results.exercises and number(there) != number(here):
            yield (
                f"Points Possible of {book.names[column]!r} is {number(there)} in the "
                f"gradebook, and {number(here)} here: fix one of the two"
            )


def _points(cell: str, separator: str) -> float | None:
    """A number as Canvas writes it: with semicolons, a comma is a decimal point."""
    plain = cell.replace(".", "").replace(",", ".") if "," in cell and separator == ";" else cell
    plain = plain.replace(",", "")
    return float(plain) if re.fullmatch(r"-?[0-9]*\.?[0-9]+", plain) else None
