import random

import torch
from torch import nn

from torchkata import Grader, randn64, snapshot, with_old_gradients

grader = Grader(
    points=1,
    level=2,
    after=("schedules/lr_by_epoch", "training_loop/train_one_epoch"),
    start="says_nothing_to_the_scheduler",
    hints=(
        "Read the last line of the message: what is missing, and in which call?",
        "Whose learning rate is to change? The scheduler can only know if you tell it.",
        "`help(torch.optim.lr_scheduler.StepLR)` shows its arguments, in their order.",
    ),
)


@grader.observe
def lrs_losses_and_model(answer, model, batch, epochs, step_size, gamma):
    inputs, targets = batch
    lrs = []

    def train(model, optimizer):
        lrs.append(optimizer.param_groups[0]["lr"])
        for _ in range(2):  # after one, no momentum within an epoch would show
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(inputs), targets)
            loss.backward()
            optimizer.step()
        return loss.item()

    losses = answer(model, train, epochs, step_size, gamma)
    return {
        "lr of each epoch": lrs,
        "losses": losses,
        "model at the end": snapshot(model.state_dict()),
    }


def training(dtype=torch.float32):
    """A model of two layers with old gradients, and a batch for it."""
    model = nn.Sequential(nn.Linear(3, 4, dtype=dtype), nn.Tanh(), nn.Linear(4, 2, dtype=dtype))
    return with_old_gradients(model), (randn64(6, 3).to(dtype), randn64(6, 2).to(dtype))


@grader.case
def three_stairs():
    """7 epochs, and a lower learning rate after every 3."""
    return *training(), 7, 3, 0.3 + random.random() / 4


@grader.case
def every_epoch():
    """5 epochs in float64, and a lower learning rate after each."""
    return *training(torch.float64), 5, 1, 0.05 + random.random() / 50


@grader.case
def a_single_epoch():
    """1 epoch, which is too few for a second learning rate."""
    return *training(), 1, 2, 0.5


@grader.case
def upwards():
    """6 epochs; after every 2, the learning rate gets higher."""
    return *training(), 6, 2, 1.2 + random.random() / 4


@grader.case
def as_in_the_docstring():
    """4 epochs, and a quarter of the learning rate after every 2."""
    return nn.Linear(1, 1), (randn64(6, 1).float(), randn64(6, 1).float()), 4, 2, 0.25


from graders._shared import RETURNS_AFTER_THE_FIRST_EPOCH
from graders.debugging._shared import LOSES_THE_MOMENTUM, TAKES_ANOTHER_OPTIMIZER

STEP_LR = "StepLR(optimizer, step_size, gamma)"
EPOCH = """
        losses.append(train(model, optimizer))
        scheduler.step()
"""

