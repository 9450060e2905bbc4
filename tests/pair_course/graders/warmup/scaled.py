import torch

from torchkata import Grader

grader = Grader(points=1, level=1, hints=("First the one, then the half.",), timeout=1.0)


@grader.observe
def value(answer, x):
    return answer(x)


@grader.case
def row():
    """Four random numbers."""
    return torch.randn(4)


@grader.case
def table():
    """Two rows of three random numbers, in float64."""
    return torch.randn(2, 3, dtype=torch.float64)


@grader.case
def large():
    """Numbers around a thousand."""
    return 1000 + torch.randn(5)


grader.edit("takes_a_third", "A half is `/ 2`.", "shifted / 2", "shifted / 3", idea="another_part")
grader.edit("adds_one", "Subtract 1: here it is added.", "x - 1", "x + 1")
grader.edit("doubles_it", "Nothing is to be doubled.", "x - 1", "2 * (x - 1)")
grader.edit("takes_a_quarter", "Halve it once.", "shifted / 2", "shifted / 4")


@grader.misconception
def forgets_the_one(x):
    """Subtract 1 first."""
    return x / 2
