"""The pitfalls that others, and we, have fallen into; and the walls of the lower assurances."""

import errno
import json
import os
import textwrap
import threading
import tracemalloc
from pathlib import Path

import pytest
import torch

from torchkata.grading.grading_run import Worker
from torchkata.judging.codec import MAX_BYTES
from torchkata.running.isolation import undisturbed
from torchkata.sandbox import backends, bubblewrap, lock
from torchkata.sandbox.backends import Landlocked, Limited, NoWalls, Sandbox

from conftest import HERE
from walled import NO_NAMESPACES, below, gone, verdict_on, waiting_with, without

pytestmark = pytest.mark.slow

# Each attempt is denied by the inner wall alone, or succeeds.
HOSTILE = """
import os, signal, socket

PLANTED, OUTSIDE = {planted!r}, {outside!r}

def outcome(attempt):
    try:
        attempt()
    except OSError:
        return "denied"
    return "allowed"

def look():
    attempts = {{
        "read a planted file": lambda: open(PLANTED).read(),
        "read what the parent is": lambda: open(f"/proc/{{os.getppid()}}/environ").read(),
        "write outside": lambda: open(OUTSIDE, "w"),
        "delete outside": lambda: os.unlink(PLANTED),
        "link outside": lambda: os.link(PLANTED, "mine"),
        "open a socket": lambda: socket.socket(),
        "fork": lambda: os.fork() or os._exit(0),
        "start a program": lambda: os.execv("/bin/true", ["true"]),
        "kill the parent": lambda: os.kill(os.getppid(), signal.SIGKILL),
        "become another user": lambda: os.setresuid(1, 1, 1),
    }}
    return {{name: outcome(attempt) for name, attempt in attempts.items()}}
"""

# Run in a child: prints what the landlock assurance makes of honest and hostile answers.
GRADES_WITH_LANDLOCK = """
import json, sys
from pathlib import Path
from torchkata.course.course import Course
from torchkata.running.known_answers import judge_against
from torchkata.sandbox.backends import Landlocked, NoWalls, Sandbox

exercises = Course(Path(sys.argv[1])).exercises
half, look = exercises["warmup/half"], exercises["warmup/look"]
try:
    Sandbox()
    refused = ""
except NoWalls as reason:
    refused = str(reason)
with Landlocked() as walls:
    judged = lambda text: judge_against(half, walls.respond(half, text, [1]), (1,)).verdict
    before = judged(half.solution)
    tried = walls.respond(look, sys.stdin.read(), [1]).observations["once", 1]
    ends_its_parent = judged("import os\\nos.kill(os.getppid(), 9)\\n" + half.solution)
    after = judged(half.solution)
verdicts = [before, ends_its_parent, after]
print(json.dumps({"refused": refused, "verdicts": verdicts, "tried": tried}))
"""


def test_the_environment_of_grading_is_nowhere_inside(monkeypatch, outside_alone, seen):
    """P1: no secret of ours is in any process's environment there, the first one's included."""
    monkeypatch.setenv("KATA_SECRET", "a token")
    found = outside_alone("import os; found = [dict(os.environ), os.listdir('/proc')]")
    assert "KATA_SECRET" not in found[0]
    assert found[1] == ["cpuinfo"]
    inside = seen("""
    import os
    def look():
        try:
            return {"environment": dict(os.environ), "first": open("/proc/1/environ").read()}
        except OSError:
            return {"environment": dict(os.environ), "first": "denied"}
    """)
    assert inside["first"] == "denied"
    assert {*inside["environment"]} <= {"HOME", "PWD", *_HARMLESS}


def test_the_sandbox_always_has_a_user_namespace(outside_alone, monkeypatch):
    """P2: it is demanded, besides --unshare-all, which would only try."""
    names = ("user", "pid", "net", "ipc", "mnt", "uts")

    def of(process):
        return [os.readlink(f"/proc/{process}/ns/{name}") for name in names]

    assert not {*outside_alone("found = ''", of)} & {*of("self")}
    monkeypatch.setattr(bubblewrap, "start", lambda command, *_: command)
    assert {"--unshare-user", "--unshare-all"} <= {*bubblewrap.spawn(0, 0)}


