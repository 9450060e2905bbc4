"""A time limit where there is no SIGALRM (Windows), and in threads: another thread looks on."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from torchkata.running.isolation import TimeLimit

_TICK = 0.1
_DEBUGGERS = ("bdb", "pdb", "pydevd", "_pydevd_bundle", "debugpy")


@contextlib.contextmanager
def looked_on(seconds: float, path: str) -> Iterator[None]:
    """Raise TimeLimit in this thread, again and again, once the code of a file has run too long.

    Without effect where `isolation.time_limit` has one. What runs in C is not interrupted.

    Args:
        seconds: how long that code, and what it calls, may run.
        path: the file.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if hasattr(signal, "SIGALRM") and in_main:
        yield
        return
    done, here = threading.Event(), threading.get_ident()
    looker = threading.Thread(target=_look_on, args=(here, seconds, path, done), daemon=True)
    looker.start()
    try:
        yield
    finally:
        done.set()
        looker.join()
        # One that was raised too late must not strike whoever comes next.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(here), None)


def _look_on(thread: int, seconds: float, path: str, done: threading.Event) -> None:
    used = 0.0
    while not done.wait(_TICK):
        if _runs(path, sys._current_frames().get(thread)):
            used += _TICK
            if used > seconds:
                raised = ctypes.py_object(TimeLimit)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)


def _runs(path: str, frame: FrameType | None) -> bool:
    """Whether a file's code runs, and nobody is thinking about it in a debugger."""
    found = False
    while frame is not None:
        if str(frame.f_globals.get("__name__")).partition(".")[0] in _DEBUGGERS:
            return False
        found = found or frame.f_code.co_filename == path
        frame = frame.f_back
    return found
