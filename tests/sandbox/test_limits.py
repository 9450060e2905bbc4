"""What a process may use before it ends, and what it is only told that it did."""

import resource
import time

from torchkata.grading.grading_run import examine
from torchkata.running.files import File
from torchkata.running.practice import examine as practise
from torchkata.sandbox import lock

TOUCHES = """
from pathlib import Path

def half(x):
    Path("made").touch()
    Path("made").touch()
    return x / 2 if Path("made").exists() else x
"""


def test_what_was_used_before_the_limit_does_not_count(monkeypatch):
    """On a slow machine, importing torch takes longer than an answer may."""
    limits = {}
    monkeypatch.setattr(resource, "setrlimit", lambda kind, bounds: limits.update({kind: bounds}))
    monkeypatch.setattr(time, "process_time", lambda: 40.5)
    lock.limit(10)
    assert limits[resource.RLIMIT_CPU] == (51, 52)


def test_touch_makes_a_file_behind_the_walls_too(worker, half):
    """Times of files cannot be set there; that of one that is not there is no success."""
    file = File("half.py", TOUCHES)
    assert practise(half, file).verdict == "passed"
    assert examine(worker, half, file, [1]).verdict == "passed"
