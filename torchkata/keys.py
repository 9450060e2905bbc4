"""Single keys from a terminal, without waiting for a line, on POSIX and on Windows."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator

_WAIT = 0.2


@contextlib.contextmanager
def reading(give: Callable[[str], None]) -> Iterator[None]:
    """Call `give` with each key that is typed, in a thread, until the block ends."""
    done = threading.Event()
    read = _read_windows if os.name == "nt" else _read_posix
    thread = threading.Thread(target=read, args=(give, done), daemon=True)
    with _unbuffered():
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


@contextlib.contextmanager
def _unbuffered() -> Iterator[None]:
    """Let the terminal hand over each key, and set it back at the end."""
    if os.name == "nt":
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _read_posix(give: Callable[[str], None], done: threading.Event) -> None:
    while not done.is_set():
        if select.select([sys.stdin], [], [], _WAIT)[0]:
            key = os.read(sys.stdin.fileno(), 1)
            if not key:
                return
            give(key.decode("utf-8", "replace"))


def _read_windows(give: Callable[[str], None], done: threading.Event) -> None:
    import importlib

    console = importlib.import_module("msvcrt")
    while not done.wait(_WAIT / 4):
        while console.kbhit():
            give(console.getwch())
