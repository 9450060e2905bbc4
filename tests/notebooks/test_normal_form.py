"""Two answers have one form if they are one program in other words, and only then."""

import ast
import warnings

import pytest

from torchkata.course.answer_name import Asked
from torchkata.notebooks.normal_form import normal_form
from torchkata.notebooks.script import script_from

ASKED = Asked("loss", "function")
BASE = '''
import torch
import torch.nn.functional as F


def _mean(values):
    return values.sum() / len(values)


def loss(logits, target):
    """What it does."""
    losses = -F.log_softmax(logits, dim=1)[torch.arange(len(target)), target]
    for value in losses:
        if value < 0:
            raise ValueError("below 0")
    return _mean(losses)
'''
SAME = {
    "names of locals, arguments and helpers": (
        BASE.replace("losses", "nll").replace("logits", "x").replace("_mean", "_m")
    ),
    "comments and docstrings": BASE.replace('"""What it does."""', "# nothing\n    'other'"),
    "type hints": BASE.replace(
        "(logits, target):", "(logits: torch.Tensor, target: int) -> float:"
    ),
    "a hint of a variable": BASE.replace("losses = -", "losses: torch.Tensor = -"),
    "order and spelling of imports": BASE.replace(
        "import torch\nimport torch.nn.functional as F",
        "from torch.nn import functional as F\nimport torch",
    ),
    "names in full": BASE.replace("F.log", "torch.nn.functional.log"),
    "a local import": BASE.replace(
        '    """What it does."""', "    import torch.nn.functional as F"
    ),
    "what is not needed": f"{BASE}\n\ndef other():\n    return 7\n\n\nprint(loss)\n",
    "order of definitions": BASE[BASE.index("def loss") :] + BASE[: BASE.index("def loss")],
    "a notebook": script_from([("cell 1", "%matplotlib inline"), ("cell 2", BASE)]),
    "parentheses and layout": BASE.replace(
        "return _mean(losses)", "return (\n        _mean(losses))"
    ),
}
OTHER = {
    "a number": BASE.replace("dim=1", "dim=0"),
    "a function": BASE.replace("log_softmax", "softmax"),
    "order of statements": BASE.replace("values.sum() / len(values)", "len(values) / values.sum()"),
    "which local is used": BASE.replace("_mean(losses)", "_mean(target)"),
    "a helper": BASE.replace("values.sum()", "values.mean()"),
    "a string": BASE.replace("below 0", "under 0"),
    "an argument by name": BASE.replace("_mean(losses)", "_mean(values=losses)"),
}


@pytest.mark.parametrize("what", SAME)
def test_what_does_not_count_leaves_the_form_as_it_is(what):
    """Names that are the file's own, words for people, and how imports are written."""
    assert SAME[what] != BASE
    assert normal_form(SAME[what], ASKED) == normal_form(BASE, ASKED)


@pytest.mark.parametrize("what", OTHER)
def test_another_program_has_another_form(what):
    """Whatever is computed otherwise."""
    assert OTHER[what] != BASE
    assert normal_form(OTHER[what], ASKED).digest != normal_form(BASE, ASKED).digest


def test_nodes_are_those_of_the_answer_and_what_it_needs():
    """Without imports, and without what the file holds besides."""
    form = normal_form("import torch\nx = 1\ndef loss(a):\n    return a\n", ASKED)
    # The function, its arguments, one argument, the return, the name, and that it is read.
    assert form.nodes == 6
    assert normal_form(BASE, ASKED).nodes >= 40


def test_a_class_keeps_the_names_that_others_call_it_by():
    """Methods and attributes; its own name is no more than a name."""
    body = "    def forward(self, x):\n        y = self.w\n        return x * y\n"
    text, asked = f"class Net:\n    size: int\n{body}", Asked("net", "class")
    same = "class Net:\n" + body.replace("x", "inputs").replace("y", "z")
    assert normal_form(same, asked) == normal_form(text, asked)
    for other in (text.replace("forward", "call"), text.replace("self.w", "self.v")):
        assert normal_form(other, asked).digest != normal_form(text, asked).digest


def test_every_answer_of_the_course_has_a_form(exercise):
    """Read as it is, and the alternatives by their own names; no two of them by chance alone."""
    names = [exercise.asked, *map(Asked, exercise.alternatives())]
    forms = [normal_form(exercise.solution, name) for name in names]
    assert all(form and form.nodes > 3 for form in forms)
    assert normal_form(exercise.stub, exercise.asked) not in forms
    again = ast.unparse(ast.parse(exercise.solution))
    assert normal_form(again, exercise.asked) == forms[0]


HOSTILE = {
    "no Python": "def loss(:",
    "nothing of that name": "def other():\n    pass\n",
    "a NUL byte": "def loss():\n    return '\0'\n",
    "nested brackets": "def loss():\n    return " + "(" * 5000 + ")" * 5000,
    "nested blocks": "".join(" " * depth + "if 1:\n" for depth in range(200))
    + " " * 200
    + "loss = 1\n",
    "a long sum": "def loss():\n    return " + "+".join(["1"] * 20_000),
    "half a character": "def loss():\n    return '\ud800'\n",
    "an import of itself": "from loss import loss\n",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_read_has_no_form_and_ends_nothing(what):
    """Whatever a file holds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        assert normal_form(HOSTILE[what], ASKED) is None
