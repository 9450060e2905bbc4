"""Grading one submission, with walls that are none: points, failures of ours, and the digest."""

from dataclasses import replace
from types import SimpleNamespace

import msgspec
import pytest

from torchkata.course.course import Course
from torchkata.course.grader import Edit
from torchkata.grading import batch, grading_run, records
from torchkata.grading.assignment import Assignment
from torchkata.grading.grading_run import Terms, Worker, digest_of, grade
from torchkata.grading.submission import Submission, find_all
from torchkata.judging.judge import Report, Result
from torchkata.judging.observation import Raised
from torchkata.running.files import File
from torchkata.running.known_answers import judge_against
from torchkata.running.practice import examine
from torchkata.sandbox.backends import NoWalls
from torchkata.sandbox.channel import Failure
from torchkata.text.explanations import render
from torchkata.text.wrapping import fitted

from open_walls import Open
from remarks import SENTENCE, WRITTEN_SO, with_a_remark

READ = 'torch.Tensor, "arithmetic"'

# Of three cases: all right, one right, none, and none that could be observed.
ANSWERS = {
    "right": "def half(x):\n    return x / 2\n",
    "half right": "def half(x):\n    return x / 2 if x.dim() == 2 else x\n",
    "raises": "def half(x):\n    return x / 2 if x.dim() == 2 else x.nothing\n",
    "wrong": "def half(x):\n    return x\n",
    "a misconception": "def half(x):\n    return 2 * x\n",
    "begun": "def half(x):\n    raise NotImplementedError\n",
    "no Python": "def half(x",
    "another name": "def third(x):\n    return x / 3\n",
}


@pytest.fixture
def graded(half):
    """Grade a text, or a file, as an answer to the small course's first exercise."""

    def run(answer, **terms):
        file = File("half.py", answer) if isinstance(answer, str) else answer
        with Worker(Open) as worker:
            handed_in = Submission("ann", half.course.root)
            return grade(worker, handed_in, {half: file}, Terms((1, 2), Open, **terms))

    return run


def points(record):
    """What the only exercise of a record earned, and its verdict."""
    (one,) = record.exercises
    return one.points, one.verdict


@pytest.mark.parametrize(
    ("answer", "whole", "by_case", "verdict"),
    [
        ("right", 2, 2, "passed"),
        ("half right", 0, 0.6667, "wrong"),
        ("raises", 0, 0.6667, "error"),
        ("wrong", 0, 0, "wrong"),
        ("a misconception", 0, 0, "wrong"),
        ("begun", 0, 0, "todo"),
        ("no Python", 0, 0, "error"),
        ("another name", 0, 0, "missing"),
    ],
)
def test_points_are_all_or_nothing_unless_cases_count(graded, answer, whole, by_case, verdict):
    """And an answer that shows nothing earns nothing either way."""
    for partial, earned in ((False, whole), (True, by_case)):
        given = Assignment("t", ["warmup/half"], {"warmup/half": 2}, partial)
        record = graded(ANSWERS[answer], assignment=given)
        assert points(record) == (earned, verdict)
        assert (record.points, record.of) == (earned, 2)
    assert points(graded(ANSWERS[answer])) == (whole / 2, verdict)


@pytest.mark.parametrize("kind", ["FileMissing", "Rejected"])
def test_what_was_not_read_earns_nothing(graded, kind):
    """Also where each case counts by itself; and it has no digest."""
    file = File("half.py", report=Report(Raised(kind, "")))
    record = graded(file, assignment=Assignment("t", ["warmup/half"], partial=True))
    assert record.points == 0
    assert record.exercises[0].sha256 == ""


def test_void_cases_count_for_nobody(graded):
    """An answer that is wrong in them alone is right, and they make nobody's share smaller."""
    given = Assignment("t", ["warmup/half"], partial=True, void=["warmup/half/row"])
    record = graded(ANSWERS["half right"], assignment=given)
    assert points(record) == (0.5, "wrong")
    assert record.exercises[0].cases == {"table": "passed", "large": "wrong"}
    given.void.append("warmup/half/large")
    assert points(graded(ANSWERS["half right"], assignment=given)) == (1, "passed")


