"""Ends a run of pytest in which an answer never comes back, and loses nothing that is known.

The engine's own alarm ends an endless loop in Python. What hangs in C, or waits for a thread, no
alarm can end: then the process has to end, by a thread that looks on. It is started through
pytest-timeout, whose own two methods would take the engine's alarm, or lose all that was found.
"""

from __future__ import annotations

import os
import sys
import threading
from types import CodeType, FrameType
from typing import Any

import pytest

from torchkata.course.lines import line_now
from torchkata.pytest_plugin.items import Case, Practice

# Seconds that an answer has after the engine's own limit, and between two looks at it.
GRACE, _PAUSE = 20.0, 0.5
_DEBUGGERS = ("bdb", "pdb", "pydevd", "_pydevd_bundle", "debugpy")


def limit(practice: Practice, item: Case) -> float:
    """Seconds that an answer may run, in the engine's reckoning, and then some."""
    return practice.seconds(item.exercise) + GRACE


def look_on(practice: Practice, item: Case, seconds: float) -> None:
    """Start a thread that ends the run once this item's answer has run for so long.

    Only the answer's time counts: neither that of the reference, nor that of somebody in a
    debugger.
    """
    done = threading.Event()
    here = threading.get_ident()
    looker = threading.Thread(
        target=_look_on, args=(practice, item, seconds, here, done), daemon=True
    )

    def stop() -> None:
        done.set()
        # A thread that is still about to end when Python does aborts the process.
        if threading.current_thread() is not looker:
            looker.join()

    vars(item)["cancel_timeout"] = stop
    looker.start()


def _look_on(
    practice: Practice, item: Case, seconds: float, thread: int, done: threading.Event
) -> None:
    used, line = 0.0, 0
    while not done.wait(_PAUSE):
        frames = _frames(sys._current_frames().get(thread))
        if _is_answering(frames):
            used += _PAUSE
            path = practice.file(item.exercise).path
            line = next((line_now(f) for f in frames if f.f_code.co_filename == path), 0)
        if used > seconds:
            _end(practice, item, used, line)


def _frames(frame: FrameType | None) -> list[FrameType]:
    """The frames of a thread, the innermost first."""
    found = []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


def _is_answering(frames: list[FrameType]) -> bool:
    """Whether the answer is being run, and nobody is thinking about it in a debugger."""
    names = {str(frame.f_globals.get("__name__")).partition(".")[0] for frame in frames}
    return _running() in [frame.f_code for frame in frames] and not names & {*_DEBUGGERS}


def _running() -> CodeType:
    from torchkata.running.practice import report_on

    return report_on.__code__


def _end(practice: Practice, item: Case, seconds: float, line: int) -> None:
    """Report this item, have everything written that pytest writes at its end, and end."""
    config = item.config
    try:
        capture = config.pluginmanager.getplugin("capturemanager")
        if capture is not None:
            capture.suspend_global_capture(in_=True)
        config.hook.pytest_runtest_logreport(report=_report(practice, item, seconds, line))
        # A worker of xdist has told it to the process that writes.
        if not hasattr(config, "workerinput"):
            item.session.exitstatus = pytest.ExitCode.TESTS_FAILED
            config.hook.pytest_sessionfinish(
                session=item.session, exitstatus=pytest.ExitCode.TESTS_FAILED
            )
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(pytest.ExitCode.TESTS_FAILED)


def _report(practice: Practice, item: Case, seconds: float, line: int) -> pytest.TestReport:
    """What is said of an answer that did not come back."""
    from torchkata.text.messages import never_back

    path, first, _ = item.reportinfo()
    block = never_back(item.exercise.id, seconds, line)
    report = pytest.TestReport(
        item.nodeid, item.location, {}, "failed", block, "call", duration=seconds
    )
    facts: dict[str, Any] = {"exercise": item.exercise.id, "case": "timeout", "verdict": "timeout"}
    where = {"block": block, "path": str(path), "line": line or first + 1}
    vars(report)["kata"] = {**facts, **where}
    return report
