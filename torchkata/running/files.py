"""The files of a submission: how they are called, and one of them read.

It is read as bytes, and never followed, waited for, or run.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from torchkata.course.foreign_text import plain
from torchkata.judging.judge import Report
from torchkata.judging.observation import Raised
from torchkata.notebooks.script import MAX_CODE, MAX_NOTEBOOK, Damaged, script_of

MAX_BYTES = MAX_CODE
NOTEBOOK = ".ipynb"

_HIDDEN = (".", "__")
_LONGEST_NAME = 80
# How many files are looked at where only their names are told, and how many are.
_MOST_FILES, _NAMED = 1000, 2


@dataclass(frozen=True)
class File:
    """What was found where an answer should be.

    Attributes:
        path: where that is.
        text: what it says.
        report: why it cannot be run, if it cannot.
    """

    path: str
    text: str = ""
    report: Report | None = None


def read(path: Path, within: Path | None = None) -> File:
    """Read an answer's file: a regular one of one link, at most 256 KiB, in UTF-8.

    A notebook may have 8 MiB, and becomes the script of its code cells.

    Args:
        path: where it should be.
        within: the submission's folder; behind it no link is followed, even to a folder.
    """
    try:
        descriptor = _open(path, within)
    except FileNotFoundError:
        return _unusable(path, "FileMissing", "")
    except OSError as problem:
        said = _link(path, within) or str(problem.strerror)
        return _unusable(path, "Rejected", said)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            return _unusable(path, "Rejected", "no ordinary file")
        most = MAX_NOTEBOOK if is_notebook(path) else MAX_BYTES
        data = _read(descriptor, most + 1)
    finally:
        os.close(descriptor)
    if len(data) > most:
        return _unusable(path, "Rejected", f"larger than {most // 1024} KiB")
    return _script(path, data) if is_notebook(path) else _text(path, data)


def is_notebook(path: Path) -> bool:
    """Whether a file is called like a notebook."""
    return path.suffix.lower() == NOTEBOOK


def sayable(text: str) -> str:
    """A text that may hold file names, without what UTF-8 cannot say; no two become one."""
    return text.encode("utf-8", "backslashreplace").decode()


def shown(path: Path, root: Path) -> str:
    """Where a file is in a submission, without what a terminal would obey."""
    name = plain(path.relative_to(root).as_posix())
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


def visible(folder: Path) -> list[Path]:
    """What is in a folder and is not hidden; nothing where it cannot be looked into."""
    try:
        return sorted(one for one in folder.iterdir() if not one.name.startswith(_HIDDEN))
    except OSError:
        return []


def files_in(folder: Path) -> list[Path]:
    """The files of a folder and of those in it that are not hidden; the first thousand."""
    return list(islice(_walked(folder), _MOST_FILES))


def listed(items: Sequence[str], between: str = ", ") -> str:
    """The first two of some texts, and how many more there are."""
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return between.join(items[:_NAMED]) + more


def _walked(folder: Path) -> Iterator[Path]:
    # Not os.walk, which steps down by calling itself: folders may be nested deeper than that goes.
    folders = [folder]
    while folders:
        inside = [one for one in _entries(folders.pop()) if not one.name.startswith(_HIDDEN)]
        yield from (Path(one.path) for one in inside if not _is_folder(one))
        folders += [Path(one.path) for one in reversed(inside) if one.is_dir(follow_symlinks=False)]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where it cannot be looked into, or its path is too long."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda one: one.name)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _script(path: Path, data: bytes) -> File:
    try:
        script = script_of(data)
    except Damaged as problem:
        return _unusable(path, "Rejected", str(problem))
    # In bytes, as the script is kept and may be read again.
    if len(script.encode()) > MAX_BYTES:
        return _unusable(path, "Rejected", f"more than {MAX_BYTES // 1024} KiB of code")
    return File(str(path), script)


def _text(path: Path, data: bytes) -> File:
    try:
        # However many byte order marks there are: what is kept has to read the same again.
        text = data.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        return _unusable(path, "Rejected", f"not UTF-8 in line {line}; save it as UTF-8")
    return File(str(path), text)


def _open(path: Path, within: Path | None) -> int:
    # Not followed and not waited for: a link or a pipe is no answer.
    flags = os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK")
    if within is None or within == path or os.open not in os.supports_dir_fd:
        return os.open(path, flags)
    *folders, name = path.relative_to(within).parts
    folder = os.open(within, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for part in folders:
            outer = folder
            folder = os.open(part, flags | os.O_DIRECTORY, dir_fd=outer)
            os.close(outer)
        return os.open(name, flags, dir_fd=folder)
    finally:
        os.close(folder)


def _link(path: Path, within: Path | None) -> str:
    """What is said of a path that is a link, or behind one; else nothing."""
    if path.is_symlink():
        return "a link"
    inner = path.relative_to(within).parents if within and within != path else []
    return "behind a link" if any((within / p).is_symlink() for p in inner if within) else ""


def _unusable(path: Path, kind: str, message: str) -> File:
    return File(str(path), report=Report(Raised(kind, message)))


def _read(descriptor: int, size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := os.read(descriptor, size - len(data))):
        data += piece
    return data


def _flag(name: str) -> int:
    """A flag of os.open, where the system has it."""
    return int(getattr(os, name, 0))
