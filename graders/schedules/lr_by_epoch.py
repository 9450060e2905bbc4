import random

from torchkata import Grader, called

grader = Grader(
    points=1,
    level=2,
    core=True,
    after=("training_loop/train_one_epoch",),
    hints=(
        "In each of the three, the learning rate is `lr` times a power of `gamma`: which power?",
        "`scheduler.step()` comes after the training, so the first epoch has the `lr` that was "
        "given, whatever the schedule.",
        "How often has StepLR multiplied before epoch 5, if `when` is 2? And MultiStepLR, if "
        "`when` is [2, 5]?",
    ),
)


@grader.observe
def lrs(answer, schedule, lr, gamma, when, epochs):
    lrs, changes = called(answer, schedule=schedule, lr=lr, gamma=gamma, when=when, epochs=epochs)
    return {"lr of the epochs": lrs, **changes}


def drawn(low, high):
    """A float between two bounds."""
    return low + (high - low) * random.random()


@grader.case
def step_size_of_3():
    """StepLR with a step size of 3, over 11 epochs."""
    return "StepLR", drawn(0.05, 0.4), drawn(0.2, 0.7), 3, 11


@grader.case
def three_milestones():
    """MultiStepLR with three milestones, at unequal distances, the last two next to each other."""
    first = random.randint(2, 3)
    return "MultiStepLR", drawn(0.05, 0.4), drawn(0.2, 0.7), [first, first + 4, first + 5], 13


@grader.case
def exponential():
    """ExponentialLR over 9 epochs."""
    return "ExponentialLR", drawn(0.05, 0.4), drawn(0.6, 0.95), None, 9


@grader.case
def every_epoch():
    """StepLR with a step size of 1, and with a gamma above 1, so that the learning rate grows."""
    return "StepLR", drawn(0.001, 0.01), drawn(1.2, 1.5), 1, 8


@grader.case
def milestones_from_the_first_epoch_on():
    """MultiStepLR whose milestones are 1 and one that is never reached; gamma is 0.1."""
    return "MultiStepLR", drawn(0.05, 0.4), 0.1, [1, 40], 8


@grader.case
def no_milestone():
    """MultiStepLR with an empty list, over 4 epochs."""
    return "MultiStepLR", 0.1, 0.05, [], 4


@grader.case
def no_epochs():
    """ExponentialLR over no epoch at all."""
    return "ExponentialLR", drawn(0.05, 0.4), drawn(0.2, 0.7), None, 0


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 1.0 is halved every 2 epochs."""
    return "StepLR", 1.0, 0.5, 2, 5


STEP = "epoch // when for epoch in range(epochs)"
MULTI = "sum(epoch >= start for start in when)"
MILESTONES = """
case "MultiStepLR":
    falls = [sum(epoch >= start for start in when) for epoch in range(epochs)]