def test_where_no_case_counts_nothing_is_earned_by_a_share(graded):
    """A course whose cases have changed since: an answer that cannot be loaded earns nothing."""
    void = [f"warmup/half/{case}" for case in ("row", "table", "large")]
    given = Assignment("t", ["warmup/half"], partial=True, void=void)
    record = graded(ANSWERS["no Python"], assignment=given)
    assert (points(record), record.exercises[0].cases) == ((0, "error"), {})


def test_a_record_says_on_what_terms_it_was_made(graded):
    """How well it was walled off, the seeds, and the numbers' dtype."""
    record = graded(ANSWERS["right"])
    assert (record.assurance, record.seeds) == ("limited", [1, 2])
    assert (record.device, record.dtype) == ("cpu", "torch.float32")
    assert record.exercises[0].sha256 == records.digest(ANSWERS["right"])


def test_equal_bytes_get_equal_grades(graded):
    """Even by different students, in one run."""
    ann, ben = (graded(ANSWERS["a misconception"]).exercises[0] for _ in range(2))
    ann.seconds = ben.seconds = 0.0
    assert ann == ben
    assert ann.misconception == "doubles"


def test_two_mistakes_at_once_are_both_in_the_record(scaled):
    """As practice tells them, with the ideas behind those that have one."""
    text = "def scaled(x):\n    y = x + 1\n    return y / 3\n"
    with Worker(Open) as worker:
        handed_in = Submission("ann", scaled.course.root)
        record = grade(worker, handed_in, {scaled: File("", text)}, Terms((1, 2), Open))
    (one,) = record.exercises
    assert (one.verdict, one.misconception, one.second) == ("wrong", "adds_one", "takes_a_third")
    assert (one.names, one.ideas) == (("adds_one", "takes_a_third"), ["another_part"])
    assert one.text == fitted(render(examine(scaled, File("", text), (1, 2)), scaled.grader, READ))


def test_an_idea_is_told_once():
    """Where both mistakes come of it."""
    wrong = {name: Edit(name, "No.", "", "", 0, "same") for name in "ab"}
    exercise = SimpleNamespace(grader=SimpleNamespace(misconceptions=wrong))
    result = Result("m/e", "wrong", {}, misconception="a", second="b")
    assert grading_run._ideas(exercise, result) == ["same"]


def test_a_forbidden_call_is_a_flag(graded):
    """The answer passes, and the teacher is told the line."""
    record = graded("import torch\n\ndef half(x):\n    return torch.div(x, 2)\n")
    assert points(record) == (1, "passed")
    assert record.exercises[0].flags == ["line 4 uses torch.div"]


def test_a_remark_is_in_the_record(half):
    """By its name, with its sentence in what the learner is told, and all points."""
    exercise = with_a_remark(half)
    with Worker(Open) as worker:
        handed_in, file = Submission("ann", half.course.root), File("half.py", WRITTEN_SO)
        record = grade(worker, handed_in, {exercise: file}, Terms((1, 2), Open))
    assert points(record) == (1, "passed")
    assert record.exercises[0].remark == "by_a_function"
    assert SENTENCE in record.exercises[0].text


def test_a_remark_is_found_where_the_answer_runs(worker, half):
    """Behind the walls, as its text is read nowhere else; a name of no remark is not taken."""
    exercise = with_a_remark(half)
    assert worker.respond(exercise, WRITTEN_SO, [1]).written == ["by_a_function"]
    assert worker.respond(exercise, ANSWERS["right"], [1]).written == []
    report = replace(worker.respond(exercise, ANSWERS["right"], [1]), written=["doubles"])
    assert judge_against(exercise, report, (1,)).remark == ""


@pytest.mark.parametrize(("level", "shown"), [("full", True), ("named", False), ("points", False)])
def test_a_record_tells_what_the_feedback_allows(graded, level, shown):
    """Only the full one shows what was expected."""
    text = graded(ANSWERS["half right"], feedback=level).exercises[0].text
    assert ("expected" in text) == shown
    assert "wrong, 1 of 3 cases right" in text


def test_walls_that_die_are_our_fault(graded):
    """No verdict and no points lost: the record says that it is not graded."""
    record = graded("# die\n")
    (one,) = record.exercises
    assert (one.verdict, one.points, one.failure) == (None, None, "the waiting process died")
    assert record.failed
    assert not graded(ANSWERS["wrong"]).failed


