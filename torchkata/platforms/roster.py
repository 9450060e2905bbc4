"""Who is in a class: the roster."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from torchkata.grading.tables import table

# What a platform calls people, from what is exact to what is not.
EXACT = ("id", "canvas_id", "sis_id", "login", "moodle_id", "brightspace_id", "github")
MAILS = ("gradescope_email", "email")
COLUMNS = (*EXACT, *MAILS, "group")

_CANVAS = {
    "student": "name",
    "lastname": "last",
    "firstname": "first",
    "id": "canvas_id",
    "sis user id": "sis_id",
    "sis login id": "login",
}
_MOODLE = {
    "first name": "first",
    "surname": "last",
    "last name": "last",
    "id number": "sis_id",
    "email address": "email",
    "username": "login",
}
# Canvas puts somebody into each course who is not.
_NOBODY = ("Student, Test", "Test Student")
_FOLDERS_OF_OTHERS = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
# What kata reads and writes beside the folders of students, in packs, courses and results.
_OURS = frozenset(
    {
        "exercises",
        "graders",
        "solutions",
        "recorded",
        "records",
        "files",
        "before",
        "runs",
        "engine",
    }
    | {"batch.json", "course.toml", "assignment.toml"}
)
_LONGEST_ID = 100


@dataclass(frozen=True)
class Student:
    """One of a class.

    Attributes:
        id: what its folder is called.
        name: as the roster writes it.
        line: where it is in the roster.
        known: {column: what a platform calls it}.
    """

    id: str
    name: str
    line: int = 0
    known: Mapping[str, str] = field(default_factory=dict, hash=False)


class Roster:
    """A class, and who in it is meant."""

    def __init__(self, students: Iterable[Student], shares: bool = False) -> None:
        """Take a class.

        Args:
            students: who is in it.
            shares: whether those of one `group` hand in together.
        """
        self.students, self.shares = list(students), shares
        self._by: dict[tuple[str, str], list[Student]] = defaultdict(list)
        for student in self.students:
            for key in _keys_of(student):
                self._by[key].append(student)

    def find(self, claim: Mapping[str, str]) -> list[Student]:
        """Who is meant: nobody, one, or all that it could be.

        Args:
            claim: {column: value} as the platform has it; also `name`, and `squashed` for one
                written without anything between the words.
        """
        wanted = [("exact", column) for column in EXACT] + [("mail", column) for column in MAILS]
        for kind, column in wanted:
            key = (column if kind == "exact" else "mail", _folded(claim.get(column, "")))
            if key[1] and key in self._by:
                return self._by[key]
        keys = {("name", key) for key in name_keys(claim.get("name", ""))}
        keys |= {("squashed", squashed(claim["squashed"]))} if claim.get("squashed") else set()
        found = dict.fromkeys(one for key in sorted(keys) for one in self._by.get(key, []))
        # A namesake: anyone who has another number is somebody else.
        number = claim.get("canvas_id")
        return [one for one in found if not number or "canvas_id" not in one.known]

    def group_of(self, student: Student) -> list[Student]:
        """The student, and those of the same `group` if groups hand in together."""
        group = student.known.get("group", "")
        return self.group(group) if group and self.shares else [student]

    def groups(self) -> list[str]:
        """The groups that have more than one member."""
        names = dict.fromkeys(one.known.get("group", "") for one in self.students)
        return [name for name in names if name and len(self.group(name)) > 1]

    def group(self, name: str) -> list[Student]:
        """The members of a group."""
        return self._by.get(("group", _folded(name)), [])

    def is_group_of(self, student: Student, called: str) -> bool:
        """Whether a platform's name for somebody is that of the student's group."""
        own = squashed(student.known.get("group", ""))
        return bool(own) and own == squashed(called)

    def fits(self, student: Student, called: str) -> bool:
        """Whether a platform's name for somebody may be the student's, or that of the group.

        If it is in another script than the roster's, it may be.
        """
        words, text = _words(student.name), squashed(called)
        other = text.isascii() != all(word.isascii() for word in words)
        fits = other or not words or not text or any(word in text for word in words)
        return fits or self.is_group_of(student, called)

    def nearest(self, text: str) -> Student | None:
        """Whose name, or whatever else a platform knows, is most like a text."""
        wanted = squashed(text)
        return max(self.students, key=lambda student: _likeness(wanted, student), default=None)


def read(path: Path, shares: bool = False, taken: Iterable[str] = ()) -> Roster:
    """Read a roster: a CSV file of ours, a Canvas gradebook or Moodle's list of participants.

    Args:
        path: the file.
        shares: whether those of one `group` hand in together.
        taken: names that no student's folder may have, such as those of a course's modules.

    Raises:
        ValueError: it is none, or two of its ids are one, in one sentence.
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise ValueError(f"{path} cannot be read: {problem.strerror}") from None
    rows = _known(table(data, str(path)), path)
    ours = {_folded(name) for name in taken} | _OURS
    students = [_student(line, row, path, ours) for line, row in rows]
    if not students:
        raise ValueError(f"{path} names nobody")
    _refuse_twins(students, path)
    return Roster(students, shares)


