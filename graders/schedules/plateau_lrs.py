import random

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("schedules/lr_by_epoch",),
    # Of learning rates near 1e-8, too.
    tolerance={"lr after the epochs": (1e-6, 1e-15)},
    hints=(
        "Keep three things from epoch to epoch: the learning rate, the best value so far, and how "
        "many bad epochs there were in a row.",
        "The learning rate falls when there are *more* bad epochs in a row than `patience`. What "
        "does the counting do then?",
        "A value is better only if it is better than the best by more than a ten-thousandth of it: "
        "`threshold=1e-4`, relative. And by `eps=1e-8` or less, the learning rate does not fall.",
    ),
)


@grader.observe
def lrs(answer, values, lr, factor, patience, mode):
    lrs, changes = called(answer, values=values, lr=lr, factor=factor, patience=patience, mode=mode)
    return {"lr after the epochs": lrs, **changes}


def losses(*moves):
    """Losses, each as a multiple of the one before that was a good part (1 % or more) below."""
    best, values = 1 + random.random(), []
    for move in moves:
        values.append(best * move)
        best = min(best, values[-1]) if move < 0.99 else best
    return values


def settings():
    """A learning rate and a factor."""
    return 0.3 + random.random(), 0.2 + 0.3 * random.random()


@grader.case
def losses_that_stop_falling():
    """12 losses that go down, rise for 3 epochs, go down once more, and rise again; patience 2."""
    moves = 1.0, 0.8, 1.2, 1.1, 1.05, 0.9, 1.3, 1.2, 0.7, 1.1, 1.2, 1.3
    return losses(*moves), *settings(), 2, "min"


@grader.case
def accuracy():
    """10 accuracies, which are to grow, and grow little by little; patience 1."""
    falling = losses(1.0, 0.9, 0.95, 1.1, 1.2, 0.8, 1.05, 0.9, 1.1, 1.2)
    return [1 / value for value in falling], *settings(), 1, "max"


@grader.case
def long_plateau():
    """13 losses, of which only the first is good, and a patience of 2."""
    values = losses(1.0, *(1.02 + 0.2 * random.random() for _ in range(12)))
    return values, *settings(), 2, "min"


@grader.case
def hardly_better():
    """9 losses near 100; from the third on each is better than the one before by 0.00002 of it, at
    first too little to count; patience 2."""
    moves = 1.0, 0.9, *(1 - 2e-5 * step for step in range(1, 8))
    return [100 * value for value in losses(*moves)], *settings(), 2, "min"


@grader.case
def hardly_worse():
    """8 losses, the last six of which are larger than the best by 0.00001 to 0.00006 of it;
    patience 1."""
    return losses(1.0, 0.9, *(1 + 1e-5 * step for step in range(1, 7))), *settings(), 1, "min"


@grader.case
def hardly_more():
    """8 accuracies, the last six of which are larger than the best by 0.00003 to 0.00008 of it;
    patience 3."""
    falling = losses(1.0, 0.9, *(1 - 1e-5 * step for step in range(3, 9)))
    return [1 / value for value in falling], *settings(), 3, "max"


@grader.case
def no_patience():
    """8 losses between 100 and 200, and a patience of 0."""
    values = [100 * value for value in losses(1.0, 1.1, 0.9, 1.2, 0.95, 1.0, 1.05, 0.8)]
    return values, *settings(), 0, "min"


@grader.case
def the_same_again():
    """8 losses near 0.05 that are equal from the second on, and a factor of 0.1."""
    values = [0.05 * value for value in losses(1.0, 0.9, *[1.0] * 6)]
    return values, 0.1, 0.1, 1, "min"


@grader.case
def hardly_any_lr():
    """12 losses, of which only the first is good, a patience of 0, and a learning rate near 9e-8,
    which falls by a fifth, until that is too little."""
    values = losses(1.0, *(1.02 + 0.2 * random.random() for _ in range(11)))
    return values, 9e-8 * (0.97 + 0.06 * random.random()), 0.8, 0, "min"


@grader.case
def nothing_yet():
    """No epoch is over, so there is no value."""
    return [], 0.1, 0.9, 3, "max"


@grader.case
def as_in_the_docstring():
    """The example of the docstring: the loss is best in the second epoch, then in the last."""
    return [2.0, 1.0, 1.5, 1.2, 1.1, 0.5], 1.0, 0.5, 1, "min"


BETTER = 'value < best * (1 - 1e-4) if mode == "min" else value > best * (1 + 1e-4)'
ENOUGH = "lr * (1 - factor) > 1e-8"
FALLS = f"""
        if bad > patience and {ENOUGH}:
            lr, bad = lr * factor, 0
"""

