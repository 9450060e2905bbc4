"""What GitHub shows beside a learner's line, where Actions runs pytest: one note an exercise."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

# Of a workflow command's text, and what its properties may not hold besides.
_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = _IN_TEXT | {":": "%3A", ",": "%2C"}


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this is a job of GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


def annotation(path: Path, line: int, title: str, text: str) -> str:
    """A workflow command that puts a text beside a line of a file.

    Args:
        path: of the file; shown from the repository's root, where it is below it.
        line: counted from 1.
        title: the text's first line, in bold.
        text: any lines.
    """
    root = Path(os.environ.get("GITHUB_WORKSPACE", Path.cwd()))
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    place = {"file": shown.as_posix(), "line": str(line), "title": title}
    properties = ",".join(f"{name}={_escaped(v, _IN_PROPERTIES)}" for name, v in place.items())
    return f"::error {properties}::{_escaped(text, _IN_TEXT)}"


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
