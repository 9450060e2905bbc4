"""Holes that were found in the walls, and fixed: they stay so."""

import contextlib
import os
import pwd
import re
import shutil
import signal
import textwrap
import threading
import time
from pathlib import Path

import pytest

from torchkata.course.course import Course
from torchkata.sandbox import account, bubblewrap
from torchkata.sandbox.backends import Landlocked, Limited, NoWalls, Sandbox
from torchkata.sandbox.channel import Failure

from walled import alive, below, gone, verdict_on

pytestmark = pytest.mark.slow

SPOILS = {
    "takes its mode": "os.chmod('/tmp', 0)",
    "very deep": "[(os.mkdir('d'), os.chdir('d')) for _ in range(3000)]",
    "long names": "[(os.mkdir('d' * 250), os.chdir('d' * 250)) for _ in range(20)]",
}


@pytest.mark.parametrize("name", SPOILS)
def test_what_is_done_to_its_folder_ends_no_sandbox(name, half):
    """It is judged like any other, and the next one has an empty folder."""
    with Sandbox() as sandbox:
        text = f"import os\n{SPOILS[name]}\n{half.solution}"
        assert verdict_on(sandbox, half, text) == "passed"


def test_no_setting_of_the_kernel_is_there_behind_the_outer_wall(outside_alone):
    """Where root's process has root's number outside, settings ask for no more to be written."""
    found = outside_alone("""
    import os
    found = [path for path in ("/proc/sys", "/proc/self", "/sys") if os.path.lexists(path)]
    """)
    assert found == []


@pytest.mark.parametrize("kind", [Sandbox, Landlocked])
def test_what_describes_a_file_stays(kind, look, tmp_path):
    """Modes, owners, times and attributes, of files outside and of the host's devices."""
    victim = tmp_path / "victim"
    victim.write_text("a secret")
    victim.chmod(0o600)
    before = [os.stat(path) for path in (victim, "/dev/full")]
    text = f"""
import os
def look():
    for path in ({str(victim)!r}, "/dev/full"):
        for change in (lambda: os.chmod(path, 0o666), lambda: os.utime(path, (4711, 4711)),
                       lambda: os.chown(path, 4711, 4711),
                       lambda: os.setxattr(path, "user.x", b"1")):
            try:
                change()
            except OSError:
                pass
    return 1.0
"""
    with kind() as worker:
        assert worker.respond(look, text, [1]).observations["once", 1] == {"result": 1.0}
    after = [os.stat(path) for path in (victim, "/dev/full")]
    for old, new in zip(before, after, strict=True):
        assert (old.st_mode, old.st_mtime, old.st_uid) == (new.st_mode, new.st_mtime, new.st_uid)
    assert os.listxattr(victim) == []


def test_landlock_leaves_no_locked_process(half):
    """Closed while an answer runs (as by Ctrl-C), it ends what it forked."""
    worker = Landlocked()
    text = "import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass"
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    found = []
    threading.Timer(1.5, lambda: found.extend(below(worker._process.pid))).start()
    signal.alarm(2)
    try:
        with worker, pytest.raises(KeyboardInterrupt):
            worker.respond(half, text, [1])
    finally:
        signal.signal(signal.SIGALRM, before)
    ended = gone(found) if found else None
    for process in found:
        if alive(process):
            os.kill(process, signal.SIGKILL)
    assert ended is True


def test_a_command_with_high_bits_is_the_same_command(seen):
    """The kernel looks at 32 bits of fcntl's command, and so must the filter."""
    found = seen("""
    import ctypes, os
    def look():
        library = ctypes.CDLL(None, use_errno=True)
        numbers = 72, os.open("/tmp/x", 66), 2**32 + 8, os.getpid()
        result = library.syscall(*map(ctypes.c_long, numbers))
        return {"result": result, "error": ctypes.get_errno()}
    """)
    assert found == {"result": -1, "error": 1}


def test_landlock_keeps_queues_and_semaphores(look):
    """msgctl, semctl, semtimedop and mq_unlink would reach those of the same user."""
    text = """
import ctypes
def look():
    library = ctypes.CDLL(None, use_errno=True)
    found = {}
    for number in (66, 71, 220):
        library.syscall(number, 99999999, 0, 0, 0)
        found[number] = ctypes.get_errno()
    library.syscall(241, b"nosuch")
    return {**found, 241: ctypes.get_errno()}
"""
    with Landlocked() as worker:
        found = worker.respond(look, text, [1]).observations["once", 1]
    assert set(found.values()) == {1}


@pytest.mark.parametrize("kind", [Sandbox, Landlocked])
def test_a_course_in_a_readable_folder_is_not_graded(kind, look):
    """Where Python's folders hold the course (a container's /usr/src/app), it says so."""
    place = Path("/usr/local/share/kata_hole_test")
    shutil.copytree(look.course.root, place)
    try:
        there = Course(place).exercises["warmup/look"]
        text = f"def look(): return open({str(there.solution_path)!r}).read()"
        with pytest.raises((NoWalls, ValueError, Failure)), kind() as worker:
            worker.respond(there, text, [1])
    finally:
        shutil.rmtree(place)


def test_limited_judges_whoever_empties_the_result(half):
    """It crashed; it is no failure of ours."""
    empties = """
import os
for descriptor in range(3, 16):
    try: os.ftruncate(descriptor, 0)
    except OSError: pass
os._exit(0)"""
    assert verdict_on(Limited(), half, empties) == "crashed"