def test_a_fault_of_the_engine_is_nobodys(graded, monkeypatch):
    """It ends no batch, and costs no points."""
    monkeypatch.setattr(grading_run, "judge_against", lambda *_: 1 / 0)
    record = graded(ANSWERS["right"])
    assert record.failed
    assert "ZeroDivisionError" in record.exercises[0].failure


def test_a_submission_that_ends_walls_gets_no_more_of_them(half):
    """Each answer is tried twice; after three that died, the rest is not tried; others are."""
    with Worker(Open) as worker:
        said = []
        for _ in range(3):
            with pytest.raises(Failure) as failure:
                worker.respond(half, "# die", [1])
            said.append(str(failure.value))
        assert said == ["the waiting process died"] * 2 + [
            "this submission has ended too many sandboxes"
        ]
        worker.begin()
        assert worker.respond(half, ANSWERS["right"], [1]).trouble is None


class Scarce(Open):
    """Walls of which this machine has only so many."""

    left = 1

    def __init__(self, device="cpu"):
        super().__init__(device)
        if not Scarce.left:
            raise NoWalls("Resource temporarily unavailable")
        Scarce.left -= 1


def test_walls_that_cannot_be_replaced_end_no_batch(half, monkeypatch, tmp_path):
    """What could not be run is not graded, and says why; the same batch grades it later."""
    monkeypatch.setattr(Scarce, "left", 1)
    texts = {"ann": "# die\n", "ben": ANSWERS["right"], "cem": ANSWERS["wrong"]}
    for name, text in texts.items():
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "half.py").write_text(text)
    submissions = find_all(half.course, [tmp_path / "in"])
    terms = Terms((1, 2), Scarce)

    def graded_now():
        done = batch.run(submissions, terms, tmp_path / "out")
        return {one.record.submission: one.record for one in done}

    first = graded_now()
    assert {record.failed for record in first.values()} == {True}
    said = {record.exercises[0].failure for record in first.values()}
    assert said == {"walls ended, and no others are available: Resource temporarily unavailable"}
    Scarce.left = 9
    second = graded_now()
    assert [(*points(record), record.failed) for _, record in sorted(second.items())] == [
        (None, None, True), (1, "passed", False), (0, "wrong", False),
    ]  # fmt: skip


def test_walls_are_tried_for_again_with_each_submission(half, monkeypatch):
    """A machine may be short of something for a while."""
    monkeypatch.setattr(Scarce, "left", 1)
    with Worker(Scarce) as worker:
        for _ in range(2):
            with pytest.raises(Failure, match="no others are available"):
                worker.respond(half, "# die", [1])
        Scarce.left = 1
        with pytest.raises(Failure, match="no others are available"):
            worker.respond(half, ANSWERS["right"], [1])
        worker.begin()
        assert worker.respond(half, ANSWERS["right"], [1]).trouble is None


def test_a_digest_is_of_all_files_and_of_whose_answers_they_are(elsewhere):
    """The same text as an answer to another exercise is another submission."""
    half, double = elsewhere.exercises["warmup/half"], elsewhere.exercises["warmup/double"]
    one, two = File("a", "one"), File("b", "two")
    missing = File("c", report=Report(Raised("FileMissing", "")))
    digests = [
        digest_of(files)
        for files in (
            {half: one, double: two},
            {half: two, double: one},
            {half: one, double: missing},
            {half: one},
            {double: one},
        )
    ]
    assert len({*digests}) == 5
    assert digest_of({half: File("elsewhere", "one"), double: two}) == digests[0]


def test_practice_exercises_are_not_graded(half):
    """The walls forbid what they need."""
    text = half.grader_path.read_text().replace("level=1,", "level=1, graded=False,")
    half.grader_path.write_text(text)
    exercise = Course(half.course.root).exercises["warmup/half"]
    handed_in = Submission("ann", half.course.root, {exercise: half.solution_path})
    assert grading_run.read_all(handed_in) == {}
    with Worker(Open) as worker:
        record = grade(worker, handed_in, {}, Terms((1,), Open))
    assert (record.exercises, record.of, msgspec.to_builtins(record)["note"]) == ([], 0, "")
