"""What `kata prove` says of a grader."""

import pytest
import torch

from torchkata.authoring.proof import prove
from torchkata.running.other_processor import OtherProcessor

from command import kata

DRAWN = "return torch.randn(2, 3, dtype=torch.float64)"
WIDENED = "draws in float32 what becomes float64"
MODEL = """
    model = torch.nn.Linear(3, 2{at_once})
    return model{afterwards}.weight.detach()
"""
DRAWN_WHILE_OBSERVING = (
    "halved.square().sum().backward()",
    "(halved.square() * torch.randn(halved.shape).to(halved)).sum().backward()",
)


@pytest.mark.parametrize(
    "instead",
    [
        "return torch.randn(2, 3).double()",
        "return torch.randn(2, 3).to(torch.float64)",
        "return torch.rand(2, 3) + torch.zeros(3, dtype=torch.float64)",
        "return torch.empty(2, 3, dtype=torch.float64).copy_(torch.empty(2, 3).normal_())",
        MODEL.format(at_once="", afterwards=".double()"),
    ],
)
def test_a_case_that_widens_what_it_drew_is_refused(half, instead):
    """With file and line, and what to write; the other cases are as they should be."""
    half.grader_path.write_text(half.grader_path.read_text().replace(DRAWN, instead))
    (problem,) = prove(half, (0, 1)).problems
    assert problem.startswith(f"{half.grader_path}:29: case 'table' {WIDENED}: ")
    assert problem.count("dtype=torch.float64") == 2
    done = kata("prove", "half", "--no-mutants", "--seeds", 1, "--course", half.course.root)
    assert done.returncode == 1
    assert WIDENED in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    "instead", [DRAWN, MODEL.format(at_once=", dtype=torch.float64", afterwards="")]
)
def test_a_case_that_draws_float64_is_taken(half, instead):
    """Numbers or a model, and float32 cases beside it, which are compared to fewer digits."""
    half.grader_path.write_text(half.grader_path.read_text().replace(DRAWN, instead))
    assert prove(half, (0, 1)).problems == []


def test_what_is_drawn_while_observing_counts_too(half):
    """The arguments are the same everywhere, and what is shown of an answer is not."""
    half.grader_path.write_text(half.grader_path.read_text().replace(*DRAWN_WHILE_OBSERVING))
    (problem,) = prove(half, (0,)).problems
    assert problem.startswith(f"{half.grader_path}:29: case 'table' shows another gradient (by ")
    assert "draw in float64 from the start" in problem


@pytest.mark.parametrize("draw", ["randn", "rand"])
def test_another_processor_draws_other_last_bits(draw):
    """Every second number in float32 is one step nearer to 0; in float64 none is another."""
    for dtype, changed in ((torch.float32, [True, False] * 3), (torch.float64, [False] * 6)):
        torch.manual_seed(0)
        here = getattr(torch, draw)(2, 3, dtype=dtype)
        torch.manual_seed(0)
        with OtherProcessor():
            there = getattr(torch, draw)(2, 3, dtype=dtype)
        assert (here != there).flatten().tolist() == changed
        assert torch.allclose(here, there, rtol=2e-7, atol=0)
