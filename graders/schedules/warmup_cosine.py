import math
import random

import torch

from torchkata import Grader

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("schedules/lr_by_epoch",),
    hints=(
        "Treat the three parts one after the other, each with its own `return`.",
        "How much of the second part is over at `step`? A number from 0, at step `warmup`, to 1, "
        "at step `total`.",
        "`math.cos(math.pi * progress)` goes from 1 to -1. Shift and shrink it until it goes from "
        "1 to 0, then from `max_lr` to `min_lr`.",
    ),
)


@grader.observe
def lrs(answer, total, warmup, max_lr, min_lr, beyond=5):
    steps = range(total + beyond)
    return {"lr of the steps": [answer(step, total, warmup, max_lr, min_lr) for step in steps]}


def bounds():
    """A largest and a smallest learning rate."""
    return 0.3 + random.random(), 0.02 + 0.2 * random.random()


@grader.case
def long_warmup():
    """6 steps of warmup out of 17."""
    return 17, 6, *bounds()


@grader.case
def no_warmup():
    """12 steps, and none of them is warmup."""
    return 12, 0, *bounds()


@grader.case
def down_to_zero():
    """1 step of warmup out of 10, and `min_lr` is 0."""
    return 10, 1, 0.05 + 0.01 * random.random(), 0.0


@grader.case
def almost_all_warmup():
    """8 steps of warmup out of 9, so that one step is left for the cosine."""
    return 9, 8, *bounds()


@grader.case
def far_beyond_the_end():
    """5 steps, 2 of them warmup, and 20 more after the end."""
    return 5, 2, *bounds(), 20


@grader.case
def as_in_the_docstring():
    """The example of the docstring: from 0.4 to 0.1 in 8 steps, 3 of them warmup."""
    return 8, 3, 0.4, 0.1, 2


COSINE = "min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * progress)) / 2"