def test_the_outer_wall_shows_nothing_writable_without_bounds(outside_alone):
    """P3: what is mounted is read-only, or small, or a device that keeps nothing."""

    def mounted(process):
        return Path(f"/proc/{process}/mountinfo").read_text().splitlines()

    mounts = [line.split()[4:6] for line in outside_alone("found = ''", mounted)]
    writable = {place for place, options in mounts if "rw" in options.split(",")}
    assert writable == {"/tmp", "/proc", "/dev/null", "/dev/urandom"}
    # Once torch knows the processor, nothing can be made in there any more.
    sizes = """
    import os
    found = [os.statvfs(path).f_blocks * os.statvfs(path).f_frsize for path in ("/tmp", "/proc")]
    """
    assert outside_alone(sizes) == [64 * 2**20, 16 * 2**20]


def test_the_bounded_folder_is_full_at_its_size(outside_alone):
    """P3: writing ends with ENOSPC, at the 64 MiB that it has; there is no shared memory."""
    written = outside_alone("""
    import errno
    import os
    found = 0
    assert not os.path.lexists("/dev/shm")
    with open("/tmp/fill", "wb", buffering=0) as file:
        try:
            while found < 2**28:
                found += file.write(bytes(2**20))
        except OSError as problem:
            assert problem.errno == errno.ENOSPC
    """)
    assert written == 64 * 2**20


def test_a_submission_fills_its_own_folder_and_nothing_else(seen):
    """P3: files of at most 16 MiB, 64 MiB together, in /tmp alone; the next one finds it empty."""
    fills = """
    import os
    def look():
        written = {}
        for folder in ("/tmp", "/dev/shm", "/dev", "/", "/usr"):
            written[folder] = 0
            try:
                for number in range(8):
                    with open(f"{folder}/{number}", "wb", buffering=0) as file:
                        while piece := _write(file):
                            written[folder] += piece
            except OSError:
                pass
        return {**written, "largest": max(os.path.getsize(f"/tmp/{n}") for n in os.listdir("/tmp"))}
    def _write(file):
        try:
            return file.write(bytes(2**20))
        except OSError:
            return 0
    """
    for _ in range(2):
        written = seen(fills)
        assert written.pop("/tmp") == 64 * 2**20
        assert written.pop("largest") == 16 * 2**20
        assert {*written.values()} == {0}


@pytest.mark.usefixtures("worker")
def test_a_sandbox_ends_with_the_thread_that_started_it():
    """P4: bubblewrap takes the thread for its parent; the Worker then starts another."""
    started = []
    thread = threading.Thread(target=lambda: started.append(Sandbox()))
    thread.start()
    thread.join()
    with started[0] as sandbox:
        assert sandbox._process.wait(timeout=20) != 0


@pytest.mark.usefixtures("worker")
def test_a_worker_from_a_thread_that_has_ended_still_answers(half):
    """P4: what died with its thread is replaced, and nobody is judged by it."""
    started = []
    thread = threading.Thread(target=lambda: started.append(Worker()))
    thread.start()
    thread.join()
    with started[0] as worker:
        assert verdict_on(worker, half, half.solution) == "passed"


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("kind", [Sandbox, Landlocked])
def test_a_worker_in_a_thread_that_lives_leaves_no_process(kind, half):
    """P4: it serves while its thread lives; once closed, nothing of it is left."""
    verdicts, processes, closed = [], [], []

    def work():
        with kind() as worker:
            verdicts.extend(verdict_on(worker, half, half.solution) for _ in range(2))
            processes.extend([worker._process.pid, *below(worker._process.pid)])
        closed.append(gone(processes))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert verdicts == ["passed", "passed"]
    assert len(processes) > (kind is Sandbox)
    assert closed == [True]


def test_a_process_group_reaches_nobody_else(seen):
    """P5: each locked process is alone in its session and its group, and may signal neither."""
    found = seen("""
    import os, signal
    def look():
        found = {"group": os.getpgrp() - os.getpid(), "session": os.getsid(0) - os.getpid()}
        for name, group in (("own", 0), ("parent's", os.getpgid(os.getppid()))):
            try:
                os.killpg(group, signal.SIGKILL)
                found[name] = "signalled"
            except OSError:
                found[name] = "denied"
        return found
    """)
    assert found == {"group": 0, "session": 0, "own": "denied", "parent's": "denied"}


