"""What becomes of a student's answer that is taken into the course."""

import pytest

from torchkata.course.source import derive_stub
from torchkata.grading.alternatives import Rejected, as_alternative, as_misconception

HELPED = """\
import math

_FACTOR = 0.5


def _times(x):
    return x * _FACTOR


def half(x):
    "Mine."
    return _times(x)
"""


def test_its_helpers_are_below_it_and_in_no_stub(half):
    """The next pack would give the answer out."""
    text = as_alternative(half, HELPED, "by_helper")
    assert text.index("def by_helper") < text.index("_FACTOR = 0.5")
    assert text.index("def by_helper") < text.index("def _times")
    solution = half.solution.rstrip() + "\n" + text
    assert derive_stub(solution, "half") == derive_stub(half.solution, "half")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def half(x, _seen=print()):\n    return x / 2\n", "print()"),
        ("def half(x: print()):\n    return x / 2\n", "print()"),
        ("def half(x) -> print():\n    return x / 2\n", "print()"),
        ("@print\ndef half(x):\n    return x / 2\n", "@print"),
        ("_TWO = int('2')\n\n\ndef half(x):\n    return x / _TWO\n", "int('2')"),
        (
            "_TWO = [2 for _ in 'a'][0]\n\n\ndef half(x):\n    return x / _TWO\n",
            "[2 for _ in 'a'][0]",
        ),
        ("class _A:\n    print()\n\n\ndef half(x):\n    _A()\n    return x / 2\n", "print()"),
        (
            "class _A(type('B', (), {})):\n    pass\n\n\ndef half(x):\n    _A()\n    return x / 2",
            "type('B', (), {})",
        ),
    ],
)
def test_what_would_run_when_the_course_is_loaded_is_not_taken(half, text, said):
    """It would run outside the walls at each command, on each machine."""
    with pytest.raises(Rejected) as told:
        as_alternative(half, text, "other")
    assert str(told.value).startswith(f"`{said}` would run whenever the course is loaded")


@pytest.mark.parametrize(
    "text",
    [
        "import torch\n\n\n@torch.no_grad()\ndef half(x, by=2, to=torch.int8):\n    return x\n",
        "class _A:\n    'Mine.'\n    by: int = -2\n\n    @staticmethod\n    def of(x):\n"
        "        return x\n\n\ndef half(x):\n    return _A.of(x)\n",
    ],
)
def test_what_only_defines_is_taken(half, text):
    """Names, literals, and the decorators that answers need."""
    assert "def other(" in as_alternative(half, text, "other")


def test_what_calls_itself_is_renamed_in_its_body_too(half):
    """Under its old name there would be nobody."""
    text = "def half(x):\n    return x / 2 if x.dim() else half(x[None])[0]\n"
    taken = as_alternative(half, text, "other")
    assert "half(" not in taken
    assert "other(x[None])" in taken


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        ("import torch.nn.functional as F", "from torch.nn import functional as F"),
        ("from torch import nn", "import torch.nn as nn"),
    ],
)
def test_the_same_import_in_other_words_is_there_already(half, own, theirs):
    """It is no other meaning of the name."""
    name = own.split()[-1]
    half.solution_path.write_text(
        half.solution_path.read_text().replace("import torch\n", f"import torch\n{own}\n")
    )
    text = as_alternative(
        half, f"{theirs}\n\n\ndef half(x):\n    {name}\n    return x / 2\n", "other"
    )
    assert "import" not in text


def test_a_misconception_is_marked_and_brings_what_it_needs(half):
    """Its sentence is the one that is given; a public helper is no alternative there."""
    text = HELPED.replace("_times", "times")
    taken = as_misconception(half, text, "by_helper", "Say so.")
    assert taken.startswith('\n\n@grader.misconception\ndef by_helper(x):\n    """Say so."""\n')
    assert "def times(x):" in taken
    with pytest.raises(Rejected, match="`value_and_gradient` means something else"):
        as_misconception(half, text.replace("times", "value_and_gradient"), "by_helper", "Say so.")
