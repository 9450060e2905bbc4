"""What is said of the way in which an answer is written that passed."""

import pytest

from torchkata.course.answer_name import Asked
from torchkata.notebooks.script import script_from
from torchkata.running.files import File
from torchkata.running.practice import examine
from torchkata.running.remarks import holds
from torchkata.text.explanations import feedback, render

from remarks import SENTENCE, WRITTEN_SO, with_a_remark

TEXT = """
import torch, torch.nn as nn
import torch.nn.functional as F
from torch import softmax as soft
from torch.nn.functional import log_softmax

_LIMIT = torch.tensor(3)


def _helped(x):
    for number in range(3):
        x = x.data
    return x


def f(x):
    probabilities = soft(_helped(x), dim=1) + log_softmax(x, 1)
    loss = nn.CrossEntropyLoss(weight=None, reduction="none")(probabilities)
    return loss.clamp(max=_LIMIT) + sum(one / 2 for one in x)


def unused(x):
    return [one.detach() for one in x]
"""
FOUND = [
    "_.data",
    "_.softmax",
    "torch.softmax",
    "torch.softmax(_)",
    "torch.softmax(_, dim=_)",
    "torch.nn.functional.log_softmax(_, 1)",
    "torch.nn.CrossEntropyLoss(reduction='none')",
    "torch.nn.CrossEntropyLoss(reduction='none', weight=None)",
    "for _ in _: ...",
    "(_ for _ in _)",
    "torch.tensor(3)",
    "_.data and torch.softmax",
]
NOT_FOUND = [
    "softmax",
    "F.log_softmax",
    "torch.softmax(_, _)",
    "torch.softmax(_, out=_)",
    "torch.nn.functional.log_softmax(_, 2)",
    "torch.nn.functional.log_softmax(_, True)",
    "torch.nn.CrossEntropyLoss(reduction='sum')",
    "[_ for _ in _]",
    "while _: ...",
    "_.detach",
    "_.data and _.detach",
    "_.data or _.detach",
]


@pytest.mark.parametrize("pattern", FOUND)
def test_a_pattern_is_found_in_what_an_answer_uses(pattern):
    """By the names that its imports give, in its helpers and its constants, too."""
    assert holds(TEXT, Asked("f"), [pattern])
    assert holds(TEXT, Asked("f"), ["_.nothing", pattern])


@pytest.mark.parametrize("pattern", NOT_FOUND)
def test_a_pattern_is_not_found_elsewhere(pattern):
    """Not by another value, as another statement, or in what the answer does not use."""
    assert not holds(TEXT, Asked("f"), [pattern])


@pytest.mark.parametrize("text", ["def f(", "f = \0", "def f():\n    return " + "-" * 10**5 + "1"])
def test_nothing_is_found_in_what_cannot_be_read(text):
    """Whatever the parser makes of it."""
    assert not holds(text, Asked("f"), ["_"])


def test_an_import_that_means_itself_ends():
    """`import torch as torch` is followed once."""
    text = "import torch as torch\n\n\ndef f(x):\n    return torch.mul(x, 2)\n"
    assert holds(text, Asked("f"), ["torch.mul"])


def told_of(exercise, text):
    """The result, and what a learner reads."""
    result = examine(exercise, File("half.py", text))
    return result, render(result, exercise.grader)


def test_a_right_answer_that_is_written_so_passes_with_the_sentence(half):
    """It is told in full, and where no expected number is shown; not where points alone are."""
    exercise = with_a_remark(half)
    result, said = told_of(exercise, WRITTEN_SO)
    assert (result.verdict, result.remark) == ("passed", "by_a_function")
    assert said.splitlines()[1:] == [
        "  Right in every case. One remark on how it is written:",
        f"    {SENTENCE}",
    ]
    assert feedback(result, exercise.grader, "named") == said
    assert SENTENCE not in feedback(result, exercise.grader, "points")


@pytest.mark.parametrize(
    "text",
    [
        "def half(x):\n    return x / 2\n",
        "import torch\n\n\ndef half(x):\n    return torch.mul(x, 0.6)\n",
        "import torch\n\n\ndef half(x):\n    return torch.mul(torch.div(x, 4), 2)\n",
    ],
    ids=["written otherwise", "wrong", "with a forbidden call"],
)
def test_no_other_answer_gets_a_remark(half, text):
    """What is not right yet has something more important to be told."""
    result, said = told_of(with_a_remark(half), text)
    assert result.remark == ""
    assert SENTENCE not in said


def test_a_notebooks_cell_gets_it_too(half):
    """And not for what is in another cell that is not handed in."""
    exercise = with_a_remark(half)

    def script(*cells):
        return script_from([(f"cell [{n}]", text) for n, text in enumerate(cells, start=1)])

    mine = script("import torch", "def half(x):\n    return torch.mul(x, 0.5)")
    tried = script("import torch\ntorch.mul(torch.ones(2), 3)", "def half(x):\n    return x / 2")
    assert told_of(exercise, mine)[0].remark == "by_a_function"
    assert told_of(exercise, tried)[0].remark == ""
