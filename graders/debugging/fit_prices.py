import random

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

from torchkata import Grader, SteadyDropout, called, randn64, snapshot, with_old_gradients

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("regression_and_binary/mean_squared_error", "training_loop/train_one_epoch"),
    start="meets_each_price",
    hints=(
        "12.4 is the variance of the prices: the loss of a model that answers with their mean, "
        "whatever it gets.",
        "Print `model(inputs).shape`, `prices.shape` and `errors.shape` for a batch of 4.",
        "A column minus a row is a table: each output is compared with each price.",
    ),
)


@grader.observe
def losses_and_model(answer, model, loader, optimizer, epochs):
    batches = loader if isinstance(loader, list) else []

    def call(batches):
        return answer(model, batches or loader, optimizer, epochs)

    losses, changes = called(call, loader=batches)
    return {
        "losses": losses,
        "model at the end": snapshot(model.state_dict()),
        "in training mode afterwards": model.training,
        **changes,
    }


def network(*inner, dtype=torch.float32):
    """A small network in evaluation mode, with old gradients."""
    first = nn.Linear(3, 6, bias=False, dtype=dtype)
    layers = first, *inner, nn.Tanh(), nn.Linear(6, 1, dtype=dtype)
    return with_old_gradients(nn.Sequential(*layers).eval())


def batches_of(*sizes):
    return [(randn64(n, 3), 2 * randn64(n) + 1) for n in sizes]


@grader.case
def with_batch_norm():
    """3 epochs of three batches of unequal size, a model with BatchNorm in evaluation mode, in
    float64."""
    model = network(nn.BatchNorm1d(6, dtype=torch.float64), dtype=torch.float64)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    return model, batches_of(6, 6, 3), optimizer, 3


@grader.case
def with_dropout():
    """2 epochs of two batches, a model with Dropout in float64, Adam."""
    model = network(SteadyDropout(0.3), dtype=torch.float64)
    return model, batches_of(5, 8), optim.Adam(model.parameters(), lr=0.05), 2


@grader.case
def from_a_loader():
    """One epoch of a DataLoader with 9 examples, 4 in a batch, so that the last batch has a single
    one."""
    model = network()
    examples = TensorDataset(torch.randn(9, 3), 3 * torch.randn(9))
    return model, DataLoader(examples, 4), optim.SGD(model.parameters(), lr=0.1), 1


@grader.case
def images():
    """2 epochs of images of shape (N, 2, 2, 3) in float64; three in a batch, then one."""
    layers = nn.Flatten(), nn.Linear(12, 1, dtype=torch.float64)
    model = with_old_gradients(nn.Sequential(*layers))
    batches = [(randn64(n, 2, 2, 3), randn64(n)) for n in (3, 1)]
    return model, batches, optim.SGD(model.parameters(), lr=0.02), 2


@grader.case
def large_prices():
    """2 epochs of one batch of 4 prices from 200 to 900."""
    model = with_old_gradients(nn.Linear(3, 1))
    prices = torch.tensor([random.uniform(200, 900) for _ in range(4)])
    return model, [(torch.randn(4, 3), prices)], optim.SGD(model.parameters(), lr=0.05), 2