@pytest.mark.usefixtures("worker")
def test_no_file_sends_a_signal_to_its_owner(look):
    """P6: F_SETOWN is denied, and SIGIO never reaches the waiting process, which lives on."""
    sends = textwrap.dedent("""
    import fcntl, os, struct
    def look():
        found = {}
        reading, writing = os.pipe()
        parent = os.getppid()
        for command, value in ((8, parent), (10, 9), (15, struct.pack("ii", 1, parent))):
            try:
                fcntl.fcntl(reading, command, value)
                found[command] = "allowed"
            except OSError as problem:
                found[command] = problem.strerror
        fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)
        os.write(writing, b"x")
        return found
    """)
    with Landlocked() as worker:
        waiting = worker._process
        found = worker.respond(look, sends, [1]).observations["once", 1]
        assert found == dict.fromkeys((8, 10, 15), "Operation not permitted")
        assert waiting.poll() is None


def test_no_identity_is_mapped_by_us(seen, outside_alone):
    """P7: bubblewrap maps the one user there is, so files in /tmp can be made and are one's own."""
    for path in Path(backends.__file__).parents[1].rglob("*.py"):
        assert not {"uid_map", "gid_map", "setgroups"} & {*path.read_text().split('"')}, path

    def read(process, name):
        return Path(f"/proc/{process}/{name}").read_text().split()

    def maps(process):
        return [read(process, name) for name in ("uid_map", "gid_map")]

    identity = outside_alone("found = ''", maps)
    inside, outside, count = zip(*identity, strict=True)
    assert (*inside, *count) == ("65534", "65534", "1", "1")
    known = os.getuid() != 0 or bubblewrap.why_as_root()
    mine = (str(os.getuid()), str(os.getgid()))
    assert outside == mine if known else outside[0] == outside[1] != "0"
    owned = seen("""
    import os
    def look():
        with open("/tmp/mine", "w") as file:
            assert file.write("x") == 1
        return {"file": os.stat("/tmp/mine").st_uid, "self": os.getuid()}
    """)
    assert owned == {"file": 65534, "self": 65534}


def test_numbers_inside_are_those_outside(seen):
    """P8: the processor is seen as what it is, and results agree to the last bit."""
    code = textwrap.dedent("""
    import torch
    def look():
        torch.manual_seed(0)
        x = torch.randn(37, 53, requires_grad=True)
        w = torch.randn(53, 19)
        scores = (x @ w).tanh().log_softmax(1)
        scores.exp().square().sum().backward()
        image = torch.nn.functional.conv2d(torch.randn(2, 3, 9, 9), torch.randn(4, 3, 3, 3))
        capability = torch.backends.cpu.get_cpu_capability()
        return {"capability": capability, "scores": scores, "gradient": x.grad, "image": image}
    """)
    inside = seen(code)
    here = {}
    exec(code, here)
    with undisturbed():
        outside = here["look"]()
    assert inside["capability"] == outside["capability"] != "NO AVX"
    for name in ("scores", "gradient", "image"):
        assert torch.equal(inside[name], outside[name].detach()), name


def test_filters_are_made_outside(monkeypatch, half, seen):
    """P9: they go in as bytes; a sandbox that cannot find libseccomp starts all the same."""
    outer, inner = lock.filters()
    assert len(outer) % 8 == len(inner) % 8 == 0
    # An order of them has to fit into a pipe, and the inner one as text into a packet.
    assert 0 < len(outer) < len(inner) < 32768
    blocked = "import sys; sys.modules['pyseccomp'] = None; "
    monkeypatch.setattr(bubblewrap, "waiting", waiting_with(lambda code: blocked + code))
    with Sandbox() as sandbox:
        assert verdict_on(sandbox, half, half.solution) == "passed"
    monkeypatch.undo()
    loaded = "import sys\ndef look(): return {'loaded': 'pyseccomp' in sys.modules}"
    assert seen(loaded) == {"loaded": False}


