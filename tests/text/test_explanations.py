"""What is told of a hand-made result: what each level may say, and nothing a terminal obeys."""

import math
from dataclasses import replace

import pytest
import torch

from torchkata.course.grader import Grader
from torchkata.judging.comparison import differences
from torchkata.judging.judge import Report, judge
from torchkata.judging.observation import Foreign, Raised
from torchkata.learning.plot_data import _pair, worst
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
        "both at once in all 2 cases, the right ones too:\n"
        "    1. A mean is no half.\n    2. A mean is no sum." in told
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


def test_a_gradient_that_a_changed_argument_has_none_of_hides_nothing(grader, result):
    """The change is told, although more is wrong because of it."""
    right = {
        key: {**seen, "entries changed in logits": 0, "gradient": torch.ones(2)}
        for key, seen in EXPECTED.items()
    }
    mistake = {
        key: {**seen, "entries changed in logits": 2, "gradient": None}
        for key, seen in right.items()
    }
    told = render(judge("module/name", grader, Report(None, mistake, {}), right, {}.items), grader)
    assert "Right in every case: loss. But `logits` is changed in place, as by" in told


def test_a_call_that_raises_is_not_said_to_have_returned(grader, result):
    """What the observer calls may be the answer, or what the answer returned."""
    got = dict.fromkeys(EXPECTED, Raised("IndexError", "255", None, "got = answer(*all.values())"))
    told = " ".join(render(result(got, known=False), grader).split())
    assert "It raised IndexError: 255" in told
    assert "After your answer returned" not in told


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


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("a torch.nn.modules.loss.MSELoss", "a second call computes: `MSELoss(...)(...)`"),
        ("a type", "That is the class itself"),
        ("a builtin_function_or_method", "not its result: call it, with parentheses"),
        ("a numpy.ndarray", ""),
    ],
)
def test_what_was_made_and_not_called_is_told(grader, result, kind, said):
    """A layer, a loss function or a class came back where its result should be."""
    expected = {key: {"loss": torch.ones(2)} for key in EXPECTED}
    got = {key: {"loss": Foreign(kind)} for key in EXPECTED}
    told = render(judge("module/name", grader, Report(None, got), expected, {}.items), grader)
    assert said in told
    assert ("class" in told or "call" in told) == bool(said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("torch.ones(2, requires_grad=True).numpy()", "numpy knows no gradients"),
        ("torch.ones(2) - torch.ones(2, 2).max(1)", "two results at once, values and indices"),
        ("math.exp(torch.ones(2))", "take one number: torch has its own"),
        ("torch.ones(2).item()", "`.item()` gives the only number"),
        ("len(list(nn.Linear(1, 1).parameters))", "are its parentheses missing?"),
        ("1 / torch.ones(1).sum", "are its parentheses missing?"),
        ("nn.Sequential(nn.Linear(1, 1), nn.ReLU)", "each made with its parentheses"),
        ("nn.Sequential([nn.Linear(1, 1)])", "one after the other, without a list"),
        ("torch.optim.SGD([nn.Linear(1, 1).parameters()])", "`model.parameters()` as it is"),
        (
            "nn.Module.__setattr__(nn.Linear.__new__(nn.Linear), 'a', nn.ReLU())",
            "super().__init__()",
        ),
    ],
)
def test_what_torch_says_is_said_again_for_a_beginner(grader, result, line, said):
    """Of torch's own message, as it is raised by the torch that is here."""
    with pytest.raises((TypeError, RuntimeError, ValueError, AttributeError)) as found:
        eval(line, {"torch": torch, "nn": torch.nn, "math": math})
    raised = Raised(type(found.value).__name__, str(found.value), 3, line)
    told = " ".join(render(result(dict.fromkeys(EXPECTED, raised), known=False), grader).split())
    assert said in told


def test_torch_compile_is_told_as_that(grader, result):
    """Where it cannot start a compiler, and where the compiler takes longer than an answer may."""
    message = "PermissionError: [Errno 1] Set TORCHDYNAMO_VERBOSE=1 for the internal stack trace"
    raised = Raised("InductorError", message, None, "returned = answer(x)")
    told = render(result(dict.fromkeys(EXPECTED, raised), known=False), grader)
    assert "`torch.compile` failed, which starts a compiler." in told
    for code, said in (
        ("return torch.compile(torch.softmax)(x, 1)", "`torch.compile` starts a compiler"),
        ("while True:", "Does a loop never end?"),
    ):
        late = Raised("TimeLimit", "", 3, code)
        assert said in render(judge("m/name", grader, Report(late), {}, {}.items), grader)


def test_a_list_of_tensors_is_told_how_to_become_one(grader):
    """Where one tensor is expected; of a list of numbers nothing is told."""

    def told(got):
        seen = {key: {"loss": got, "again": got} for key in EXPECTED}
        expected = {key: dict.fromkeys(("loss", "again"), torch.ones(2)) for key in EXPECTED}
        return render(judge("m/name", grader, Report(None, seen), expected, {}.items), grader)

    assert told([torch.ones(()), torch.ones(())]).count("`torch.stack(...)` makes one tensor") == 1
    assert "torch.stack" not in told([1.0, 1.0])


