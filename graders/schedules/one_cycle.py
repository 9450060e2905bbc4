import random

from torchkata import Grader, parts

grader = Grader(
    points=3,
    level=3,
    after=("schedules/warmup_cosine",),
    # The last learning rate is 250 000 times smaller than the largest, and counts as well.
    tolerance={"lr of the steps": (1e-6, 1e-15)},
    hints=(
        "Two parts, each half a cosine: up to the top, and down from it. How much of its part is "
        "over at `step`?",
        "The way up begins at step 0 and ends at the top; the way down begins there and ends in "
        "the last step.",
        "The end is `max_lr / 25 / 10_000`. The momentum follows the same share, from 0.95 to "
        "0.85.",
    ),
)


@grader.observe
def lrs_and_momenta(answer, total, max_lr, steps=None):
    seen = [
        parts(answer(step, total, max_lr), "lr", "momentum")
        for step in (range(total) if steps is None else steps)
    ]
    names = {
        "returned": "returned",
        "lr": "lr of the steps",
        "momentum": "momentum of the steps",
    }
    return {name: [values[part] for values in seen] for part, name in names.items()}


@grader.case
def twenty_steps():
    """20 steps; the top is at step 5."""
    return 20, 0.2 + random.random()


@grader.case
def top_between_two_steps():
    """13 steps; the top is at 2.9, between two steps."""
    return 13, 0.2 + random.random()


@grader.case
def four_steps():
    """4 steps, the smallest number there may be, and a small learning rate; the top is at 0.2."""
    return 4, 0.05 + 0.04 * random.random()


@grader.case
def large():
    """31 steps up to a learning rate above 3; the top is at 8.3."""
    return 31, 3 + random.random()


@grader.case(raises=ValueError)
def one_step_too_many():
    """Step 12 of 12, which is beyond the last one, 11."""
    return 12, 0.5, [12]


@grader.case(raises=ValueError)
def far_beyond():
    """Step 30 of 12."""
    return 12, 0.5, [30]


@grader.case
def as_in_the_docstring():
    """The example of the docstring: steps 0, 2 and 9 of 10."""
    return 10, 1.0, [0, 2, 9]


UP = "(1 - math.cos(math.pi * step / top)) / 2"
DOWN = "(1 + math.cos(math.pi * (step - top) / (last - top))) / 2"
RETURNED = "low + share * (max_lr - low), 0.95 - 0.1 * share"

