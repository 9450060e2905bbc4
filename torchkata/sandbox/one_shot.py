"""A process of its own for one errand, with limits and no walls, on any system."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import IO


def run_alone(sent: bytes, result: IO[bytes], folder: str, seconds: float) -> tuple[int, bool]:
    """Run one errand, and whatever it starts, until it ends: (its signal, whether it was late)."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", "-c", "from torchkata.sandbox.errand import main; main()"],
        stdin=subprocess.PIPE,
        stdout=result,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(),
        start_new_session=True,
    )
    try:
        process.communicate(sent, timeout=seconds)
        late = False
    except subprocess.TimeoutExpired:
        late = True
    finally:
        # All of its session, where there are such.
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
    return max(0, -process.returncode), late


def _environment() -> dict[str, str]:
    """What Python needs to start (on Windows it does not without SystemRoot), and no secret."""
    kept = ("SystemRoot", "PATH", "TMP", "TEMP")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "OMP_NUM_THREADS": "1"
    }
