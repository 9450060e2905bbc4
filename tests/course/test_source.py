"""Stubs, cut graders and edits are derived from text, and say neither too much nor too little."""

import textwrap

import pytest

from torchkata.course.answer_name import Asked
from torchkata.course.source import (
    apply_edit,
    cut,
    derive_stub,
    digest,
    line_of,
    public_names,
    without_return,
)

SOLUTION = '''
"""A module."""

import torch


def _helper(x):
    return x + 1


class Counter:
    """Counts.

    Example:
        >>> Counter(2).step()
        3
    """

    start = 0

    def __init__(self, first: int) -> None:
        """Begin.

        Args:
            first: where to begin.
        """
        # A comment that gives it away.
        self.n = first

    def step(self):
        """Count on."""
        self.n = self._next()
        return self.n

    def _next(self):
        return self.n + 1

    def bare(self): return 1


def by_addition(x):
    """Another answer."""
    return x
'''.lstrip()

STUB = '''
"""A module."""

import torch


def _helper(x):
    return x + 1


class Counter:
    """Counts.

    Example:
        >>> Counter(2).step()
        3
    """


    def __init__(self, first: int) -> None:
        """Begin.

        Args:
            first: where to begin.
        """
        raise NotImplementedError

    def step(self):
        """Count on."""
        raise NotImplementedError
'''.lstrip()


def test_a_stub_keeps_docstrings_and_helpers_and_drops_answers():
    """Bodies, comments in them, private methods, class variables and alternatives are gone."""
    source = SOLUTION.replace("\n\n    def bare(self): return 1", "")
    assert derive_stub(source, "counter") == STUB


def test_a_stub_is_its_own_stub():
    """Taking the answer out of what has none changes nothing but the order of blank lines."""
    assert digest(derive_stub(STUB, "counter")) == digest(STUB)


def test_a_cut_grader_ends_before_the_first_answer():
    """Comments that lead to it are gone too; a function of another decorator stays."""
    above = "grader = Grader()\n\n\n@grader.case\ndef one():\n    return 1\n"
    below = "\n\n# Wrong answers.\n\n\n@grader.misconception\ndef wrong():\n    return 2\n"
    assert cut(above + below) == above
    assert cut(above + "\n# So.\ngrader.edit('a', 'b', 'c', 'd')\n" + below) == above
    remark = '\n\n@grader.remark(written="_.data")\ndef right():\n    return 1\n'
    assert cut(above + remark + below) == above
    assert cut(above) == above


def test_an_edit_of_several_lines_finds_its_depth():
    """Both passages are written without indentation, and land at the depth of the old one."""
    source = "def f(x):\n    for y in x:\n        a()\n        b()\n    return 1\n"
    edited = apply_edit(source, "f", "a()\nb()", "b()\nif x:\n    a()")
    loop = "for y in x:\n    b()\n    if x:\n        a()\nreturn 1"
    assert edited == "def f(x):\n" + textwrap.indent(loop, "    ") + "\n"


def test_an_edit_of_a_part_of_a_line():
    """It is found without its margin; further lines of the new one are indented like the line."""
    source = "def f(x):\n    for y in x:\n        a(1)\n    return 1\n"
    assert apply_edit(source, "f", "1)", "2)") == source.replace("a(1)", "a(2)")
    loop = "        b()\n        c()\n"
    expected = source.replace("        a(1)\n", loop)
    assert apply_edit(source, "f", "a(1)", "b()\nc()") == expected
    assert apply_edit(source, "f", "\n    a(1)\n    ", "\n    b()\n    c()\n    ") == expected
    assert apply_edit(source, "f", "a(1)", "\n    b()\n    c()\n    ") == expected


@pytest.mark.parametrize(("old", "count"), [("a()", 2), ("c()", 0)])
def test_an_edit_must_apply_exactly_once(old, count):
    """In the reference itself: an alternative may say the same."""
    source = "def f():\n    a()\n    a()\n\n\ndef g():\n    c()\n"
    with pytest.raises(ValueError, match=f"occurs {count} times"):
        apply_edit(source, "f", old, "b()")


def test_a_digest_overlooks_layout_and_comments():
    """So a stub that was only looked at stays todo."""
    assert digest("def f():\n    raise E") == digest("def f(): # why\n\n        raise E\n")
    assert digest("def f():\n    raise E") != digest("def f():\n    raise F")


def test_names_and_lines():
    """The line of the definition named like the file, whatever the file is."""
    assert line_of(SOLUTION, "counter") == 10
    assert line_of("def (", "counter") == 1
    assert public_names(SOLUTION) == ["Counter", "by_addition"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def half(x):\n    x / 2\n", "half"),
        ("def half(x):\n    return\n", "half"),
        ("def half(x):\n    def inner(): return x\n    inner()\n    f = lambda: x\n", "half"),
        (
            "class Half:\n    def forward(self, x): x / 2\n    def __len__(self): return 1\n",
            "forward",
        ),
        ("class Half:\n    def step(self): pass\n", ""),
        ("def half(x):\n    for n in x:\n        if n: return n\n", ""),
        ("def half(x):\n    yield x\n", ""),
        ("half = 1\n", ""),
    ],
)
def test_what_returns_nothing_is_found(source, name):
    """A function without a `return` of a value, or the `forward` of a class."""
    assert without_return(source, Asked("half" if "def half" in source else "Half")) == name
