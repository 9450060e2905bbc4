"""An answer that does not end is stopped, and nothing else is."""

import signal
import threading

import pytest

from torchkata.running.time_limit import TimeLimit, time_limit

# CPython 3.11 raises what a signal raises in front of the loop that it interrupts: without a line
# between `try` and `while`, that is outside the `try`, and nothing is ever caught.
STUBBORN = """
import time

def run():
    # Not for ever: where nothing stops it, this test is to fail.
    end = time.monotonic() + 20
    for _ in range({times}):
        try:
            n = 0
            while time.monotonic() < end: n += 1
        except Exception:
            return
        except BaseException as problem:
            caught.append(type(problem).__name__)
    while time.monotonic() < end: n += 1
"""


@pytest.mark.parametrize("times", [1, 3])
def test_what_does_not_end_is_stopped(times):
    """Again and again: an answer that catches everything has not escaped."""
    caught = []
    place = {"caught": caught}
    exec(compile(STUBBORN.format(times=times), "answer.py", "exec"), place)
    with time_limit(0.05, "answer.py"), pytest.raises(TimeLimit):
        place["run"]()
    assert caught == ["TimeLimit"] * times


def test_what_ends_in_time_is_not_stopped():
    """Nor is what comes after it: the clock and its bell are those of before."""
    before = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    with time_limit(60, "answer.py"):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert (signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)) == before


def test_only_the_file_that_is_named_is_stopped():
    """The engine's own work is not ended by an answer's limit."""
    ring = "import signal\nsignal.raise_signal(signal.SIGALRM)"
    with time_limit(60, "answer.py"):
        exec(compile(ring, "engine.py", "exec"), {})
        with pytest.raises(TimeLimit):
            exec(compile(ring, "answer.py", "exec"), {})


def test_in_another_thread_an_answer_is_stopped_too():
    """There are no alarms there: a thread looks on, as it does on Windows."""
    caught = []
    place = {"caught": caught}
    exec(compile(STUBBORN.format(times=2), "answer.py", "exec"), place)

    def work():
        with pytest.raises(TimeLimit), time_limit(0.1, "answer.py"):
            place["run"]()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert caught == ["TimeLimit"] * 2