@grader.case
def as_in_the_docstring():
    """The example of the docstring: losses of 4.0 and 1.0."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    batch = torch.tensor([[1.0], [-1.0]]), torch.tensor([2.0, -2.0])
    return model, [batch], optim.SGD(model.parameters(), lr=0.25), 2


from graders._shared import CLEARED_LATER, INDEPENDENT, RETURNS_AFTER_THE_FIRST_EPOCH, STEPS_TWICE
from graders.debugging._shared import (
    AVERAGES_THE_BATCHES,
    ENDS_IN_EVALUATION_MODE,
    KEEPS_OLD_GRADIENTS,
    PUTS_THE_MODE_BACK,
    REPORTS_THE_LAST_BATCH,
    TRAINS_IN_EVALUATION_MODE,
    clears_after_the_step,
    clears_before_a_loop,
    reports_losses_after_a_step,
    steps_once_an_epoch,
)
from solutions.debugging.fit_prices import fit_prices

ERRORS = "errors = model(inputs).squeeze(1) - prices"
SQUARES = "errors.square().mean()"
STEP = "optimizer.step()"
BACKWARD = "loss.backward()"
TRAINS = "model.train()"
TOTAL = "total += loss.item() * len(prices)"
MOVES = f"            {BACKWARD}\n            {STEP}\n"
COUNT = "count += len(prices)"
APPENDS = "losses.append(total / count)"

grader.edit(
    "meets_each_price",
    "Each output was compared with each price of its batch: outputs of shape (N, 1) minus prices "
    "of shape (N,) or (1, N) are a table of (N, N), and the best that a model can do then is the "
    "mean price. Give both one shape, as by `model(inputs).squeeze(1)`.",
    "model(inputs).squeeze(1)",
    "model(inputs)",
    idea="column_meets_row",
)
grader.edit(
    "takes_a_step_for_each_example",
    "Each example got a step of its own. With one example the table has one entry, so the bug is "
    "not seen, but these are other steps, and BatchNorm needs several examples. Take one step for "
    "each batch, with all its outputs and prices in one shape.",
    f"""
            optimizer.zero_grad()
            {ERRORS}
            loss = {SQUARES}
            {BACKWARD}
            {STEP}
            {TOTAL}
            {COUNT}
    """,
    """
            for i in range(len(prices)):
                optimizer.zero_grad()
                loss = (model(inputs[i : i + 1]) - prices[i : i + 1]).square().mean()
                loss.backward()
                optimizer.step()
                total += loss.item()
                count += 1
    """,
)
grader.edits(
    "compares_with_one_output",
    "All prices of a batch were compared with a single output, such as the first one or the mean. "
    "Each price has an output of its own: `model(inputs).squeeze(1)`.",
    "model(inputs).squeeze(1)",
    ["model(inputs)[0]", "model(inputs).mean()", "model(inputs).mean(dim=0)"],
    idea="one_for_all",
)
grader.edit(
    "compares_with_one_price",
    "All outputs of a batch were compared with one price, as with `prices.mean()`: the model "
    "learns that one alone.",
    ERRORS,
    "errors = model(inputs).squeeze(1) - prices.mean()",
    idea="one_for_all",
)
grader.edits(
    "lowers_the_learning_rate",
    "The learning rate was changed. The steps were not too long: what they minimised was another "
    "loss.",
    TRAINS,
    [
        f'{TRAINS}\nfor group in optimizer.param_groups:\n    group["lr"] *= {factor}'
        for factor in (0.1, 0.01, 10)
    ],
    idea="lr_for_a_bug",
)
grader.edits(
    "clips_the_gradients",
    "The gradients were clipped, and nobody asked for it. They were not too large: they were those "
    "of another loss.",
    BACKWARD,
    [
        f"{BACKWARD}\nfor p in model.parameters():\n    p.grad.clamp_(-{most}, {most})"
        for most in (0.1, 0.5)
    ],
    idea="unasked_clipping",
)
grader.edit(
    "scales_the_prices",
    "The prices were brought to mean 0 and standard deviation 1, batch by batch, so the model "
    "learns other numbers. The prices were right.",
    ERRORS,
    f"prices = (prices - prices.mean()) / (prices.std(unbiased=False) + 1e-8)\n{ERRORS}",
    idea="own_statistics",
)
grader.edits(
    "adds_up_the_squares",
    "The steps are too long: the gradients are those of the sum of the squared errors. The mean is "
    "asked for.",
    f"            loss = {SQUARES}\n{MOVES}            {TOTAL}\n",
    [
        f"            loss = errors.square().sum()\n{MOVES}            total += {reported}\n"
        for reported in ("loss.item() * len(prices)", "loss.item()")
    ],
    idea="sum_for_mean",
)
grader.edit(
    "rounds_to_float32",
    "The prices were rounded to float32, as by `.float()`, where the model computes in float64. "
    "Leave them in the dtype in which they come.",
    ERRORS,
    "errors = model(inputs).squeeze(1) - prices.float()",
    idea="float32_whatever_came",
)
grader.edit(
    "takes_absolute_errors",
    "The errors were not squared, as in the mean absolute error. The loss was the mean of the "
    "squares, and that was right.",
    SQUARES,
    "errors.abs().mean()",
    idea="not_squared",
)
grader.edit(
    "takes_the_root",
    "The root of the mean of the squares was trained with and reported. Take the mean itself.",
    SQUARES,
    "errors.square().mean().sqrt()",
)
grader.edit(
    "forgets_to_square",
    "The mean of the errors is no loss: it becomes ever smaller as the outputs go down.",
    SQUARES,
    "errors.mean()",
    idea="not_squared",
)
grader.edit(
    "halves_the_loss",
    "Half of the mean squared error was taken, so that the steps are half as long.",
    SQUARES,
    "0.5 * errors.square().mean()",
)
grader.edit(
    "averages_the_batches",
    **AVERAGES_THE_BATCHES,
    old=f"            {TOTAL}\n            {COUNT}\n",
    new="            total += loss.item()\n            count += 1\n",
)
grader.edit("keeps_old_gradients", **KEEPS_OLD_GRADIENTS)
grader.edit("steps_twice", **STEPS_TWICE)
grader.edit("trains_in_evaluation_mode", **TRAINS_IN_EVALUATION_MODE)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=APPENDS,
    new=f"{APPENDS}\nreturn losses",
)

HEAD = "        for inputs, prices in loader:\n            optimizer.zero_grad()\n"
BATCH = f"            {ERRORS}\n            loss = {SQUARES}\n"
REPORT = (
    "            total += loss.item() * len(prices)\n"
    "            count += len(prices)\n"
    "        losses.append(total / count)\n"
)
grader.edits(
    "clears_before_a_loop",
    **clears_before_a_loop(f"    for _ in range(epochs):\n        total, count = 0.0, 0\n{HEAD}"),
)
grader.edit(
    "clears_after_the_step",
    **clears_after_the_step(f"            optimizer.zero_grad()\n{BATCH}{MOVES}"),
)
grader.edits(
    "steps_once_an_epoch",
    **steps_once_an_epoch(
        HEAD + BATCH + MOVES + REPORT, "len(prices)", "sum(len(batch[1]) for batch in loader)"
    ),
)
grader.edits(
    "reports_losses_after_a_step",
    **reports_losses_after_a_step(
        REPORT,
        "inputs, prices",
        "(model(inputs).squeeze(1) - prices).square().sum().item()",
    ),
)
grader.edit("reports_the_last_batch", **REPORTS_THE_LAST_BATCH)
grader.edit("ends_in_evaluation_mode", **ENDS_IN_EVALUATION_MODE)


@grader.misconception(**PUTS_THE_MODE_BACK)
def puts_the_mode_back(model, loader, optimizer, epochs):
    came, losses = model.training, fit_prices(model, loader, optimizer, epochs)
    model.train(came)
    return losses


for change in (
    "losses = [] moved",
    "total += loss.item() * len(prices) moved",
    "count += len(prices) moved",
):
    grader.equivalent(change, INDEPENDENT)
grader.equivalent("errors = model(inputs).squeeze(1) - prices moved", CLEARED_LATER)
