"""The small files in which a workspace keeps what it knows, and what becomes of unreadable ones."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from torchkata.course.grader import GraderError
from torchkata.course.reading import from_json
from torchkata.text import messages
from torchkata.text.wrapping import shown


class _State(Protocol):
    version: int


_Kind = TypeVar("_Kind", bound=_State)

# What git writes between the two versions of a merge.
_MERGING = re.compile(rb"^(<{7}|={7}|>{7})( |\r?$)", re.MULTILINE)


def on_stderr(sentence: str) -> None:
    """Say something that is not the result of a command."""
    print(shown(sentence, sys.stderr), file=sys.stderr)


def read_state(
    root: Path,
    file: Path,
    kind: type[_Kind],
    tell: Callable[[str], None] = on_stderr,
    versions: Collection[int] = (),
) -> _Kind:
    """What a file of a workspace says; a new `kind()` where there is no such file.

    One that cannot be read (damaged, or of another version) is never overwritten: it is kept beside
    under another name.

    Args:
        root: the workspace.
        file: relative to it.
        kind: a msgspec Struct with a `version` and defaults for everything.
        tell: is given one sentence about a file that cannot be read.
        versions: that can be read; if none are given, that of `kind()`.

    Raises:
        GraderError: git has left both versions of a merge in it.
    """
    data = b""
    try:
        data = (root / file).read_bytes()
        state = from_json(data, kind)
        if state.version in (versions or [kind().version]):
            return state
    except (FileNotFoundError, NotADirectoryError):
        return kind()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        if _MERGING.search(data):
            raise GraderError(messages.unmerged(file.as_posix())) from None
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
