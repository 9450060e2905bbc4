import torch

from torchkata import Grader, value_and_gradient

# The learner begins with the edit that `start` names.
grader = Grader(
    points=1,
    level=1,
    start="divides_by_one_less",
    hints=(
        "TODO: a question that leads there.",
        "TODO: nearly the answer.",
    ),
)


@grader.observe
def mean_and_gradient(answer, x):
    return value_and_gradient(answer, "mean", x=x)


# Three cases at least; one of them hostile.
@grader.case
def some_numbers():
    """5 random numbers."""
    return torch.randn(5)


@grader.case
def one_number():
    """A single number."""
    return torch.randn(1)


# From here on, nothing reaches a learner. Four wrong answers at least.
grader.edit(
    "divides_by_one_less",
    "TODO: what is seen, and then what usually causes it (as where ...).",
    old="len(x)",
    new="(len(x) - 1)",
)
grader.edit(
    "adds_up",
    "TODO: what is seen, and then what usually causes it (as where ...).",
    old="total / len(x)",
    new="total",
)
