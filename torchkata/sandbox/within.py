"""What bubblewrap before 0.8 has no options for: its first program finishes the outer wall.

It does so before torch is imported, and keeps no power afterwards.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from torchkata.sandbox import lock
from torchkata.sandbox.lock import BYTES, FILES

_RDONLY, _NOSUID, _NODEV, _REMOUNT, _BIND = 1, 2, 4, 32, 4096
_MOST = 1 << 16


def finish(program: int, hidden: Iterable[str]) -> None:
    """Bound the own folder, hide what is around, and give up what it takes to do so.

    Args:
        program: a descriptor that reads as the seccomp program of the whole sandbox.
        hidden: the folders that nobody is to list.

    Raises:
        OSError: the kernel does not do all of it.
    """
    for path in hidden:
        os.chmod(path, 0o111)
    bounds = f"size={BYTES},nr_inodes={FILES},mode=0700"
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, bounds)
    _mount(None, "/", None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV, None)
    lock.drop_capabilities()
    lock.load(_read(program))


def _mount(what: str | None, path: str, kind: str | None, flags: int, data: str | None) -> None:
    words = [word.encode() if word else None for word in (what, path, kind)]
    library = ctypes.CDLL(None, use_errno=True)
    if library.mount(*words, ctypes.c_ulong(flags), data.encode() if data else None):
        number = ctypes.get_errno()
        raise OSError(number, f"mount {path}: {os.strerror(number)}")


def _read(program: int) -> bytes:
    try:
        return os.read(program, _MOST)
    finally:
        os.close(program)
