import random

import torch
from torch import nn, optim

from torchkata import Grader, randn64, snapshot, with_old_gradients

grader = Grader(
    points=2,
    level=2,
    after=("schedules/plateau_lrs", "training_loop/evaluate"),
    start="waits_for_a_smaller_accuracy",
    hints=(
        "How does the scheduler decide whether an epoch was better than the best so far?",
        "Give it a falling accuracy: 0.9, 0.8, 0.7, 0.6, 0.5. What does the learning rate do?",
        "It does not know what its number means. One of its settings says which way is better.",
    ),
)


@grader.observe
def lrs_calls_and_model(answer, model, optimizer, batch, shares):
    inputs, targets = batch
    lrs, calls, shares = [], [], shares.tolist()

    def train(model, optimizer):
        calls.append("train")
        lrs.append(optimizer.param_groups[-1]["lr"])
        optimizer.zero_grad()
        nn.functional.mse_loss(model(inputs), targets).backward()
        optimizer.step()

    def accuracy(model):
        calls.append("accuracy")
        return shares[min(calls.count("accuracy"), len(shares)) - 1]

    accuracies = answer(model, optimizer, train, accuracy, len(shares))
    return {
        "lr of each epoch": lrs,
        "lr at the end": optimizer.param_groups[-1]["lr"],
        "calls": calls,
        "accuracies": accuracies,
        "model at the end": snapshot(model.state_dict()),
    }


def training(shares, lr=0.1):
    """A layer, its optimizer with two groups, a batch, and an accuracy for each epoch."""
    model = with_old_gradients(nn.Linear(3, 2, dtype=torch.float64))
    groups = [{"params": [model.bias], "lr": 4 * lr}, {"params": [model.weight]}]
    optimizer = optim.SGD(groups, lr=lr * (1 + random.random()), momentum=0.9)
    batch = randn64(6, 3), randn64(6, 2)
    return model, optimizer, batch, torch.tensor(shares, dtype=torch.float64)


@grader.case
def falls():
    """The accuracy falls in all of 8 epochs."""
    return training([0.9 - 0.1 * epoch + random.random() / 20 for epoch in range(8)])


@grader.case
def hardly_rises():
    """From epoch to epoch the accuracy is 1.00004 times what it was, in 9 epochs: every third one
    is better than the best so far."""
    first = 0.3 + random.random() / 10
    return training([first * 1.00004**epoch for epoch in range(9)])


@grader.case
def too_little_at_the_top():
    """From epoch to epoch the accuracy is 1.00002 times what it was, in 7 epochs, of which the
    first has 0.99."""
    first = 0.99 + random.random() / 200
    return training([first * 1.00002**epoch for epoch in range(7)])


@grader.case
def stays_equal():
    """The same accuracy in all of 8 epochs, and a learning rate of 0.001 to 0.002."""
    return training([0.2 + random.random() / 2] * 8, lr=0.001)


@grader.case
def up_and_down():
    """15 epochs: now and then one is better, and from the fifth on none."""
    a = random.random() / 20
    shares = [0.5, 0.6, 0.4, 0.55, 0.7, 0.3, 0.65, 0.6, 0.69, 0.5, 0.2, 0.7, 0.6, 0.5, 0.69]
    return training([share + a for share in shares])


@grader.case
def one_epoch():
    """A single epoch, after which all is right."""
    return training([1.0])