grader.edit(
    "starts_at_zero",
    "The warmup starts at 0, so the first step learns nothing, as with `step / warmup`. The line "
    "would be 0 one step earlier: `(step + 1) / (warmup + 1)`.",
    "(step + 1) / (warmup + 1)",
    "step / warmup",
    idea="warmup_from_zero",
)
grader.edit(
    "arrives_a_step_early",
    "The warmup reaches `max_lr` one step early, as with `(step + 1) / warmup`. It is to get there "
    "at step `warmup`, and the line is 0 at step -1: that is `warmup + 1` steps of equal height.",
    "(warmup + 1)",
    "warmup",
)
grader.edit(
    "warms_up_from_min_lr",
    "The warmup starts from `min_lr` here. Its line comes from 0: `min_lr` is only for the end.",
    "max_lr * (step + 1) / (warmup + 1)",
    "min_lr + (max_lr - min_lr) * (step + 1) / (warmup + 1)",
    idea="warmup_from_min_lr",
)
grader.edit(
    "rises_from_min_lr",
    "The warmup starts at `min_lr` in step 0. Its line comes from 0, one step earlier: `min_lr` is "
    "only for the end.",
    "max_lr * (step + 1) / (warmup + 1)",
    "min_lr + (max_lr - min_lr) * step / warmup",
    idea="warmup_from_min_lr",
)
grader.edit(
    "warms_up_unasked",
    "Where `warmup` is 0, there is a step of warmup nevertheless, as with `max(warmup, 1)`. Step 0 "
    "has `max_lr` then: nothing is divided by 0, since `warmup + 1` is 1.",
    "    if step < warmup:",
    "    warmup = max(warmup, 1)\n    if step < warmup:",
    idea="unneeded_guard",
)
grader.edit(
    "warms_up_in_a_curve",
    "The warmup rises in a curve, as half a cosine. It is a straight line: every step adds the "
    "same.",
    "max_lr * (step + 1) / (warmup + 1)",
    "max_lr * (1 - math.cos(math.pi * (step + 1) / (warmup + 1))) / 2",
)
grader.edit(
    "skips_the_warmup",
    "There is no warmup: the steps before `warmup` have `max_lr`. They rise to it in a straight "
    "line.",
    "max_lr * (step + 1) / (warmup + 1)",
    "max_lr",
)
grader.edit(
    "falls_in_a_line",
    "The second part falls in a straight line, which agrees with the cosine at its two ends and in "
    "the middle only. Multiply by `(1 + cos(pi * progress)) / 2`.",
    "(1 + math.cos(math.pi * progress)) / 2",
    "(1 - progress)",
    idea="line_for_cosine",
)
grader.edit(
    "forgets_the_half",
    "`1 + cos` goes from 2 to 0, so the second part begins far above `max_lr`: halve it.",
    "(1 + math.cos(math.pi * progress)) / 2",
    "(1 + math.cos(math.pi * progress))",
    idea="no_half",
)
grader.edit(
    "adds_min_lr_to_all",
    "The cosine begins at `max_lr + min_lr`, as where `min_lr` is added to a curve that goes down "
    "from `max_lr`. What the curve spans is `max_lr - min_lr`.",
    "(max_lr - min_lr)",
    "max_lr",
)
grader.edit(
    "cuts_off_at_min_lr",
    "The cosine goes down to 0, and what is below `min_lr` was cut off, as with "
    "`max(min_lr, ...)`. The cosine itself is to end at `min_lr`.",
    COSINE,
    "max(min_lr, max_lr * (1 + math.cos(math.pi * progress)) / 2)",
    idea="clamped_for_scaled",
)
grader.edit(
    "ends_at_zero",
    "The cosine goes down to 0 and `min_lr` has no effect on it. It goes from `max_lr` to "
    "`min_lr`.",
    COSINE,
    "max_lr * (1 + math.cos(math.pi * progress)) / 2",
    idea="argument_not_used",
)
grader.edit(
    "counts_the_warmup_as_progress",
    "The cosine begins at step 0 here, as with `step / total`, so that the curve jumps where the "
    "warmup ends. It begins at step `warmup`: subtract it above and below the line.",
    "(step - warmup) / (total - warmup)",
    "step / total",
)
grader.edit(
    "divides_by_all_steps",
    "The cosine has not come to its end at step `total`, as where `step - warmup` is divided by "
    "`total`. This part has `total - warmup` steps.",
    "(step - warmup) / (total - warmup)",
    "(step - warmup) / total",
)
grader.edit(
    "ends_a_step_early",
    "The cosine is at its end one step early, as where it is divided by `total - warmup - 1`. It "
    "is `min_lr` at step `total`, for the first time.",
    "    progress = (step - warmup) / (total - warmup)",
    "    progress = min((step - warmup) / max(total - warmup - 1, 1), 1.0)",
)
grader.edit(
    "begins_a_step_late",
    "The cosine is one step ahead: at step `warmup` it has begun to fall already, as with "
    "`step + 1`. Step `warmup` has `max_lr`.",
    "(step - warmup) / (total - warmup)",
    "min((step - warmup + 1) / (total - warmup), 1.0)",
)
grader.edit(
    "rises_again",
    "After step `total` the learning rate rises again, since a cosine does: return `min_lr` there.",
    """
    if step > total:
        return min_lr
    """,
    "",
    idea="cosine_rises_again",
)
grader.edit(
    "goes_to_zero_after_the_end",
    "After step `total` the learning rate is 0 here. It stays at `min_lr`.",
    """
    if step > total:
        return min_lr
    """,
    """
    if step > total:
        return 0.0
    """,
)
grader.edit(
    "takes_a_whole_wave",
    "The cosine goes down and comes back up again, as with `2 * pi`. Half a wave ends at the "
    "bottom: `pi`.",
    "math.pi * progress",
    "2 * math.pi * progress",
)
grader.edit(
    "takes_a_quarter_of_a_wave",
    "The second part is a quarter of a wave, `cos` from 1 to 0, which falls fastest at the end. "
    "Half a wave, from 1 to -1, ends flat: `(1 + cos(pi * progress)) / 2`.",
    "(1 + math.cos(math.pi * progress)) / 2",
    "math.cos(math.pi / 2 * progress)",
)
grader.edit(
    "measures_in_degrees",
    "The curve is hardly a half wave: `math.cos` takes radians. Half a wave is `math.pi`, not 180.",
    "math.pi * progress",
    "180 * progress",
)
grader.edit(
    "climbs",
    "The second part goes from `min_lr` up to `max_lr`, as with a minus sign before the cosine, or "
    "with the two learning rates exchanged. It goes down.",
    "1 + math.cos",
    "1 - math.cos",
)
grader.edit(
    "ignores_where_the_cosine_ends",
    "From the end of the warmup on, the learning rate stays at `max_lr`. There the cosine begins.",
    COSINE,
    "max_lr",
)
grader.edit(
    "returns_a_factor",
    "What comes back is a factor for the learning rate, 1 at its highest, as `LambdaLR` wants it. "
    "Return the learning rate itself.",
    """
    if step < warmup:
        return max_lr * (step + 1) / (warmup + 1)
    if step > total:
        return min_lr
    progress = (step - warmup) / (total - warmup)
    return min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * progress)) / 2
    """,
    """
    if step < warmup:
        return (step + 1) / (warmup + 1)
    if step > total:
        return min_lr / max_lr
    progress = (step - warmup) / (total - warmup)
    return (min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * progress)) / 2) / max_lr
    """,
    idea="factor_for_lr",
)


@grader.misconception(idea="tensor_for_float")
def returns_a_tensor(step, total, warmup, max_lr, min_lr):
    """The learning rate of some steps comes back as a tensor, as from `torch.cos`. Return a Python
    float: `.item()`, or `math.cos`."""
    if step < warmup:
        return max_lr * (step + 1) / (warmup + 1)
    if step > total:
        return min_lr
    progress = torch.tensor((step - warmup) / (total - warmup), dtype=torch.float64)
    return min_lr + (max_lr - min_lr) * (1 + torch.cos(math.pi * progress)) / 2


grader.equivalent(
    "if step < warmup: -> if step <= warmup:", "at step `warmup`, line and cosine are at `max_lr`"
)
grader.equivalent(
    "if step > total: -> if step >= total:", "at step `total`, the cosine is at `min_lr` as well"
)
for change in (
    "if step > total: / return min_lr moved",
    "progress = (step - warmup) / (total - warmup) moved",
):
    grader.equivalent(change, "`total` is above `warmup`, so each step is in one part alone")
