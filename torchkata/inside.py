"""What runs on the other side: a waiting process, and per exercise a locked fork of it.

The waiting process imports torch once and reads no submission. It runs on one thread, since a fork
of several may hang. The fork holds two pipes and nothing else.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import io
import os
import select
import shutil
import signal
import site
import socket
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import msgspec
import torch

from torchkata.drawing import draw
from torchkata.grader import load_grader
from torchkata.lock import hide_memory, limit, lock
from torchkata.protocol import READY, Order, Request, Settings, Status, pack
from torchkata.respond import Job, respond

_REQUEST, _RESULT = 3, 4
_FOR_DRAWING = 5.0
_KEPT_PRINTS = 64 * 1024


def main() -> None:
    """Serve until the other side hangs up. Usage: python -c ... CONTROL_DESCRIPTOR."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = msgspec.json.decode(control.recv(65536), type=Settings)
    _warm_up()
    hide_memory()
    control.send(msgspec.json.encode(_surroundings() if settings.behind_outer_wall else {}))
    while True:
        message, pipes, _, _ = socket.recv_fds(control, 4096, 2)
        if not message:
            return
        status = _run(msgspec.json.decode(message, type=Order), pipes, settings)
        control.send(msgspec.json.encode(status))
        if not status.clean:
            return


def once() -> None:
    """Run one answer in this process, without walls: a request comes in, a report goes out."""
    result = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    torch.set_num_threads(1)
    job = _prepare(msgspec.json.decode(_read_part(0), type=Request), os.getcwd())
    _write(READY, result)
    _write(pack(respond(job, _read_part(0).decode())), result)
    # Whatever an answer left running ends here.
    os._exit(0)


def _warm_up() -> None:
    """Do once what would cost every fork: the first optimizer alone takes more than a second."""
    torch.set_num_threads(1)
    site.setquit()
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    optimizer = torch.optim.Adam(model.parameters())
    torch.nn.functional.cross_entropy(model(torch.randn(4, 2)), torch.zeros(4).long()).backward()
    optimizer.step()
    file = io.BytesIO()
    torch.save(optimizer.state_dict(), file)
    torch.load(io.BytesIO(file.getvalue()))
    # Otherwise each fork would compile it again, and start programs to look for the C library.
    importlib.import_module("landlockpy").abi_version()
    _rehearse()
    assert len(os.listdir("/proc/self/task")) == 1, "a fork of several threads may hang"
    gc.collect()
    gc.freeze()


def _rehearse() -> None:
    """Go once through what a fork does with an answer, so that nothing is done there first."""
    folder = Path(__file__).with_name("probe")
    grader = load_grader((folder / "grader.py").read_text("utf-8"), "rehearsal")
    answer = "import torch\ndef answer(planted):\n    return torch.ones(2), 0.5, planted\n"
    report = respond(Job("answer", "rehearsal.py", grader, draw(grader, [0])), answer)
    assert report.observations, "the rehearsal failed"
    pack(report)


def _surroundings() -> dict[str, list[str]]:
    """What the outer wall lets this process see, for the other side to check."""
    interfaces = Path("/proc/net/dev").read_text().splitlines()[2:]
    return {
        "root": sorted(os.listdir("/")),
        "interfaces": [line.split(":")[0].strip() for line in interfaces],
        "environment": Path("/proc/1/environ").read_text().split("\0")[:-1],
    }


def _run(order: Order, pipes: list[int], settings: Settings) -> Status:
    # A fork could not use what its parent has begun.
    assert not torch.cuda.is_initialized(), "the waiting process must not touch CUDA"
    child = os.fork()
    if child == 0:
        _become_locked(pipes, settings)
    for pipe in pipes:
        os.close(pipe)
    late = not _ended(child, order.seconds)
    if late:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return Status(number, late or number == signal.SIGXCPU, _empty(settings.folder))


def _ended(child: int, seconds: float) -> bool:
    descriptor = os.pidfd_open(child)
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def _become_locked(pipes: list[int], settings: Settings) -> NoReturn:
    try:
        _keep_only(pipes)
        try:
            job = _lock_for(msgspec.json.decode(_read_part(), type=Request), settings)
        except BaseException as problem:
            # Not the submission's fault: it has not been read.
            _write(repr(problem).encode())
            raise
        _write(READY)
        _write(pack(respond(job, _read_part().decode())))
    finally:
        os._exit(0)


def _lock_for(request: Request, settings: Settings) -> Job:
    """Draw the arguments, then give up all that they and the answer do not need."""
    os.setsid()
    os.chdir(settings.folder)
    job = _prepare(request, settings.folder)
    devices = settings.devices if request.device != "cpu" else []
    lock(settings.folder, settings.readable, bytes.fromhex(settings.program), devices)
    return job


def _prepare(request: Request, folder: str) -> Job:
    """Set limits, draw the arguments, and keep what is printed."""
    name = request.exercise.rpartition("/")[2]
    grader = load_grader(request.grader, f"graders/{request.exercise}.py")
    limit(grader.timeout * len(request.seeds) + _FOR_DRAWING, gpu=request.device != "cpu")
    tempfile.tempdir = folder
    drawn = draw(grader, request.seeds, request.device)
    prints = _Prints()
    sys.stdout = sys.stderr = prints
    packages, path = frozenset(request.packages), f"{request.exercise}.py"
    return Job(name, path, grader, drawn, request.stub, packages, prints.since)


def _keep_only(pipes: list[int]) -> None:
    """The two pipes, and nothing where standard input and output were."""
    # Out of the way first, so that neither move overwrites the other.
    request, result = (fcntl.fcntl(pipe, fcntl.F_DUPFD, 10) for pipe in pipes)
    nothing = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.dup2(request, _REQUEST)
    os.dup2(result, _RESULT)
    os.closerange(_RESULT + 1, 1024)


def _read_part(request: int = _REQUEST) -> bytes:
    """A part of the request: its length in 8 bytes, and it."""
    length = int.from_bytes(_read(8, request), "big")
    return _read(length, request)


def _read(length: int, request: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = os.read(request, length - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def _write(data: bytes, result: int = _RESULT) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(result, view) :]


class _Prints(io.TextIOBase):
    """Keeps the beginning of what is printed, and counts no further."""

    def __init__(self) -> None:
        self._text = ""
        self._kept = 0

    def write(self, text: str, /) -> int:
        self._text += text[: max(0, _KEPT_PRINTS - self._kept)]
        self._kept += len(text)
        return len(text)

    def since(self) -> str:
        """What was printed since it was last asked for."""
        text, self._text = self._text, ""
        return text


def _empty(folder: str) -> bool:
    """Delete what a submission left; whether that worked."""
    for _ in range(2):
        for path in os.scandir(folder):
            if path.is_dir(follow_symlinks=False):
                _open_up(path.path)
                shutil.rmtree(path.path, ignore_errors=True)
            else:
                os.unlink(path.path)
    return not os.listdir(folder)


def _open_up(folder: str) -> None:
    os.chmod(folder, 0o700)
    for root, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(root, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
