"""What a platform writes beside hand-ins: who they are from, and when they came in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import yaml

# Dates in English, in the orders of Moodle's language packs and of Brightspace.
_ENGLISH_TIMES = (
    "%A, %d %B %Y, %I:%M %p",
    "%A, %B %d, %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
    "%d %B %Y, %I:%M %p",
    "%d %B %Y, %H:%M",
    "%b %d, %Y %I:%M %p",
)
_IN_NUMBERS = re.compile(
    r"(?P<year>\d{4}) ?[-/.年년] ?(?P<month>\d\d?) ?[-/.月월] ?(?P<day>\d\d?) ?[日일.]?"
    r"[\s,()]*(?:[월화수목금토일](?:요일)?|[月火水木金土日](?:曜日?)?|(?:星期|[周週])[一二三四五六日天])?"
    r"[\s,()]*(?P<half>오전|오후|午前|午後|上午|下午)?\s*(?P<hour>\d\d?):(?P<minute>\d\d)"
)
_AFTER_NOON = ("오후", "午後", "下午")
_SUBMITTED = "last modified (submission)"
# The one in C, where it was built, is ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WANTED = ("name", "email", "sid")
# Plain scalars, whatever YAML would make of them: a student's number keeps its zeros.
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "timestamp")}
_NULL = "tag:yaml.org,2002:null"


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

    Nothing is constructed from it: only names, addresses, numbers and times are read, as strings.

    Raises:
        ValueError: it is no such file, with the line.
    """
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise _metadata_error(line, f"not YAML ({problem.problem})") from None
    except (yaml.YAMLError, RecursionError):
        raise ValueError("submission_metadata.yml is not YAML that can be read") from None
    found: dict[str, Submitted] = {}
    for key, value in _entries(root):
        if key.value in found:
            raise _metadata_error(key.start_mark.line + 1, f"{key.value} is listed twice")
        found[key.value] = _submitted(value)
    if not found:
        raise ValueError("submission_metadata.yml lists no submission")
    return found


@dataclass
class Worksheet:
    """What Moodle's grading worksheet says.

    Attributes:
        rows: {participant's number: {email, sis_id, time, all: value}}, `all` being what is in any
            column; without a time where no column of times is known.
        problem: why no times are known, as a sentence; empty if they are.
    """

    rows: dict[str, dict[str, str]]
    problem: str = ""


def worksheet(rows: Sequence[Mapping[str, str]], numbers: Collection[str]) -> Worksheet | None:
    """Moodle's grading worksheet, in whichever language; None if it is another table.

    Its headers are translated. What is in its columns is known all the same: participants are
    written with the numbers that the files have, and the first times are those of submissions.

    Args:
        rows: {column: value} of each.
        numbers: of the participants whose files are there.
    """
    columns = list(rows[0]) if rows else []
    endings = {one: [_number(row.get(one, "")) for row in rows] for one in columns}
    listed = {one: len({*endings[one]} & {*numbers}) for one in columns if all(endings[one])}
    if "identifier" not in columns and not any(listed.values()):
        return None
    key = "identifier" if "identifier" in columns else max(listed, key=listed.__getitem__)
    found = {number: row for number, row in zip(endings[key], rows, strict=True) if number}
    there = [found[number] for number in numbers if number in found]
    time, address = _times(columns, there), _addresses(columns, rows)
    wanted = {"email": address, "sis_id": "id number", "time": time}
    kept = {
        number: {name: row.get(column, "") for name, column in wanted.items()}
        | {"all": " ".join(row.values())}
        for number, row in found.items()
    }
    known = f"none of its columns is known to hold their times: {', '.join(columns)}"
    return Worksheet(kept, "" if time else known)


def _number(text: str) -> str:
    found = re.search(r"([0-9]+)$", text)
    return found[1] if found else ""


def _times(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """The column of the times of submissions: the first in which each submission has one."""
    if _SUBMITTED in columns:
        return _SUBMITTED
    full = [one for one in columns if rows and all(instant(row.get(one, "")) for row in rows)]
    return full[0] if full else ""


def _addresses(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """The column of e-mail addresses."""
    if "email address" in columns:
        return "email address"
    full = [one for one in columns if all("@" in row.get(one, "") for row in rows)]
    return full[0] if full else ""


def grades(rows: Sequence[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """A GitHub Classroom grades CSV: {repository: a row for each member of its team}.

    Empty if it is another file.
    """
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row.get("github_username"):
            found.setdefault(_repository(row), []).append(row)
    return found


def instant(text: str) -> datetime | None:
    """A time as platforms write it, without an offset where they write none; None if it is none."""
    plain = re.sub(r"(\.\d{6})\d+", r"\1", text.strip())
    plain = re.sub(r" ?(UTC|Z)$", "+00:00", plain)
    plain = re.sub(r" (?=[+-]\d\d:?\d\d$)", "", plain)
    # A date alone says nothing about lateness, and student numbers look like dates.
    if not re.search(r"\d:\d\d", plain):
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(plain)
    return _in_english(plain) or _in_numbers(plain)


def _in_english(text: str) -> datetime | None:
    for form in _ENGLISH_TIMES:
        with suppress(ValueError):
            return datetime.strptime(text.replace("\u202f", " "), form)
    return None


def _in_numbers(text: str) -> datetime | None:
    """A time as Chinese, Japanese and Korean write it: the year first, and months as numbers."""
    found = _IN_NUMBERS.fullmatch(text)
    if found is None:
        return None
    hour, half = int(found["hour"]), found["half"]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 * (half in _AFTER_NOON) if half else hour
    year, month, day, minute = (int(found[part]) for part in ("year", "month", "day", "minute"))
    with suppress(ValueError):
        return datetime(year, month, day, hour, minute)
    return None


def _repository(row: dict[str, str]) -> str:
    """A repository's name, without its owner."""
    return row.get("student_repository_name", "").rpartition("/")[2].casefold()


def _submitted(node: yaml.Node) -> Submitted:
    fields = {key.value: value for key, value in _entries(node)}
    listed = fields.get(":submitters")
    people = listed.value if isinstance(listed, yaml.SequenceNode) else []
    if listed is not None and listed.value and not people:
        raise _metadata_error(listed.start_mark.line + 1, "submitters are expected as a list")
    when = fields.get(":created_at")
    # A time in another form is not known; who handed in still is.
    created = when.value if isinstance(when, yaml.ScalarNode) else ""
    return Submitted([_submitter(person) for person in people], created)


def _submitter(node: yaml.Node) -> dict[str, str]:
    if not isinstance(node, yaml.MappingNode):
        raise _metadata_error(node.start_mark.line + 1, "a submitter is expected, with a name")
    known = ((key.value.removeprefix(":"), value) for key, value in _entries(node))
    return {name: _scalar(value) for name, value in known if name in _WANTED}


def _entries(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """The entries of a mapping that have a string for their key."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return [(key, value) for key, value in pairs if isinstance(key, yaml.ScalarNode)]


def _scalar(node: yaml.Node) -> str:
    if node.tag == _NULL:
        return ""
    if not isinstance(node, yaml.ScalarNode) or node.tag not in _PLAIN:
        raise _metadata_error(node.start_mark.line + 1, "a string is expected")
    return str(node.value)


def _metadata_error(line: int, what: str) -> ValueError:
    return ValueError(f"submission_metadata.yml, line {line}: {what}")
