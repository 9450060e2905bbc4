"""Every command in a terminal of 60, 80 and 120 columns, in Hangul, and in plain lines."""

import re
import shutil

import pytest
from typer.main import get_command

from torchkata.cli.app import app
from torchkata.text.wrapping import columns

from command import kata

ANSWERS = {
    "right": "def half(x):\n    return x / 2\n",
    "wrong": "def half(x):\n    return x * 2\n",
    "raises": "def half(x):\n    raise ValueError('손실 함수와 옵티마이저를 다시 보세요. ' * 4)\n",
}
# What a learner types, beginning with nothing done, and what a teacher and an author type.
LEARNER = (
    ["init", "mine"], [], ["list"], ["hint", "half"], ["solution", "half"], ["check", "nothing"],
    ["check", "half"], ["check", "--all"], ["hint"], ["review"], ["update"],
)  # fmt: skip
TEACHER = (
    ["assign", "warmup", "--out", "pack"],
    [
        "grade",
        "submissions",
        "--assurance",
        "limited",
        "--seed",
        "1",
        "--out",
        "results",
        "--workers",
        "1",
    ],
    ["grade", "submissions/wrong", "--assurance", "limited", "--seed", "1"],
    ["export", "results", "--to", "gradescope"],
    ["export", "results", "--to", "csv", "--out", "grades.csv"],
    ["unexplained", "results"],
    ["prove", "half", "--no-mutants", "--no-pairs", "--seeds", "1"],
    ["sentences", "nothing"],
)
HELP = [[name, "--help"] for name in get_command(app).commands]


@pytest.fixture
def said(elsewhere):
    """What each command says on both of its channels, in a terminal so wide."""
    for name, text in ANSWERS.items():
        path = elsewhere.root / "submissions" / name / "half.py"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    shutil.copytree(
        elsewhere.root / "submissions" / "right", elsewhere.root / "submissions" / "김하늘"
    )

    def run(commands, width, **environment):
        for name in ("mine", "pack", "results", "grades.csv", ".kata"):
            path = elsewhere.root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        stub = elsewhere.exercises["warmup/half"].stub_path
        stub.write_text(ANSWERS["raises"], encoding="utf-8")
        for typed in commands:
            done = kata(*typed, cwd=elsewhere.root, width=width, **environment)
            yield " ".join(typed), done.stdout + done.stderr

    return run


@pytest.mark.slow
@pytest.mark.parametrize("commands", [LEARNER, TEACHER], ids=["learner", "teacher"])
@pytest.mark.parametrize(
    "width", [60, *(pytest.param(wide, marks=pytest.mark.nightly) for wide in (80, 120))]
)
def test_lines_fit_and_words_are_whole(said, commands, width):
    """No line is wider than the terminal, and no word in it is broken."""
    whole = dict(said(commands, 1000))
    for typed, shown in said(commands, width):
        # A path that is longer than a line is whole, so that it can be copied.
        wide = [line for line in _too_wide(shown, width) if len(line.split()) > 1]
        assert wide == [], f"{width} columns: kata {typed}"
        assert _words(shown) == _words(whole[typed]), f"kata {typed}:\n{shown}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [{"KATA_PLAIN": "1"}, pytest.param({"TERM": "dumb"}, marks=pytest.mark.nightly)],
    ids=str,
)
def test_plain_lines(said, environment):
    """Every command, its help and its errors: no box, no bar, no colour, nothing drawn again."""
    wrong = ["check", "--nonsense"]
    for typed, shown in said([*LEARNER, *TEACHER, *HELP, ["--help"], wrong], 80, **environment):
        assert not re.search(r"[\u2500-\u257f\r\x1b]|\[[#-]+\]", shown), f"kata {typed}:\n{shown}"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_help_fits(said, width):
    """The boxes of every command's help are as wide as the terminal."""
    for typed, shown in said(HELP, width):
        assert _too_wide(shown, width) == [], typed


def _still(shown):
    """What stays on the screen, without its colours: no bar that is drawn again and again."""
    lines = [line for line in shown.splitlines() if "\x1b[2K" not in line]
    return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in lines]


def _too_wide(shown, width):
    return [line for line in _still(shown) if columns(line) > width]


def _words(shown):
    return re.sub(r"\[[#-]+\]|\d{8}-\d{6}", "", " ".join(_still(shown))).split()
