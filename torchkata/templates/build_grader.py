import torch

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    hints=(
        "TODO: a question that leads there.",
        "TODO: nearly the answer.",
    ),
)


@grader.observe
def doubled_and_gradient(answer, x):
    return value_and_gradient(answer, "doubled", x=x)


# Three cases at least; one of them hostile.
@grader.case
def some_numbers():
    """5 random numbers."""
    return torch.randn(5)


# From here on, nothing reaches a learner. Four wrong answers at least.
@grader.misconception
def squares_it(x):
    """TODO: what is seen, and then what usually causes it (as where ...)."""
    return x**2


grader.edit(
    "forgets_to_double",
    "TODO: what is seen, and then what usually causes it (as where ...).",
    old="2 * x",
    new="x",
)
