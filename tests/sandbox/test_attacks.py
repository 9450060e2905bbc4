"""The catalogue of attacks, tried: none earns a point, leaves a trace or harms the next answer.

An attack is a table in tests/attacks, one file for each group of the catalogue:

- name, number: its own name, and the catalogue's number.
- tries: what it tries, in one sentence.
- verdicts: those of torchkata/judging/verdicts.py that it may get.
- submission: the file it hands in as warmup/half.py.
- files: what else it hands in, built by `_build`: each with its path in the submission, and kind.
- then: what is handed in next, which must get one of the same verdicts.
- told: what must be in the message.
- account: its verdicts where the assurance is `account`, whatever it is told: there is no
  /tmp there, it has another number, and what it takes is looked at and not limited.
- forges, naive: whether it earns full points from naive_grader.py, and in which of its styles.
- leaves_no: what must not be there afterwards: "file PATH", "process TEXT", "listener PORT".
- waits: whether it ends by the walls' last limit, which the test then makes shorter.

What {names} in braces stand for is told by `Yard.words`.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import tempfile
import time
import tomllib
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import naive_grader
import pytest
import torch

from torchkata.course.course import Course
from torchkata.grading import grading_run
from torchkata.grading.grading_run import examine
from torchkata.grading.submission import find_all
from torchkata.judging.verdicts import VERDICTS
from torchkata.running.files import File
from torchkata.running.known_answers import judge_against
from torchkata.sandbox import backends
from torchkata.text import explanations

from conftest import HERE, ROOT

pytestmark = pytest.mark.slow

# Set before any worker starts, so that one which hands its environment on is found out.
SECRET_NAME, SECRET = "KATA_TOKEN", f"secret-{secrets.token_hex(16)}"
os.environ[SECRET_NAME] = SECRET

# By group, the catalogue's numbers that are tried. The others need a GPU, a CI service, or people.
COVERED = {
    "forge": {*range(1, 42)},
    "secrets": {*range(45, 62)},
    "crash": {*range(62, 85)},
    "harm": {*range(86, 97), 98},
    "poison": {99, 100, 102, 103},
}
FORGING = 45

_LONGEST_MESSAGE = 5000
_SHORT_GRACE = 4.0


@dataclass(frozen=True)
class Attack:
    """One table of tests/attacks; the keys are told above."""

    group: str
    name: str
    number: int
    tries: str
    verdicts: list[str]
    submission: str = ""
    files: list[dict] = field(default_factory=list)
    then: str = ""
    told: str = ""
    account: list[str] = field(default_factory=list)
    forges: bool = False
    naive: str = "allclose"
    leaves_no: list[str] = field(default_factory=list)
    waits: bool = False


def _read_attacks():
    paths = sorted((HERE / "attacks").glob("*.toml"))
    tables = [(path.stem, tomllib.loads(path.read_text("utf-8"))["attack"]) for path in paths]
    return [Attack(group, **attack) for group, attacks in tables for attack in attacks]


ATTACKS = _read_attacks()


class Yard:
    """A course, and around it what an attack may want to take, reach or spoil."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(HERE / "small_course", folder / "course")
        self.course = Course(folder / "course")
        self.half = self.course.exercises["warmup/half"]
        self.host = folder / "host"
        self.host.mkdir()
        (self.host / "secret").write_text(SECRET)
        self.marker = f"left-behind-{secrets.token_hex(8)}"
        self.abstract = f"kata-{secrets.token_hex(8)}"
        self.listeners = [socket.create_server(("127.0.0.1", 0)), *self._unix_listeners()]
        for listener in self.listeners:
            listener.setblocking(False)
        with socket.create_server(("127.0.0.1", 0)) as closed:
            self.free_port = closed.getsockname()[1]

    @property
    def words(self):
        """{name: what it stands for} in submissions."""
        return {
            "secret_file": str(self.host / "secret"),
            "secret_name": SECRET_NAME,
            "course": str(self.course.root),
            "engine": str(ROOT),
            "folder": str(self.host),
            "marker": self.marker,
            "port": str(self.listeners[0].getsockname()[1]),
            "free_port": str(self.free_port),
            "socket": str(self.host / "daemon"),
            "abstract": self.abstract,
            "public": repr(_public(self.half)),
        }

    def fill(self, text):
        """A text with every {name} exchanged for what it stands for."""
        for name, value in self.words.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def digest(self):
        """{file: digest, mode and time} of the course, the host's folder and the engine."""
        files = [*self.course.root.rglob("*"), *self.host.iterdir()]
        files += [*(ROOT / "torchkata").glob("**/*.py")]
        return {
            path: (_digest(path), path.lstat().st_mode, path.lstat().st_mtime_ns)
            for path in files
            if "__pycache__" not in str(path) and path.name != "warmup"
        }

    def callers(self):
        """How many have connected to one of the host's listeners."""
        count = 0
        for listener in self.listeners:
            with contextlib.suppress(BlockingIOError):
                listener.accept()[0].close()
                count += 1
        return count

    def close(self):
        """Hang up."""
        for listener in self.listeners:
            listener.close()

    def _unix_listeners(self):
        for place in (str(self.host / "daemon"), f"\0{self.abstract}"):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(place)
            listener.listen()
            yield listener