grader.edit(
    "keeps_the_momentum",
    "The momentum is 0.95 in every step. It goes down to 0.85 while the learning rate goes up, and "
    "back up again.",
    "0.95 - 0.1 * share",
    "0.95",
    idea="momentum_not_cycled",
)
grader.edit(
    "keeps_the_lower_momentum",
    "The momentum is 0.85 in every step. It goes down from 0.95 to 0.85 while the learning rate "
    "goes up, and back up again.",
    "0.95 - 0.1 * share",
    "0.85",
    idea="momentum_not_cycled",
)
grader.edit(
    "keeps_the_usual_momentum",
    "The momentum is 0.9 in every step, as SGD often has it. OneCycleLR sets it too: from 0.95 "
    "down to 0.85, and back.",
    "0.95 - 0.1 * share",
    "0.9",
    idea="momentum_not_cycled",
)
grader.edit(
    "moves_the_momentum_along",
    "The momentum goes up with the learning rate. It does the opposite: 0.95 at both ends, and "
    "0.85 at the top.",
    "0.95 - 0.1 * share",
    "0.85 + 0.1 * share",
)
grader.edit(
    "begins_at_max_lr",
    "The learning rate is at its largest from the beginning. It starts at `max_lr / 25` and goes "
    "up from there.",
    UP,
    "1.0",
)
grader.edit(
    "begins_at_zero",
    "The learning rate starts at 0. It starts at `max_lr / 25`.",
    """
        low = first
    else:
    """,
    """
        low = 0.0
    else:
    """,
    idea="warmup_from_zero",
)
grader.edit(
    "ends_where_it_began",
    "The learning rate ends at `max_lr / 25`, where it began. It goes on down to a ten-thousandth "
    "of that.",
    "first / 10_000",
    "first",
)
grader.edit(
    "ends_at_zero",
    "The learning rate ends at 0. It ends at a ten-thousandth of the first one, which is "
    "`max_lr / 25 / 10_000`.",
    "first / 10_000",
    "0.0",
)
grader.edit(
    "ends_at_a_part_of_the_largest",
    "The learning rate ends at a ten-thousandth of `max_lr`. It is a ten-thousandth of the first "
    "learning rate, which is `max_lr / 25`.",
    "first / 10_000",
    "max_lr / 10_000",
)
grader.edit(
    "goes_up_in_a_line",
    "The way up is a straight line. It is half a wave of a cosine, flat at both ends.",
    UP,
    "step / top",
    idea="line_for_cosine",
)
grader.edit(
    "goes_down_in_a_line",
    "The way down is a straight line. It is half a wave of a cosine, flat at both ends.",
    DOWN,
    "1 - (step - top) / (last - top)",
    idea="line_for_cosine",
)
grader.edit(
    "goes_in_lines",
    "The ways up and down are straight lines. Both are half a wave of a cosine, flat at both ends.",
    f"""
        share = {UP}
        low = first
    else:
        share = {DOWN}
    """,
    """
        share = step / top
        low = first
    else:
        share = 1 - (step - top) / (last - top)
    """,
    idea="line_for_cosine",
)
grader.edit(
    "puts_the_top_a_step_late",
    "The top is one step late, at `0.3 * total`. It is at `0.3 * total - 1`: steps count from 0, "
    "and 3/10 of them are over then.",
    "max_lr / 25, 0.3 * total - 1",
    "max_lr / 25, 0.3 * total",
    idea="steps_counted_from_1",
)
grader.edit(
    "puts_the_top_at_a_part_of_the_last",
    "The top is at 3/10 of the last step. It is at `0.3 * total - 1`, which is a little earlier.",
    "max_lr / 25, 0.3 * total - 1",
    "max_lr / 25, 0.3 * (total - 1)",
    idea="steps_counted_from_1",
)
grader.edit(
    "puts_the_top_in_the_middle",
    "The top is in the middle of the training. It comes earlier, at `0.3 * total - 1`.",
    "max_lr / 25, 0.3 * total - 1",
    "max_lr / 25, 0.5 * total - 1",
)
grader.edit(
    "rounds_the_top",
    "The top was rounded to a whole step. It may be between two steps: use `0.3 * total - 1` as it "
    "is.",
    "first, top, last = max_lr / 25, 0.3 * total - 1, total - 1",
    "first, top, last = max_lr / 25, max(int(0.3 * total), 2) - 1, total - 1",
    idea="unasked_rounding",
)
grader.edit(
    "never_arrives",
    "The way down has not come to its end in the last step, as where it ends at step `total`. The "
    "last step is `total - 1`.",
    "0.3 * total - 1, total - 1",
    "0.3 * total - 1, total",
    idea="steps_counted_from_1",
)
grader.edit(
    "goes_past_the_end",
    "Beyond the last step there is no ValueError: the plan is over, and going on is a mistake. "
    "Raise it where `step >= total`.",
    """
    if step >= total:
        raise ValueError(f"step {step} is beyond the {total} steps of the plan")
    """,
    "",
    idea="no_error_at_the_end",
)
grader.edit(
    "lets_one_step_more_pass",
    "Step `total` raises no ValueError. Steps count from 0, so the last one is `total - 1`.",
    "step >= total",
    "step > total",
    idea="steps_counted_from_1",
)
grader.edit(
    "returns_the_lr_alone",
    "Only the learning rate comes back. Return the momentum as well: `return lr, momentum`.",
    RETURNED,
    "low + share * (max_lr - low)",
)
grader.edit(
    "returns_a_list",
    "The two numbers are right, and come in a list. Asked for is a tuple: `return lr, momentum`.",
    RETURNED,
    f"[{RETURNED}]",
    idea="list_for_tuple",
)
grader.edit(
    "swaps_lr_and_momentum",
    "The momentum comes first and the learning rate second. Return them the other way round.",
    RETURNED,
    "0.95 - 0.1 * share, low + share * (max_lr - low)",
)
grader.edit(
    "measures_in_degrees",
    "The curves are hardly half waves: `math.cos` takes radians. Half a wave is `math.pi`, not "
    "180.",
    f"""
        share = {UP}
        low = first
    else:
        share = {DOWN}
    """,
    """
        share = (1 - math.cos(180 * step / top)) / 2
        low = first
    else:
        share = (1 + math.cos(180 * (step - top) / (last - top))) / 2
    """,
)

grader.equivalent("if step <= top: -> if step < top:", "at the top, both parts are at `max_lr`")
grader.equivalent(
    "first, top, last = (max_lr / 25, 0.3 * total - 1, total - 1) moved",
    "what is computed before the ValueError is not used",
)
