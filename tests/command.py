"""`kata` as it is typed, in this process: what it says is the same, and Python starts but once."""

import atexit
import contextlib
import io
import os
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from unittest import mock

from conftest import ROOT

CODE = "from torchkata.cli.start import main; main()"
# Where commands take walls.
_WITH_WALLS = ("batch", "replaying", "accepting", "clusters")
_TERMINAL = {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}


@dataclass
class Done:
    """What a command ended with and said."""

    returncode: int
    stdout: str
    stderr: str


def kata(*arguments, cwd=ROOT, width=None, **environment):
    """Type `kata` with these arguments in a folder; in a terminal, if it has a width."""
    from torchkata.cli.start import main
    from torchkata.running.known_answers import forget

    kind = _Terminal if width else io.TextIOWrapper
    out, err, before = _pipe(kind), _pipe(kind), os.getcwd()
    environment |= {"COLUMNS": str(width)} if width else {}
    patches = (
        mock.patch.dict(os.environ, _TERMINAL | environment),
        mock.patch.object(sys, "argv", ["kata", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", io.StringIO()),
        mock.patch("torchkata.learning.session.Warm", kept_warm),
        *(mock.patch(f"torchkata.grading.{name}.Worker", _taken) for name in _WITH_WALLS),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    )
    # What a new process would not know.
    forget()
    with contextlib.ExitStack() as stack:
        for patch in patches:
            stack.enter_context(patch)
        os.chdir(cwd)
        try:
            status = _status(main)
        finally:
            os.chdir(before)
    return Done(status, *(pipe.buffer.getvalue().decode("utf-8", "replace") for pipe in (out, err)))


def kata_apart(*arguments, cwd=ROOT, code=CODE, **environment):
    """The same in a process of its own."""
    # -P, as the command `kata` has it: nothing in the folder is imported.
    command = [sys.executable, "-P", "-c", code, *map(str, arguments)]
    base = {**os.environ, **_TERMINAL}
    done = subprocess.run(command, capture_output=True, cwd=cwd, env=base | environment)
    said = (one.decode("utf-8", "replace") for one in (done.stdout, done.stderr))
    return Done(done.returncode, *said)


def kata_begun(*arguments, cwd=ROOT):
    """The same, which goes on while one does something else; what it says is read from `stderr`."""
    command = [sys.executable, "-P", "-c", CODE, *map(str, arguments)]
    environment = {**os.environ, **_TERMINAL}
    return subprocess.Popen(command, cwd=cwd, env=environment, stderr=subprocess.PIPE, text=True)


def _status(main):
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


class _Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


def _pipe(kind):
    return kind(io.BytesIO(), encoding="utf-8", write_through=True)


class _Kept:
    """A process that has torch ready, and outlives the command that started it."""

    def __init__(self, warm):
        self.ask, self.interrupt, self.end = warm.ask, warm.interrupt, warm.close

    def close(self):
        """Stay, for the next command."""


class _Lent:
    """Walls that stay up for the next command, unless something died in them."""

    def __init__(self, worker, rest):
        self._worker, self._rest = worker, rest
        self.begin, self.respond, self.walls = worker.begin, worker.respond, worker.walls

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Give them back."""
        whole = not self._worker._replaced
        self._rest.append(self._worker) if whole else self._worker.close()


# Walls end with the thread in which they were put up, so it is one that does not end.
_builder = ThreadPoolExecutor(1)
_resting = defaultdict(list)


@atexit.register
def _end_all():
    for worker in (one for kind in _resting.values() for one in kind):
        worker.close()


def _taken(*kind, packages=()):
    from torchkata.grading.grading_run import Worker

    rest = _resting[*kind, frozenset(packages)]
    worker = rest.pop() if rest else _builder.submit(Worker, *kind, packages=packages).result()
    worker.begin()
    return _Lent(worker, rest)


_kept = []


def kept_warm():
    """The process that judges a learner's answers, the same for all tests."""
    if not _kept:
        from torchkata.learning.judge_server import Warm

        _kept.append(_Kept(Warm()))
        atexit.register(_kept[0].end)
    return _kept[0]