@pytest.fixture(scope="module")
def yard():
    """A course with a secret, listeners and a free port around it."""
    # Not pytest's folder, which may be too long for the name of a socket.
    folder = Path(tempfile.mkdtemp(prefix="kata-"))
    found = Yard(folder)
    yield found
    found.close()
    shutil.rmtree(folder)


@pytest.fixture
def grade(yard, worker, tmp_path):
    """Grade what an attack hands in, as `kata grade` does; return the record and the reports."""

    class Listening:
        walls = worker.walls

        def __init__(self):
            self.reports = []

        def begin(self):
            worker.begin()

        def respond(self, exercise, *job):
            self.reports.append((exercise, worker.respond(exercise, *job)))
            return self.reports[-1][1]

    def grade_folder(attack, seed, submission):
        listening = Listening()
        folder = tmp_path / f"handed in {seed}"
        _hand_in(attack, submission, folder, yard)
        (handed_in,) = find_all(yard.course, [folder], yard.course.exercises.values())
        terms = grading_run.Terms((seed,))
        record = grading_run.grade(listening, handed_in, grading_run.read_all(handed_in), terms)
        return record, listening.reports

    return grade_folder


@pytest.fixture(scope="module")
def naive(yard):
    """Have the naive grader grade what an attack hands in: {who reads: whether it passed}."""
    with naive_grader.start() as grader:

        def grade_naively(attack, folder):
            _hand_in(attack, attack.submission, folder / "handed in", yard)
            places = {"handed_in": folder / "handed in" / "warmup", "work": folder / "work"}
            order = {"style": attack.naive} | {key: str(path) for key, path in places.items()}
            print(json.dumps(order), file=grader.stdin, flush=True)
            return json.loads(grader.stdout.readline())

        yield grade_naively
        grader.stdin.close()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.number} {attack.name}")
def test_an_attack_earns_nothing_and_harms_nobody(attack, yard, worker, grade, monkeypatch):
    """Its verdict is a listed one, it leaves nothing behind, and the honest answer after passes."""
    if attack.account and worker._walls.assurance == "account":
        attack = replace(attack, verdicts=attack.account, told="")
    if attack.waits:
        monkeypatch.setattr(backends, "_GRACE", _SHORT_GRACE)
    with _replaced_after_a_failure(worker) as sandbox:
        living, files = _descendants(sandbox), yard.digest()
        # Seeds that practice does not have: what is public is public.
        for seed, submission in enumerate([attack.submission, *filter(None, [attack.then])], 11):
            record, reports = grade(attack, seed, submission)
            _check_record(attack, record, seed)
            _check_texts(attack, record, reports, seed)
        honest = examine(worker, yard.half, File("half.py", yard.half.solution), [9])
        assert honest.verdict == "passed"
        assert worker._walls is sandbox, "the attack ended the sandbox"
        assert _descendants(sandbox) == living
        assert yard.digest() == files
        _check_traces(attack, yard)


def test_a_table_of_public_answers_is_worth_nothing_elsewhere(yard, worker):
    """It passes on the seeds that everyone knows, and so would by any grader; on no fresh one."""
    attack = next(a for a in ATTACKS if a.name == "a table of the public arguments")
    file = File("half.py", yard.fill(attack.submission))
    assert examine(worker, yard.half, file, (0, 1)).verdict == "passed"
    assert examine(worker, yard.half, file, [secrets.randbits(32)]).verdict != "passed"


def test_nothing_of_a_worker_lives_on(worker, half):
    """Once it is closed, none of its processes is left, whatever the last answer was about."""
    stays = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n"
    with grading_run.Worker(type(worker._walls)) as another:
        examine(another, half, File("half.py", stays + half.solution), [1])
        # Of an account's own process no other is left even now.
        inside = _descendants(another._walls)
        assert any(map(_lives, inside))
    deadline = time.monotonic() + 5
    while any(map(_lives, inside)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not [number for number in inside if _lives(number)]


@pytest.mark.nightly
def test_the_attacks_are_live(yard, naive, tmp_path):
    """A grader that has the expected values in its process is fooled by each forging one."""
    forging, files = [attack for attack in ATTACKS if attack.forges], yard.digest()
    assert len(forging) == FORGING
    fooled = {a.name: naive(a, tmp_path / str(number)) for number, a in enumerate(forging)}
    assert [name for name, outcome in fooled.items() if True not in outcome.values()] == []
    assert yard.digest() == files


def test_the_naive_grader_is_a_grader(naive, tmp_path):
    """In each style that compares tensors the right answer is believed, a plainly wrong one not."""
    for style in ("allclose", "assert_close", "largest difference", "reference last", "script"):
        right = Attack("", style, 0, "", [], "def half(x): return x / 2", naive=style)
        wrong = replace(right, submission="def half(x): return 0 * x")
        assert True in naive(right, tmp_path / f"{style}, right").values()
        assert True not in naive(wrong, tmp_path / f"{style}, wrong").values()


def test_the_corpus_is_sound():
    """Names are unique, verdicts known, and only a right answer may pass (it is flagged)."""
    assert len(ATTACKS) >= 75
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names)
    for attack in ATTACKS:
        assert set(attack.verdicts) <= set(VERDICTS), attack.name
        assert 1 <= len(attack.verdicts) <= 3, attack.name
        assert set(attack.account) <= set(VERDICTS) - {"passed"}, attack.name
        assert attack.submission or attack.files, attack.name
        assert ("passed" in attack.verdicts) is (attack.number == 37), attack.name
        assert attack.tries.endswith("."), attack.name
        assert not attack.told or re.fullmatch(r"[ -~]+", attack.told), attack.name


