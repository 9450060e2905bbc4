"""`kata watch`, driven as a learner does: at a terminal, by saving files and typing keys."""

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time

import pexpect
import pytest

from torchkata.cli.watch import Session
from torchkata.learning import progress as kept
from torchkata.learning import watcher
from torchkata.learning.keyboard import keys_in, letter
from torchkata.learning.screen import Screen
from torchkata.learning.workspace import find_workspace

pytestmark = pytest.mark.slow

RIGHT, WRONG = "def half(x):\n    return x / 2\n", "def half(x):\n    return 2 * x\n"
ENDLESS = "def half(x):\n    while True:\n        print('x' * 1000)\n"
# Ends the process that judges, and surely no other.
ENDING = """\
import os
parent = os.getppid()
with open(f"/proc/{parent}/cmdline") as file:
    if "torchkata.learning.judge_server" in file.read():
        os.kill(parent, 9)
"""
# A C function that no signal interrupts.
HANGING = """\
import signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
def half(x):
    time.sleep(1000)
"""
KATA = [sys.executable, "-c", "from torchkata.cli.start import main; main()"]


@pytest.fixture
def save(elsewhere):
    """Save the learner's file as editors do: beside it, then in its place."""

    def write(text, name="half"):
        path = elsewhere.exercises[f"warmup/{name}"].stub_path
        beside = path.with_name(f".{path.name}.swp")
        beside.write_text(text)
        beside.replace(path)

    return write


