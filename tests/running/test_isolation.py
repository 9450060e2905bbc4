"""What an answer may disturb is put back, and an answer that does not end is stopped."""

import os
import random
import signal
import sys
import tempfile
import threading
import warnings
from pathlib import Path

import pytest
import torch

from torchkata.running.isolation import TimeLimit, time_limit, undisturbed, workplace


@pytest.fixture
def two_threads():
    """A process in which torch runs on two threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


# {what: (reads it, changes it)}
SETTINGS = {
    "default dtype": (torch.get_default_dtype, lambda: torch.set_default_dtype(torch.float64)),
    "default device": (torch.get_default_device, lambda: torch.set_default_device("meta")),
    "threads": (torch.get_num_threads, lambda: torch.set_num_threads(3)),
    "grad mode": (torch.is_grad_enabled, lambda: torch.set_grad_enabled(False)),
    "torch's generator": (lambda: torch.get_rng_state().tolist(), lambda: torch.manual_seed(3)),
    "Python's generator": (random.getstate, lambda: random.seed(3)),
    "recursion limit": (sys.getrecursionlimit, lambda: sys.setrecursionlimit(3000)),
    "path": (lambda: list(sys.path), lambda: sys.path.insert(0, "/nowhere")),
    "warnings": (lambda: list(warnings.filters), lambda: warnings.simplefilter("ignore")),
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_comes_back(setting, two_threads):
    """What an answer has set is as it was afterwards."""
    read, change = SETTINGS[setting]
    before = read()
    with undisturbed():
        change()
        assert read() != before, "nothing was changed, so this shows nothing"
    assert read() == before


def test_all_settings_come_back_where_an_answer_raises(two_threads):
    """And its exception goes on."""
    before = {setting: read() for setting, (read, _) in SETTINGS.items()}

    def answer():
        for _, change in SETTINGS.values():
            change()
        raise KeyError

    with pytest.raises(KeyError), undisturbed():
        answer()
    assert {setting: read() for setting, (read, _) in SETTINGS.items()} == before


def test_an_answer_runs_on_one_thread_with_gradients(two_threads):
    """The same operations then give the same last bits everywhere, whatever ran before."""
    with torch.no_grad(), undisturbed():
        assert torch.get_num_threads() == 1
        assert torch.is_grad_enabled()


def test_warnings_are_collected_each_time():
    """An answer's warning is no error, is told, and is told to the next one too."""
    for _ in range(2):
        with undisturbed() as caught:
            for _ in range(2):
                warnings.warn("told", stacklevel=1)
        assert [str(warning.message) for warning in caught] == ["told", "told"]


def test_a_workplace_is_empty_and_goes(tmp_path, monkeypatch):
    """Files an answer writes where it is, or in a temporary folder, are gone."""
    monkeypatch.chdir(tmp_path)
    temporary = tempfile.gettempdir()
    with workplace():
        inside = Path.cwd()
        assert list(inside.iterdir()) == []
        Path("here").write_text("x")
        assert Path(tempfile.mkdtemp()).parent == inside
    assert not inside.exists()
    assert Path.cwd() == tmp_path
    assert tempfile.gettempdir() == temporary


def test_a_workplace_goes_whatever_happens_in_it(tmp_path, monkeypatch):
    """Where the answer raises, or has gone elsewhere."""
    monkeypatch.chdir(tmp_path)
    inside = []

    def answer():
        inside.append(Path.cwd())
        os.chdir("/")
        raise KeyError

    with pytest.raises(KeyError), workplace():
        answer()
    assert inside != [tmp_path]
    assert not inside[0].exists()
    assert Path.cwd() == tmp_path


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


def test_outside_the_main_thread_nothing_is_stopped():
    """There are no signals there, and nothing is raised for that."""
    done = []

    def work():
        with time_limit(60, "answer.py"):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
