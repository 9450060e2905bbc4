import random

import torch

from torchkata import Grader, called, parts, randn64

grader = Grader(
    points=2,
    level=2,
    after=("optimizers/sgd",),
    # What is found by taking a thousand steps or more in float32 is right, up to rounding.
    tolerance={"steady step": (1e-3, 1e-6), "coasted": (1e-3, 1e-6)},
    hints=(
        "Take 5 steps of `torch.optim.SGD` with `param.grad` set by hand, and print the parameter "
        "after each. Then 500.",
        "SGD keeps a velocity: `velocity = momentum * velocity + (1 - dampening) * gradient`, but "
        "`velocity = gradient` in the first step. Which velocity does not change any more?",
        "If nothing is added to it, the velocity is multiplied by `momentum` in each step, and the "
        "step is `-lr` times that. What do all of them add up to?",
    ),
)


@grader.observe
def three_ways(answer, gradient, lr, momentum, dampening):
    returned, changes = called(
        answer, gradient=gradient, lr=lr, momentum=momentum, dampening=dampening
    )
    return {**parts(returned, "first step", "steady step", "coasted"), **changes}


def drawn(low, high):
    """A float between two bounds."""
    return low + (high - low) * random.random()


@grader.case
def usual_momentum():
    """Momentum 0.9, no dampening, and 3 parameters."""
    return torch.randn(3), drawn(0.02, 0.2), 0.9, 0.0


@grader.case
def much_momentum():
    """Momentum 0.99, no dampening; float64."""
    return randn64(4), drawn(0.5, 1.5), 0.99, 0.0


@grader.case
def a_little_of_both():
    """A momentum near 0.6 and a dampening near 0.3; float64."""
    return randn64(5), drawn(0.1, 0.4), drawn(0.55, 0.7), drawn(0.25, 0.35)


@grader.case
def dampening_like_momentum():
    """Momentum and dampening are both 0.8."""
    return torch.randn(2), drawn(0.1, 0.4), 0.8, 0.8


@grader.case
def dampened_altogether():
    """A dampening of 1, and a momentum near 0.5; float64."""
    return randn64(3), drawn(0.1, 0.4), drawn(0.45, 0.55), 1.0


@grader.case
def dampening_alone():
    """A dampening near 0.5, and momentum 0; one parameter, float64."""
    return randn64(1), drawn(0.1, 0.4), 0.0, drawn(0.4, 0.6)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: neither momentum nor dampening."""
    return torch.tensor([2.0, -4.0]), 0.5, 0.0, 0.0


from graders._shared import INDEPENDENT, changed_in_place

FIRST = "first = -lr * gradient"
STEADY = "first * (1 - dampening) / (1 - momentum)"
RETURNED = "first, steady, steady * momentum / (1 - momentum)"
COASTED = "steady * momentum / (1 - momentum)"

grader.edit(
    "keeps_the_length",
    "The steps stay as long as the first one. Each step adds a gradient to what is left of the "
    "velocity, so they grow until what is lost equals what is added.",
    STEADY,
    "first",
    idea="momentum_as_average",
)
grader.edit(
    "averages_the_gradients",
    "Momentum is taken for an average here, which never grows beyond the gradient, as with "
    "`momentum * velocity + (1 - momentum) * gradient`. In torch the gradient counts in full "
    "unless you ask for `dampening`.",
    """
    first = -lr * gradient
    if momentum == 0:
        dampening = 0.0
    steady = first * (1 - dampening) / (1 - momentum)
    """,
    """
    first, steady = -lr * (1 - momentum) * gradient, -lr * gradient
    """,
    idea="momentum_as_average",
)
grader.edit(
    "counts_one_old_step",
    "Only one old gradient is added to the new one: `1 + momentum`. What the velocity holds of "
    "older ones counts as well, and it is `momentum` times as much with each step.",
    STEADY,
    "first * (1 - dampening) * (1 + momentum)",
)
grader.edit(
    "divides_by_the_momentum",
    "The steady step is divided by the momentum. With 0.9 that is hardly more than the first one: "
    "what goes lost in each step is `1 - momentum` of the velocity, so divide by that.",
    STEADY,
    "first * (1 - dampening) / (momentum or 1)",
)
grader.edit(
    "shrinks_by_what_is_lost",
    "The steady step is shorter than the first one, as where `1 - momentum` multiplies. It "
    "divides: 0.9 makes steps 10 times as long, not a tenth.",
    STEADY,
    "first * (1 - dampening) * (1 - momentum)",
    idea="momentum_as_average",
)
grader.edit(
    "dampens_the_first_step",
    "The first step is dampened here. torch begins with the gradient itself as the velocity, and "
    "dampens from the second step on.",
    "return first, ",
    "return first * (1 - dampening), ",
    idea="first_step_dampened",
)
grader.edit(
    "forgets_the_dampening",
    "Dampening changes nothing here. From the second step on, only `1 - dampening` of the gradient "
    "is added to the velocity.",
    STEADY,
    "first / (1 - momentum)",
    idea="dampening_ignored",
)
grader.edit(
    "takes_the_dampening_for_what_is_left",
    "The steady step is multiplied by `dampening`. That is the part of the gradient that is taken "
    "away: multiply by `1 - dampening`.",
    STEADY,
    "first * (dampening or 1) / (1 - momentum)",
)
grader.edit(
    "dampens_without_momentum",
    "Momentum 0 with dampening gives shorter steps here, as the formula of the velocity has it. "
    "torch keeps no velocity if momentum is 0, and ignores the dampening. Try it.",
    "if momentum == 0:",
    "if False:",
)
grader.edit(
    "swaps_momentum_and_dampening",
    "Momentum and dampening have changed places. Momentum is what is kept of the velocity, "
    "dampening what is taken away from the gradient.",
    FIRST,
    "momentum, dampening = dampening * 0.99, momentum\nfirst = -lr * gradient",
)
grader.edit(
    "goes_uphill",
    "All three go the wrong way: SGD moves against the gradient. After minus before has the other "
    "sign.",
    FIRST,
    "first = lr * gradient",
    idea="wrong_sign",
)
grader.edit(
    "returns_lengths",
    "These are lengths, without a sign. The change of each parameter is asked for, and has the "
    "sign that its gradient has not.",
    FIRST,
    "first = (lr * gradient).abs()",
    idea="wrong_sign",
)
grader.edit(
    "forgets_the_lr",
    "This is the velocity. A step is `-lr` times that.",
    FIRST,
    "first = -gradient",
    idea="lr_ignored",
)
grader.edit(
    "stops_at_once",
    "Nothing coasts here: the parameters stop as soon as the gradient is 0. The velocity is still "
    "there, and only shrinks by the factor `momentum` in each step.",
    COASTED,
    "0 * steady",
    idea="zero_gradient_stops",
)
grader.edit(
    "coasts_for_one_step",
    "This is one step of coasting, the first. The next ones are `momentum` times as long each, and "
    "all of them together were asked for.",
    COASTED,
    "steady * momentum",
)
grader.edits(
    "counts_the_last_steady_step",
    "The way that the parameters coast is one steady step too long. In the first step with a "
    "gradient of 0, the velocity is `momentum` times what it was.",
    COASTED,
    ["steady / (1 - momentum)", "(steady / (1 - momentum) if momentum else 0 * steady)"],
)
grader.edit(
    "coasts_with_the_first_step",
    "The parameters coast as if they had taken the first step only. The velocity by then is that "
    "of the steady steps.",
    COASTED,
    "first * momentum / (1 - momentum)",
)
grader.edit(
    "dampens_the_coasting",
    "Dampening counts once more while the parameters coast. It takes from the gradient, which is 0 "
    "by then, and nothing from the velocity.",
    COASTED,
    "steady * (1 - dampening) * momentum / (1 - momentum)",
)

WHOLE = """
    first = -lr * gradient
    if momentum == 0:
        dampening = 0.0
    steady = first * (1 - dampening) / (1 - momentum)
    return first, steady, steady * momentum / (1 - momentum)
