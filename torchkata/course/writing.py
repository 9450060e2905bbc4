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
    half = (aside or path.parent) / f".half-{secrets.token_hex(8)}"
    mode = 0o600 if private else 0o666
    try:
        with open(half, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, half)
        half.replace(path)
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
