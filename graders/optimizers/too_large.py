import random

import torch

from torchkata import Grader, called, parts

grader = Grader(
    points=2,
    level=2,
    after=("optimizers/sgd",),
    # What is found by taking steps is not exact.
    tolerance={"limit": (1e-3, 1e-9), "factor": (1e-3, 1e-9)},
    hints=(
        "One step: `param - lr * gradient`, and the gradient is `curvature * (param - best)`. How "
        "far from `best` is the parameter after it?",
        "The distance to `best` is multiplied by `1 - lr * curvature` in each step. When is that "
        "below 0? When is it larger than 1 in size?",
        "The loss is a sum over the parameters, each of which has a factor of its own. After many "
        "steps, which of them is nearly all of the loss?",
    ),
)


@grader.observe
def prediction(answer, curvature, lr):
    returned, changes = called(answer, curvature=curvature, lr=lr)
    return {**parts(returned, "limit", "factor", "jumps"), **changes}


def bowl(*curvature):
    """Curvatures in any order, each up to 4 % larger."""
    drawn = 1 + torch.rand(len(curvature), dtype=torch.float64) / 25
    return (torch.tensor(curvature, dtype=torch.float64) * drawn)[torch.randperm(len(curvature))]


@grader.case
def small():
    """Curvatures from 0.5 to 10, and a tenth of the limit: the flattest is the slowest."""
    curvature = bowl(0.5, 3.0, 10.0)
    return curvature, 0.2 / curvature.max().item()


@grader.case
def just_below():
    """Curvatures from 2 to 8, and a learning rate 2 % below the limit."""
    curvature = bowl(2.0, 4.5, 6.0, 8.0)
    return curvature, 0.98 * 2 / curvature.max().item()


@grader.case
def just_above():
    """Curvatures from 1 to 6, and a learning rate 3 % above the limit."""
    curvature = bowl(1.0, 2.5, 6.0)
    return curvature, 1.03 * 2 / curvature.max().item()


@grader.case
def far_above():
    """Curvatures from 0.2 to 3, and a learning rate at which all but the flattest diverge."""
    return bowl(0.2, 1.5, 3.0), 1.6 + random.random() / 10


@grader.case
def with_a_flat_direction():
    """Curvatures 0, near 1 and near 5; the larger two jump, and come nearer."""
    return bowl(0.0, 1.3, 5.0), 0.34 + random.random() / 100


@grader.case
def a_tenth():
    """Curvatures near 3 and near 9, and a learning rate of 0.1."""
    return bowl(3.0, 9.0), 0.1


@grader.case
def as_in_the_docstring():
    """The example of the docstring: curvature 4, and a learning rate of 0.125."""
    return torch.tensor([4.0], dtype=torch.float64), 0.125


from graders._shared import changed_in_place

LIMIT = "2 / curvature.max().item()"
FACTOR = "distance.square().max().item()"
JUMPS = "lr * curvature > 1"
DISTANCE = "1 - lr * curvature[curvature > 0]"
RETURNED = f"{LIMIT}, {FACTOR}, {JUMPS}"

