"""Grading on a GPU, as far as it can be tried without one."""

import pytest
import torch

from torchkata.sandbox import bubblewrap, lock
from torchkata.sandbox.backends import Landlocked, Sandbox
from torchkata.sandbox.channel import Failure

TRIES = """
import os
def half(x):
    for path in ("/dev/zero", "/dev/full"):
        try:
            os.close(os.open(path, os.O_RDWR))
            raise RuntimeError(f"opened {path}")
        except (PermissionError, FileNotFoundError):
            pass
    return x / 2
"""


def test_on_the_cpu_no_device_is_shown():
    """Devices are for runs that use one."""
    assert bubblewrap.devices_of("cpu") == []
    assert _shown([]) == ["/dev/null", "/dev/urandom"]


def test_a_gpu_is_shown_where_one_is_asked_for():
    """Each of its files, and nothing else of the host's."""
    devices = ["/dev/nvidia0", "/dev/nvidiactl"]
    assert _shown(devices) == ["/dev/null", "/dev/urandom", *devices]


def test_only_runs_on_a_gpu_may_talk_to_devices():
    """The programs for the sandbox are the same; that of the locked process lacks one rule."""
    (outer, inner), (outer_too, with_gpu) = lock.filters(), lock.filters(gpu=True)
    assert outer == outer_too
    assert len(with_gpu) < len(inner)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Sandbox, Landlocked])
def test_a_run_on_the_cpu_cannot_open_the_devices_of_its_worker(kind, half, monkeypatch):
    """A worker made for a GPU runs answers on the CPU too, and these see no device."""
    monkeypatch.setattr(bubblewrap, "devices_of", lambda _: ["/dev/zero"])
    with kind("cuda") as worker:
        report = worker.respond(half, TRIES, [1])
    assert all(isinstance(seen, dict) for seen in report.observations.values()), report


@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.is_available(), reason="here it works")
def test_a_gpu_that_is_not_there_is_our_failure(half):
    """No verdict on the answer, which has not been read."""
    with Sandbox() as worker, pytest.raises(Failure, match="no process that is ready"):
        worker.respond(half, half.solution, [1], "cuda")


def _shown(devices):
    view = bubblewrap._view(devices, None, within=False)
    return [view[place + 1] for place, word in enumerate(view) if word == "--dev-bind"]
