"""One reader of a grader's literals: what it reads is what runs, and the rest is refused by all."""

import re
import sys
from dataclasses import replace

import pytest

from torchkata import GraderError
from torchkata.cli import start
from torchkata.course.course import Course
from torchkata.course.grader_facts import read_edit, read_literals
from torchkata.course.loading import load_grader
from torchkata.grading.submission import find
from torchkata.learning.workspace import Workspace

READ = ("points", "level", "core", "after", "hints", "start")
LITERAL = "must be a literal, such as"

# (the passage of the small course's grader, what is there instead, in which line, what is said)
REFUSED = [
    ("points=1", "points=POINTS", 6, f"`points` {LITERAL} points=2"),
    ("points=1", "points=0.5 + 0.5", 6, f"`points` {LITERAL} points=2"),
    ("points=1", "points='1'", 6, f"`points` {LITERAL} points=2"),
    ("level=1", "level=1.0", 7, f"`level` {LITERAL} level=1"),
    ("timeout=1.0", "core=bool(1)", 10, f"`core` {LITERAL} core=True"),
    ("timeout=1.0", "after=('a' + 'b',)", 10, f'`after` {LITERAL} after=("module/exercise",)'),
    ("timeout=1.0", "after='warmup/double'", 10, f'`after` {LITERAL} after=("module/exercise",)'),
    ("timeout=1.0", "start=START", 10, f'`start` {LITERAL} start="name_of_an_edit"'),
    ("timeout=1.0", "**{'core': True}", 10, f"`**{{'core': True}}` {LITERAL} points=2"),
    ('("How often does 2 go into x?",)', "HINTS", 8, f"`hints` {LITERAL} hints=("),
    ("points=1", "points=0", 5, "points=0; give a number above 0"),
    ("level=1", "level=9", 5, "level=9; give 1 (beginner) to 5 (expert)"),
    ('("How often does 2 go into x?",)', "()", 5, "hints is empty; give one at least"),
    ("level=1", "levle=1", 5, "unexpected keyword argument 'levle'"),
    ("    level=1,\n", "", 5, "missing 1 required keyword-only argument: 'level'"),
    ("points=1,", "1,", 5, "takes 1 positional argument but 2 positional arguments"),
    ("grader = Grader(", "graded = Grader(", 1, "no `grader = Grader(...)`; every grader file"),
    ("points=1,", "points=1", 6, "forgot a comma"),
    ("import torch\n", "import torch\0\n", 1, "null bytes"),
    (
        "timeout=1.0",
        "start='doubles'",
        1,
        "start='doubles' names no edit of this grader; write one",
    ),
]


def changed(exercise, passage, instead):
    """An exercise with another grader, as another process would see it."""
    text = exercise.grader_path.read_text()
    assert passage in text
    exercise.grader_path.write_text(text.replace(passage, instead, 1))
    return Course(exercise.course.root).exercises[exercise.id]


def refusal(look):
    """What is said of a grader that is refused."""
    with pytest.raises(GraderError) as problem:
        look()
    return str(problem.value)


def test_what_is_read_is_what_runs(exercise):
    """All values of all graders of the course, and the edit that a learner begins with, if any."""
    text, path = exercise.grader_path.read_text(), str(exercise.grader_path)
    space = {}
    exec(compile(exercise.cut_grader, path, "exec"), space)
    run, literals = space["grader"], read_literals(text, path)
    for name in READ:
        assert getattr(literals, name) == getattr(run, name), name
    facts = exercise.facts
    assert [getattr(facts, name) for name in READ[:-1]] == [getattr(run, n) for n in READ[:-1]]
    assert facts.has_bug == (run.start is not None)
    # A start that is a whole text is among the literals.
    if run.start in exercise.grader.misconceptions:
        begun = replace(exercise.grader.misconceptions[run.start], more=())
        assert read_edit(text, path, run.start) == begun


@pytest.mark.parametrize(
    ("passage", "instead", "line", "said"),
    REFUSED,
    ids=[row[1].strip() or "none" for row in REFUSED],
)
def test_what_cannot_be_read_is_refused_by_all_with_one_sentence(
    half, passage, instead, line, said
):
    """With path and line: by what reads the grader and by what runs it, in whichever order."""
    half = changed(half, passage, instead)
    sentence = refusal(lambda: half.facts)
    assert sentence.startswith(f"{half.grader_path}:{line}: ")
    assert said in sentence
    assert refusal(lambda: half.grader) == sentence
    assert refusal(lambda: half.stub) == sentence
    workspace = Workspace(half.course.root, half.course)
    assert workspace.unusable == {"warmup/half": sentence}
    assert workspace.facts.keys() == {"warmup/double"}


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ("old=OLD", f'`old` {LITERAL} old="x / 2"'),
        ('old="2 *" + " x"', f'`old` {LITERAL} old="x / 2"'),
        ("OLD", f'`old` {LITERAL} old="x / 2"'),
        ('old="3 * x"', "edit 'adds_two': '3 * x' occurs 0 times in the reference"),
    ],
)
def test_the_edit_that_a_learner_begins_with_is_read_too(elsewhere, instead, said):
    """Where it is not written out or does not apply, all refuse it, with its line."""
    double = changed(elsewhere.exercises["warmup/double"], 'old="2 * x"', instead)
    sentence = refusal(lambda: double.stub)
    assert sentence.startswith(f"{double.grader_path}:19: {said}")
    assert refusal(lambda: double.facts) == sentence


def test_a_stub_applies_no_other_edit(half):
    """An edit that does not apply is told where the grader is loaded, and the stub is there."""
    half = changed(half, 'old="x / 2"', 'old="x / 5"')
    assert "raise NotImplementedError" in half.stub
    assert half.facts.stub == half.stub
    assert "'x / 5' occurs 0 times" in refusal(lambda: half.grader)


