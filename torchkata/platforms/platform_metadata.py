"""What a platform writes beside hand-ins: who they are from, and when they came in."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

import yaml

from torchkata.grading.tables import table

# Moodle's dates in English, in the orders of its language packs. They have no offset from UTC.
_MOODLE_TIMES = (
    "%A, %d %B %Y, %I:%M %p",
    "%A, %B %d, %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
    "%d %B %Y, %I:%M %p",
    "%d %B %Y, %H:%M",
)
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