def test_limited_leaves_no_process(half, tmp_path):
    """What an answer started ends with it."""
    mark = tmp_path / "mark"
    starts = f"""
import os, time
if os.fork() == 0:
    time.sleep(3)
    open({str(mark)!r}, 'w')
    os._exit(0)
"""
    assert verdict_on(Limited(), half, starts + half.solution) == "passed"
    time.sleep(4)
    assert not mark.exists()


THREADS = """
import threading
threading.stack_size(32768)
go, count = threading.Event(), []
def half(x):
    try:
        while len(count) < 4000:
            threading.Thread(target=go.wait, daemon=True).start()
            count.append(1)
    except RuntimeError:
        pass
    while True:
        pass
"""
FILES = """
import os
for number in range(10**6):
    os.close(os.open(f"{number}", os.O_CREAT | os.O_WRONLY))
"""
FOLDERS = """
import os
for number in range(10**6):
    os.mkdir("d")
    os.chdir("d")
"""


@pytest.mark.parametrize("kind", [Sandbox, Landlocked])
@pytest.mark.parametrize("floods", [THREADS, FILES, FOLDERS], ids=["threads", "files", "folders"])
def test_thread_flood(kind, floods, half):
    """What floods ends alone, by the kernel's limit or by the watch; the same walls go on."""
    with kind() as worker:
        text = f"{floods}\n{half.solution}" if "def half" not in floods else floods
        assert verdict_on(worker, half, text) in ("crashed", "timeout")
        assert verdict_on(worker, half, half.solution) == "passed"


@pytest.mark.skipif(os.getuid() != 0, reason="others may not anyway")
def test_root_starts_bubblewrap_as_a_user_that_nobody_is():
    """With no group of root's, so that the kernel's limits bind what is behind the wall."""
    user = account.unused()
    assert user not in {entry.pw_uid for entry in pwd.getpwall()}
    show = ["/bin/sh", "-c", "grep -E '^(Uid|Gid|Groups|CapEff)' /proc/self/status >&2"]
    _, said = bubblewrap.start(show, (), {}, user).communicate(timeout=20)
    found = {name: value.split() for name, value in re.findall(r"(\w+):(.*)", said.decode())}
    assert found == {
        "Uid": [str(user)] * 4, "Gid": [str(user)] * 4, "Groups": [], "CapEff": ["0" * 16],
    }  # fmt: skip


@pytest.mark.skipif(os.getuid() != 0, reason="others start it as themselves anyway")
@pytest.mark.parametrize("reason", ["", "Permission denied"])
def test_as_whom_bubblewrap_is_started_is_found_by_trying(reason, monkeypatch):
    """As nobody's user where that one can reach Python, else as root."""
    users = []
    monkeypatch.setattr(bubblewrap, "why_as_root", lambda: reason)
    monkeypatch.setattr(bubblewrap, "start", lambda *_, **__: users.append(_[3:]))
    bubblewrap.spawn(0, 0)
    assert bool(users[0][0]) == (not reason)


def test_nothing_tells_where_things_are_on_the_host(seen):
    """Neither what is mounted, nor what /proc/self/exe leads to."""
    found = seen("""
    import ctypes, os
    def look():
        library = ctypes.CDLL(None, use_errno=True)
        found = {}
        for number in (457, 458, 467):
            library.syscall(number, 0, 0, 0, 0)
            found[number] = ctypes.get_errno()
        for path in ("/proc/self/exe", "/proc/self/cwd", "/proc/self/fd/3"):
            try:
                found[path] = os.readlink(path)
            except OSError as problem:
                found[path] = problem.errno
        return found
    """)
    paths = ("/proc/self/exe", "/proc/self/cwd", "/proc/self/fd/3")
    assert found == {457: 1, 458: 1, 467: 1, **dict.fromkeys(paths, 22)}


def test_a_deep_tree_is_left_by_no_worker_that_dies(half):
    """Nobody is there any more then to empty its folder."""
    deep = "import os\nfor _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')\n"
    with Landlocked() as worker:
        worker._process.kill()
        with contextlib.chdir(worker._folder / "own"):
            exec(deep, {})
    assert not worker._folder.exists()
    assert verdict_on(Limited(), half, deep + half.solution) == "passed"


HONEST = {
    "some threads": """
        import threading
        def work(): pass
        kept = [threading.Thread(target=work) for _ in range(40)]
        [one.start() for one in kept]
        [one.join() for one in kept]""",
    "many files": "for n in range(1000): open(f'{n}', 'w').close()",
    "nested folders": "import os\nos.makedirs('/'.join('d' * 500))",
    "its own paths": """
        import os, pathlib, tempfile
        assert pathlib.Path("x").resolve() == pathlib.Path(os.getcwd(), "x")
        assert os.path.realpath("/tmp/x") == "/tmp/x"
        assert tempfile.TemporaryFile().write(b"1") == 1""",
    "saves and loads": """
        import torch
        torch.save({n: torch.ones(3) for n in range(100)}, "x.pt")
        assert len(torch.load("x.pt")) == 100""",
    "prints": "print('x' * 10**6)",
    "loads data": """
        import torch
        from torch.utils.data import DataLoader, TensorDataset
        assert len(list(DataLoader(TensorDataset(torch.ones(99)), batch_size=3))) == 33""",
}


@pytest.mark.parametrize("name", HONEST)
def test_what_honest_answers_do_is_let_be(name, worker, half):
    """Within the bounds, none is taken for an attack."""
    text = f"{textwrap.dedent(HONEST[name])}\n{half.solution}"
    assert verdict_on(worker, half, text) == "passed"
