import torch

from torchkata import Grader

grader = Grader(points=1, level=2, hints=("Two times.",), after=("warmup/half",), start="adds_two")


@grader.observe
def value(answer, x):
    return answer(x)


@grader.case
def row():
    """Four random numbers."""
    return torch.randn(4)


grader.edit("adds_two", "Adding 2 is not doubling.", old="2 * x", new="2 + x")