"""
RETURNED = "[lr * gamma**count for count in falls]"

grader.edit(
    "steps_before_the_first_epoch",
    "Each epoch has the learning rate of the one after it, as if `scheduler.step()` came first. "
    "It comes at the end of an epoch: the first one is trained with the `lr` that was given.",
    """
            falls = [epoch // when for epoch in range(epochs)]
        case "MultiStepLR":
            falls = [sum(epoch >= start for start in when) for epoch in range(epochs)]
        case "ExponentialLR":
            falls = list(range(epochs))
    """,
    """
            falls = [epoch // when for epoch in range(1, epochs + 1)]
        case "MultiStepLR":
            falls = [sum(epoch >= start for start in when) for epoch in range(1, epochs + 1)]
        case "ExponentialLR":
            falls = list(range(1, epochs + 1))
    """,
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "falls_after_the_milestone",
    "MultiStepLR is one epoch late here, as with `epoch > milestone`. Epochs count from 0, and "
    "epoch 30 is the first with the lower learning rate if 30 is a milestone.",
    "epoch >= start",
    "epoch > start",
    idea="scheduler_a_step_late",
)
grader.edit(
    "falls_before_the_milestone",
    "MultiStepLR is one epoch early here, as where epochs are counted from 1: the epoch whose "
    "index (from 0) is a milestone is the first with the lower learning rate.",
    "epoch >= start",
    "epoch + 1 >= start",
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "takes_milestones_for_distances",
    "Milestones are counted from the beginning, not from the milestone before: [3, 7] falls in "
    "epochs 3 and 7, not in 3 and 10.",
    MULTI,
    "sum(epoch >= sum(when[: i + 1]) for i in range(len(when)))",
)
grader.edit(
    "steps_an_epoch_early",
    "StepLR falls one epoch early here, as where epochs are counted from 1. With a step size of 3, "
    "the epochs 0, 1 and 2 are equal, and 3 is the first that is lower.",
    STEP,
    "(epoch + 1) // when for epoch in range(epochs)",
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "steps_an_epoch_late",
    "The lower learning rate of StepLR comes one epoch late here. With a step size of 3, the "
    "epochs 0, 1 and 2 are equal, and 3 is the first that is lower.",
    STEP,
    "max(epoch - 1, 0) // when for epoch in range(epochs)",
    idea="scheduler_a_step_late",
)
grader.edit(
    "stays_one_epoch_longer",
    "StepLR keeps each learning rate for one epoch too many here: for `when` epochs, no longer.",
    STEP,
    "epoch // (when + 1) for epoch in range(epochs)",
)
grader.edit(
    "falls_all_the_time",
    "StepLR goes down by a little in each epoch here, as with `epoch / when`. It keeps a learning "
    "rate for `when` epochs and then falls at once: `//` rounds down.",
    STEP,
    "epoch / when for epoch in range(epochs)",
    idea="division_for_floor_division",
)
grader.edit(
    "steps_once",
    "StepLR falls once here and never again. It multiplies by `gamma` every `when` epochs.",
    STEP,
    "int(epoch >= when) for epoch in range(epochs)",
)
grader.edit(
    "falls_at_one_milestone",
    "MultiStepLR multiplies by `gamma` once more at each milestone. Here it does so only at the "
    "first.",
    MULTI,
    "int(any(epoch >= start for start in when))",
)
grader.edit(
    "falls_only_in_the_epoch",
    "The learning rate of MultiStepLR falls in the epoch of a milestone and comes back in the next "
    "one. It stays low: each milestone multiplies what there was before.",
    MULTI,
    "sum(epoch == start for start in when)",
)
grader.edit(
    "goes_on_falling_after_a_milestone",
    "After a milestone the learning rate of MultiStepLR falls in every epoch here. It falls once "
    "for each milestone, and stays there until the next one.",
    MULTI,
    "sum(epoch - start + 1 for start in when if epoch >= start)",
)
grader.edit(
    "raises_gamma_to_the_epoch",
    "The power is the number of the epoch in all three schedules here. That is ExponentialLR. In "
    "the other two, it is how often the schedule has multiplied so far.",
    """
            falls = [epoch // when for epoch in range(epochs)]
        case "MultiStepLR":
            falls = [sum(epoch >= start for start in when) for epoch in range(epochs)]
    """,
    """
            falls = list(range(epochs))
        case "MultiStepLR":
            falls = list(range(epochs))
    """,
)
grader.edit(
    "lets_the_first_epoch_fall",
    "ExponentialLR has multiplied before the first epoch here. Epoch 0 is trained with the `lr` "
    "that was given: `gamma ** epoch`, counted from 0.",
    "falls = list(range(epochs))",
    "falls = list(range(1, epochs + 1))",
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "divides_by_gamma",
    "The learning rate was divided by `gamma`. torch multiplies by it: 0.1 makes a tenth.",
    RETURNED,
    "[lr / gamma**count for count in falls]",
)
grader.edit(
    "multiplies_instead_of_raising",
    "The learning rates fall (or grow) in a straight line here, as with `gamma * count`. What is "
    "multiplied again and again is a power: `gamma ** count`.",
    RETURNED,
    "[lr * (gamma * count if count else 1) for count in falls]",
)
grader.edit(
    "takes_gamma_for_the_part_that_goes",
    "`gamma` is what is left of the learning rate, not the part that is taken away: do not use "
    "`1 - gamma`.",
    RETURNED,
    "[lr * (1 - gamma) ** count for count in falls]",
)
grader.edit(
    "uses_the_exponential_function",
    "ExponentialLR is `exp(-gamma * epoch)` here. In torch, `gamma` is the factor itself: "
    "`gamma ** epoch`.",
    """
    return [lr * gamma**count for count in falls]
    """,
    """
    if schedule == "ExponentialLR":
        return [lr * 2.718281828459045 ** (-gamma * count) for count in falls]
    return [lr * gamma**count for count in falls]
    """,
)
grader.edit(
    "returns_one_lr_too_many",
    "There is one learning rate too many, as where the list begins with `lr` and each epoch adds "
    "another: an epoch uses one.",
    """
    return [lr * gamma**count for count in falls]
    """,
    """
    lrs = [lr * gamma**count for count in falls]
    return [lr, *lrs]
    """,
    idea="one_too_many",
)
grader.edit(
    "returns_one_lr_for_no_epoch",
    "Over 0 epochs one learning rate comes back, as where the list begins with `lr` before the "
    "loop. An epoch that does not take place has none: return an empty list.",
    RETURNED,
    f"{RETURNED} or [lr]",
    idea="one_too_many",
)
grader.edit(
    "takes_no_milestone_for_exponential",
    "Without milestones MultiStepLR falls in each epoch here, like ExponentialLR, as where `if "
    "when` asks whether there are any: an empty list counts as False. Ask `schedule`.",
    MILESTONES,
    f"{MILESTONES}    falls = falls if when else list(range(epochs))\n",
    idea="empty_for_not_given",
)
grader.edit(
    "returns_the_last_lr",
    "This is one number, the learning rate of the last epoch. Return a list with that of each.",
    "return [lr * gamma**count for count in falls]",
    "return ([lr * gamma**count for count in falls] or [lr])[-1]",
    idea="last_one_only",
)


from graders._shared import changed_list

grader.edits(
    "changes_the_milestones",
    **changed_list("when", "`list(when)`"),
    old=MILESTONES,
    news=[
        MILESTONES + f"    {change}\n"
        for change in (
            "del when[: max(falls, default=0)]",
            "when.append(epochs)",
            "when.insert(0, 0)",
            "when.clear()",
        )
    ],
)
