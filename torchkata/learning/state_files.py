"""The small files in which a workspace keeps what it knows, and what becomes of unreadable ones."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from torchkata.course.reading import from_json
from torchkata.text import messages


class _State(Protocol):
    version: int


_Kind = TypeVar("_Kind", bound=_State)


def on_stderr(sentence: str) -> None:
    """Say something that is not the result of a command."""
    print(sentence, file=sys.stderr)


def read_state(
    root: Path, file: Path, kind: type[_Kind], tell: Callable[[str], None] = on_stderr
) -> _Kind:
    """What a file of a workspace says; a new `kind()` where there is no such file.

    One that cannot be read (damaged, or of another version) is never overwritten: it is kept beside
    under another name.

    Args:
        root: the workspace.
        file: relative to it.
        kind: a msgspec Struct with a `version` and defaults for everything.
        tell: is given one sentence about a file that cannot be read.
    """
    try:
        state = from_json((root / file).read_bytes(), kind)
        if state.version == kind().version:
            return state
    except (FileNotFoundError, NotADirectoryError):
        return kind()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        pass
    # Where the file cannot be renamed, no other can be written in its place.
    with contextlib.suppress(OSError):
        kept = _set_aside(root / file)
        tell(messages.unread(file.as_posix(), file.with_name(kept).as_posix()))
    return kind()


def _set_aside(path: Path) -> str:
    """Rename a file to the first free name."""
    count = 1
    while (kept := path.with_name(f"{path.name}.unread-{count}")).exists():
        count += 1
    path.rename(kept)
    return kept.name
