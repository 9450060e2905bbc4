"""What the graders of a course say of its exercises, kept in a workspace: reading them takes long.

It is of no use elsewhere: git leaves it out, and it may be deleted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from torchkata.course.grader_facts import Facts
from torchkata.course.reading import from_json
from torchkata.course.writing import write_bytes

FILE = Path(".kata", "facts.json")


class _Known(msgspec.Struct):
    """The file: {exercise id: its facts}, each with the digest of what they were read from."""

    exercises: dict[str, Facts] = {}


def load(root: Path) -> dict[str, Facts]:
    """{exercise id: its facts when they were last kept}; empty where none can be read."""
    with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        return from_json((root / FILE).read_bytes(), _Known).exercises
    return {}


def save(root: Path, facts: Mapping[str, Facts]) -> None:
    """Keep the facts of all exercises, where that is allowed."""
    with contextlib.suppress(OSError):
        write_bytes(root / FILE, msgspec.json.encode(_Known({**facts})))