grader.edit(
    "loses_patience_too_early",
    "The learning rate falls one bad epoch early, as with `bad >= patience`. A patience of 2 bears "
    "two bad epochs in a row: the third one lowers the learning rate.",
    "bad > patience",
    "bad >= max(patience, 1)",
    idea="patience_off_by_one",
)
grader.edit(
    "loses_patience_too_late",
    "The learning rate falls one bad epoch late. A patience of 2 bears two bad epochs in a row: "
    "the third one lowers the learning rate.",
    "bad > patience",
    "bad > patience + 1",
    idea="patience_off_by_one",
)
grader.edit(
    "goes_on_falling",
    "Once patience is lost, the learning rate falls again with each bad epoch. After it has "
    "fallen, bad epochs are counted from 0 again.",
    "lr, bad = lr * factor, 0",
    "lr = lr * factor",
    idea="counter_not_reset",
)
grader.edit(
    "adds_up_all_bad_epochs",
    "All bad epochs are counted, also those before a better value. Only bad epochs in a row count: "
    "a better value starts the counting from 0.",
    """
    lrs, best = [], float("inf") if mode == "min" else 0.0
    for value in values:
        better = value < best * (1 - 1e-4) if mode == "min" else value > best * (1 + 1e-4)
        if better:
            best, bad = value, 0
    """,
    """
    lrs, best, bad = [], float("inf") if mode == "min" else 0.0, 0
    for value in values:
        better = value < best * (1 - 1e-4) if mode == "min" else value > best * (1 + 1e-4)
        if better:
            best = value
    """,
    idea="counter_not_reset",
)
grader.edit(
    "falls_once_a_plateau",
    "After a fall, further bad epochs never lower the learning rate again, until a better value "
    "has come. The counting starts from 0 after a fall, and the same patience again.",
    FALLS,
    f"""
        if bad == patience + 1 and {ENOUGH}:
            lr = lr * factor
    """,
    idea="counter_not_reset",
)
grader.edit(
    "counts_the_smallest_gain",
    "Any gain counts as better here, however small. It has to be more than a ten-thousandth of the "
    "best value: `threshold=1e-4`.",
    BETTER,
    'value < best if mode == "min" else value > best',
    idea="no_threshold",
)
grader.edit(
    "takes_an_equal_value_for_better",
    "A value that equals the best counts as better here. It is a bad epoch: better means by more "
    "than a ten-thousandth.",
    BETTER,
    'value <= best if mode == "min" else value >= best',
    idea="no_threshold",
)
grader.edit(
    "takes_the_threshold_as_it_is",
    "The threshold is used as a difference of 0.0001. It is relative: 0.0001 times the best value.",
    BETTER,
    'value < best - 1e-4 if mode == "min" else value > best + 1e-4',
    idea="absolute_threshold",
)
grader.edit(
    "lets_the_threshold_help",
    "A value counts as better even if it is a little worse than the best: the threshold has the "
    "wrong sign. It asks for more, `best * (1 - 1e-4)` for smaller and `best * (1 + 1e-4)` for "
    "larger values.",
    BETTER,
    'value < best * (1 + 1e-4) if mode == "min" else value > best * (1 - 1e-4)',
    idea="threshold_with_the_wrong_sign",
)
grader.edit(
    "keeps_what_hardly_counts",
    "A value that is better by too little is a bad epoch, and yet it is kept as the best one. Then "
    "a slow gain never counts. Keep a new best only in a good epoch.",
    """
        else:
            bad += 1
    """,
    """
        else:
            bad += 1
            best = min(best, value) if mode == "min" else max(best, value)
    """,
)
grader.edit(
    "compares_with_the_epoch_before",
    "Each value is compared with the one before it. It has to be better than the best value of all "
    "epochs so far.",
    """
        else:
            bad += 1
    """,
    """
        else:
            bad += 1
            best = value
    """,
    idea="previous_for_best",
)
grader.edit(
    "forgets_the_best_after_a_fall",
    "After a fall, the best value so far is forgotten, and the next one is compared with that of "
    "the fall. The best value stays.",
    "lr, bad = lr * factor, 0",
    "lr, bad, best = lr * factor, 0, value",
    idea="previous_for_best",
)
grader.edit(
    "takes_the_first_epoch_for_a_bad_one",
    "The first value counts as bad here, as where it is compared with itself, or with 0. There is "
    "nothing to compare it with yet: it is the best so far.",
    'float("inf") if mode == "min" else 0.0',
    "values[0] if values else 0.0",
)
grader.edit(
    "gives_the_lr_before_the_step",
    "Each learning rate is the one before the scheduler has seen the value. It is asked for after "
    "`scheduler.step(value)`.",
    FALLS + "        lrs.append(lr)\n",
    "        lrs.append(lr)" + FALLS,
    idea="scheduler_a_step_late",
)
grader.edit(
    "begins_with_the_first_lr",
    "There is one learning rate too many, as where the list begins with `lr`: one for each value.",
    "return lrs",
    "return [lrs[0] if lrs else lr, *lrs]",
    idea="one_too_many",
)
grader.edit(
    "takes_the_factor_for_the_part_that_goes",
    "`factor` is what is left of the learning rate, not the part that is taken away: multiply by "
    "it.",
    "lr * factor",
    "lr * (1 - factor)",
)
grader.edit(
    "divides_by_the_factor",
    "The learning rate grows when it should fall: it is multiplied by `factor`, not divided.",
    "lr * factor",
    "lr / factor",
)
grader.edit(
    "returns_the_last_lr",
    "This is one number, the learning rate at the end. Return a list with that of each epoch.",
    "return lrs",
    "return lr",
    idea="last_one_only",
)
grader.edits(
    "falls_by_next_to_nothing",
    "The learning rate falls by 1e-8 or less here, where torch leaves it as it is: `eps=1e-8` is "
    "the default.",
    ENOUGH,
    ["lr > 0", "lr * (1 - factor) > 1e-9", "lr * (1 - factor) > 1e-10", "lr > 1e-8"],
    idea="eps_ignored",
)
grader.edit(
    "takes_eps_for_a_lower_bound",
    "A learning rate of 1e-8 is the lowest here. `eps=1e-8` is no bound for the learning rate, but "
    "for the amount by which it falls: `lr - lr * factor > eps`.",
    FALLS,
    """
        if bad > patience:
            lr, bad = max(lr * factor, min(lr, 1e-8)), 0
    """,
    idea="eps_ignored",
)
grader.edit(
    "never_falls",
    "The learning rate never changes, as where the values are not looked at. It falls when there "
    "are more bad epochs in a row than `patience`.",
    "lr, bad = lr * factor, 0",
    "bad = 0",
)


