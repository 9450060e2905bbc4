"""What a platform writes beside hand-ins: who they are from, and when they came in."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from torchkata.grading.tables import table

# Moodle's dates in English, in the orders of its language packs. They have no offset from UTC.
_MOODLE_TIMES = (
    "%A, %d %B %Y, %I:%M %p",
    "%A, %B %d, %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
    "%d %B %Y, %I:%M %p",
    "%d %B %Y, %H:%M",
)
_TOP = re.compile(r"([^\s:#'\"-][^:]*):\s*")
_SUBMITTER = re.compile(r"  - :(\w+):(?: (.*))?")
_MORE = re.compile(r"    :(\w+):(?: (.*))?")
_FIELD = re.compile(r"  :(\w+):(?: (.*))?")
_WANTED = ("name", "email", "sid")


@dataclass
class Submitted:
    """What Gradescope says of a submission.

    Attributes:
        submitters: {name, email, sid: value} of each.
        created_at: as it is written.
    """

    submitters: list[dict[str, str]] = field(default_factory=list)
    created_at: str = ""


def gradescope(text: str) -> dict[str, Submitted]:
    """What `submission_metadata.yml` says: {folder: submitters and time}.

    This reads the lines that it needs, by their indentation, and no other YAML. What a student can
    write into that file (results, comments) lies deeper, so it is passed over.

    Raises:
        ValueError: one of the lines is written in a way that is not known here.
    """
    found: dict[str, Submitted] = {}
    section = ""
    current: Submitted | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            if top := _TOP.fullmatch(line):
                current = _new(found, top[1].strip())
                section = ""
            elif current and (heading := _FIELD.fullmatch(line)):
                section = heading[1]
                _note(current, section, heading[2] or "")
            elif current and section == "submitters":
                _read_submitter(current, line)
        except ValueError as problem:
            raise ValueError(f"submission_metadata.yml, line {number}: {problem}") from None
    if not found:
        raise ValueError("submission_metadata.yml lists no submission")
    return found


def worksheet(data: bytes, name: str) -> dict[str, dict[str, str]]:
    """A Moodle grading worksheet: {participant's number: row}; empty if it is another file."""
    with suppress(ValueError):
        rows = [row for _, row in table(data, name) if "identifier" in row]
        numbers = [(re.search(r"(\d+)$", row["identifier"]), row) for row in rows]
        return {number[1]: row for number, row in numbers if number}
    return {}


def grades(data: bytes, name: str) -> dict[str, list[dict[str, str]]]:
    """A GitHub Classroom grades CSV: {repository: a row for each member of its team}.

    Empty if it is another file.
    """
    found: dict[str, list[dict[str, str]]] = {}
    with suppress(ValueError):
        for _, row in table(data, name):
            if row.get("github_username"):
                found.setdefault(_repository(row), []).append(row)
    return found


def instant(text: str, zone: tzinfo | None = None) -> datetime | None:
    """A time as platforms write it; None if it is none, or if its offset from UTC is not known.

    Args:
        text: what is written.
        zone: the offset of a time that has none.
    """
    plain = re.sub(r"(\.\d{6})\d+", r"\1", text.strip())
    plain = re.sub(r" ?(UTC|Z)$", "+00:00", plain)
    plain = re.sub(r" (?=[+-]\d\d:?\d\d$)", "", plain)
    found = None
    with suppress(ValueError):
        found = datetime.fromisoformat(plain)
    found = found or _as_moodle_writes_it(plain)
    if found is None or found.tzinfo is not None:
        return found
    return found.replace(tzinfo=zone) if zone else None


def _as_moodle_writes_it(text: str) -> datetime | None:
    for form in _MOODLE_TIMES:
        with suppress(ValueError):
            return datetime.strptime(text.replace("\u202f", " "), form)
    return None


def _repository(row: dict[str, str]) -> str:
    """A repository's name, without its owner."""
    return row.get("student_repository_name", "").rpartition("/")[2].casefold()


def _new(found: dict[str, Submitted], name: str) -> Submitted:
    if name in found:
        raise ValueError(f"{name} stands there twice")
    found[name] = Submitted()
    return found[name]


def _note(current: Submitted, key: str, value: str) -> None:
    """Take in a line of a submission."""
    if key == "submitters" and (current.submitters or value not in ("", "[]")):
        raise ValueError("its submitters are written in a way that is not read here")
    if key == "created_at":
        # A time in another form is not known; who handed in still is.
        with suppress(ValueError):
            current.created_at = _scalar(value)


def _read_submitter(current: Submitted, line: str) -> None:
    """Take in a line below `:submitters:`."""
    if found := _SUBMITTER.fullmatch(line):
        current.submitters.append({})
    elif not (current.submitters and (found := _MORE.fullmatch(line))):
        raise ValueError("this line is written in a way that is not read here")
    if found[1] in _WANTED:
        current.submitters[-1][found[1]] = _scalar(found[2] or "")


def _scalar(text: str) -> str:
    """A value of one line.

    Raises:
        ValueError: it is none.
    """
    text = text.strip()
    if text[:1] == "'" and re.fullmatch("'([^']|'')*'", text):
        return text[1:-1].replace("''", "'")
    if text[:1] == '"':
        wide = re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", text)
        return str(json.loads(wide))
    if text[:1] in tuple("'&*!|>{[@`%#"):
        raise ValueError("this value is written in a way that is not read here")
    return "" if text in ("null", "~") else text