@pytest.fixture
def watch(elsewhere):
    """Start `kata watch` at a terminal of 88 columns."""
    started = []

    def start(*arguments, columns=88, **environment):
        base = {**os.environ, "NO_COLOR": "1", "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
        # Where they are set they outweigh the terminal's size, which is what this is about.
        for variable in ("COLUMNS", "LINES"):
            base.pop(variable, None)
        child = pexpect.spawn(
            KATA[0], [*KATA[1:], "watch", *arguments], cwd=str(elsewhere.root), timeout=60,
            env={**base, **environment}, encoding="utf-8", dimensions=(40, columns),
        )  # fmt: skip
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


@pytest.fixture
def logged(elsewhere):
    """Start `kata watch --plain` without a terminal; its lines come as they are written."""
    started = []

    def start(*arguments, **environment):
        process = subprocess.Popen(
            [*KATA, "watch", *arguments], cwd=elsewhere.root, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.send_signal(2)
        process.communicate(timeout=30)


def verdicts(process, last):
    """The verdicts that are told, up to one whose explanation holds `last`."""
    found = []
    for line in iter(process.stdout.readline, b""):
        if head := re.match(rb"(\S) \S+/\S+ +(\w+)", line):
            found.append(b" ".join(head.groups()).decode())
        if last in line:
            return found
    raise AssertionError(process.stderr.read())


def children(pid):
    """The processes that one has started, and those that they have."""
    asked = ["ps", "-eo", "pid=,ppid="]
    rows = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    own = [int(child) for child, parent in map(str.split, rows) if parent == str(pid)]
    return own + [each for child in own for each in children(child)]


def running(pid):
    """Whether a process is there, and no more than its name."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_an_hour_at_the_terminal(watch, save, elsewhere):
    """A mistake is explained, loops and errors disturb nothing, and one moves on by choice."""
    child = watch("half")
    child.expect("todo")
    save(WRONG)
    child.expect("Twice is the other way round")
    child.expect(r"warmup  \[-+\]  0 of 2")
    child.expect("0 of 2 passed so far")
    # Home, Up, F5 and a letter of two bytes: none of them is h, a or any other key.
    child.send("\x1b[H\x1b[A\x1bOA\x1b[15~é")
    for _ in range(5):
        child.expect("n next   h hint")
    assert kept.load(elsewhere.root).entry("warmup/half").hints == 0
    child.send("h")
    child.expect("1. How often does 2 go into x")
    save("def half(x):\n    return (x\n")
    child.expect("Line 2 is not Python yet")
    child.expect("half.py:2")
    save(ENDLESS)
    child.expect("Not finished after 1 s")
    save("import os\nos._exit(0)\n")
    child.expect("Python itself stopped")
    save(RIGHT)
    child.expect("warmup/half +passed")
    child.expect("1 of 2 passed so far")
    child.expect("Press n for the next exercise")
    child.send("?")
    child.expect("n next   h hint")
    child.send("l")
    child.expect("> [+] passed   1   5 min  warmup/half")
    child.expect("esc back")
    # Down, and Enter: on with the other one.
    child.send("\x1b[B\r")
    child.expect("warmup/double +todo")
    save(WRONG)
    child.expect("Twice is the other way round")
    child.send("rn")
    child.expect("Nothing was changed")
    child.send("ry")
    child.expect("todo")
    child.expect("is as it was at first")
    child.expect(r"kept in\s+\.kata/backups/warmup-half-")
    with open(f"/proc/{child.pid}/maps") as file:
        assert "libtorch" not in file.read()
    child.send("q")
    child.expect(pexpect.EOF)
    child.wait()
    backups = [path.read_text() for path in (elsewhere.root / ".kata" / "backups").iterdir()]
    assert backups == [WRONG]
    entry = kept.load(elsewhere.root).entry("warmup/half")
    assert (entry.hints, len(entry.passed), entry.checked.verdict) == (1, 1, "todo")


def test_an_editor_in_the_terminal_and_a_skip(watch, elsewhere):
    """It has the terminal until it ends, and then keys are keys again; what is skipped is said."""
    editor = elsewhere.root / "editor.sh"
    lines = ["#!/bin/sh", "echo ready", "read typed", r'printf "def half(x):\n    $typed\n" > "$1"']
    editor.write_text("\n".join(lines))
    editor.chmod(0o755)
    child = watch("half", VISUAL=str(editor), TERM_PROGRAM="")
    child.expect("todo")
    child.send("e")
    child.expect("ready")
    child.sendline("return x / 2")
    child.expect("warmup/half +passed")
    child.send("n")
    child.expect("warmup/double +todo")
    child.send("s")
    child.expect("This is the only one")
    assert kept.load(elsewhere.root).entry("warmup/double").skipped
    child.send("q")
    child.expect(pexpect.EOF)


def test_a_burst_of_saves_ends_with_the_last(logged, save, elsewhere):
    """What is shown and kept is the verdict on what the file holds, and none on what it held."""
    process = logged("half")
    assert verdicts(process, b"Not begun") == [". todo"]
    for number in range(12):
        save(WRONG if number % 2 else RIGHT)
        time.sleep(0.01)
    save("def half(x):\n    return x * 0.5\n")
    assert verdicts(process, b"Passed.") == ["+ passed"]
    assert kept.load(elsewhere.root).entry("warmup/half").checked.verdict == "passed"
    # Saved during a check, which takes a second here.
    save(ENDLESS)
    time.sleep(0.4)
    save(RIGHT)
    save(WRONG)
    assert verdicts(process, b"Also wrong") == ["x wrong"]


def test_one_verdict_for_each_save(logged, save, half):
    """Whether an editor empties the file first, writes it twice, or moves it out of the way."""
    process, path = logged("half"), half.stub_path
    verdicts(process, b"Not begun")

    def emptied(text):
        path.write_text("")
        time.sleep(0.12)
        path.write_text(text)

    def twice(text):
        save(text.replace("\n", " \n"))
        time.sleep(0.02)
        save(text)

    def moved(text):
        path.rename(path.with_name("half.py~"))
        time.sleep(0.1)
        path.write_text(text)

    for way in (emptied, twice, moved):
        way(RIGHT + f"# {way.__name__}\n")
        assert verdicts(process, b"Passed.") == ["+ passed"], way.__name__
        way(WRONG + f"# {way.__name__}\n")
        assert verdicts(process, b"Also wrong") == ["x wrong"], way.__name__
    # The same text once more, of which the verdict is known.
    emptied(path.read_text())
    assert verdicts(process, b"Also wrong") == ["x wrong"]
    # No second verdict is waiting: the next one is on the next save.
    save("def half(x):\n    return x\n")
    save("def half(")
    assert verdicts(process, b"is not Python") == ["! error"]


def test_deletions_and_other_files(logged, save, elsewhere):
    """A deleted file is missing, a deleted neighbour is nothing, and a folder may come back."""
    process = logged("half")
    verdicts(process, b"Not begun")
    module = elsewhere.exercises["warmup/half"].stub_path.parent
    (module / "double.py").unlink()
    (module / "notes.txt").write_text("x")
    shutil.rmtree(module.parent)
    assert verdicts(process, b"There is no file") == ["? missing"]
    time.sleep(0.5)
    module.mkdir(parents=True)
    save(RIGHT)
    assert verdicts(process, b"Passed.") == ["+ passed"]
    save("def double(x):\n    return 2 * x\n", "double")
    assert verdicts(process, b"Passed.") == ["+ passed"]


def test_an_answer_that_ends_the_judge(logged, save):
    """It is told, and the next answer is judged by another process."""
    process = logged("half")
    verdicts(process, b"Not begun")
    save(ENDING)
    assert verdicts(process, b"Python itself stopped") == ["! crashed"]
    save(RIGHT)
    assert verdicts(process, b"Passed.") == ["+ passed"]


@pytest.mark.parametrize("encoding", ["cp949", "cp1252"])
def test_letters_that_a_console_lacks(logged, save, encoding):
    """They are replaced, and nothing ends."""
    process = logged("half", PYTHONIOENCODING=encoding)
    verdicts(process, b"Not begun")
    save("def half(x):\n    raise ValueError('\ud55c\uae00 \xe9 \u2211 \U0001f600')\n")
    assert verdicts(process, "\ud55c \xe9".encode(encoding, "replace")[-1:]) == ["! error"]
    assert process.poll() is None


@pytest.mark.parametrize(
    ("ending", "fork"), [("q", True), ("ctrl-c", True), ("ctrl-c", False)], ids=str
)
def test_nothing_is_left_behind(watch, save, ending, fork):
    """It ends in the middle of an answer that never does, and so does all that it started."""
    child = watch("half", **({} if fork else {"KATA_NO_FORK": "1"}))
    child.expect("todo")
    save(HANGING)
    child.expect("Checking")
    time.sleep(1)
    started = children(child.pid)
    begun = time.monotonic()
    child.send("q") if ending == "q" else child.sendintr()
    child.expect(pexpect.EOF)
    assert child.wait() == 0
    assert time.monotonic() - begun < 4
    assert started
    assert [pid for pid in started if running(pid)] == []


def test_it_looks_by_itself_where_no_events_are_to_be_had(elsewhere, half, save, monkeypatch):
    """The system grants each user so many; without them, it polls."""
    import watchfiles

    real, asked, told, done = watchfiles.watch, [], queue.SimpleQueue(), threading.Event()

    def without_events(*folders, **options):
        asked.append(options["force_polling"])
        if not options["force_polling"]:
            raise OSError("OS file watch limit reached.")
        return real(*folders, **options)

    monkeypatch.setattr(watchfiles, "watch", without_events)
    arguments = (find_workspace(elsewhere.root), False, done, lambda *what: told.put(what))
    thread = threading.Thread(target=watcher.follow, args=arguments)
    thread.start()
    try:
        assert told.get(timeout=10) == ("saved", set())
        save(RIGHT)
        assert told.get(timeout=10) == ("saved", {half})
    finally:
        done.set()
        thread.join(timeout=10)
    assert asked == [None, True]


def test_keys_are_told_apart():
    """What an arrow or a function key sends is one key, and none of the letters in it."""
    assert keys_in("rn") == ["r", "n"]
    assert keys_in("\x1b[A\x1b[3~\x1bOH\x1b[1;5Cq") == [
        "\x1b[A",
        "\x1b[3~",
        "\x1bOH",
        "\x1b[1;5C",
        "q",
    ]
    assert keys_in("\x1b") == ["\x1b"]


def test_keys_mean_the_same_under_a_hangul_keyboard():
    """Each is where its Latin letter is; large letters are small ones, and others themselves."""
    assert [letter(key) for key in "ㅜㅗㅣㄱㅁㅂㅛN?"] == [*"nhlraqyn?"]
    assert letter("\x1b[A") == "\x1b[a"


def test_without_a_fork_as_on_windows(watch, save):
    """Each answer has a process of its own, started ahead."""
    child = watch("half", KATA_NO_FORK="1")
    child.expect("todo")
    save(WRONG)
    child.expect("Twice is the other way round")
    save(RIGHT)
    child.expect("warmup/half +passed")


def test_polling_and_narrow_terminals(watch, save):
    """Where events do not arrive, it looks by itself; in 40 columns nothing is cut off."""
    child = watch("half", "--poll", columns=40)
    child.expect("todo")
    save(WRONG)
    child.expect("Twice is the other way round")
    child.send("q")
    child.expect(pexpect.EOF)
    # Without what clears the screen, which takes no room on it.
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", child.before)
    assert [line for line in shown.splitlines() if len(line) > 41] == []


def test_a_half_written_grader_ends_nothing(elsewhere, capsys):
    """What a key asks of its exercise is answered with what is wrong, and the next one comes."""
    path = elsewhere.exercises["warmup/half"].grader_path
    path.write_text(path.read_text().replace("points=1", "points=POINTS"))
    session = Session(find_workspace(elsewhere.root), Screen(plain=True))
    session.choose(elsewhere.exercises["warmup/half"])
    for key in ("h", "n", "q"):
        session._tell("key", key)
    session.run()
    first, *told, following = filter(None, capsys.readouterr().out.splitlines())
    assert first == "Checking exercises/warmup/half.py ..."
    # However long the path is, and wherever lines are broken.
    sentence = f"{path}:6: `points` must be a literal, such as points=2 ("
    assert "".join("".join(told).split()).startswith("".join(sentence.split()))
    assert following == "Checking exercises/warmup/double.py ..."


def test_without_a_terminal_it_appends_lines(elsewhere, save):
    """For logs and screen readers: no key is needed, no line is drawn again, and Ctrl-C ends it.

    What could not be read of the learner's progress is told with the first verdict.
    """
    (elsewhere.root / kept.FILE).parent.mkdir()
    (elsewhere.root / kept.FILE).write_text("damaged")
    command = [*KATA, "watch", "half"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=elsewhere.root, text=True, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        lines = iter(process.stdout.readline, "")
        assert "Checking exercises/warmup/half.py" in next(lines)
        next(line for line in lines if "todo" in line)
        next(line for line in lines if "progress.json.unread-1" in line)
        save(RIGHT)
        next(line for line in lines if line.startswith("+ warmup/half"))
        next(line for line in lines if line.startswith("Go on with exercises/warmup/double.py"))
        process.send_signal(2)
        rest, errors = process.communicate(timeout=30)
    assert "\x1b" not in rest
    assert errors == ""
    assert process.returncode == 0


def test_torch_stays_out_of_this_process(elsewhere):
    """The command is at hand at once: torch is imported elsewhere."""
    code = "import sys; import torchkata.cli.watch; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=elsewhere.root)
