"""The courses that somebody has worked with on this machine: a file of theirs, a folder a line.

A workspace says in a file which course it is for, and that file may have come along with git. A
course is code, so one is used only if it was named here by hand: by `kata init` or `--course`.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from torchkata.course.writing import write_bytes


def place() -> Path:
    """The file.

    Raises:
        RuntimeError: nobody's home is known.
    """
    if os.name == "nt" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local, "torchkata", "courses")
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state, "torchkata", "courses")


def remember(course: Path) -> None:
    """Write down a course that was named by hand; where that cannot be written, do without."""
    with contextlib.suppress(OSError, RuntimeError):
        known = _known()
        if (line := _line(course)) not in known:
            write_bytes(place(), "".join(f"{one}\n" for one in [*known, line]).encode())


def is_known(course: Path) -> bool:
    """Whether a course was named by hand, here, at any time."""
    return _line(course) in _known()


def _known() -> list[str]:
    try:
        return place().read_text("utf-8").splitlines()
    except (OSError, RuntimeError, UnicodeDecodeError):
        return []


def _line(course: Path) -> str:
    """A course in one line; what has several cannot be told from two."""
    return str(course.resolve()).replace("\n", "\\n")
