"""How long an answer may run: an alarm where the system has one, else a thread that looks on."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

_TICK = 0.1
_DEBUGGERS = ("bdb", "pdb", "pydevd", "_pydevd_bundle", "debugpy")


class TimeLimit(BaseException):
    """An answer did not end in time. Not an Exception, so that `except Exception` lets it pass."""


@contextlib.contextmanager
def time_limit(seconds: float, path: str) -> Iterator[None]:
    """Raise TimeLimit in this thread, again and again, once the code of a file has run too long.

    Not while somebody is thinking in a debugger. The thread that looks on, which is taken where
    there is no SIGALRM (Windows) and outside the main thread, interrupts nothing that runs in C.

    Args:
        seconds: how long that code, and what it calls, may run.
        path: the file.
    """
    in_main = threading.current_thread() is threading.main_thread()
    with _alarm(seconds, path) if hasattr(signal, "SIGALRM") and in_main else _look(seconds, path):
        yield


@contextlib.contextmanager
def _alarm(seconds: float, path: str) -> Iterator[None]:
    def ring(_signal: int, frame: FrameType | None) -> None:
        if _runs(path, frame) and not _traced():
            raise TimeLimit

    handler = signal.signal(signal.SIGALRM, ring)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, _TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


@contextlib.contextmanager
def _look(seconds: float, path: str) -> Iterator[None]:
    done, here = threading.Event(), threading.get_ident()
    looker = threading.Thread(target=_look_on, args=(here, seconds, path, done), daemon=True)
    looker.start()
    try:
        yield
    finally:
        done.set()
        looker.join()
        # One that was raised too late must not strike what comes next.
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


def _traced() -> bool:
    """Whether a debugger follows this thread step by step."""
    module = getattr(sys.gettrace(), "__module__", "") or ""
    return module.partition(".")[0] in _DEBUGGERS
