"""The sandbox on machines that offer less: the same verdicts, by whatever Landlock there is."""

import errno
import os
import socket
import subprocess
import sys
import time

import pytest
import submissions
import torch

from torchkata.course.course import Course
from torchkata.sandbox import backends, bubblewrap, excess, lock, remedies
from torchkata.sandbox.backends import Account, Landlocked, NoWalls, Sandbox
from torchkata.sandbox.channel import Conversation

from conftest import LEAST_ALIKE, ROOT
from walled import verdict_on, waiting_with, without

# The kernel's calls of Landlock, which one without it does not know.
NO_LANDLOCK = dict.fromkeys(
    ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"), errno.ENOSYS
)

GRADES = """
import sys
from pathlib import Path
from torchkata.course.course import Course
from torchkata.running.known_answers import judge_against
from torchkata.sandbox.backends import Sandbox

half = Course(Path(sys.argv[1])).exercises["warmup/half"]
reads = f"TEXT = open({str(half.solution_path)!r}).read()\\n"
with Sandbox() as sandbox:
    print(sandbox.walls)
    for text in (half.solution, reads + half.solution):
        print(judge_against(half, sandbox.respond(half, text, [1]), (1,)).verdict)
"""


@pytest.fixture(params=[0, 1, 2, 4, 6, "bubblewrap 0.4"])
def machine(request, monkeypatch):
    """One with this version of Landlock, or with none and a bubblewrap that lacks options."""
    old = isinstance(request.param, str)
    monkeypatch.setattr(lock, "LANDLOCK_ABI", 0 if old else request.param)
    if old:
        monkeypatch.setattr(bubblewrap, "WHOLE", (1000,))
    return request.param


@pytest.mark.slow
@pytest.mark.usefixtures("worker")
def test_right_answers_are_right_on_every_machine(machine, request):
    """Of the exercises that are least alike, and of all of them nightly."""
    exercises = Course(ROOT).exercises
    names = exercises if request.config.getoption("--nightly") else LEAST_ALIKE
    with Sandbox() as sandbox:
        assert ("no landlock" in sandbox.walls) is (machine in (0, "bubblewrap 0.4"))
        for name in names:
            for told, text in submissions.right(exercises[name]).items():
                assert verdict_on(sandbox, exercises[name], text) == "passed", (name, told)


