"""Files and folders that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


def write_bytes(
    path: Path, data: bytes, *, private: bool = False, aside: Path | None = None
) -> None:
    """Write a file that is never seen half written, even if the machine stops.

    Args:
        path: the file; its folder is made, and its mode stays if it is there.
        data: what it is to hold.
        private: whether nobody else may read it.
        aside: the folder in which it is until it is whole; else that of `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _half(aside or path.parent, data, private) as half:
        if path.exists():
            shutil.copymode(path, half)
        half.replace(path)


def create_bytes(path: Path, data: bytes) -> bool:
    """Write a file for one's own eyes, whole, if there is none: of several at once, one does it.

    Args:
        path: the file; its folder is made. It may be on a disk that several machines share.
        data: what it is to hold.

    Returns:
        Whether it was written; else one was there already, or another was faster.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _half(path.parent, data, private=True) as half:
        try:
            os.link(half, path)
        except FileExistsError:
            # Over NFS, an answer may get lost, and the second try finds what the first one made.
            return half.stat().st_nlink == 2
        except OSError:
            return _create_unlinked(path, data)
    return True


def _create_unlinked(path: Path, data: bytes) -> bool:
    """The same where a file cannot have two names; anyone else may see it half written."""
    try:
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(data)
    except FileExistsError:
        return False
    return True


@contextlib.contextmanager
def _half(folder: Path, data: bytes, private: bool) -> Iterator[Path]:
    """A file on the disk that nobody looks for; if it is still there at the end, it is removed."""
    half = folder / f".half-{secrets.token_hex(8)}"
    mode = 0o600 if private else 0o666
    try:
        with open(half, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield half
    finally:
        half.unlink(missing_ok=True)


def is_taken(out: Path) -> bool:
    """Whether something is there already, besides an empty folder."""
    return os.path.lexists(out) and (not out.is_dir() or any(out.iterdir()))


@contextlib.contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Build a folder beside its place, and put it there when it is finished.

    Args:
        out: a folder that is not there yet, or empty; shells in an empty one stay in it.
    """
    out = Path(os.path.abspath(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    # In it or beside it, so that what is finished can be moved there.
    place = out if out.exists() else out.parent
    with tempfile.TemporaryDirectory(dir=place, prefix=".kata-new-") as name:
        half = Path(name, out.name)
        half.mkdir()
        yield half
        _move(half, out)


def _move(half: Path, out: Path) -> None:
    if not out.exists():
        half.rename(out)
        return
    moved: list[Path] = []
    try:
        for path in sorted(half.iterdir(), reverse=True):
            moved.append(path.rename(out / path.name))
    except OSError:
        for path in moved:
            path.rename(half / path.name)
        raise