@pytest.mark.usefixtures("worker")
def test_a_kernel_without_landlock_is_refused():
    """P10: what it cannot enforce is an error, and not left out."""
    tries = """
from torchkata.sandbox.backends import Landlocked, NoWalls
try:
    Landlocked()
except NoWalls as reason:
    print(reason)
"""
    done = without({"landlock_create_ruleset": errno.ENOSYS}, "-c", tries)
    assert "this kernel has no Landlock, and its version 6 came with Linux 6.12" in done.stdout
    assert done.stdout.endswith("take --assurance sandbox, which needs no Landlock\n"), done.stderr
    assert done.stdout.count("\n") == 1


@pytest.mark.usefixtures("worker")
def test_a_kernel_with_less_of_landlock_is_refused(monkeypatch):
    """P10: one that cannot hold signals back is not taken for one that can."""
    older = "import landlockpy._syscall as calls; calls.abi_version = lambda: 5; "
    monkeypatch.setattr(bubblewrap, "waiting", waiting_with(lambda code: _after_path(code, older)))
    with pytest.raises(NoWalls, match=r"the inner wall \(seccomp, landlock 6\) cannot be put up"):
        Landlocked()


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("kind", [Sandbox, Landlocked])
def test_a_lock_that_leaves_files_open_is_noticed(kind, monkeypatch):
    """P10: the probe reads a planted file where Landlock was silently left out."""
    forgets = (
        "import torchkata.sandbox.server as inside, torchkata.sandbox.lock as lock; "
        "inside.lock = lambda folder, readable, program, *_: lock.load(program); main()"
    )
    changed = waiting_with(lambda code: code.removesuffix("main()") + forgets)
    monkeypatch.setattr(bubblewrap, "waiting", changed)
    with pytest.raises(NoWalls, match=r"lets something through: read a planted file"):
        kind()


def test_devices_take_rights_of_files_only(seen):
    """P11: of devices, there are /dev/null and /dev/urandom, to write and to read."""
    import landlockpy

    reading = landlockpy.AccessFS.READ_FILE | landlockpy.AccessFS.READ_DIR
    files_only = {"handled_net": 0, "scoped": 0, "best_effort": False}
    with (
        landlockpy.Ruleset(handled_fs=reading, **files_only) as rules,
        pytest.raises(OSError, match="Invalid argument"),
    ):
        rules.allow_path("/dev/null", reading)
    found = seen("""
    import os
    def look():
        open("/dev/null", "w").write("x")
        found = {}
        assert len(open("/dev/urandom", "rb").read(4)) == 4
        for name in ("zero", "full", "random", "tty"):
            try:
                found[name] = open(f"/dev/{name}", "rb").close()
            except OSError:
                found[name] = "denied"
        return found
    """)
    assert found == dict.fromkeys(("random", "zero", "full", "tty"), "denied")


def test_the_first_optimizer_costs_nothing_after_the_fork(seen):
    """P12: torch._dynamo, which it imports, is there already; nor does a step import anything."""
    found = seen("""
    import sys
    there = "torch._dynamo" in sys.modules
    before = set(sys.modules)
    import torch
    def look():
        parameter = torch.nn.Parameter(torch.ones(3))
        for kind in (torch.optim.SGD, torch.optim.Adam):
            optimizer = kind([parameter], lr=0.1)
            parameter.square().sum().backward()
            optimizer.step()
        return {"there": there, "imported": sorted(set(sys.modules) - before)}
    """)
    assert found["there"]
    assert "torch._dynamo" not in found["imported"]
    assert [name for name in found["imported"] if not name.startswith("torch.optim")] == []


def test_what_was_printed_comes_with_the_report(worker, look):
    """P13: unflushed or not, it is kept; who leaves by os._exit shows nothing, and crashed."""
    prints = "import sys\ndef look():\n    print('one')\n    print('two', end='')\n    {}"
    for end in ("return 1", "raise ValueError('three')"):
        report = worker.respond(look, prints.format(end), [1])
        assert report.printed["once", 1] == "one\ntwo"
    leaves = worker.respond(look, prints.format("import os; os._exit(0)"), [1])
    assert leaves.trouble.type == "Crashed"
    assert leaves.printed == {}


