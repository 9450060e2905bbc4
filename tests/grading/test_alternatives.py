"""What becomes of a student's answer that is taken into the course."""

import pytest

from torchkata.course.source import derive_stub
from torchkata.grading.alternatives import Rejected, as_alternative

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