from solutions.schedules.plateau_lrs import plateau_lrs


@grader.misconception(idea="mode_ignored")
def waits_for_smaller_values(values, lr, factor, patience, mode):
    """Values count as better when they get smaller, whatever `mode` is. With an accuracy, each
    improvement is then a bad epoch: with "max", larger ones are better."""
    return plateau_lrs(values, lr, factor, patience, "min")


@grader.misconception(idea="mode_ignored")
def swaps_the_modes(values, lr, factor, patience, mode):
    """The two modes have changed places: with "min" smaller values are better, with "max" larger
    ones."""
    return plateau_lrs(values, lr, factor, patience, "max" if mode == "min" else "min")


SMALLER, LARGER = "value < best * (1 - 0.0001)", "value > best * (1 + 0.0001)"
MODE = "mode == 'min'"
ALPHABET = 'there are two modes, and "max" comes before "min" in the alphabet'
for same in ("mode >= 'min'", "mode is 'min'"):
    grader.equivalent(
        f"better = {SMALLER} if {MODE} else {LARGER} -> better = {SMALLER} if {same} else {LARGER}",
        ALPHABET,
    )
    grader.equivalent(
        f"lrs, best = ([], float('inf') if {MODE} else 0.0) -> "
        f"lrs, best = ([], float('inf') if {same} else 0.0)",
        ALPHABET,
    )
for smaller, larger in ((SMALLER.replace("<", "<="), LARGER), (SMALLER, LARGER.replace(">", ">="))):
    grader.equivalent(
        f"better = {SMALLER} if {MODE} else {LARGER} -> better = {smaller} if {MODE} else {larger}",
        "which side of the threshold a value right on it is on, is a matter of rounding",
    )
LOST = "if bad > patience and lr * (1 - factor) > 1e-08:"
grader.equivalent(
    f"{LOST} -> {LOST.replace('> 1e', '>= 1e')}",
    "whether a fall by exactly `eps` is made, is a matter of rounding",
)
grader.equivalent(
    f"lrs, best = ([], float('inf') if {MODE} else 0.0) -> "
    f"lrs, best = ([], float('inf') if {MODE} else -1.0)",
    "all values are above 0, and so above both",
)
