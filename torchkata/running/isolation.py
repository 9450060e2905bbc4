"""What an answer may disturb is put back: a courtesy to the next case, not a wall (see walls)."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator

import torch


@contextlib.contextmanager
def undisturbed() -> Iterator[list[warnings.WarningMessage]]:
    """Put torch's and Python's global settings back, and collect warnings.

    Runs on one thread: the same operations then give the same last bits everywhere. Anomalies are
    not detected: that raises where an expected gradient is nan.
    """
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    limit, path = sys.getrecursionlimit(), list(sys.path)
    torch_state, python_state = torch.get_rng_state(), random.getstate()
    anomaly = torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()
    if threads != 1:
        torch.set_num_threads(1)
    try:
        with warnings.catch_warnings(record=True) as caught, torch.enable_grad():
            warnings.simplefilter("always")
            torch.set_anomaly_enabled(False)
            yield caught
    finally:
        torch.set_default_dtype(dtype)
        torch.set_default_device(None)
        torch.set_anomaly_enabled(*anomaly)
        torch.set_rng_state(torch_state)
        random.setstate(python_state)
        sys.setrecursionlimit(limit)
        sys.path[:] = path
        if threads != 1:
            torch.set_num_threads(threads)


@contextlib.contextmanager
def workplace(kept: str = "") -> Iterator[None]:
    """A folder to be in, where temporary files go too: an empty one that is deleted at the end.

    Args:
        kept: a folder to be in instead, which stays.
    """
    before, temporary = os.getcwd(), tempfile.tempdir
    folder = kept or tempfile.mkdtemp(prefix="kata-")
    os.chdir(folder)
    tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = temporary
        os.chdir(before)
        if not kept:
            discard(folder)


def discard(folder: str) -> None:
    """Delete a folder and all that an answer may have left in it; what cannot be deleted stays."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.lexists(folder) and shutil.which("rm"):
        # Programs that step down as deep as it goes, whatever its modes.
        for command in (["chmod", "-R", "u+rwx", folder], ["rm", "-rf", folder]):
            subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