grader.edit(
    "takes_half_the_limit",
    "The limit is half of what it is: at this learning rate the steepest parameter arrives in one "
    "step. Above it, it jumps across, and still comes nearer, until a step is twice the distance.",
    LIMIT,
    "1 / curvature.max().item()",
    idea="jumping_taken_for_diverging",
)
grader.edit(
    "takes_the_flattest",
    "The limit is that of the flattest direction. The steepest one diverges long before it, and "
    "one is enough to make the loss grow.",
    LIMIT,
    "2 / curvature[curvature > 0].min().item()",
    idea="wrong_curvature",
)
grader.edit(
    "takes_the_mean_curvature",
    "The limit is that of the mean curvature. Each parameter moves by itself, and the steepest one "
    "is the first to diverge.",
    LIMIT,
    "2 / curvature.mean().item()",
    idea="wrong_curvature",
)
grader.edit(
    "takes_the_sum_of_the_curvatures",
    "The limit is that of the sum of the curvatures. Each parameter moves by itself, and the "
    "steepest one is the first to diverge.",
    LIMIT,
    "2 / curvature.sum().item()",
    idea="wrong_curvature",
)
grader.edit(
    "turns_the_limit_over",
    "The limit grows with the curvature here. The steeper a bowl is, the smaller the learning rate "
    "that it bears.",
    LIMIT,
    "curvature.max().item() / 2",
)
grader.edit(
    "knows_one_limit",
    "The limit is 1 for every bowl here. No learning rate is too large by itself: it depends on "
    "the curvature.",
    LIMIT,
    "1.0",
)
grader.edit(
    "gives_the_factor_of_the_distance",
    "The factor is that of a distance. The loss goes with its square.",
    FACTOR,
    "distance.abs().max().item()",
    idea="not_squared",
)
grader.edit(
    "looks_at_the_steepest",
    "The factor is that of the steepest direction. With a small learning rate the flat ones are "
    "slower, and nearly all of the loss after many steps.",
    FACTOR,
    "(1 - lr * curvature.max().item()) ** 2",
    idea="wrong_curvature",
)
grader.edit(
    "looks_at_the_flattest",
    "The factor is that of the flattest direction. Near the limit the steepest one is slower, and "
    "above it, it is the one that grows.",
    FACTOR,
    "(1 - lr * curvature[curvature > 0].min().item()) ** 2",
    idea="wrong_curvature",
)
grader.edit(
    "averages_the_factors",
    "The factor is the mean of those of all parameters. After many steps one of them is nearly all "
    "of the loss: that with the largest factor.",
    FACTOR,
    "distance.square().mean().item()",
    idea="wrong_curvature",
)
grader.edit(
    "multiplies_the_factors",
    "The factors of all parameters were multiplied. The loss is a sum: after many steps its "
    "largest part is what counts, and the factor of that.",
    FACTOR,
    "distance.square().prod().item()",
)
grader.edit(
    "takes_the_fastest",
    "This is the factor of the parameter that is the fastest. It is soon at its best value; what "
    "is left of the loss is of the slowest one.",
    FACTOR,
    "distance.square().min().item()",
    idea="wrong_curvature",
)
grader.edit(
    "counts_the_flat_direction",
    "The factor is 1 where a curvature is 0, as if the loss stayed the same. That parameter does "
    "not move, but it is no part of the loss either.",
    DISTANCE,
    "1 - lr * curvature",
)
grader.edit(
    "never_lets_it_grow",
    "The factor ends at 1 here. Above the limit the loss grows, and its factor is larger than 1.",
    FACTOR,
    "min(distance.square().max().item(), 1.0)",
)
LATER = "(curvature * (1 - lr * curvature) ** (2 * {steps})).sum()"
grader.edits(
    "measures_too_early",
    "The factor is that of one of the first steps, up to the twentieth. It changes from step to "
    "step, until the slowest parameter is nearly all of the loss.",
    FACTOR,
    [
        f"({LATER.format(steps=steps)} / {LATER.format(steps=steps - 1)}).item()"
        for steps in (1, 2, 5, 10, 20)
    ],
)
grader.edit(
    "goes_without_steps",
    "The factor is that of a path without steps, `exp(-2 * lr * curvature)`, which never jumps and "
    "never diverges. A step goes by `lr * curvature` of the distance at once.",
    FACTOR,
    "(-2 * lr * curvature[curvature > 0]).exp().max().item()",
)
grader.edit(
    "waits_for_divergence",
    "Only parameters that diverge are said to jump. A step that is longer than the distance "
    "already goes to the other side: that is where `lr * curvature` is above 1.",
    JUMPS,
    "lr * curvature > 2",
    idea="jumping_taken_for_diverging",
)
grader.edit(
    "turns_the_jumps_over",
    "The answer is turned over: these are the parameters that stay on their side.",
    JUMPS,
    "lr * curvature < 1",
)
grader.edit(
    "lets_all_jump_or_none",
    "All parameters jump here, or none. Each has a curvature of its own, and with the same "
    "learning rate some jump and others do not.",
    JUMPS,
    "(lr * curvature.max() > 1).expand(len(curvature))",
    idea="one_for_all",
)
grader.edit(
    "says_it_in_numbers",
    "`jumps` holds numbers. Asked for is a tensor of bool, as a comparison gives it.",
    JUMPS,
    "(lr * curvature > 1).double()",
)
grader.edit(
    "says_it_in_a_list",
    "`jumps` is a list. Asked for is a tensor of bool, as a comparison gives it.",
    JUMPS,
    "(lr * curvature > 1).tolist()",
)
grader.edit(
    "returns_tensors",
    "`limit` and `factor` are tensors. Asked for are floats: `.item()`.",
    RETURNED,
    RETURNED.replace(".item()", ""),
    idea="tensor_for_float",
)
grader.edit(
    "returns_the_limit_alone",
    "One number came back. Asked for are three things: limit, factor, jumps.",
    RETURNED,
    LIMIT,
)
grader.edit(
    "changes_the_curvature",
    **changed_in_place("curvature"),
    old=JUMPS,
    new="curvature.mul_(lr) > 1",
)
grader.equivalent(
    "distance = 1 - lr * curvature[curvature > 0] -> distance = 1 - lr * curvature[curvature != 0]",
    "no curvature is below 0",
)
SEEN = "return (2 / curvature.max().item(), distance.square().max().item(), lr * curvature > 1)"
grader.equivalent(f"{SEEN} -> {SEEN.replace('>', '>=')}", "`lr * curvature` is nowhere exactly 1")
