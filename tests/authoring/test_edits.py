"""An answer that is the reference but for some lines, as an edit of it."""

import ast

import pytest

from torchkata.authoring.edits import edit_between
from torchkata.course.answer_name import Asked
from torchkata.course.source import apply_edit

SOLUTION = '''
import torch


def f(x, steps):
    """Say what it does."""
    total = 0.0  # so far
    for step in range(steps):
        if step > 1:
            total = total + x
        total = total + x
    x = total
    return total / steps


class G:
    def one(self, x):
        self.x = x
        return x

    def two(self, x):
        return 2 * x
'''
F, G = Asked("f", "function"), Asked("G", "class")
# {what is changed: (what is asked, the passage, what the answer has there, the edit)}
EDITS = {
    "a statement": (F, "total / steps", "total", ("return total / steps", "return total")),
    "in a loop": (
        F,
        "    total = total + x\n    x =",
        "    total = total - x\n    x =",
        ("if step > 1:\n    total = total + x\ntotal = total + x",
         "if step > 1:\n    total = total + x\ntotal = total - x"),
    ),
    "one is missing": (
        F,
        "    x = total\n",
        "",
        ("x = total\nreturn total / steps", "return total / steps"),
    ),
    "one more": (
        F,
        "    x = total\n",
        "    x = total\n    steps += 1\n",
        ("x = total", "x = total\nsteps += 1"),
    ),
    "in a method": (G, "self.x = x", "self.x = 0", ("self.x = x", "self.x = 0")),
}  # fmt: skip


def tree(text, asked):
    """The definition, without what it says of itself."""
    text = text.replace('"""Say what it does."""', "")
    return next(ast.dump(n) for n in ast.parse(text).body if getattr(n, "name", "") == asked.name)


@pytest.mark.parametrize(("asked", "old", "new", "edit"), EDITS.values(), ids=list(EDITS))
def test_the_edit_makes_the_answer_of_the_reference(asked, old, new, edit):
    """As few statements as occur once; what the answer says in comments is not taken over."""
    assert SOLUTION.count(old) == 1
    text = SOLUTION.replace(old, new + "  # mine" if new and "\n" not in new else new)
    assert edit_between(SOLUTION, text, asked) == edit
    assert tree(apply_edit(SOLUTION, asked.name, *edit), asked) == tree(text, asked)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f(x, steps):", "def f(x, count):"),
        ("total / steps", "total / steps  # the same"),
        (
            "    for step in range(steps):\n        if step > 1:\n            total = total + x\n"
            "        total = total + x\n    x = total\n    return total / steps\n",
            "    a = x\n    b = a\n    c = b\n    d = c\n    return d\n",
        ),
    ],
    ids=["another signature", "no other program", "another program"],
)
def test_what_is_no_edit(old, new):
    """It is taken as a function, or not at all."""
    assert SOLUTION.count(old) == 1
    assert edit_between(SOLUTION, SOLUTION.replace(old, new), F) is None
