import math
import random

import torch
from torch import nn, optim
from torch.optim import lr_scheduler

from torchkata import Grader

grader = Grader(
    points=3,
    level=3,
    after=("schedules/warmup_cosine", "schedules/scheduled_training"),
    hints=(
        "Take an optimizer with lr 0.1, print the learning rates of `LambdaLR(optimizer, lambda "
        "step: 0.1)` over three steps, and then those of MultiplicativeLR.",
        "LambdaLR sets the `lr` that a group was built with, times what the function returns. "
        "MultiplicativeLR multiplies the `lr` that the group has *now*. Which one fits which "
        "`edits`?",
        "What does a group have to be built with, so that LambdaLR sets `lr_at(step)`? And by what "
        "does `lr_at(step - 1)` have to be multiplied to become `lr_at(step)`?",
    ),
)


@grader.observe
def lrs(answer, optimizer, lr_at, edits, changes=None, gamma=None):
    """The learning rates of 8 steps; before some of them another hand changes those of all."""
    scheduler = answer(optimizer, lr_at, edits)
    other = lr_scheduler.ExponentialLR(optimizer, gamma) if gamma else None
    chained = lr_scheduler.ChainedScheduler([other, scheduler]) if other else scheduler
    groups, seen = optimizer.param_groups, []
    for step in range(8):
        for group in groups:
            group["lr"] *= (changes or {}).get(step, 1.0)
        seen.append([group["lr"] for group in groups])
        optimizer.step()
        chained.step()
    names = [f"lr of the steps, group {number}" for number in range(len(groups))]
    return {name: list(lr) for name, lr in zip(names, zip(*seen, strict=True), strict=True)} | {
        "scheduler": "of torch" if isinstance(scheduler, lr_scheduler.LRScheduler) else "another"
    }


def groups(*lrs):
    """An optimizer with a group for each of these learning rates."""
    return optim.SGD([{"params": [nn.Parameter(torch.ones(1))], "lr": lr} for lr in lrs])


def falling(first):
    """The root falls faster at first than later on."""
    return lambda step: first / math.sqrt(step + 1)


def rising(top):
    """A warmup of 3 steps in a straight line, then a curve."""
    return lambda step: top * min((step + 1) / 4, 0.9 ** (step - 3))


def drawn(low, high):
    """A float between two bounds."""
    return low + (high - low) * random.random()


@grader.case
def overwritten():
    """ "overwritten": two groups, and before step 3 somebody divides both by about 10."""
    lr_at = falling(drawn(0.2, 0.4))
    return groups(0.7, 0.05), lr_at, "overwritten", {3: drawn(0.09, 0.11)}


@grader.case
def kept():
    """ "kept": two groups, and before step 3 somebody divides both by about 10."""
    return groups(0.7, 0.05), falling(drawn(0.2, 0.4)), "kept", {3: drawn(0.09, 0.11)}


@grader.case
def overwritten_in_a_chain():
    """ "overwritten", with a warmup, in a ChainedScheduler behind an ExponentialLR."""
    return groups(0.01), rising(drawn(0.2, 0.4)), "overwritten", {}, drawn(0.6, 0.9)


@grader.case
def kept_in_a_chain():
    """ "kept", with a warmup, in a ChainedScheduler behind an ExponentialLR."""
    return groups(0.01), rising(drawn(0.2, 0.4)), "kept", {}, drawn(0.6, 0.9)


@grader.case
def overwritten_and_untouched():
    """ "overwritten", and nobody changes anything; three groups, a warmup."""
    return groups(0.3, 1.5, 0.02), rising(drawn(1.1, 1.9)), "overwritten"


@grader.case
def kept_from_the_first_step_on():
    """ "kept": before steps 0 and 5 the learning rate is multiplied by 3 and by 0.5; AdamW."""
    optimizer = optim.AdamW([nn.Parameter(torch.ones(2))], lr=1e-3)
    return optimizer, falling(drawn(0.002, 0.004)), "kept", {0: 3.0, 5: 0.5}


@grader.case
def as_in_the_docstring_overwritten():
    """The example of the docstring: the learning rate is halved, and once divided by 4."""
    return groups(0.1), lambda step: 0.8 / 2**step, "overwritten", {0: 0.25}


@grader.case
def as_in_the_docstring_kept():
    """The same with "kept"."""
    return groups(0.1), lambda step: 0.8 / 2**step, "kept", {0: 0.25}


