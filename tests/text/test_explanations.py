"""What is told of a hand-made result: what each level may say, and nothing a terminal obeys."""

import math
from dataclasses import replace

import pytest
import torch

from torchkata.course.grader import Grader
from torchkata.judging.comparison import differences
from torchkata.judging.judge import Report, judge
from torchkata.judging.observation import Raised
from torchkata.text.explanations import feedback, render
from torchkata.text.values import describe

EXPECTED = {("row", 0): {"loss": 0.7441}, ("table", 0): {"loss": 0.1234}}
WRONG = {("row", 0): {"loss": 1.767}, ("table", 0): {"loss": 0.1234}}


@pytest.fixture
def grader():
    """Two cases, and a misconception with a sentence."""
    made = Grader(points=1, level=1, hints=("None.",))

    @made.case
    def row():
        """A row."""

    @made.case
    def table():
        """A table."""

    made.edit("sums", "A mean is no sum.", "", " ")
    return made


@pytest.fixture
def result(grader):
    """A result of an answer that showed `got`, with the misconception where it is known."""

    def judged(got, known=True, trouble=None):
        mistakes = {"sums": got} if known else {}
        report = Report(trouble, got, {("row", 0): "printed 0.7441"})
        return judge("module/name", grader, report, EXPECTED, mistakes.items)

    return judged


def test_full_feedback_shows_the_numbers(grader, result):
    """What was expected and what was got, with the diagnosis, as practice does."""
    told = feedback(result(WRONG), grader, "full", "torch.mean")
    assert told == render(result(WRONG), grader, "torch.mean")
    for said in ("0.7441", "1.767", "A mean is no sum.", "Read: torch.mean", "1 of 2 cases right"):
        assert said in told


@pytest.mark.parametrize("known", [True, False])
def test_named_feedback_shows_no_number(grader, result, known):
    """The mistake's sentence and which cases are not right: no value that was expected or got."""
    told = feedback(result(WRONG, known), grader, "named", "torch.mean")
    assert ("A mean is no sum." in told) == known
    assert "Not right: row." in told
    for number in ("0.7441", "1.767", "0.1234", "expected"):
        assert number not in told


def test_named_feedback_tells_why_nothing_was_observed(grader, result):
    """A line that is not Python is no secret."""
    trouble = Raised("SyntaxError", "'(' was never closed", 3, "half(")
    assert "Line 3 is not Python yet" in feedback(result(WRONG, trouble=trouble), grader, "named")


@pytest.mark.parametrize("level", ["full", "named"])
def test_two_mistakes_are_told_one_below_the_other(grader, result, level):
    """In the order of the code, with what they explain together."""
    grader.edit("halves", "A mean is no half.", "", " ")
    both = replace(result(WRONG), misconception="halves", second="sums")
    told = feedback(both, grader, level)
    assert "Two mistakes together explain it." in told
    assert (
        "both at once in all 2 cases:\n    1. A mean is no half.\n    2. A mean is no sum." in told
    )


@pytest.mark.parametrize("known", [True, False])
def test_points_feedback_is_one_line(grader, result, known):
    """The verdict and how many cases are right."""
    told = feedback(result(WRONG, known), grader, "points", "torch.mean")
    assert told.split() == ["module/name", "wrong,", "1", "of", "2", "cases", "right"]


@pytest.mark.parametrize("level", ["full", "named", "points"])
def test_nothing_is_told_that_a_terminal_obeys(grader, result, level):
    """Whatever an answer writes into its messages."""
    hostile = Raised("\x1b[31mError", "\x1b]0;title\x07 \x9b2J \u202e", 1, "raise \r\x1b[2J")
    for trouble in (None, hostile):
        got = {("row", 0): hostile, ("table", 0): {"loss": 0.1234}}
        told = feedback(result(got, trouble=trouble), grader, level)
        assert all(letter.isprintable() or letter == "\n" for letter in told)


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.bfloat16, torch.complex128])
def test_where_nan_is_where_there_is_none_is_told(dtype):
    """In every dtype that can be compared, with the place and both values."""
    values = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, math.nan, 3.0])
    (found,) = differences(*(one.to(dtype) for one in values))
    assert describe(found).startswith("1 of 3 values differ, worst at [1]: expected ")
    assert "nan" in describe(found)


def test_an_argument_that_was_changed_is_told_as_that(grader, result):
    """Where all else is right, the sentence says what to do about it, and names the argument."""
    mistake = {key: {**seen, "entries changed in logits": 2} for key, seen in EXPECTED.items()}
    right = {key: {**seen, "entries changed in logits": 0} for key, seen in EXPECTED.items()}
    told = render(judge("module/name", grader, Report(None, mistake, {}), right, {}.items), grader)
    assert "Right in every case: loss. But `logits` is changed in place, as by" in told
    assert "entries changed in logits: expected 0, got 2" in told


@pytest.mark.parametrize(
    ("message", "code", "entered"),
    [
        ("mean() takes 1 positional argument but 2 were given", "answer(x, 1)", False),
        ("mean() missing 1 required positional argument: 'dim'", "loss = answer(x)", False),
        ("forward() takes 2 positional arguments but 3 were given", "loss_fn(x, y)", True),
        ("unsupported operand type(s)", "answer(x) + 1", True),
    ],
)
def test_an_answer_that_was_never_entered_did_not_return(grader, result, message, code, entered):
    """It takes other arguments than the exercise gives, and that is what is told."""
    got = dict.fromkeys(EXPECTED, Raised("TypeError", message, None, code))
    told = " ".join(render(result(got, known=False), grader).split())
    assert ("After your answer returned" in told) == entered
    assert (
        f"What you define takes other arguments than it is given: {message}." in told
    ) != entered
