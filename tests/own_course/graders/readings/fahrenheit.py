import torch

from torchkata import Grader, randn64, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    after=("readings/at_hours",),
    hints=("Which of the two comes first, the factor or the 32?", "1.8 * x, and then 32 more."),
)


@grader.observe
def value_gradient_and_changes(answer, x):
    return value_and_gradient(answer, "fahrenheit", x=x)


@grader.case
def freezing_and_boiling():
    """0 and 100 degrees."""
    return torch.tensor([0.0, 100.0], dtype=torch.float64)


@grader.case
def some_days():
    """7 temperatures around 10 degrees."""
    return 10 + randn64(7)


@grader.case
def far_below():
    """3 temperatures around -40 degrees, where the two scales meet."""
    return -40 + randn64(3)


grader.edit(
    "forgets_the_32",
    "Each number is too small by 32: 0 degrees Celsius are 32 degrees Fahrenheit.",
    old=" + 32",
    new="",
)
grader.edit(
    "turns_the_factor_over",
    "The steps are too small by a factor of 3.24, as where 5 / 9 is taken for 9 / 5.",
    old="(x, 1.8)",
    new="(x, 5 / 9)",
)
grader.edit(
    "adds_first",
    "Each number is too large by 25.6, as where 32 is added before it is scaled.",
    old="ourunits.scaled(x, 1.8) + 32",
    new="ourunits.scaled(x + 32, 1.8)",
)
grader.edit(
    "takes_30",
    "Each number is too small by 2, as where 30 is taken for 32.",
    old="+ 32",
    new="+ 30",
)
