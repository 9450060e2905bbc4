"""Single keys from a terminal, without waiting for a line, on POSIX and on Windows."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator

_WAIT = 0.2
# Seconds within which the rest of an arrow key arrives, over a slow line too.
_REST = 0.05

# An arrow or a function key is sent as ESC and some letters. They are no letters that were typed:
# "Up" ends in A, and "Home" in H.
_KEY = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?|.", re.DOTALL)
# The same keys, where the keyboard is switched to Hangul.
_HANGUL = dict(
    zip(
        "ㅁㅠㅊㅇㄷㄹㅎㅗㅑㅓㅏㅣㅡㅜㅐㅔㅂㄱㄴㅅㅕㅍㅈㅌㅛㅋ",
        "abcdefghijklmnopqrstuvwxyz",
        strict=True,
    )
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|O)?$")


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


def keys_in(text: str) -> list[str]:
    """What was typed, key by key; a key that sends several letters is one."""
    return _KEY.findall(text)


def letter(key: str) -> str:
    """The small Latin letter of a key, also where the keyboard is switched to Hangul."""
    return _HANGUL.get(key, key.lower())


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
    # After Ctrl-Z and `fg`, the shell has set the terminal back.
    handler = signal.signal(signal.SIGCONT, lambda *_: tty.setcbreak(sys.stdin))
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, handler)
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _read_posix(give: Callable[[str], None], done: threading.Event) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while not done.is_set():
        if not _typed(_WAIT):
            continue
        data = os.read(sys.stdin.fileno(), 1024)
        if not data:
            return
        if _UNFINISHED.search(data) and _typed(_REST):
            data += os.read(sys.stdin.fileno(), 1024)
        for key in keys_in(decoder.decode(data)):
            give(key)


def _typed(seconds: float) -> bool:
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def _read_windows(give: Callable[[str], None], done: threading.Event) -> None:
    import importlib

    console = importlib.import_module("msvcrt")
    while not done.wait(_WAIT / 4):
        while console.kbhit():
            key = console.getwch()
            # An arrow or a function key comes as one of these and a letter that was not typed.
            if key in "\0\xe0" and console.kbhit():
                key += console.getwch()
            give(key)
