"""What is looked at while an answer runs: what no limit of the kernel bounds.

A size of 64 MiB does not bound the number of files, and the kernel's limit of threads does not bind
a process that is root's outside.
"""

from __future__ import annotations

import contextlib
import os
import signal

from torchkata.sandbox.lock import BYTES, FILES, THREADS
from torchkata.sandbox.protocol import Settings

TOO_MANY_THREADS = f"it had more than {THREADS} threads"


def end_crowded(process: int) -> str:
    """End what has too many threads below a process of this machine: why, or empty if nothing.

    Args:
        process: the outer wall's, which shows nothing of this to the waiting process.
    """
    below = [process]
    while below:
        number = below.pop()
        if _threads(number) > THREADS:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
            return TOO_MANY_THREADS
        # One that has ended meanwhile has none below it.
        with contextlib.suppress(OSError):
            below += processes_below(number)
    return ""


def processes_below(process: int) -> list[int]:
    """The numbers of what a process has started.

    Raises:
        OSError: it has ended, or this kernel does not tell.
    """
    with open(f"/proc/{process}/task/{process}/children") as file:
        return [*map(int, file.read().split())]


def too_much(child: int, settings: Settings) -> str:
    """What a locked process has taken too much of, in words; empty if nothing.

    Args:
        child: its number.
        settings: those of the waiting process.
    """
    if _threads(child) > THREADS:
        return TOO_MANY_THREADS
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
