import random

import torch
from torch import optim
from torch.optim import lr_scheduler

from torchkata import Grader

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("schedules/scheduled_training",),
    start="shows_every_scheduler_the_loss",
    # What is rounded to four digits is told from what is not.
    tolerance={"losses": (1e-6, 1e-9)},
    hints=(
        "Read the warning that torch gives with StepLR. What does it take the loss for?",
        "`StepLR(optimizer, step_size=2).step(35.0)`: after how many epochs is the learning rate "
        "divided by 10 that often?",
        "Of all schedulers one looks at a number. What do the others need to know?",
    ),
)


@grader.observe
def lrs_and_losses(answer, scheduler, optimizer, losses):
    lrs, losses = [], losses.tolist()

    def train():
        lrs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        return losses[min(len(lrs), len(losses)) - 1]

    returned = answer(train, scheduler, len(losses))
    lr = optimizer.param_groups[0]["lr"]
    return {"lr of each epoch": lrs, "lr at the end": lr, "losses": returned}


def sgd(*losses):
    """An optimizer with a learning rate between 0.1 and 0.2, and the loss of each epoch."""
    param = torch.zeros(1, requires_grad=True)
    optimizer = optim.SGD([param], lr=0.1 + random.random() / 10)
    return optimizer, torch.tensor(losses, dtype=torch.float64)


@grader.case
def step_lr():
    """StepLR over 6 epochs: the learning rate changes after every 2; losses below 1."""
    optimizer, losses = sgd(*[0.7 + random.random() / 5 for _ in range(6)])
    return lr_scheduler.StepLR(optimizer, step_size=2), optimizer, losses


@grader.case
def step_lr_with_large_losses():
    """StepLR over 5 epochs: the learning rate changes after every 3; losses above 30."""
    optimizer, losses = sgd(*[35 - 2 * epoch - random.random() for epoch in range(5)])
    return lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.4), optimizer, losses


@grader.case
def cosine():
    """CosineAnnealingLR over 5 epochs; losses that fall from 4 to 2."""
    optimizer, losses = sgd(*[4 - 0.5 * epoch + random.random() / 9 for epoch in range(5)])
    return lr_scheduler.CosineAnnealingLR(optimizer, T_max=5), optimizer, losses


@grader.case
def exponential():
    """ExponentialLR over 4 epochs; losses below 0, as of the logarithms of densities."""
    optimizer, losses = sgd(*[-1 - epoch - random.random() for epoch in range(4)])
    return lr_scheduler.ExponentialLR(optimizer, gamma=0.6), optimizer, losses


@grader.case
def by_a_function():
    """LambdaLR, which divides by the number of the epoch, over 3 epochs."""
    optimizer, losses = sgd(*[2.5 + random.random() for _ in range(3)])
    return lr_scheduler.LambdaLR(optimizer, lambda n: 1 / (n + 1)), optimizer, losses


@grader.case
def plateau():
    """ReduceLROnPlateau over 6 epochs; a loss that gets better, then worse."""
    optimizer, losses = sgd(*[loss + random.random() / 99 for loss in (0.9, 0.7, 0.74, 0.75, 3, 3)])
    return lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.3, patience=1), optimizer, losses


@grader.case
def plateau_with_losses_below_0():
    """ReduceLROnPlateau over 6 epochs; the losses are 0 and below, and three are no better."""
    less = random.random() / 99
    losses = -0.2 - less, 0.0, -1 - less, -0.9 - less, -0.8 - less, -2 - less
    optimizer, losses = sgd(*losses)
    return lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.6, patience=0), optimizer, losses


@grader.case
def constant():
    """ConstantLR over 5 epochs: the learning rate is a third for the first 3; losses near 1."""
    optimizer, losses = sgd(*[1 + random.random() / 2 for _ in range(5)])
    return lr_scheduler.ConstantLR(optimizer, factor=1 / 3, total_iters=3), optimizer, losses