SET = 'group["lr"] = 1.0 if overwritten else lr_at(0)'
LAMBDA = "LambdaLR(optimizer, lr_at)"
RATIO = "lr_at(step) / lr_at(step - 1)"
MULTIPLICATIVE = f"return MultiplicativeLR(optimizer, lambda step: {RATIO})"
LOOP = f"""
    for group in optimizer.param_groups:
        # LambdaLR multiplies this number by what its function returns, each time.
        {SET}
"""
ALONE = """
    if not overwritten:
        for group in optimizer.param_groups:
            group["lr"] = lr_at(0)
"""

grader.edit(
    "gives_lambda_lr_an_absolute_lr",
    'With "overwritten", the learning rates are `lr_at(step)` times the `lr` that the group was '
    "built with: LambdaLR multiplies the two. Give it a part of that `lr`, or set "
    '`group["lr"] = 1.0` first.',
    LOOP,
    ALONE,
    idea="absolute_lr_in_lambda_lr",
)
grader.edit(
    "gives_both_an_absolute_lr",
    "Both classes got `lr_at` as it is, and both multiply by it: LambdaLR the `lr` that the group "
    "was built with, MultiplicativeLR the one of now. Set a fitting `lr` first, and give "
    "MultiplicativeLR the ratio of a step to the one before.",
    f"{LOOP.rstrip()}\n    if overwritten:\n        return {LAMBDA}\n    {MULTIPLICATIVE}\n",
    """
    if overwritten:
        return LambdaLR(optimizer, lr_at)
    return MultiplicativeLR(optimizer, lr_at)
""",
    idea="absolute_lr_in_lambda_lr",
)
grader.edit(
    "writes_a_class_of_its_own",
    "The learning rates are right, and this is no scheduler of torch, as a class with a `step()` "
    "alone is none: `SequentialLR`, checkpoints and others want a `LRScheduler`. Build a LambdaLR "
    "or a MultiplicativeLR.",
    f"if overwritten:\n    return {LAMBDA}\n{MULTIPLICATIVE}",
    f"""
class Own:
    def __init__(self, scheduler):
        self.step = scheduler.step
if overwritten:
    return Own({LAMBDA})
return Own(MultiplicativeLR(optimizer, lambda step: {RATIO}))
""",
)
grader.edit(
    "divides_by_the_lr_of_one_group",
    'With "overwritten", only the first group has `lr_at(step)`, as where it is divided by the '
    "`lr` of that group for all. Each group was built with a learning rate of its own.",
    f"{LOOP.rstrip()}\n    if overwritten:\n        return {LAMBDA}\n",
    ALONE.rstrip()
    + """
    if overwritten:
        base = optimizer.param_groups[0]["lr"]
        return LambdaLR(optimizer, lambda step: lr_at(step) / base)
""",
    idea="one_group_only",
)
grader.edit(
    "divides_by_the_lr_of_the_last_group",
    'With "overwritten", only the last group has `lr_at(step)`, as where functions that are made '
    "in a loop all read its variable, which is that of the last group by then. Bind it: "
    "`lambda step, base=base: ...`.",
    f"{LOOP.rstrip()}\n    if overwritten:\n        return {LAMBDA}\n",
    ALONE.rstrip()
    + """
    if overwritten:
        base = optimizer.param_groups[-1]["lr"]
        return LambdaLR(optimizer, lambda step: lr_at(step) / base)
""",
    idea="late_binding",
)
grader.edit(
    "divides_by_the_lr_of_now",
    'With "overwritten", what `lr_at` is divided by changes from step to step, as where '
    '`group["lr"]` is read inside the function: by then it is the learning rate of now. LambdaLR '
    "multiplies the one that the group was built with: keep that.",
    f"{LOOP.rstrip()}\n    if overwritten:\n        return {LAMBDA}\n",
    ALONE.rstrip()
    + """
    if overwritten:
        return LambdaLR(
            optimizer,
            [lambda step, g=g: lr_at(step) / g["lr"] for g in optimizer.param_groups],
        )
""",
)
grader.edit(
    "gives_both_the_same_function",
    'With "kept", the learning rates soon become tiny (or huge): MultiplicativeLR multiplies the '
    "learning rate of now by what the function returns, and that was `lr_at(step)`. Give it the "
    "ratio of one step to the one before.",
    RATIO,
    "lr_at(step)",
    idea="absolute_lr_in_multiplicative_lr",
)
grader.edit(
    "multiplies_by_the_share_of_the_first",
    'With "kept", each step is multiplied by its share of the first learning rate, and all these '
    "shares add up: that is what LambdaLR takes. MultiplicativeLR takes the ratio to the step "
    "before, `lr_at(step) / lr_at(step - 1)`.",
    RATIO,
    "lr_at(step) / lr_at(0)",
    idea="share_in_multiplicative_lr",
)
grader.edit(
    "is_a_step_ahead",
    'With "kept", each ratio is the one that is due a step later, as with `lr_at(step + 1) / '
    "lr_at(step)`. The function is asked for the step that comes next, and never for 0: multiply "
    "by `lr_at(step) / lr_at(step - 1)`.",
    RATIO,
    "lr_at(step + 1) / lr_at(step)",
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "turns_the_ratio_over",
    'With "kept", the learning rate rises where it should fall: the ratio is turned over. To get '
    "from the last step to this one, multiply by `lr_at(step) / lr_at(step - 1)`.",
    RATIO,
    "lr_at(step - 1) / lr_at(step)",
)
grader.edit(
    "keeps_the_lr_that_was_there",
    'With "kept", the groups go on from the `lr` that they were built with. MultiplicativeLR '
    'leaves the first step alone: set `group["lr"] = lr_at(0)` yourself.',
    SET,
    'group["lr"] = 1.0 if overwritten else group["lr"]',
    idea="first_lr_not_set",
)
grader.edit(
    "starts_from_1",
    'With "kept", the first learning rate is 1, which only LambdaLR multiplies by `lr_at(0)`. '
    "MultiplicativeLR leaves the first step alone: set `lr_at(0)`.",
    SET,
    'group["lr"] = 1.0',
    idea="first_lr_not_set",
)
grader.edit(
    "sets_one_group",
    "Only the first group has the right learning rates, as where `param_groups[0]` is set alone. "
    "Go through all groups.",
    "for group in optimizer.param_groups:",
    "for group in optimizer.param_groups[:1]:",
    idea="one_group_only",
)
grader.edit(
    "overwrites_always",
    'With "kept", what others made of the learning rate is lost: LambdaLR sets it from the first '
    "one each time. MultiplicativeLR goes on from the learning rate of now.",
    SET,
    'overwritten = True; group["lr"] = 1.0',
    idea="edits_overwritten",
)
grader.edit(
    "keeps_always",
    'With "overwritten", what others made of the learning rate is still there: MultiplicativeLR '
    "goes on from the learning rate of now. LambdaLR sets it from the first one each time.",
    SET,
    'overwritten = False; group["lr"] = lr_at(0)',
    idea="edits_kept",
)
grader.edit(
    "swaps_the_two",
    "The two kinds have changed places: LambdaLR sets the learning rate from the first one, and so "
    "overwrites; MultiplicativeLR multiplies the one of now, and so keeps.",
    'edits == "overwritten"',
    'edits == "kept"',
)
grader.edit(
    "counts_from_1",
    'With "overwritten", each step has the learning rate that is due one step later, as with '
    "`lr_at(step + 1)`. Steps are counted from 0.",
    LAMBDA,
    "LambdaLR(optimizer, lambda step: lr_at(step + 1))",
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "steps_at_once",
    'With "kept", the scheduler has taken a step before the training: each step has the learning '
    "rate that is due one step later. `scheduler.step()` is called by the training loop.",
    MULTIPLICATIVE,
    f"""
    scheduler = MultiplicativeLR(optimizer, lambda step: {RATIO})
    optimizer._opt_called = True
    scheduler.step()
    return scheduler
    """,
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "never_moves",
    'With "kept", the learning rate never changes by itself, as where the ratio of `lr_at(step)` '
    "to itself is 1. Divide by that of the step before.",
    RATIO,
    "lr_at(step) / lr_at(step)",
)
grader.edit(
    "adds_the_difference",
    'With "kept", the difference of two steps multiplies the learning rate. A difference is to be '
    "added, a ratio to multiply: divide.",
    RATIO,
    "lr_at(step) - lr_at(step - 1)",
)
KIND = "overwritten = edits == 'overwritten'"
for other, reason in (
    ("is", "both are literals, and so one object"),
    (">=", 'of the two, "overwritten" comes last'),
):
    grader.equivalent(f"{KIND} -> {KIND.replace('==', other)}", reason)
