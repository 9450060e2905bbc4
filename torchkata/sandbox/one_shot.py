"""Run one answer in a one-shot process, with limits and no walls, on any system.

Nothing here needs Linux. Usage: python -c "from torchkata.sandbox.one_shot import main; main()",
with a request and an answer on standard input (protocol.parts) and a report on standard output.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec
import torch

from torchkata.course.answer_name import Asked
from torchkata.course.loading import load_grader
from torchkata.running.arguments import draw
from torchkata.running.captured import Prints
from torchkata.running.runner import Job, respond
from torchkata.sandbox.lock import limit
from torchkata.sandbox.protocol import READY, Request, pack

_FOR_DRAWING = 5.0
# Where an answer's data files are, in its own folder.
_DATA = ".data"


def run_alone(
    sent: bytes, result: IO[bytes], folder: str, seconds: float, places: Sequence[str] = ()
) -> tuple[int, bool]:
    """Run one answer, and all that it starts, until it ends: (its signal, whether it was late).

    Args:
        sent: a request and an answer.
        result: the file that the report goes to.
        folder: where it runs.
        seconds: after these it is late.
        places: the folders of packages; it knows no others but Python's own and those of pip.
    """
    code = f"import sys; sys.path += {[*places]!r}; "
    code += "from torchkata.sandbox.one_shot import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", "-c", code],
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


def main() -> None:
    """Run one answer in this process, without walls."""
    request, result = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    torch.set_num_threads(1)
    try:
        job = prepare(msgspec.json.decode(read_part(request), type=Request), os.getcwd())
        write(READY, result)
        write(pack(respond(job, read_part(request).decode())), result)
    finally:
        # Whatever an answer left running in here ends now.
        os._exit(0)


def prepare(request: Request, folder: str) -> Job:
    """Set limits, draw the arguments, and keep what is printed."""
    asked = Asked(request.name or request.exercise.rpartition("/")[2], request.kind)
    data = written(request.data, Path(folder, _DATA))
    grader = load_grader(request.grader, f"graders/{request.exercise}.py", data=data)
    limit(grader.timeout * len(request.seeds) + _FOR_DRAWING, gpu=request.device != "cpu")
    tempfile.tempdir = folder
    drawn = draw(grader, request.seeds, request.device)
    prints = Prints()
    sys.stdout = sys.stderr = prints
    packages, path = frozenset(request.packages), f"{request.exercise}.py"
    stubs = request.stub, request.part
    return Job(asked, path, grader, drawn, *stubs, packages, prints.since, request.remarks)


def written(data: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """Write data files into a folder that is not there yet: {name: where it is}."""
    if data:
        folder.mkdir()
    for name, held in data.items():
        (folder / name).write_bytes(held)
    return {name: folder / name for name in data}


def read_part(descriptor: int) -> bytes:
    """A part of what was sent: its length in 8 bytes, and it.

    Raises:
        EOFError: it ends too early.
    """
    return _read(descriptor, int.from_bytes(_read(descriptor, 8), "big"))


def write(data: bytes, descriptor: int) -> None:
    """Write all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _environment() -> dict[str, str]:
    """What Python needs to start (on Windows it does not without SystemRoot), and no secret."""
    kept = ("SystemRoot", "PATH", "TMP", "TEMP")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "OMP_NUM_THREADS": "1"
    }


def _read(descriptor: int, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        piece = os.read(descriptor, length - len(data))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