@grader.case
def cyclic():
    """CyclicLR over 5 epochs: the learning rate grows for 3, then falls; losses near 0.5."""
    optimizer, losses = sgd(*[0.5 + random.random() / 9 for _ in range(5)])
    lrs = 0.1 + random.random() / 10, 0.9
    cyclic = lr_scheduler.CyclicLR(optimizer, *lrs, step_size_up=3, cycle_momentum=False)
    return cyclic, optimizer, losses


@grader.case
def one_epoch():
    """MultiStepLR, and a single epoch."""
    optimizer, losses = sgd(5.5)
    return lr_scheduler.MultiStepLR(optimizer, [1, 4], gamma=0.2), optimizer, losses


@grader.case
def as_in_the_docstring():
    """The example of the docstring: StepLR over 4 epochs, and a loss of 0.7 in each."""
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    losses = torch.full((4,), 0.7, dtype=torch.float64)
    return lr_scheduler.StepLR(optimizer, step_size=2), optimizer, losses


from graders._shared import RETURNS_AFTER_THE_FIRST_EPOCH

STEPS = """
        if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
            scheduler.step(losses[-1])
        else:
            scheduler.step()
"""
EPOCH = f"        losses.append(train())\n{STEPS[1:]}"

grader.edit(
    "shows_every_scheduler_the_loss",
    "Only ReduceLROnPlateau looks at the loss. All other schedulers take what `step` is given for "
    "the number of an epoch, and jump there: a loss of 35 is epoch 35, and 0.7 is still epoch 0.",
    """
        if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
            scheduler.step(losses[-1])
        else:
            scheduler.step()
    """,
    """
        scheduler.step(losses[-1])
    """,
    idea="loss_for_epoch",
)
grader.edit(
    "shows_no_scheduler_anything",
    "StepLR and its like are right now. ReduceLROnPlateau decides by the loss, and its `step` "
    "still needs it.",
    STEPS,
    "        scheduler.step()",
    idea="plateau_without_value",
)
grader.edits(
    "shows_some_schedulers_the_loss",
    "What the description names is right now, and the schedulers that it does not name still take "
    "the loss for an epoch. Only one scheduler looks at it: ask for that one.",
    "if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):",
    [
        f"if not isinstance(scheduler, {kinds}):"
        for kinds in (
            "torch.optim.lr_scheduler.StepLR",
            "(torch.optim.lr_scheduler.StepLR, torch.optim.lr_scheduler.CosineAnnealingLR)",
        )
    ],
    idea="loss_for_epoch",
)
grader.edits(
    "takes_another_for_the_plateau",
    "Some schedulers that count epochs are still given the loss, as where an attribute is asked "
    "for that they have as well: ConstantLR has a `factor`, CyclicLR a `mode`. Ask for the class.",
    "isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)",
    [
        'hasattr(scheduler, "factor")',
        'hasattr(scheduler, "mode")',
        'hasattr(scheduler, "factor") or hasattr(scheduler, "mode")',
    ],
    idea="loss_for_epoch",
)
grader.edit(
    "turns_the_condition_around",
    "It is the wrong way round: ReduceLROnPlateau is stepped without the loss, and all others get "
    "it.",
    "if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):",
    "if not isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):",
    idea="plateau_without_value",
)
grader.edits(
    "makes_the_loss_an_epoch",
    "The loss is made a whole or a smaller number, and is still taken for the number of an epoch. "
    "The schedulers that count epochs do so by themselves: tell them nothing.",
    "scheduler.step()",
    [
        "scheduler.step(int(losses[-1]))",
        "scheduler.step(round(losses[-1]))",
        "scheduler.step(min(losses[-1], 1.0))",
    ],
    idea="loss_for_epoch",
)
grader.edits(
    "gives_the_mean_loss",
    "The mean of the losses so far is a loss as well, and is taken for the number of an epoch: "
    "tell the schedulers that count epochs nothing.",
    "scheduler.step()",
    ["scheduler.step(sum(losses) / len(losses))", "scheduler.step(sum(losses))"],
    idea="loss_for_epoch",
)
grader.edit(
    "tells_the_epoch",
    "The schedulers are told the index of the epoch that has just ended, so each learning rate "
    "comes one epoch late. Without an argument, `step()` counts on by itself.",
    "scheduler.step()",
    "scheduler.step(len(losses) - 1)",
    idea="scheduler_told_the_epoch",
)
grader.edits(
    "tells_every_scheduler_the_epoch",
    "Every scheduler is told the number of the epoch. ReduceLROnPlateau takes it for a loss, and "
    "one that grows all the time; the others count by themselves.",
    STEPS,
    ["        scheduler.step(len(losses))", "        scheduler.step(len(losses) - 1)"],
    idea="scheduler_told_the_epoch",
)
grader.edit(
    "steps_only_the_plateau",
    "The loss is not taken for an epoch any more, but the schedulers that count epochs are not "
    "stepped at all, and their learning rate never changes.",
    "scheduler.step()",
    "pass",
    idea="scheduler_never_stepped",
)
grader.edit(
    "steps_all_but_the_plateau",
    "ReduceLROnPlateau is not stepped any more: it was right before, with the loss.",
    "scheduler.step(losses[-1])",
    "pass",
    idea="scheduler_never_stepped",
)
grader.edit(
    "steps_no_scheduler",
    "The learning rate never changes: no scheduler is stepped any more.",
    STEPS,
    "        pass",
    idea="scheduler_never_stepped",
)
grader.edit(
    "steps_before_the_epoch",
    "The schedulers that count epochs are stepped before the training, so the first epoch has the "
    "learning rate of the second.",
    EPOCH,
    """
        plateau = isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
        if not plateau:
            scheduler.step()
        losses.append(train())
        if plateau:
            scheduler.step(losses[-1])
    """,
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "steps_twice",
    "The schedulers that count epochs count two for each: call `step()` once.",
    "scheduler.step()",
    "scheduler.step(); scheduler.step()",
    idea="scheduler_stepped_twice",
)
grader.edit(
    "shows_the_plateau_the_mean",
    "ReduceLROnPlateau is told the mean of the losses so far, which hides that the last ones were "
    "worse. Its loss was right before.",
    "scheduler.step(losses[-1])",
    "scheduler.step(sum(losses) / len(losses))",
)
grader.edits(
    "skips_losses_of_0_and_below",
    "ReduceLROnPlateau is not stepped after some epochs, as where `if loss` or `if loss > 0` is "
    "asked first. 0 is a loss, too, and one below 0 is better still.",
    "scheduler.step(losses[-1])",
    ["losses[-1] > 0 and scheduler.step(losses[-1])", "losses[-1] and scheduler.step(losses[-1])"],
    idea="falsy_number",
)
grader.edits(
    "steps_only_after_better_epochs",
    "The schedulers that count epochs are stepped after some epochs only, as where the loss has to "
    "get better first. They count every epoch.",
    "            scheduler.step()",
    [
        f"            if losses[-1] < {others}:\n                scheduler.step()"
        for others in ('min(losses[:-1], default=float("inf"))', '[float("inf"), *losses][-2]')
    ],
)
grader.edit(
    "leaves_out_the_last_step",
    "The step after the last epoch is missing, as where the loop runs between the epochs. The "
    "scheduler sets the learning rate after each: training may go on with it.",
    EPOCH,
    EPOCH.replace(
        "        if is", "        if len(losses) == epochs:\n            break\n        if is"
    ),
    idea="off_by_one",
)
grader.edits(
    "rounds_the_losses",
    "The losses that come back were rounded. Return them as `train` gave them; rounding belongs "
    "where they are printed.",
    "return losses",
    [f"return [round(loss, {digits}) for loss in losses]" for digits in (2, 3, 4)],
    idea="unasked_rounding",
)
grader.edit(
    "trains_for_the_scheduler",
    "`train` is called twice in each epoch, once for the list and once for the scheduler.",
    "scheduler.step(losses[-1])",
    "scheduler.step(train())",
)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=EPOCH,
    new=f"{EPOCH}        break",
)