def name_keys(name: str) -> set[str]:
    """A name in all the orders that platforms write it in, without accents and case.

    In scripts that part no words, what is between them does not count either.
    """
    last, comma, first = name.partition(",")
    words = _words(f"{first} {last}" if comma else name)
    between = " " if any(ord(char) < 0x1100 for char in "".join(words)) else ""
    return {between.join(words[k:] + words[:k]) for k in range(len(words))}


def _keys_of(student: Student) -> Iterable[tuple[str, str]]:
    values = {"id": student.id, **student.known}
    keys = {(column, _folded(values[column])) for column in (*EXACT, "group") if column in values}
    keys |= {("mail", _folded(values[column])) for column in MAILS if column in values}
    names = name_keys(student.name)
    keys |= {("name", key) for key in names} | {("squashed", squashed(key)) for key in names}
    return sorted(keys)


def _likeness(wanted: str, student: Student) -> float:
    texts = [*name_keys(student.name), student.id, *student.known.values()]
    return max(SequenceMatcher(None, wanted, squashed(text)).ratio() for text in texts)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", letters))


def squashed(name: str) -> str:
    """A name without anything between its words, and without accents and case."""
    return "".join(_words(name))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).casefold()


def _known(rows: list[tuple[int, dict[str, str]]], path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows in our columns, wherever they come from."""
    columns = set(rows[0][1]) if rows else set()
    if {"student", "id"} <= columns or {"lastname", "firstname", "id"} <= columns:
        given = [(line, _renamed(row, _CANVAS)) for line, row in rows]
        people = [one for one in given if one[1]["canvas_id"] and one[1]["name"] not in _NOBODY]
        return _with_ids(people, ("sis_id", "login", "canvas_id"))
    if "first name" in columns and columns & {"surname", "last name"}:
        given = [(line, _renamed(row, _MOODLE)) for line, row in rows]
        return _with_ids(given, ("sis_id", "login", "email"))
    if rows and (missing := [name for name in ("id", "name") if name not in columns]):
        raise ValueError(f"{path} has no column {missing[0]}; a roster needs id and name")
    return rows


def _renamed(row: dict[str, str], names: Mapping[str, str]) -> dict[str, str]:
    found = {names[column]: value for column, value in row.items() if column in names}
    whole = f"{found.pop('first', '')} {found.pop('last', '')}".strip()
    return {"name": whole, **found}


def _with_ids(
    rows: list[tuple[int, dict[str, str]]], columns: Iterable[str]
) -> list[tuple[int, dict[str, str]]]:
    """The rows with the first of some columns as their id that everybody has."""
    full = [column for column in columns if all(row.get(column) for _, row in rows)]
    return [(line, {**row, "id": row[full[0]] if full else ""}) for line, row in rows]


def _student(line: int, row: dict[str, str], path: Path, ours: Collection[str]) -> Student:
    identity, name = row.get("id", ""), row.get("name", "")
    if not identity or not name:
        raise ValueError(f"{path}, line {line}: everybody needs an id and a name")
    known = {column: row[column] for column in COLUMNS[1:] if row.get(column)}
    if problem := _why_no_folder(identity, ours):
        raise ValueError(f"{path}, line {line}: the id {identity} {problem}")
    return Student(identity, name, line, known)


def _why_no_folder(identity: str, ours: Collection[str]) -> str:
    """Why an id cannot be the name of a student's folder; nothing if it can."""
    if identity.startswith(".") or ".." in identity or identity.endswith("."):
        return "cannot be a folder name: it starts or ends with a dot, or contains '..'"
    if re.search(r'[/\\:*?"<>|\x00-\x1f\x7f]', identity) or len(identity.encode()) > _LONGEST_ID:
        return "cannot be a folder name on every system"
    if _FOLDERS_OF_OTHERS.fullmatch(identity) or _folded(identity).endswith(".csv"):
        return "is a name that is taken"
    if _folded(identity) in ours or _folded(identity).endswith((".py", ".ipynb")):
        return "is what kata calls a folder or a file of its own, or the course a module"
    return "ends like an attempt (@1)" if re.search(r"@\d+$", identity) else ""


def _refuse_twins(students: list[Student], path: Path) -> None:
    seen: dict[str, Student] = {}
    for student in students:
        other = seen.setdefault(_folded(student.id), student)
        if other is student:
            continue
        lines = f"{path}, lines {other.line} and {student.line}"
        if other.id == student.id:
            raise ValueError(f"{lines}: both have the id {student.id}")
        raise ValueError(f"{lines}: {other.id} and {student.id} are one folder on some systems")
