"""What runs on the other side: a waiting process, and per exercise a locked fork of it.

The waiting process imports torch once and reads no submission. It runs on one thread, since a fork
of several may hang. The fork holds two pipes and nothing else.
"""

from __future__ import annotations

import fcntl
import functools
import gc
import importlib
import io
import os
import select
import shutil
import signal
import site
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import torch

from torchkata.course.answer_name import Asked
from torchkata.course.loading import load_grader
from torchkata.running.arguments import draw
from torchkata.running.runner import Job, respond
from torchkata.sandbox.excess import too_much
from torchkata.sandbox.lock import alone, end_with_parent, hide_memory, limit_threads, lock
from torchkata.sandbox.one_shot import prepare, read_part, write
from torchkata.sandbox.protocol import READY, Order, Request, Settings, Status, pack

_REQUEST, _RESULT = 3, 4
# Seconds; what takes longer goes with its sandbox.
_TO_EMPTY = 5.0
# Seconds between two looks at what a locked process has taken.
_LOOK = 0.1


def main() -> None:
    """Serve until the other side hangs up. Usage: python -c ... CONTROL_DESCRIPTOR."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = msgspec.json.decode(control.recv(65536), type=Settings)
    _warm_up()
    hide_memory()
    seen = {}
    if settings.behind_outer_wall:
        _forget_processor()
    if settings.around:
        seen = _surroundings(settings.around)
    control.send(msgspec.json.encode(seen))
    while True:
        message, pipes, _, _ = socket.recv_fds(control, 4096, 2)
        if not message:
            return
        status = _run(msgspec.json.decode(message, type=Order), pipes, settings)
        control.send(msgspec.json.encode(status))
        if not status.clean:
            return


def _warm_up() -> None:
    """Do once what would cost every fork: the first optimizer alone takes more than a second."""
    torch.set_num_threads(1)
    site.setquit()
    for kind in vars(torch.optim).values():
        if isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer):
            _build_once(kind)
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
    assert alone(), "a fork of several threads may hang"
    gc.collect()
    gc.freeze()


def _build_once(kind: Any) -> None:
    """The first optimizer of a class changes the class, which fails with other words then."""
    if kind is not torch.optim.Optimizer:
        kind([torch.zeros(2, 2, requires_grad=True)])


def _rehearse() -> None:
    """Go once through what a fork does with an answer, so that nothing is done there first."""
    folder = Path(__file__).with_name("probe")
    grader = load_grader((folder / "grader.py").read_text("utf-8"), "rehearsal")
    answer = "import torch\ndef answer(planted):\n    return torch.ones(2), 0.5, planted\n"
    report = respond(Job(Asked("answer"), "rehearsal.py", grader, draw(grader, [0])), answer)
    assert report.observations, "the rehearsal failed"
    pack(report)


def _forget_processor() -> None:
    """Take away what torch had to read once; where all of /proc is there, Landlock hides it."""
    if os.listdir("/proc") == ["cpuinfo"]:
        os.unlink("/proc/cpuinfo")
        os.chmod("/proc", 0o111)


def _surroundings(around: list[str]) -> dict[str, list[str]]:
    """What the outer wall lets this process see, for the other side to check."""
    return {
        "paths": [path for path in around if os.path.lexists(path)],
        "interfaces": [name for _, name in socket.if_nameindex()],
        "environment": sorted(os.environ),
    }


def _run(order: Order, pipes: list[int], settings: Settings) -> Status:
    # A fork could not use what its parent has begun.
    assert not torch.cuda.is_initialized(), "the waiting process must not touch CUDA"
    child = os.fork()
    if child == 0:
        _become_locked(pipes, settings)
    for pipe in pipes:
        os.close(pipe)
    late, stopped = _watched(child, order.seconds, settings)
    if late or stopped:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return Status(number, late or number == signal.SIGXCPU, _empty(settings.folder), stopped)


def _watched(child: int, seconds: float, settings: Settings) -> tuple[bool, str]:
    """Wait for a locked process: whether its time is up, and what it takes too much of."""
    deadline = time.monotonic() + seconds
    descriptor = os.pidfd_open(child)
    try:
        while True:
            left = deadline - time.monotonic()
            if select.select([descriptor], [], [], max(0.0, min(left, _LOOK)))[0]:
                return False, ""
            if left <= 0:
                return True, ""
            if stopped := too_much(child, settings):
                return False, stopped
    finally:
        os.close(descriptor)


def _become_locked(pipes: list[int], settings: Settings) -> NoReturn:
    try:
        _keep_only(pipes)
        try:
            job = _lock_for(msgspec.json.decode(read_part(_REQUEST), type=Request), settings)
        except BaseException as problem:
            # Not the submission's fault: it has not been read.
            write(repr(problem).encode(), _RESULT)
            raise
        write(READY, _RESULT)
        write(pack(respond(job, read_part(_REQUEST).decode())), _RESULT)
    finally:
        os._exit(0)


def _lock_for(request: Request, settings: Settings) -> Job:
    """Draw the arguments, then give up all that they and the answer do not need."""
    end_with_parent()
    os.setsid()
    os.chdir(settings.folder)
    job = prepare(request, settings.folder)
    # Landlock binds the thread that asks for it.
    assert alone(), "drawing the arguments has started a thread"
    devices = settings.devices if request.device != "cpu" else []
    if settings.counted_alone:
        # Elsewhere all that this user runs would count.
        limit_threads()
    program = bytes.fromhex(settings.program)
    lock(settings.folder, settings.readable, program, devices, settings.abi)
    for name in ("utime", "chmod"):
        setattr(os, name, _of_what_is_there(getattr(os, name)))
    return job


def _of_what_is_there(change: Callable[..., None]) -> Callable[..., None]:
    """The filter says that anything's times and mode were set, and `touch` then makes no file."""

    @functools.wraps(change)
    def changed(
        path: Any,
        *values: Any,
        dir_fd: int | None = None,
        follow_symlinks: bool = True,
        **more: Any,
    ) -> None:
        where: Any = {"dir_fd": dir_fd, "follow_symlinks": follow_symlinks}
        os.stat(path, **where)
        change(path, *values, **where, **more)

    return changed


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


def _empty(folder: str) -> bool:
    """Delete what a submission left; whether that worked."""
    try:
        os.chmod(folder, 0o700)
        folders = False
        for path in os.scandir(folder):
            if path.is_dir(follow_symlinks=False):
                folders = True
            else:
                os.unlink(path.path)
        if folders:
            # Programs that step down as deep as it goes, whatever its modes.
            for command in _emptying(folder):
                subprocess.run(command, timeout=_TO_EMPTY, stderr=subprocess.DEVNULL)
        return not os.listdir(folder)
    except (OSError, subprocess.TimeoutExpired):
        return False


def _emptying(folder: str) -> list[list[str]]:
    chmod, find = (shutil.which(name, path="/usr/bin:/bin") or name for name in ("chmod", "find"))
    return [[chmod, "-R", "u+rwx", folder], [find, folder, "-mindepth", "1", "-delete"]]