grader.edit(
    "says_nothing_to_the_scheduler",
    "`StepLR()` cannot know whose learning rate it changes, and when. The message names both of "
    "the arguments that it needs.",
    "StepLR(optimizer, step_size, gamma)",
    "StepLR()",
    idea="scheduler_without_settings",
)
grader.edits(
    "forgets_the_optimizer",
    "The first argument of `StepLR` is the optimizer, whose learning rate it changes. A model, its "
    "parameters, a number, a list or the class SGD is none.",
    STEP_LR,
    [
        "StepLR(step_size, gamma)",
        "StepLR(step_size=step_size, gamma=gamma)",
        "StepLR(0.1, step_size, gamma)",
        "StepLR(model, step_size, gamma)",
        "StepLR([optimizer], step_size, gamma)",
        "StepLR(torch.optim.SGD, step_size, gamma)",
        "StepLR(model.parameters(), step_size, gamma)",
    ],
    idea="scheduler_without_optimizer",
)
grader.edits(
    "gives_one_argument",
    "One argument is not enough for `StepLR`: it needs the optimizer, and after how many epochs "
    "the learning rate changes.",
    STEP_LR,
    ["StepLR(optimizer)", "StepLR(step_size)"],
    idea="scheduler_without_settings",
)
grader.edits(
    "leaves_gamma_at_its_default",
    "The learning rate changes in the right epochs, to a tenth each time, as where `gamma` is left "
    "at its default, 0.1. Hand yours on: `gamma=gamma`.",
    STEP_LR,
    ["StepLR(optimizer, step_size)", "StepLR(optimizer, step_size, gamma=0.1)"],
    idea="argument_not_used",
)
grader.edits(
    "lowers_it_after_each_epoch",
    "The learning rate changes after each epoch, as where `step_size` is 1 or the scheduler is an "
    "ExponentialLR. It is to stay for `step_size` epochs.",
    STEP_LR,
    ["StepLR(optimizer, 1, gamma)", "ExponentialLR(optimizer, gamma)"],
    idea="argument_not_used",
)
grader.edit(
    "swaps_step_size_and_gamma",
    "The learning rate is multiplied by `step_size`: that and `gamma` have changed places. After "
    "the optimizer comes `step_size`, and `gamma` is last.",
    STEP_LR,
    "StepLR(optimizer, gamma, step_size)",
    idea="settings_by_place",
)
grader.edit(
    "lowers_it_once",
    "The learning rate changes once, and never again, as where MultiStepLR is told one epoch. "
    "`StepLR` changes it after every `step_size` epochs.",
    STEP_LR,
    "MultiStepLR(optimizer, [step_size], gamma)",
)
grader.edits(
    "stops_at_a_bound",
    "The learning rate falls to some bound and no further, as where `max` keeps it above one. Each "
    "is `gamma` times the one before, however small that is.",
    STEP_LR,
    [
        f"LambdaLR(optimizer, lambda n: max(gamma ** (n // step_size), {bound}))"
        for bound in ("1e-2", "1e-3", "1e-4")
    ],
)
grader.edit(
    "goes_down_a_slope",
    "The learning rate changes a little after each epoch, as where `/` divides in the exponent. It "
    "is to stay for `step_size` epochs: `//` makes stairs, and `StepLR` does so by itself.",
    STEP_LR,
    "LambdaLR(optimizer, lambda epoch: gamma ** (epoch / step_size))",
)
grader.edits(
    "never_lowers_it",
    "Now there is no error, and the learning rate is 0.1 in all epochs, as where the scheduler was "
    "taken out, the error is caught, or `step_size` is too large. Build the scheduler with the "
    "arguments that it needs.",
    f"scheduler = torch.optim.lr_scheduler.{STEP_LR}",
    [
        "scheduler = torch.optim.lr_scheduler.StepLR(optimizer, epochs)",
        "scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 30, gamma)",
        "scheduler = torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)",
    ],
    idea="scheduler_never_stepped",
)
grader.edit(
    "divides_the_epochs",
    "The stairs have another length: `step_size` is how many epochs each of them has, and not how "
    "many stairs there are.",
    STEP_LR,
    "StepLR(optimizer, max(epochs // step_size, 1), gamma)",
)
grader.edit(
    "multiplies_by_the_rest",
    "The learning rate is multiplied by `1 - gamma`, as where `gamma` is taken for what is to be "
    "taken away. It is what the learning rate is multiplied by.",
    STEP_LR,
    "StepLR(optimizer, step_size, 1 - gamma)",
    idea="one_minus_the_share",
)
grader.edit(
    "begins_a_stair_lower",
    "The very first epoch already has a lower learning rate, as where 0 is among the epochs after "
    "which it is lowered.",
    STEP_LR,
    "MultiStepLR(optimizer, range(0, epochs, step_size), gamma)",
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "tells_the_epoch",
    "The scheduler is told the index of the epoch that has just ended, so each learning rate "
    "comes one epoch late: `step()` without an argument counts on by itself.",
    "scheduler.step()",
    "scheduler.step(len(losses) - 1)",
    idea="scheduler_told_the_epoch",
)
grader.edits(
    "waits_twice",
    "The scheduler is stepped in some epochs only. `StepLR` counts up to `step_size` by itself: "
    "step it after each epoch.",
    "scheduler.step()",
    [
        "if len(losses) % step_size == 0:\n    scheduler.step()",
        "if (len(losses) - 1) % step_size == 0:\n    scheduler.step()",
    ],
)
grader.edit(
    "steps_the_scheduler_first",
    "`scheduler.step()` came before the epoch, so each epoch is trained with the learning rate of "
    "the next one.",
    EPOCH,
    """
        scheduler.step()
        losses.append(train(model, optimizer))
    """,
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "builds_a_scheduler_in_each_epoch",
    "A scheduler that is built in each epoch counts from 0 in each. Build one, before the loop.",
    f"""
    scheduler = torch.optim.lr_scheduler.{STEP_LR}
    losses = []
    for _ in range(epochs):
        losses.append(train(model, optimizer))
    """,
    f"""
    losses = []
    for _ in range(epochs):
        scheduler = torch.optim.lr_scheduler.{STEP_LR}
        losses.append(train(model, optimizer))
    """,
    idea="counter_reset_too_often",
)
grader.edit(
    "builds_both_in_each_epoch",
    "The learning rate is 0.1 in each epoch, and the momentum of the epoch before is lost, as "
    "where the optimizer is built in the loop. Build it once, before.",
    f"""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.{STEP_LR}
    losses = []
    for _ in range(epochs):
        losses.append(train(model, optimizer))
    """,
    f"""
    losses = []
    for _ in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        scheduler = torch.optim.lr_scheduler.{STEP_LR}
        losses.append(train(model, optimizer))
    """,
    idea="state_of_the_optimizer_lost",
)
grader.edits(
    "loses_the_momentum_on_the_way",
    "The learning rates are right, but the momentum of earlier epochs gets lost, as where each "
    "stair or each epoch has a new optimizer. Build one, before the loop.",
    EPOCH,
    [
        f"{EPOCH}        if len(losses) % {length} == 0:\n            optimizer.state.clear()\n"
        for length in ("step_size", "1")
    ],
    idea="state_of_the_optimizer_lost",
)
grader.edit(
    "lowers_it_once_too_soon",
    "The first learning rate lasts for one epoch less than the others, as with a count of the "
    "epochs that begins at 1.",
    "losses = []",
    "losses = []\nscheduler.last_epoch = 1",
    idea="off_by_one",
)
grader.edit("loses_the_momentum", **LOSES_THE_MOMENTUM, old=", momentum=0.9", new="")
grader.edits(
    "takes_another_optimizer",
    **TAKES_ANOTHER_OPTIMIZER,
    old="torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)",
    news=[
        f"torch.optim.{name}(model.parameters(), lr=0.1)" for name in ("Adam", "AdamW", "RMSprop")
    ],
)
grader.edit(
    "returns_the_learning_rates",
    "These are the learning rates of the epochs, which the example's `train` returns. Asked for is "
    "what `train` returned, whatever that is.",
    "losses.append(train(model, optimizer))",
    "losses.append(optimizer.param_groups[0]['lr'])\ntrain(model, optimizer)",
)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=EPOCH,
    new=f"{EPOCH}        break",
)

grader.equivalent(
    "lowers_it_after_each_epoch + waits_twice",
    "A scheduler that lowers it in each step, and is stepped once a stair, gives the same stairs.",
)
