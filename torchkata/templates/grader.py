import torch

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    hints=(
        "A question that leads there.",
        "Nearly the answer.",
    ),
)


@grader.observe
def doubled_and_gradient(answer, x):
    return value_and_gradient(answer, "doubled", x=x)


@grader.case
def some_numbers():
    """5 random numbers. (Three cases at least; one of them hostile.)"""
    return torch.randn(5)


@grader.misconception
def squares_it(x):
    """Say what would have helped anyone who wrote this. (Four wrong answers at least.)"""
    return x**2


grader.edit(
    "forgets_to_double",
    "Say what would have helped anyone who wrote this.",
    old="2 * x",
    new="x",
)