@pytest.mark.parametrize(("name", "told"), [("loss", True), ("gradient", False)])
def test_none_in_some_cases_is_told_as_a_return_not_come_to(grader, name, told):
    """It may be that no branch applied; a gradient is None for other reasons."""
    first, *others = EXPECTED
    expected = {key: {name: 1.5} for key in EXPECTED}
    got = {first: {name: None}} | {key: {name: 1.5} for key in others}
    said = render(judge("m/name", grader, Report(None, got), expected, {}.items), grader)
    assert ("where it comes to no `return`" in said) == told


def test_a_class_in_the_place_of_a_function_is_told(grader, result):
    """Python speaks of its `__init__`, which nobody may have written."""
    message = "half.__init__() takes 1 positional argument but 2 were given"
    got = dict.fromkeys(EXPECTED, Raised("TypeError", message, None, "loss = answer(x)"))
    told = render(result(got, known=False), grader)
    assert "`half` is a class here" in told
    assert "write `def half(...)`" in told


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("return nn.CrossEntropyLoss(logits, target)", True),
        ("return torch.nn.MSELoss(y, target).sum()", True),
        ("return nn.CrossEntropyLoss()(logits, target)", False),
        ("if loss:", False),
    ],
)
def test_a_loss_function_that_is_made_of_tensors_is_told(grader, result, code, made):
    """torch speaks of a truth value there; of an `if`, it is true."""
    message = "Boolean value of Tensor with more than one value is ambiguous"
    got = dict.fromkeys(EXPECTED, Raised("RuntimeError", message, 3, code))
    assert ("only makes a loss function" in render(result(got, known=False), grader)) == made


def test_a_mistake_that_is_right_in_some_cases_is_told_so(grader, result):
    """ "1 of 2 cases right" and "in all 2 cases" would deny each other."""
    told = render(result(WRONG), grader)
    assert "1 of 2 cases right" in told
    assert "this mistake in all 2 cases, the right ones too:" in told
    wrong = {("row", 0): {"loss": 1.767}, ("table", 0): {"loss": 8.0}}
    assert "this mistake in all 2 cases:" in render(result(wrong), grader)


def test_a_mistake_that_fails_in_some_cases_does_not_fail_in_all(grader, result):
    """Where an exception is all that is wrong, too."""
    failed = Raised("IndexError", "index 3 is out of bounds", 2, "x[3]")
    one = {("row", 0): failed, ("table", 0): {"loss": 0.1234}}
    told = render(result(one), grader)
    assert "does the same as this mistake in all 2 cases, the right ones too:" in told
    told = render(result(dict.fromkeys(EXPECTED, failed)), grader)
    assert "fails in the same way as this mistake in all 2 cases:" in told


def test_a_zero_has_no_sign(grader):
    """Neither the expected one nor the one that was got."""
    (found,) = differences({"loss": -0.0}, {"loss": 1.0})
    assert describe(found) == "loss: expected 0, got 1"
    (found,) = differences({"loss": torch.ones(1)}, {"loss": -torch.zeros(1)})
    assert describe(found).endswith("expected 1, got 0")


def test_text_and_picture_name_one_place():
    """The one where both are furthest apart, among those that disagree."""
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        expected, noise = torch.randn(2, 5, 4, generator=generator)
        (found,) = differences(expected, expected + noise * (noise > 0.5))
        shown = worst(*_pair(found))
        assert f"worst at {[*divmod(shown, 4)]}:" in describe(found)
    ends = (
        torch.tensor([1.0, 2.0, math.inf, 4.0]),
        torch.tensor([9.0, math.nan, math.inf, math.inf]),
    )
    (found,) = differences(*ends)
    assert f"worst at [{worst(*_pair(found))}]:" in describe(found)


def test_the_case_that_tells_most_is_told_first(grader):
    """A difference in the last digits is told where there is no other."""

    def told(row, table):
        got = {("row", 0): {"loss": row}, ("table", 0): {"loss": table}}
        expected = {key: {"loss": 1.5} for key in got}
        return render(judge("m/name", grader, Report(None, got), expected, {}.items), grader)

    assert told(1.501, 150.0).split("\n")[1].startswith("  table:")
    assert "Also wrong: row." in told(1.501, 150.0)
    assert told(1.501, "a string").split("\n")[1].startswith("  table:")
    assert told(1.501, 1.503).split("\n")[1].startswith("  table:")
    assert told(3.0, 150.0).split("\n")[1].startswith("  row:")


def test_a_file_that_is_no_text_has_no_line(grader, result):
    """Python does not say in which line a NUL byte is."""
    trouble = Raised("SyntaxError", "source code string cannot contain null bytes")
    told = render(result(WRONG, trouble=trouble), grader)
    assert "None" not in told
    assert "save it as UTF-8" in told
