"""What the waiting process looks at while an answer runs: what no limit of the kernel bounds.

A size of 64 MiB does not bound the number of files, and the kernel's limit of threads does not bind
a process that is root's outside.
"""

from __future__ import annotations

import os

from torchkata.sandbox.lock import THREADS
from torchkata.sandbox.protocol import Settings

FILES, BYTES = 4096, 64 * 2**20


def too_much(child: int, settings: Settings) -> str:
    """What a locked process has taken too much of, in words; empty if nothing.

    Args:
        child: its number.
        settings: those of the waiting process.
    """
    if _threads(child) > THREADS:
        return f"it had more than {THREADS} threads"
    files, size = _used(settings.folder) if settings.behind_outer_wall else _left(settings.folder)
    if files > FILES:
        return f"it had more than {FILES} files"
    return f"its files had more than {BYTES // 2**20} MiB" if size > BYTES else ""


def _threads(child: int) -> int:
    try:
        # Each is a folder in there, which is cheaper than to list them.
        return os.stat(f"/proc/{child}/task").st_nlink - 2
    except OSError:
        return 0


def _used(folder: str) -> tuple[int, int]:
    """How many files there are, and their bytes, where a file system holds nothing else."""
    used = os.statvfs(folder)
    return used.f_files - used.f_ffree, (used.f_blocks - used.f_bfree) * used.f_frsize


def _left(folder: str) -> tuple[int, int]:
    """The same of a folder on the host's disk, looked through no further than it may go."""
    files = size = 0
    folders = [folder]
    while folders and files <= FILES and size <= BYTES:
        try:
            entries = list(os.scandir(folders.pop()))
        except FileNotFoundError:
            continue
        except OSError:
            # Deeper than a path may be, or closed against us: nobody can say what is in there.
            return FILES + 1, size
        for entry in entries:
            files += 1
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                size += _size(entry)
    return files, size


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_blocks * 512
    except OSError:
        return 0