def test_the_catalogue_is_covered():
    """Every number that a machine without a GPU, a CI service and a class can try is tried."""
    found = {group: {a.number for a in ATTACKS if a.group == group} for group in COVERED}
    assert found == COVERED
    assert {attack.group for attack in ATTACKS} == set(COVERED)


@contextlib.contextmanager
def _replaced_after_a_failure(worker):
    """Whatever an attack did to the sandbox, the next one begins with a sound one."""
    try:
        yield worker._walls
    except BaseException:
        worker._replace()
        raise


def _check_record(attack, record, seed):
    half = _half(record)
    assert half.verdict in attack.verdicts, half.text
    if half.verdict == "passed":
        assert half.flags
    else:
        assert record.points == half.points == 0
    told = " ".join(half.text.split())
    assert seed > 11 or attack.told in told, told
    if half.verdict == "timeout":
        assert half.seconds > 0.9, "the time is measured outside"


def _check_texts(attack, record, reports, seed):
    """What comes back is short, has no control characters, and holds no secret."""
    half = _half(record)
    texts = [half.text, *half.flags]
    for exercise, report in reports:
        result = judge_against(exercise, report, (seed,))
        texts += [explanations.of_case(result, exercise.grader, case) for case in result.cases]
        texts.append(explanations.render(result, exercise.grader, verbose=True))
        assert SECRET not in repr(report)
    assert len(half.text) < _LONGEST_MESSAGE
    assert sum(map(len, half.flags)) < _LONGEST_MESSAGE
    for text in texts:
        assert all(letter.isprintable() or letter == "\n" for letter in text)
        assert SECRET not in text
    assert SECRET not in msgspec.json.encode(record).decode()


def _check_traces(attack, yard):
    assert yard.callers() == 0
    for trace in attack.leaves_no:
        kind, _, what = yard.fill(trace).partition(" ")
        there = {"file": os.path.lexists, "process": _runs, "listener": _listens}[kind](what)
        assert not there, trace


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _half(record):
    return next(graded for graded in record.exercises if graded.exercise == "warmup/half")


def _hand_in(attack, submission, folder, yard):
    """Build the folder that an attack hands in."""
    module = folder / "warmup"
    paths = [folder / yard.fill(file["path"]) for file in attack.files]
    folder.mkdir(parents=True)
    if module not in paths:
        module.mkdir()
    if submission:
        (module / "half.py").write_text(yard.fill(submission.lstrip("\n")), encoding="utf-8")
    for path, file in zip(paths, attack.files, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        values = {key: yard.fill(v) if isinstance(v, str) else v for key, v in file.items()}
        _build(path, **{key: value for key, value in values.items() if key != "path"})


def _build(path, kind, target="", text="", begin="", end="", times=0, size=0, hex="", members=()):
    """Make one thing of a submission, of whatever kind."""
    match kind:
        case "text":
            path.write_text(text, encoding="utf-8")
        case "repeated":
            path.write_text(begin + text * times + end, encoding="utf-8")
        case "bytes":
            path.write_bytes(bytes.fromhex(hex))
        case "symlink":
            path.symlink_to(target)
        case "hard link":
            os.link(target, path)
        case "fifo":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "sparse":
            path.touch()
            os.truncate(path, size)
        case "socket":
            # Its path may be too long to be bound as it is.
            with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):
                made.bind(path.name)
        case "zip":
            with zipfile.ZipFile(path, "w") as archive:
                for member in members:
                    archive.writestr(member, "def half(x): return x / 2")
        case _:
            raise ValueError(f"there is no kind {kind!r} of file")


def _public(half):
    """(argument, answer) of the arguments that practice and the naive grader use, as lists."""
    from torchkata.running.arguments import draw

    arguments = [drawn.arguments[0] for drawn in draw(half.grader, (0, 1))]
    for values, dtype in naive_grader.public_cases():
        arguments.append(torch.tensor(values, dtype=getattr(torch, dtype)))
    return [(x.tolist(), (x / 2).tolist()) for x in arguments]


def _descendants(sandbox):
    """The numbers of a sandbox's processes, from outside."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
    found = {sandbox._process.pid}
    while grown := {child for child, parent in parents.items() if parent in found} - found:
        found |= grown
    return found


def _lives(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _runs(text):
    """Whether a process has a text in its command line."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if text.encode() in path.read_bytes():
                return True
    return False


def _listens(port):
    with socket.socket() as link:
        return link.connect_ex(("127.0.0.1", int(port))) == 0
