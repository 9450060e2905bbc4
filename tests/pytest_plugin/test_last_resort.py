"""An answer that nothing in Python can stop ends the run, and nothing that is known is lost."""

import subprocess
import sys
import threading
import types
from xml.etree import ElementTree

import pytest

from torchkata.pytest_plugin import last_resort
from torchkata.running import files, practice

# A lock of C that is taken twice: no signal wakes who waits for it.
HANGS = """\
import ctypes


def half(x):
    lock = ctypes.create_string_buffer(64)
    ctypes.CDLL(None).pthread_mutex_lock(lock)
    ctypes.CDLL(None).pthread_mutex_lock(lock)
    return x / 2
"""
AT_ONCE = """\
import sys, pytest
from torchkata.pytest_plugin import last_resort
last_resort.limit = lambda practice, item: 0.5
sys.exit(pytest.main([*sys.argv[1:], "-p", "no:cacheprovider"]))
"""
RIGHT = "def half(x):\n    return x / 2\n"


@pytest.fixture
def hanging(elsewhere):
    """A course with an exercise that is not begun, and one that hangs."""
    elsewhere.exercises["warmup/half"].stub_path.write_text(HANGS)
    return elsewhere.root


def soon(folder, *options):
    """Run pytest as if an answer had half a second."""
    command = [sys.executable, "-c", AT_ONCE, *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def test_a_run_that_hangs_ends_and_tells_what_it_knows(hanging):
    """The sentence, the line, what came before, the summary, and JUnit's report."""
    done = soon(hanging, "--junitxml=report.xml")
    assert done.returncode == 1, done.stderr
    assert "Line 7 has not come back after" in done.stdout
    assert "0 of 2 passed  1 todo  1 timeout" in done.stdout
    report = ElementTree.parse(hanging / "report.xml")
    assert len(report.findall(".//testcase")) == 2
    assert "Line 7" in report.find(".//testcase[@name='row']/failure").text


@pytest.mark.slow
def test_a_worker_that_hangs_is_told_of(hanging):
    """With xdist, the other process writes the report."""
    done = soon(hanging, "-n", "1", "--max-worker-restart=0")
    assert done.returncode == 1, done.stderr
    assert "Line 7 has not come back after" in done.stdout


@pytest.fixture
def looked_on(elsewhere, monkeypatch):
    """The items over which a thread looks on, in a course with a right answer and a test."""
    elsewhere.exercises["warmup/half"].stub_path.write_text(RIGHT)
    (elsewhere.root / "test_it.py").write_text("def test_it():\n    pass\n")
    monkeypatch.chdir(elsewhere.root)
    seen = []
    monkeypatch.setattr(last_resort, "look_on", lambda _, item, seconds: seen.append(item.name))
    return seen


def test_it_is_for_exercises_only(run, looked_on):
    """A test of one's own keeps the time limit that its author gives it."""
    assert run("-p", "timeout", "--timeout=60", ".").counts["passed"] == 4
    assert sorted(looked_on) == ["large", "row", "row", "table"]


def test_nobody_is_hurried_in_a_debugger(run, looked_on):
    """With --pdb no thread looks on."""
    assert run("--pdb", "exercises/warmup/half.py").counts == {"passed": 3}
    assert looked_on == []


def test_only_the_answers_own_time_counts(half, monkeypatch):
    """Not the reference's or the diagnosis's, and none in a debugger."""
    seen = []

    def look(*_):
        seen.append(last_resort._is_answering(last_resort._frames(sys._getframe())))
        return {}

    file = files.File("half.py", RIGHT)
    monkeypatch.setattr(half.grader, "look", look)
    practice.report_on(half, file, [0])
    look()
    monkeypatch.setattr(last_resort, "_DEBUGGERS", (__name__.partition(".")[0],))
    practice.report_on(half, file, [0])
    assert seen == [True, True, True, False, False, False, False]


def test_no_thread_outlives_its_item():
    """One that were still about to end when Python does would abort the process."""
    before, item = set(threading.enumerate()), types.SimpleNamespace()
    last_resort.look_on(None, item, 1e9)
    (looker,) = set(threading.enumerate()) - before
    item.cancel_timeout()
    assert not looker.is_alive()
