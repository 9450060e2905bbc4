"""`kata watch`, driven as a learner does: at a terminal, by saving files and typing keys."""

import os
import re
import subprocess
import sys
import time

import pexpect
import pytest

from torchkata import progress as kept

RIGHT, WRONG = "def half(x):\n    return x / 2\n", "def half(x):\n    return 2 * x\n"
ENDLESS = "def half(x):\n    while True:\n        print('x' * 1000)\n"
KATA = [sys.executable, "-c", "from torchkata.start import main; main()"]


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


def test_an_hour_at_the_terminal(watch, save, elsewhere):
    """A mistake is explained, loops and errors disturb nothing, and one moves on by choice."""
    child = watch("half")
    child.expect("todo")
    save(WRONG)
    child.expect("Twice is the other way round")
    child.expect("0 of 2 passed so far")
    child.send("h")
    child.expect("1. How often does 2 go into x")
    save("def half(x)\n    return x\n")
    child.expect("Line 1 is not Python yet")
    save(ENDLESS)
    child.expect("Not finished after 1 s")
    save("import os\nos._exit(0)\n")
    child.expect("Python itself stopped")
    save(RIGHT)
    child.expect("warmup/half +passed")
    child.expect("1 of 2 passed so far")
    child.expect("n goes on to the next one")
    child.send("?")
    child.expect("n next   h hint")
    child.send("l")
    child.expect("[+] passed   1  warmup/half")
    child.send("n")
    child.expect("warmup/double")
    save(WRONG)
    child.expect("Twice is the other way round")
    child.send("rn")
    child.expect("Nothing was changed")
    child.send("ry")
    child.expect("is as it was at first")
    child.expect("todo")
    child.send("q")
    child.expect(pexpect.EOF)
    child.wait()
    backups = [path.read_text() for path in (elsewhere.root / ".kata" / "backups").iterdir()]
    assert backups == [WRONG]
    entry = kept.load(elsewhere.root).entry("warmup/half")
    assert (entry.hints, len(entry.passed), entry.checked.verdict) == (1, 1, "todo")


def test_a_burst_of_saves_ends_with_the_last(watch, save, elsewhere):
    """What is shown and kept is the verdict on what the file holds."""
    child = watch("half", "--plain")
    child.expect("todo")
    for number in range(12):
        save(WRONG if number % 2 else RIGHT)
        time.sleep(0.01)
    save("def half(x):\n    return x * 0.5\n")
    child.expect("warmup/half +passed")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        checked = kept.load(elsewhere.root).entry("warmup/half").checked
        if checked.verdict == "passed":
            return
        time.sleep(0.1)
    raise AssertionError(checked)


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


def test_without_a_terminal_it_appends_lines(elsewhere, save):
    """For logs and screen readers: no key is needed, no line is drawn anew, and Ctrl-C ends it."""
    command = [*KATA, "watch", "half"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=elsewhere.root, text=True, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        lines = iter(process.stdout.readline, "")
        assert "Judging exercises/warmup/half.py" in next(lines)
        next(line for line in lines if "todo" in line)
        save(RIGHT)
        next(line for line in lines if "passed" in line)
        process.send_signal(2)
        rest, errors = process.communicate(timeout=30)
    assert "\x1b" not in rest
    assert errors == ""
    assert process.returncode == 0


def test_torch_stays_out_of_this_process(elsewhere):
    """The command is at hand at once: torch is imported elsewhere."""
    code = "import sys; import torchkata.watch; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=elsewhere.root)
