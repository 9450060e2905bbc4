"""An account of its own for root's answers, in a container that allows no namespaces."""

import errno
import os
import stat
import subprocess
import sys

import pytest

from torchkata.sandbox import account, backends, lock
from torchkata.sandbox.backends import Account, NoWalls

from conftest import LEAST_ALIKE
from container import CAPABILITIES, in_container

# The kernel's calls of Landlock, which one without it does not know.
NO_LANDLOCK = dict.fromkeys(
    ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"), errno.ENOSYS
)

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root has accounts to give")

GRADES = """
import os, sys
from pathlib import Path
from torchkata.course.course import Course
from torchkata.running.known_answers import judge_against
from torchkata.sandbox.backends import Account, NoWalls

HOSTILE = '''
for attempt in (lambda: open("/etc/passwd"), lambda: open("/repo/README.md"),
                lambda: os.listdir("/proc"), lambda: os.listdir("/tmp"), lambda: os.setuid(0),
                lambda: open("/local/engine/torchkata/x", "w"), lambda: os.chroot("/"),
                lambda: [os.listdir(f"/{name}/own") for name in os.listdir("/")
                         if name.startswith("kata-") and not os.getcwd().startswith(f"/{name}/")],
                lambda: open("/left", "w"), lambda: os.kill(1, 0), lambda: os.mknod("f")):
    try:
        attempt()
        raise RuntimeError("allowed")
    except OSError:
        pass
'''
exercises = Course(Path("/repo")).exercises
try:
    walls, another = Account(), Account()
except NoWalls as reason:
    print(reason)
    sys.exit()
with walls, another:
    print(walls.walls)
    judged = lambda one, text: judge_against(one, walls.respond(one, text, [1]), (1,)).verdict
    for name in sys.argv[1:] or exercises:
        one = exercises[name]
        print(name, judged(one, one.solution), judged(one, "import os" + HOSTILE + one.solution))
print([name for name in os.listdir("/usr") if name.startswith("kata-")])
"""


@as_root
@pytest.mark.slow
@pytest.mark.parametrize("denied", [{}, NO_LANDLOCK], ids=["landlock", "no landlock"])
def test_a_plain_container_grades(denied, request):
    """Right answers are right, what they try beside gets nothing, and nothing is left of either."""
    names = [] if request.config.getoption("--nightly") else LEAST_ALIKE
    done = in_container("-c", GRADES, *names, denied=denied)
    walls, *lines, left = done.stdout.splitlines() or [done.stderr]
    assert walls.startswith("an account of its own, /usr as its root, seccomp, "), done.stderr
    assert walls.endswith("no landlock") is bool(denied)
    assert len(lines) >= len(names)
    assert [line for line in lines if not line.endswith(" passed passed")] == []
    assert left == "[]"


@as_root
@pytest.mark.slow
def test_without_a_root_of_its_own_landlock_hides_the_rest():
    """Where neither is available it is refused, with what is missing."""
    fewer = [name for name in CAPABILITIES if name != "SYS_CHROOT"]
    done = in_container("-c", GRADES, LEAST_ALIKE[0], capabilities=fewer)
    walls, line, _ = done.stdout.splitlines() or [done.stderr] * 3
    assert walls.startswith("an account of its own, seccomp, landlock "), done.stderr
    assert line.endswith(" passed passed")
    done = in_container("-c", GRADES, capabilities=fewer, denied=NO_LANDLOCK)
    assert "it has neither Landlock nor a root of its own: this process may not" in done.stdout
    assert done.stdout.count("\n") == 1, done.stderr


@as_root
@pytest.mark.nightly
def test_the_attacks_get_nothing_in_a_plain_container():
    """All of them, without Landlock."""
    attacks = ["-m", "pytest", "-p", "no:cacheprovider", "-n", "0", "-q", "--ci"]
    options = ["--assurance", "account", "tests/sandbox/test_attacks.py"]
    done = in_container(*attacks, *options, denied=NO_LANDLOCK, timeout=3000)
    assert done.returncode == 0, done.stdout[-3000:]


def test_it_is_for_root(monkeypatch):
    """Anyone else cannot give accounts, and is told what there is instead."""
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(NoWalls, match=r"no account is available on Linux .*: it is for a grader"):
        Account()


def test_a_python_elsewhere_has_no_jail(monkeypatch):
    """/usr must hold all that an answer needs; without Landlock nothing is graded then."""
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(lock, "landlock_abi", lambda: 0)
    monkeypatch.setattr(backends.bubblewrap, "python", lambda: "/opt/python/bin/python3")
    with pytest.raises(NoWalls, match="of its own: /opt/python/bin/python3 is not in /usr"):
        Account()


@as_root
def test_a_jail_gets_what_torch_needs(monkeypatch, tmp_path):
    """Two devices that everyone may use; made once."""
    monkeypatch.setattr(account, "JAIL", tmp_path)
    for _ in range(2):
        account.prepare_jail()
    for name in ("null", "urandom"):
        found = (tmp_path / "dev" / name).stat()
        assert found.st_rdev == os.stat(f"/dev/{name}").st_rdev
        assert stat.S_IMODE(found.st_mode) == 0o666


@as_root
def test_an_account_ends_by_its_number():
    """All that it runs, in whatever session, and nothing of anyone else's."""
    user, another = account.unused(), account.unused()
    assert user != another
    sleeps = [sys.executable, "-S", "-c", "import time; print(flush=True); time.sleep(60)"]
    sleeps[0] = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sleeps[0]
    options = {"extra_groups": [], "start_new_session": True, "stdout": subprocess.PIPE, "cwd": "/"}
    with (
        subprocess.Popen(sleeps, user=user, group=user, **options) as mine,
        subprocess.Popen(sleeps, user=another, group=another, **options) as theirs,
    ):
        mine.stdout.readline()
        theirs.stdout.readline()
        account.end_all(user)
        assert mine.wait(timeout=20) == -9
        assert theirs.poll() is None
        account.end_all(another)