"""
FEW = """
    first = last = -lr * gradient
    for _ in range(GROWING if momentum else 0):
        last = momentum * last + (1 - dampening) * first
    return first, last, last * (momentum - momentum ** (STEPS + 1)) / (1 - momentum)
"""
grader.edits(
    "takes_too_few_steps",
    "With much momentum the steps are still growing here, or the coasting is not over, as where a "
    "loop ends after some hundred steps. A momentum of 0.99 needs more of them; or find what they "
    "come to.",
    WHOLE,
    [
        FEW.replace("GROWING", str(growing)).replace("STEPS", str(steps))
        for steps in (10, 20, 50, 100, 200, 300, 500)
        for growing in (steps - 1, steps)  # the first step is one of them, or comes before
    ],
)
grader.edits(
    "looks_ahead",
    "The first step is longer than plain SGD's, as with Nesterov's momentum, which is another "
    "method. SGD has it only with `nesterov=True`.",
    RETURNED,
    [
        f"first * (1 + momentum), steady, {COASTED}",
        "first * (1 + momentum), steady, momentum * steady * momentum / (1 - momentum)",
        "first * (1 + momentum), first + momentum * steady, momentum * steady * momentum / "
        "(1 - momentum)",
    ],
    idea="unasked_nesterov",
)
grader.edit(
    "makes_float32",
    "In float64 all three come back as float32, as where `torch.tensor` makes them of Python "
    "numbers. They need the dtype of `gradient`: compute with it, or give `dtype=gradient.dtype`.",
    RETURNED,
    f"tuple(way.float() for way in ({RETURNED}))",
    idea="dtype_not_kept",
)
grader.edit(
    "changes_the_gradient",
    **changed_in_place("gradient"),
    old=FIRST,
    new="first = gradient.mul_(-lr)",
)
grader.edit(
    "returns_two_of_them",
    "Two tensors came back. Three are asked for: the first step, the steady step, the coasting.",
    RETURNED,
    "first, steady",
)
grader.edit(
    "returns_a_list",
    "The three are right, and come in a list. Asked for is a tuple: `return first, steady, "
    "coasted`.",
    RETURNED,
    f"[{RETURNED}]",
    idea="list_for_tuple",
)
grader.equivalent("if momentum == 0: -> if momentum <= 0:", "no momentum is below 0")
grader.equivalent("first = -lr * gradient moved", INDEPENDENT)