@pytest.mark.parametrize(
    "changing", ["grader.points = 3", "grader.hints += ('More.',)", "grader.start = 'doubles'"]
)
def test_a_value_that_is_changed_later_is_refused(half, changing):
    """What a learner is shown is what counts."""
    half.grader_path.write_text(f"{half.grader_path.read_text()}\n\n{changing}\n")
    name = changing.split()[0].removeprefix("grader.")
    assert f"half.py:5: `{name}` {LITERAL}" in refusal(lambda: half.grader)


def test_a_grader_that_becomes_something_else_is_refused(half):
    """Whatever it is."""
    half.grader_path.write_text(f"{half.grader_path.read_text()}\n\ngrader = None\n")
    assert "`grader` is no Grader any more" in refusal(lambda: half.grader)


@pytest.mark.parametrize(
    "begin",
    [
        "import torchkata\ngrader = torchkata.Grader(points=2, level=1, hints=['h'])\n",
        "from torchkata import Grader\ngrader: Grader = Grader(points=2, level=1, hints=['h'])\n",
        "from torchkata import Grader\ngrader = Grader(points=2, level=1, hints=['h'])\n"
        "text = '''(\n)\n'''\n",
        "from torchkata import Grader\r\ngrader = Grader(points=2, level=1, hints=[\r\n'h'])\r\n",
    ],
)
def test_ways_to_write_one(begin):
    """All that Python takes for the same, as long as it is written out."""
    rest = "\n\ndef f():\n    '''A.'''\n\n\ngrader.observe(f)\ngrader.case(f)\n"
    grader = load_grader(begin + rest, "grader.py")
    literals = read_literals(begin + rest, "grader.py")
    assert (literals.points, literals.hints) == (grader.points, grader.hints) == (2, ("h",))


@pytest.mark.parametrize("path", ["grader_path", "solution_path"])
def test_a_file_that_cannot_be_read_is_told(half, path):
    """A folder in its place, or bytes that are no UTF-8."""
    file = getattr(half, path)
    file.write_bytes(b"\xff\n")
    assert re.match(rf"{file} cannot be read: .*can't decode", refusal(lambda: half.facts))
    file.unlink()
    file.mkdir()
    assert str(file) in refusal(lambda: half.facts)


def test_a_submission_is_found_beside_a_grader_that_cannot_be_used(half):
    """That it cannot is told where it is graded."""
    half = changed(half, "points=1", "points=POINTS")
    found = find(half.course, half.course.root / "solutions")
    assert {exercise.id for exercise in found} == {"warmup/double", "warmup/half"}


@pytest.fixture
def kata(half, monkeypatch, capsys):
    """Run `kata` in this process in the small course; its status, and what it says."""
    monkeypatch.chdir(half.course.root)

    def run(*typed):
        monkeypatch.setattr(sys, "argv", ["kata", *typed])
        status = 0
        try:
            start.main()
        except SystemExit as ended:
            status = ended.code or 0
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.mark.parametrize(
    ("typed", "status", "shown"),
    [
        ((), 0, "0 of 1"),
        (("list",), 0, "todo     2  10 min  warmup/double"),
        (("list", "--json"), 0, '"exercise": "warmup/double"'),
        (("check", "double"), 1, "warmup/double"),
        (("check",), 0, ""),
        (("check", "--all"), 1, "points=2 (kata reads graders without running them)"),
    ],
)
def test_a_half_written_grader_stops_nothing_but_itself(kata, half, typed, status, shown):
    """It is named in one line, and the other exercise is shown, or checked."""
    sentence = refusal(lambda: changed(half, "points=1", "points=POINTS").facts)
    ended, said, problems = kata(*typed)
    assert ended == status
    assert shown in said
    assert "todo   1  warmup/half" not in said
    named = f"warmup/half cannot be used: {sentence}\n"
    assert (named in problems) != (sentence in said)
    assert (said + problems).count("must be a literal") == 1


def test_a_half_written_grader_is_not_proved(kata, half):
    """Its line is a finding like others, and the course goes on."""
    sentence = refusal(lambda: changed(half, "points=1", "points=POINTS").facts)
    status, said, problems = kata("prove", "half")
    assert status == 1
    assert (said + problems).count(sentence) == 1


@pytest.mark.parametrize("typed", ["hint", "reset", "check"])
def test_what_is_asked_about_a_half_written_grader_is_answered_with_its_line(kata, half, typed):
    """And what the learner wrote does not change."""
    sentence = refusal(lambda: changed(half, "points=1", "points=POINTS").facts)
    half.stub_path.write_text("def half(x):\n    return x\n")
    status, said, problems = kata(typed, "half")
    assert status == (1 if typed == "check" else 2)
    assert f"{said}{problems}".strip() == sentence
    assert half.stub_path.read_text() == "def half(x):\n    return x\n"


@pytest.mark.parametrize("begin", ["nobody", "    nobody"])
def test_a_grader_that_cannot_be_run_stops_nothing_but_itself(kata, half, begin):
    """What is wrong below its values is told once the grader is needed, and then in one line."""
    half.grader_path.write_text(f"{half.grader_path.read_text()}\n{begin}\n")
    assert kata("list") == (0, kata("list")[1], "")
    half.stub_path.write_text("def half(x):\n    return x\n")
    status, said, problems = kata()
    assert status == 0
    assert "0 of 2" in said
    line = len(half.grader_path.read_text().splitlines())
    assert f"warmup/half cannot be used: {half.grader_path}:{line}: " in problems