def test_both_sides_run_on_one_thread(seen):
    """P14: the answer and the reference use one each, so that the last bits agree."""
    code = "import os, torch\ndef look(): return {'threads': torch.get_num_threads()}"
    assert seen(code) == {"threads": 1}
    with undisturbed():
        assert torch.get_num_threads() == 1
    with Sandbox() as sandbox:
        started = below(sandbox._process.pid)
        counts = [len(os.listdir(f"/proc/{process}/task")) for process in started]
    assert {*counts} == {1}


@pytest.mark.usefixtures("worker")
def test_landlock_is_a_grade_where_namespaces_are_denied(look, tmp_path):
    """Honest answers pass, hostile ones are denied, and `sandbox` is refused in one sentence."""
    planted, outside = look.course.root / "solutions/warmup/half.py", tmp_path / "outside"
    text = HOSTILE.format(planted=str(planted), outside=str(outside))
    course = look.course.root
    done = without(NO_NAMESPACES, "-c", GRADES_WITH_LANDLOCK, course, input=text)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["refused"].startswith("no sandbox is available on Linux ")
    assert ": bwrap: " in found["refused"]
    assert found["refused"].endswith(", or take --assurance landlock")
    assert "\n" not in found["refused"]
    assert found["verdicts"] == ["passed", "error", "passed"]
    assert len(found["tried"]) == 10
    assert {name for name, outcome in found["tried"].items() if outcome != "denied"} == set()
    assert planted.read_text() == (HERE / "small_course/solutions/warmup/half.py").read_text()
    assert not outside.exists()


@pytest.mark.usefixtures("worker")
def test_landlock_hides_the_answers_and_the_grading_process(look, monkeypatch):
    """A submission there sees no course, no process, and no environment but its own."""
    monkeypatch.setenv("KATA_SECRET", "a token")
    looks = f"""
import gc, os
def look():
    found = {{"environment": sorted(os.environ), "folder": os.listdir(".")}}
    for path in ({str(look.course.root)!r}, "/proc", "/", "/root", "/home"):
        try:
            found[path] = len(os.listdir(path))
        except OSError:
            found[path] = "denied"
    return found
"""
    with Landlocked() as worker:
        found = worker.respond(look, looks, [1]).observations["once", 1]
    assert {*found.pop("environment")} <= _HARMLESS
    assert found.pop("folder") == []
    assert {*found.values()} == {"denied"}


def test_limited_takes_an_honest_answer_and_stops_an_endless_one(half):
    """Time is limited from outside of the answer: it can catch what it likes."""
    stubborn = """
while True:
    try:
        while True: pass
    except BaseException: pass
"""
    walled = Limited()
    assert verdict_on(walled, half, half.solution) == "passed"
    assert verdict_on(walled, half, stubborn) == "timeout"
    assert verdict_on(walled, half, half.solution) == "passed"


def test_limited_ends_a_memory_bomb(half):
    """Memory has its limit, in one piece and in many."""
    at_once = "import torch\ndef half(x): return torch.ones(2**31, dtype=torch.float64)[:4]"
    by_and_by = """
import torch
def half(x):
    kept = []
    while True: kept.append(torch.empty(2**24))
"""
    for text in (at_once, by_and_by):
        assert verdict_on(Limited(), half, text) == "memory"


def test_limited_keeps_a_flood_from_the_grading_process(half):
    """What an answer prints or writes is cut off: a gigabyte of it costs some megabytes here."""
    prints = "print('x' * 2**20)\n" * 200 + half.solution
    writes = """
import os
for descriptor in range(16):
    try:
        for _ in range(2**10): os.write(descriptor, b"x" * 2**20)
    except OSError: pass
"""
    tracemalloc.start()
    try:
        assert verdict_on(Limited(), half, prints) == "passed"
        assert verdict_on(Limited(), half, writes + half.solution) == "crashed"
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 * MAX_BYTES


# What we set, and what Python and torch set themselves.
_HARMLESS = {"OMP_NUM_THREADS", "LC_CTYPE", "TORCHINDUCTOR_CACHE_DIR"}


def _after_path(code, more):
    """The code of a waiting process, with `more` in it where packages can be imported."""
    path, mark, rest = code.partition("from torchkata.sandbox.server")
    return f"{path}{more}{mark}{rest}"
