"""A pack of the small course: what is in it, and what is not."""

import ast

import pytest

from torchkata.course import source
from torchkata.course.course import Course
from torchkata.course.grader import GraderError
from torchkata.grading import pack
from torchkata.grading.assignment import Assignment
from torchkata.judging.codec import OF_A_PACK, decode, encode
from torchkata.running import practice, recorded_pairs, recording
from torchkata.running.files import File
from torchkata.text.explanations import render

from remarks import SENTENCE, WRITTEN_SO, with_a_remark


@pytest.fixture
def packed(elsewhere, tmp_path):
    """A pack, as files and as notebooks."""
    pack.build(elsewhere, Assignment("Given", ["warmup"], form="both"), tmp_path / "pack")
    return Course(tmp_path / "pack")


def test_no_answer_is_in_a_pack(packed, elsewhere):
    """No line that a solution or a misconception has and the stub has not, in any file."""
    secret = set()
    for exercise in elsewhere.exercises.values():
        shown = {*map(str.strip, f"{exercise.stub}\n{exercise.cut_grader}".splitlines())}
        for text in (exercise.solution, exercise.grader_path.read_text()):
            tree = ast.unparse(ast.parse(text))
            secret |= {line.strip() for line in tree.splitlines() if "return" in line} - shown
    assert {"return x / 2", "return 0.5 * x", "return 2 * x", "return (x / 2)[0].item()"} <= secret
    files = [path for path in packed.root.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        data = path.read_bytes()
        assert not [line for line in secret if line.encode() in data], path


def test_a_pack_has_graders_up_to_the_first_misconception(packed, elsewhere):
    """And nothing of the teacher's below it."""
    for name, exercise in elsewhere.exercises.items():
        inside = packed.exercises[name]
        assert inside.packed
        assert inside.grader_path.read_text() == exercise.cut_grader
        assert not inside.solution_path.exists()
        assert "misconception" not in inside.grader_path.read_text()


def test_a_pack_knows_a_stub_when_it_sees_one(packed):
    """By its digest, without the solution that it is made of."""
    half = packed.exercises["warmup/half"]
    text = half.stub_path.read_text()
    assert source.TODO in text
    assert practice.examine(half, File("half.py", text + "# looked at\n")).verdict == "todo"


def test_a_pack_knows_what_the_answers_showed(packed, elsewhere):
    """On the seeds that are public, and on no others."""
    half = packed.exercises["warmup/half"]
    known = recording.read(half)
    assert known.seeds == [0, 1]
    original = elsewhere.exercises["warmup/half"]
    assert known.texts.keys() == original.grader.misconceptions.keys() == known.mistakes.keys()
    for text, verdict, name in (
        ("return x / 2", "passed", None),
        ("return 2 * x", "wrong", "doubles"),
        ("return x / 3", "wrong", "takes_a_third"),
    ):
        result = practice.examine(half, File("half.py", f"def half(x):\n    {text}\n"))
        assert (result.verdict, result.misconception) == (verdict, name)
    with pytest.raises(GraderError, match="knows the seeds 0, 1 on the CPU, and no others"):
        practice.examine(half, File("half.py", "def half(x): return x"), [2])


def test_a_pack_tells_two_mistakes_as_the_course_does(scaled, tmp_path):
    """With the same verdict and text; and the ideas behind them are in it."""
    pack.build(scaled.course, Assignment("Two", ["warmup"]), tmp_path / "two")
    inside = Course(tmp_path / "two").exercises[scaled.id]
    for text in ("x + 1", "2 * x - 2"):
        file = File("", f"def scaled(x):\n    y = {text}\n    return y / 3\n")
        here, there = practice.examine(scaled, file), practice.examine(inside, file)
        assert here.second == "takes_a_third"
        names = [(one.verdict, one.misconception, one.second) for one in (here, there)]
        assert names[0] == names[1]
        assert render(here, scaled.grader) == render(there, inside.grader)
    ideas = {name: wrong.idea for name, wrong in inside.grader.misconceptions.items()}
    assert ideas == {name: wrong.idea for name, wrong in scaled.grader.misconceptions.items()}
    assert "takes_a_third" in ideas
    recorded = [names for names, _ in recording.known_pairs(recording.read(inside))]
    cancels = ("doubles_it", "takes_a_quarter")
    assert recorded == [pair.names for pair in scaled.pairs if pair.names != cancels]
    assert "Two mistakes at once" not in (tmp_path / "two" / "README.md").read_text()


def test_a_pack_says_where_it_knows_some_pairs_only(scaled, tmp_path, monkeypatch):
    """Once, with the names of the exercises."""
    monkeypatch.setattr(recorded_pairs, "MOST_BYTES", 700)
    pack.build(scaled.course, Assignment("Two", ["warmup"]), tmp_path / "two")
    inside = Course(tmp_path / "two").exercises[scaled.id]
    recorded = [names for names, _ in recording.known_pairs(recording.read(inside))]
    assert 0 < len(recorded) < 3
    assert recorded == [pair.names for pair in scaled.pairs][: len(recorded)]
    said = (tmp_path / "two" / "README.md").read_text()
    assert "in these exercises, only some of them: warmup/scaled." in said


@pytest.mark.parametrize(("factor", "told"), [(1 + 1e-6, False), (1 + 1e-4, True)])
def test_where_other_numbers_are_drawn_nothing_is_said_of_an_answer(packed, factor, told):
    """A ten-thousandth is another number; what processors differ by is none."""
    half = packed.exercises["warmup/half"]
    known = recording.read(half)
    drawn = {key: [x * factor for x in seen] for key, seen in known.drawn.items()}
    changed = recording.Recording(drawn, known.expected, known.mistakes, known.texts)
    half.recorded_path.write_bytes(recording.to_bytes(changed))
    right = File("half.py", "def half(x):\n    return x / 2\n")
    if told:
        with pytest.raises(GraderError, match="draws other numbers"):
            practice.examine(half, right)
    else:
        assert practice.examine(half, right).verdict == "passed"


def test_a_pack_knows_the_remarks_and_no_answer_of_theirs(half, tmp_path):
    """Their patterns and sentences are recorded, so that the class is told at home, too."""
    exercise = with_a_remark(half)
    pack.build(exercise.course, Assignment("Given", ["warmup/half"]), tmp_path / "pack")
    packed = Course(tmp_path / "pack").exercises["warmup/half"]
    assert "remark" not in packed.grader_path.read_text()
    assert b"torch.mul(x, 0.5)\n" not in packed.recorded_path.read_bytes()
    result = practice.examine(packed, File("half.py", WRITTEN_SO))
    assert (result.verdict, result.remark) == ("passed", "by_a_function")
    assert SENTENCE in render(result, packed.grader)


def test_a_recording_of_an_older_version_has_no_remarks(packed):
    """It is read as it is."""
    half = packed.exercises["warmup/half"]
    value = decode(half.recorded_path.read_bytes(), OF_A_PACK)
    del value["remarks"]
    half.recorded_path.write_bytes(encode(value))
    assert recording.read(half).remarks == {}
    assert practice.examine(half, File("half.py", WRITTEN_SO)).remark == ""
