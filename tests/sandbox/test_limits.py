"""What a process may use before it ends."""

import resource
import time

from torchkata.sandbox import lock


def test_what_was_used_before_the_limit_does_not_count(monkeypatch):
    """On a slow machine, importing torch takes longer than an answer may."""
    limits = {}
    monkeypatch.setattr(resource, "setrlimit", lambda kind, bounds: limits.update({kind: bounds}))
    monkeypatch.setattr(time, "process_time", lambda: 40.5)
    lock.limit(10)
    assert limits[resource.RLIMIT_CPU] == (51, 52)
