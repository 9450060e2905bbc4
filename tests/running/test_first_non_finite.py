"""Which line made the first nan or inf: said where it is so, and not where it is not known."""

import pytest
import torch

from torchkata.judging.observation import Elsewhere
from torchkata.running.files import File
from torchkata.running.first_non_finite import looking, shows
from torchkata.running.practice import examine
from torchkata.text.explanations import render

MADE = {
    "a nan of finite numbers": ("return x / 2 + (x - x) / (x - x)", ["nan came from line 3"]),
    "an inf": ("return x / 2 + x / (x - x)", ["inf came from line 3"]),
    "an inf, then a nan of it": (
        "big = (1e3 + x).exp()\n    return x / 2 + big / big",
        ["inf came from line 3", "nan came from line 4"],
    ),
    "both in one line": ("return x / 2 + (1e3 + x).exp() / (1e3 + x).exp()", ["nan came from lin"]),
    "an inf beside it": (
        "one = x / (x - x)\n    return x / 2 + (x - x) / (x - x) + 0 * one.isinf()",
        ["nan came from line 4"],
    ),
    "a nan in the gradient": (
        "root = (x - x.detach()).sqrt()\n    return x / 2 + 0 * torch.where(root > 0, root, 0.0)",
        ["nan came on the way back through line 3: `root = (x - x.detach()).sqrt()`"],
    ),
    "a line deep inside": ("return _deep(x)\ndef _deep(x): return x / 0", ["inf came from line 4"]),
    "written down": ("return x / 2 + float('nan')", []),
    "a mask": ("return (x / 2).masked_fill(x == x, float('-inf'))", []),
    "too large a number": ("return x / 2 * 1e200", ["inf came from line 3"]),
}


@pytest.mark.parametrize(("body", "lines"), MADE.values(), ids=list(MADE))
def test_the_line_that_made_it_is_told(half, body, lines):
    """Of finite numbers, on the way forth or back; what was written down was not made."""
    text = f"import torch\ndef half(x):\n    {body}\n"
    told = render(examine(half, File("half.py", text)), half.grader)
    said = [line.strip() for line in told.splitlines() if line.strip().startswith("The first ")]
    assert len(said) == len(lines)
    assert all(line in one for line, one in zip(lines, said, strict=True))


def test_a_graders_own_line_is_not_the_answers(half):
    """What the grader squares and adds up overflows without the answer."""
    text = "def half(x):\n    return x / 2 + 1e30 * (x - x.detach())\n"
    assert "The first" not in render(examine(half, File("half.py", text)), half.grader)


def test_what_was_in_memory_was_not_made():
    """An empty tensor holds whatever was there."""
    text = "x = torch.ones(3)\nfor _ in range(3):\n    torch.empty_like(x).copy_(x)\n"
    with looking("<here>") as lookout:
        exec(compile(text, "<here>", "exec"), {"torch": torch})
        full = torch.empty(3).fill_(float("nan"))
    assert lookout.found == []
    assert full.isnan().all()


def test_torch_is_left_as_it_was():
    """No anomaly is looked for afterwards."""
    with looking("<here>"):
        assert torch.is_anomaly_enabled()
    assert not torch.is_anomaly_enabled()


def test_a_look_ends_with_the_answers_time(half):
    """What is right so far is told, and no line."""
    text = (
        "import torch\nfrom torch.utils._python_dispatch import is_in_torch_dispatch_mode as seen\n"
        "def half(x):\n    while seen():\n        pass\n    return (x - x) / (x - x)\n"
    )
    result = examine(half, File("half.py", text))
    assert (result.verdict, result.failures[0].origins) == ("wrong", [])


@pytest.mark.parametrize("kind", ["nan", "inf"])
def test_it_is_seen_wherever_it_is(kind):
    """In a number, a tensor, on another device, in lists and dicts."""
    one = torch.tensor([1.0, float(kind)])
    for value in (float(kind), one, Elsewhere("cuda", one), [{"a": (1, one)}]):
        assert shows(value, kind)
    assert not shows({"a": [1.0, torch.ones(2, dtype=torch.int64), None, "nan"]}, kind)