@grader.case
def as_in_the_docstring():
    """The example of the docstring: an accuracy that rises in all of 5 epochs."""
    model = nn.Linear(1, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    batch = torch.ones(2, 1), torch.zeros(2, 1)
    return model, optimizer, batch, torch.arange(5, 10, dtype=torch.float64) / 10


from graders._shared import RETURNS_AFTER_THE_FIRST_EPOCH

BUILT = 'scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="max", patience=2)'
STEP = "scheduler.step(accuracies[-1])"
EPOCH = """
        train(model, optimizer)
        accuracies.append(accuracy(model))
        scheduler.step(accuracies[-1])
"""
WHOLE = f"""
    {BUILT}
    accuracies = []
    for _ in range(epochs):
        {EPOCH.strip()}
"""


def with_min(step):
    """The whole program with the bug that it began with, and another step."""
    return WHOLE.replace('"max"', '"min"').replace(STEP, step)


grader.edit(
    "waits_for_a_smaller_accuracy",
    "The learning rate falls while the accuracy rises: the scheduler takes smaller numbers for "
    "better, as it does for a loss. Of an accuracy the larger one is better, and `mode` says so.",
    'mode="max"',
    'mode="min"',
    idea="sign_turned_over",
)
grader.edits(
    "turns_the_accuracy_around",
    "With the accuracy turned around (`-accuracy`), an accuracy that stays equal counts as "
    "better in each epoch: the scheduler multiplies the best number by 0.9999, which makes a "
    "number below 0 larger. Tell the scheduler instead that larger is better.",
    WHOLE,
    [with_min("scheduler.step(-accuracies[-1])"), with_min("scheduler.step(-1 * accuracies[-1])")],
)
grader.edit(
    "takes_the_share_of_wrong_answers",
    "With `1 - accuracy` the direction is right, but what counts as better is not: near the top "
    "the share of wrong answers is small, and a tiny change is more than 0.0001 of it. Show the "
    "scheduler the accuracy, and tell it that larger is better.",
    WHOLE,
    with_min("scheduler.step(1 - accuracies[-1])"),
    idea="error_rate_for_accuracy",
)
grader.edits(
    "only_waits_longer",
    "With more patience the learning rate falls later, and still for the wrong reason: the "
    "scheduler takes smaller accuracies for better ones.",
    WHOLE,
    [with_min(STEP).replace("patience=2", f"patience={more}") for more in (3, 4, 5)],
    idea="sign_turned_over",
)
grader.edits(
    "never_lowers_it",
    "The learning rate never falls, not even where the accuracy falls all the time, as where "
    "`step` is not called or the patience is longer than the training (it is 10 by default).",
    WHOLE,
    [
        WHOLE.replace(STEP, "pass"),
        WHOLE.replace(", patience=2", ""),
        with_min(STEP).replace(", patience=2", ""),
        with_min(STEP).replace("patience=2", "patience=100"),
    ],
    idea="scheduler_never_stepped",
)
grader.edits(
    "waits_for_another_number_of_epochs",
    "Larger is better now, but the number of epochs without a better one has changed. `patience` "
    "was right: 2 are waited for, and the third lowers the learning rate.",
    "patience=2",
    ["patience=1", "patience=3", "patience=0", "patience=5"],
    idea="patience_off_by_one",
)
grader.edits(
    "counts_every_gain",
    "Any larger accuracy counts as better, however little it gained, as with `threshold=0`. Leave "
    "the threshold at its default.",
    "patience=2",
    ["patience=2, threshold=0", "patience=2, threshold=1e-8"],
    idea="no_threshold",
)
grader.edit(
    "counts_gains_by_their_difference",
    "An accuracy counts as better from a difference of 0.0001 on, as with "
    '`threshold_mode="abs"`. It is to be 1.0001 times the best one: leave that setting out.',
    "patience=2",
    'patience=2, threshold_mode="abs"',
    idea="absolute_threshold",
)
grader.edits(
    "changes_the_factor",
    "It falls in the right epochs, but not to a tenth: the factor was no part of the bug.",
    "patience=2",
    ["patience=2, factor=0.5", "patience=2, factor=0.2"],
)
grader.edit(
    "tells_the_scheduler_nothing",
    "This scheduler decides by a number, which you have to give it: `scheduler.step(value)`.",
    STEP,
    "scheduler.step()",
    idea="plateau_without_value",
)
grader.edits(
    "tells_it_the_mean",
    "The scheduler is told a mean of the accuracies so far, which hardly falls. Tell it the "
    "accuracy of this epoch.",
    STEP,
    [
        "scheduler.step(sum(accuracies) / len(accuracies))",
        "scheduler.step(sum(accuracies[-2:]) / 2)",
    ],
)
grader.edit(
    "asks_twice",
    "The accuracy is worked out twice in each epoch. It is kept in `accuracies` already.",
    STEP,
    "scheduler.step(accuracy(model))",
    idea="two_validations",
)
grader.edit(
    "asks_before_the_epoch",
    "The accuracy is worked out before the training of the epoch. Let it come after.",
    EPOCH,
    """
        accuracies.append(accuracy(model))
        train(model, optimizer)
        scheduler.step(accuracies[-1])
    """,
    idea="validated_too_early",
)
grader.edit(
    "lets_a_better_epoch_lower_it",
    "The learning rate falls as soon as the accuracy *rises* for the third time, as where the "
    "condition is turned around by hand. Count the epochs that were no better.",
    WHOLE,
    """
    accuracies, best, better = [], 0.0, 0
    for _ in range(epochs):
        train(model, optimizer)
        accuracies.append(accuracy(model))
        if accuracies[-1] > best * 1.0001:
            best, better = accuracies[-1], better + 1
        else:
            better = 0
        if better > 2:
            better = 0
            for group in optimizer.param_groups:
                group["lr"] *= 0.1
    """,
    idea="sign_turned_over",
)
grader.edit(
    "returns_the_best_accuracy",
    "A single number came back, the best accuracy. Return them all: `accuracies`.",
    "return accuracies",
    "return max(accuracies)",
)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=EPOCH,
    new=f"{EPOCH}        break",
)