@pytest.mark.nightly
@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    "machine",
    [["--landlock=0"], ["--landlock=1"], ["--landlock=2"], ["--landlock=4"],
     ["--landlock=0", "--old-bubblewrap"]],
    ids=" ".join,
)  # fmt: skip
def test_the_attacks_get_nothing_on_any_machine(machine):
    """All of them, with each version of Landlock that machines have; CI tries the highest."""
    attacks = ["-m", "pytest", "-p", "no:cacheprovider", "-n", "2", "-q", "--ci"]
    done = subprocess.run(
        [sys.executable, *attacks, *machine, "tests/sandbox/test_attacks.py"],
        cwd=ROOT, capture_output=True, text=True, timeout=3000,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
@pytest.mark.usefixtures("worker")
def test_a_kernel_without_landlock_grades(half):
    """Honest answers pass, hostile ones do not, and which walls were there is said."""
    done = without(NO_LANDLOCK, "-c", GRADES, half.course.root)
    walls, *verdicts = done.stdout.splitlines()
    assert walls.endswith("seccomp, no landlock"), done.stderr
    assert verdicts == ["passed", "error"]


@pytest.mark.slow
@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("kind", [Sandbox, Landlocked])
def test_where_python_does_not_start_that_is_said(kind, monkeypatch):
    """It is no matter of walls, and Python's own reason is told."""
    monkeypatch.setattr(bubblewrap, "waiting", waiting_with(lambda _: "import torch.nothing"))
    with pytest.raises(NoWalls, match="Python does not start behind its walls, and says: Module"):
        kind()


@pytest.mark.parametrize(
    ("assurance", "abi", "user", "way"),
    [
        ("sandbox", 6, 0, "take --assurance landlock"),
        ("sandbox", 2, 0, "take --assurance account"),
        ("sandbox", 2, 1000, ""),
        ("landlock", 2, 0, "take --assurance sandbox, which needs no Landlock"),
        ("account", 0, 0, "take --assurance sandbox, which needs no Landlock"),
        ("account", 6, 1000, "take --assurance landlock"),
    ],
)
def test_a_refusal_names_the_nearest_way_out(assurance, abi, user, way, monkeypatch):
    """In one line, with the kernel, and no assurance that cannot be had either."""
    monkeypatch.setattr(lock, "landlock_abi", lambda: abi)
    monkeypatch.setattr(os, "getuid", lambda: user)
    assert remedies.instead(assurance) == way
    said = remedies.refusal(assurance, "something is missing", "install it")
    assert said.startswith(f"no {assurance} is available on Linux {os.uname().release}: something")
    assert said.endswith(f"; install it, or {way}" if way else "; install it")


@pytest.mark.slow
@pytest.mark.usefixtures("worker")
def test_another_set_of_kernels_is_noticed(monkeypatch):
    """Where torch cannot tell the processor, right answers would come out wrong: it is refused."""
    takes = "import os; os.environ['ATEN_CPU_CAPABILITY'] = 'default'; "
    changed = waiting_with(lambda code: takes + code)
    monkeypatch.setattr(bubblewrap, "waiting", changed)

    assert torch.backends.cpu.get_cpu_capability() != "DEFAULT"
    with pytest.raises(NoWalls, match="takes the processor for DEFAULT behind the walls"):
        Sandbox()


@pytest.mark.slow
@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("old", [False, True])
def test_an_outer_wall_with_a_hole_is_refused(old, monkeypatch):
    """A folder of the host's that is bound by mistake is found, with Landlock and without."""
    bound = bubblewrap._bound
    monkeypatch.setattr(bubblewrap, "_bound", lambda: bound() | {"/etc": "/etc"})
    monkeypatch.setattr(lock, "LANDLOCK_ABI", 0)
    if old:
        monkeypatch.setattr(bubblewrap, "WHOLE", (1000,))
    with pytest.raises(NoWalls, match="shows what it should hide: /etc"):
        Sandbox()


@pytest.mark.parametrize(
    ("available", "taken", "refused"),
    [
        ({"sandbox", "landlock", "account", "limited"}, "sandbox", []),
        ({"account", "limited"}, "account", ["no sandbox", "no landlock"]),
        ({"limited"}, None, ["no sandbox", "no landlock", "no account"]),
    ],
)
def test_the_best_of_what_is_available_is_taken(available, taken, refused, monkeypatch):
    """Why no better one is said; limited is never taken, and where nothing else is, all is said."""

    def begin(self):
        if self.assurance not in available:
            raise NoWalls(f"no {self.assurance}")

    for kind in (Sandbox, Landlocked, Account, backends.Limited):
        monkeypatch.setattr(kind, "__init__", begin)
        monkeypatch.setattr(kind, "close", lambda self: None)
    if taken:
        kind, said = backends.best()
        assert (kind.assurance, said) == (taken, refused)
    else:
        with pytest.raises(NoWalls, match="^" + "; ".join(refused) + "$"):
            backends.best()


@pytest.mark.parametrize(("found", "used"), [(1, 1), (6, 6), (9, 6), (None, 0)])
def test_the_highest_landlock_is_used(found, used, monkeypatch):
    """Down to none; and no more than what forbids something."""

    def abi():
        if found is None:
            raise OSError(errno.ENOSYS, "Function not implemented")
        return found

    monkeypatch.setattr(lock, "landlock_abi", abi)
    assert lock.usable_abi() == used


@pytest.mark.parametrize(
    ("version", "within"), [("0.4.1", True), ("0.6.1", True), ("0.8.0", False), ("0.11.0", False)]
)
def test_options_are_those_that_a_version_has(version, within, monkeypatch, tmp_path):
    """What an older bubblewrap has no option for, its first program does."""
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\necho bubblewrap {version}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(bubblewrap, "why_as_root", lambda: "not tried")
    monkeypatch.setattr(bubblewrap, "start", lambda command, *_: command)
    command = bubblewrap.spawn(0, 0)
    assert bubblewrap.described() == f"bubblewrap {version}"
    newer = {"--chmod", "--perms", "--size", "--disable-userns", "--seccomp", "--remount-ro"}
    assert bool(newer & {*command}) is not within
    assert ("CAP_SYS_ADMIN" in command) is within
    assert ("within.finish(0, ['/', " in command[-2]) is within


def test_a_process_that_has_ended_is_not_crowded(monkeypatch):
    """It may end between two looks at it, which is no failure of anything."""
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    assert excess.end_crowded(gone.pid) == ""
    monkeypatch.setattr(excess, "processes_below", lambda _: [gone.pid])
    monkeypatch.setattr(excess, "_threads", lambda number: 65 if number == gone.pid else 1)
    assert excess.end_crowded(os.getpid()) == excess.TOO_MANY_THREADS


def test_a_look_from_outside_is_taken_while_nothing_is_said():
    """What it finds is how the answer ended, though the waiting process knows nothing of it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    (reads, request), (result, written) = os.pipe(), os.pipe()

    def look():
        theirs.send(b'{"signal": 9, "late": false, "clean": true}')
        return excess.TOO_MANY_THREADS

    os.close(written)
    with ours, theirs:
        talk = Conversation(ours, request, result, b"", look)
        _, status = talk.until(time.monotonic() + 60)
    os.close(reads)
    assert status.stopped == excess.TOO_MANY_THREADS


@pytest.mark.slow
@pytest.mark.usefixtures("worker")
def test_threads_that_cannot_be_counted_are_no_sandbox(monkeypatch):
    """Where the kernel's limit does not bind root, and it does not tell what runs below either."""

    def cannot(_):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    monkeypatch.setattr(bubblewrap, "why_as_root", lambda: "not tried")
    monkeypatch.setattr(backends, "processes_below", cannot)
    with pytest.raises(NoWalls, match="threads of an answer cannot be counted"):
        Sandbox()
