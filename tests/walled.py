"""What tests of the walls share: an exercise that shows what its answer sees, and processes."""

import contextlib
import errno
import json
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from torchkata.course.course import Course

GRADER = '''
from torchkata import Grader

grader = Grader(points=1, level=1, hints=("None: this is no exercise.",), timeout=5.0)

@grader.observe
def what_it_sees(answer):
    return answer()

@grader.case
def once():
    """Nothing is given."""
    return ()
'''

SOLUTION = '''
def look():
    """Look around.

    Returns:
        What is seen.
    """
    return {}
'''

# Run before a command in a kernel that denies some calls, by number and as an error.
DENYING = """
import json, os, sys
import pyseccomp as seccomp
rules = seccomp.SyscallFilter(seccomp.ALLOW)
for name, number in json.loads(sys.argv[1]).items():
    # clone makes threads and processes too: only a user namespace is denied.
    new_user = [seccomp.Arg(0, seccomp.MASKED_EQ, 0x10000000, 0x10000000)]
    rules.add_rule(seccomp.ERRNO(number), name, *(new_user if name == "clone" else []))
rules.load()
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""

# What a container's default does; the C library takes clone where there is no clone3.
NO_NAMESPACES = {
    "unshare": errno.EPERM,
    "setns": errno.EPERM,
    "mount": errno.EPERM,
    "clone": errno.EPERM,
    "clone3": errno.ENOSYS,
}

# Ends the code that runs behind the outer wall alone, once nobody listens any more.
_SENDS = """
import json, socket, sys
control = socket.socket(fileno=int(sys.argv[1]))
control.send(json.dumps(found).encode())
control.recv(1)
"""


@pytest.fixture
def look(elsewhere):
    """An exercise that shows whatever its answer, a function `look`, returns."""
    for folder, text in (("graders", GRADER), ("solutions", SOLUTION)):
        (elsewhere.root / folder / "warmup" / "look.py").write_text(text)
    return Course(elsewhere.root).exercises["warmup/look"]


@pytest.fixture
def seen(worker, look):
    """Run an answer behind both walls, and return what its function `look` saw there."""

    def ask(text):
        report = worker.respond(look, textwrap.dedent(text), [1])
        assert not report.trouble, report.trouble
        return report.observations["once", 1]

    return ask


@pytest.fixture
def outside_alone(worker, monkeypatch):
    """Run Python behind the outer wall alone, and return what it leaves in `found`.

    While it is there, `meanwhile` is called with its number; what that returns is returned instead.
    """

    from torchkata.sandbox import backends, bubblewrap, lock

    def run(code, meanwhile=None):
        changed = waiting_with(lambda _: f"{textwrap.dedent(code)}\n{_SENDS}")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs, backends._descriptor(lock.filters()[0]) as program:
            with monkeypatch.context() as patch:
                patch.setattr(bubblewrap, "waiting", changed)
                process = bubblewrap.spawn(theirs.fileno(), program)
            theirs.close()
            answer = ours.recv(65536)
            outside = meanwhile(below(process.pid)[-1]) if answer and meanwhile else None
        _, said = process.communicate(timeout=20)
        assert answer, said.decode()
        return json.loads(answer) if meanwhile is None else outside

    return run


def without(denied, *arguments, **options):
    """Run Python with these arguments where the kernel denies some calls: {name: error}."""
    command = [sys.executable, "-c", DENYING, json.dumps(denied), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, **options)


def waiting_with(change):
    """bubblewrap.waiting, with the code that it runs changed."""
    from torchkata.sandbox import bubblewrap

    original = bubblewrap.waiting

    def waiting(places, control, *first):
        *before, code, descriptor = original(places, control, *first)
        return [*before, change(code), descriptor]

    return waiting


def verdict_on(walled, exercise, text):
    """The verdict on a text that is run there, on one seed."""
    from torchkata.running.known_answers import judge_against

    return judge_against(exercise, walled.respond(exercise, text, [1]), (1,)).verdict


def below(process):
    """All processes that this one has started, and they in turn."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            if parent == process:
                found += [int(path.parent.name), *below(int(path.parent.name))]
    return found


def gone(processes):
    """Whether all of them end within some seconds; one that waits to be reaped has ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not any(alive(process) for process in processes):
            return True
        time.sleep(0.05)
    return False


def alive(process):
    """Whether it runs."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
