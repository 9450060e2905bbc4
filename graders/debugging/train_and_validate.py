from textwrap import dedent

import torch
from torch import nn, optim

from torchkata import Grader, SteadyDropout, mean_square, randn64, snapshot, with_old_gradients

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/train_one_epoch", "training_loop/evaluate"),
    start="switches_to_training_once",
    hints=(
        "The first epoch is right. What has happened to the model when the second one begins?",
        "Print `model.training` at the beginning of each epoch.",
        "Who switches the mode back after the validation?",
    ),
)


@grader.observe
def losses_and_model(answer, model, train_loader, val_loader, loss_fn, optimizer, epochs):
    steps = []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    losses = answer(model, train_loader, val_loader, loss_fn, optimizer, epochs)
    return {
        "validation losses": losses,
        "model at the end": snapshot(model.state_dict()),
        "steps of the optimizer": len(steps),
    }


def network(*inner, training=True, dtype=torch.float32):
    """A model of 3 inputs and 2 outputs with old gradients; what is given is inside."""
    hidden, head = nn.Linear(3, 6, bias=False, dtype=dtype), nn.Linear(6, 2, dtype=dtype)
    return with_old_gradients(nn.Sequential(hidden, *inner, nn.Tanh(), head).train(training))


def batches(*sizes, dtype=torch.float32):
    """A list of batches of so many examples each."""
    return [(randn64(n, 3).to(dtype), randn64(n, 2).to(dtype)) for n in sizes]


@grader.case
def with_dropout():
    """3 epochs of two batches, a model with Dropout, in float64; two validation batches."""
    model = network(SteadyDropout(0.5), dtype=torch.float64)
    loaders = batches(6, 5, dtype=torch.float64), batches(4, 4, dtype=torch.float64)
    return model, *loaders, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1, momentum=0.9), 3


@grader.case
def with_batch_norm():
    """4 epochs of three batches, a model with BatchNorm that comes in evaluation mode; the loss is
    a function of our own, `mean_square(outputs, targets)`."""
    model = network(nn.BatchNorm1d(6), training=False)
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    return model, batches(5, 7, 4), batches(6, 6, 6), mean_square, optimizer, 4


@grader.case
def with_both():
    """2 epochs of two batches, a model with BatchNorm and Dropout; single examples to validate
    with."""
    model = network(nn.BatchNorm1d(6), SteadyDropout(0.4))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    return model, batches(8, 3), batches(1, 1), nn.MSELoss(), optimizer, 2


@grader.case
def with_both_in_evaluation_mode():
    """3 epochs of one batch, a model with Dropout before BatchNorm that comes in evaluation mode,
    and one validation batch."""
    model = network(SteadyDropout(0.3), nn.BatchNorm1d(6), training=False)
    optimizer = optim.SGD(model.parameters(), lr=0.2, weight_decay=0.1)
    return model, batches(9), batches(5), nn.MSELoss(), optimizer, 3


@grader.case
def one_epoch():
    """A single epoch."""
    model = network(SteadyDropout(0.5), nn.BatchNorm1d(6))
    optimizer = optim.SGD(model.parameters(), lr=0.3)
    return model, batches(4, 6), batches(3, 3), nn.MSELoss(), optimizer, 1


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 0.25 after the first epoch, and 0.0625 after the second."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    loaders = [(torch.ones(1, 1), torch.ones(1, 1))], [(torch.ones(1, 1), torch.ones(1, 1))]
    return model, *loaders, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.25), 2


from graders._shared import RETURNS_AFTER_THE_FIRST_EPOCH
from graders.debugging._shared import KEEPS_OLD_GRADIENTS
from graders.training_loop._shared import CLEARS_AFTER_THE_STEP

TRAINING = """
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
"""
KEPT = "val_losses.append(sum(losses) / len(losses))"
BEGIN = """
    val_losses = []
    for _ in range(epochs):
        model.train()
"""
VALIDATION = f"""
        model.eval()
        with torch.no_grad():
            losses = [loss_fn(model(inputs), targets).item() for inputs, targets in val_loader]
        {KEPT}
"""

grader.edit(
    "switches_to_training_once",
    "The validation leaves the model in evaluation mode, and all epochs but the first are trained "
    "in it: Dropout drops nothing, and BatchNorm's statistics stay. `model.train()` belongs into "
    "each epoch.",
    """
    val_losses = []
    for _ in range(epochs):
        model.train()
    """,
    """
    model.train()
    val_losses = []
    for _ in range(epochs):
    """,
    idea="eval_mode_kept",
)
grader.edits(
    "validates_in_training_mode",
    "All epochs are trained in the right mode now, but the validation is in training mode, too: "
    "Dropout drops, and BatchNorm takes the statistics of the validation batches. `model.eval()` "
    "was right; switch back after it.",
    "model.eval()",
    ["pass", "model.eval()\nmodel.train()", "model.train()"],
    idea="no_evaluation_mode",
)
grader.edits(
    "switches_some_layers_off",
    "One kind of layer is in training mode in the validation, as where the others are switched off "
    "one by one. `model.eval()` was right: it takes all layers of the model with it.",
    "model.eval()",
    [
        f"for layer in model.modules():\n    if isinstance(layer, {kind}):\n        layer.eval()"
        for kind in ("torch.nn.BatchNorm1d", "torch.nn.Dropout")
    ],
    idea="mode_of_one_layer",
)
grader.edits(
    "goes_back_to_the_mode_it_came_in",
    "A model that comes in evaluation mode is trained in it, from the second epoch on at the "
    "latest, as where the validation switches back to the mode that the model came in. Training "
    "needs training mode, whatever the model comes in.",
    BEGIN,
    [
        f"""
    val_losses, mode = [], model.training
    for _ in range(epochs):
        model.train({mode})
        """
        for mode in ("mode", "mode or not val_losses")
    ],
    idea="mode_ignored",
)
grader.edits(
    "never_switches_to_training",
    "No layer is switched to training mode: the first epoch is trained in the mode that the model "
    "comes in, and all others in evaluation mode, as where `model.train()` is missing, or where "
    "`model.training = True` sets the flag of the outermost module alone.",
    "model.train()",
    ["pass", "model.training = True"],
    idea="eval_mode_kept",
)
grader.edit(
    "switches_back_only_afterwards",
    "The first epoch is trained in the mode that the model comes in, as where `model.train()` "
    "comes after the validation alone. It may come in evaluation mode.",
    f"""
        model.train()
        {TRAINING.strip()}
        model.eval()
        with torch.no_grad():
            losses = [loss_fn(model(inputs), targets).item() for inputs, targets in val_loader]
        {KEPT}
    """,
    f"""
        {TRAINING.strip()}
        model.eval()
        with torch.no_grad():
            losses = [loss_fn(model(inputs), targets).item() for inputs, targets in val_loader]
        {KEPT}
        model.train()
    """,
    idea="mode_ignored",
)
grader.edit(
    "swaps_the_modes",
    "The modes have changed places: it is trained in evaluation mode, and validated in training "
    "mode.",
    f"""
        model.train()
        {TRAINING.strip()}
        model.eval()
    """,
    f"""
        model.eval()
        {TRAINING.strip()}
        model.train()
    """,
    idea="eval_mode_kept",
)
grader.edits(
    "switches_some_layers",
    "One kind of layer is switched back to training, and the other is not: `model.train()` takes "
    "all layers of the model with it.",
    BEGIN,
    [
        f"""
    val_losses = []{first}
    for _ in range(epochs):
        for layer in model.modules():
            if isinstance(layer, {kind}):
                layer.train()
        """
        for kind in ("torch.nn.BatchNorm1d", "torch.nn.Dropout")
        for first in ("", "\n    model.train()")
    ],
    idea="mode_of_one_layer",
)
grader.edit(
    "switches_after_the_first_batch",
    "The first batch of each further epoch is still trained in evaluation mode, as where "
    "`model.train()` comes after the step. The mode is set before the first batch.",
    f"""
    val_losses = []
    for _ in range(epochs):
        model.train()
        {TRAINING.strip()}
    """,
    f"""
    val_losses = []
    model.train()
    for _ in range(epochs):
        {TRAINING.strip()}
            model.train()
    """,
    idea="eval_mode_kept",
)
grader.edit(
    "goes_on_with_a_copy",
    "After the first epoch the model no longer learns: a copy of it took its place for the "
    "validation, and the optimizer holds the parameters of the first one.",
    "model.eval()",
    "import copy; model = copy.deepcopy(model).eval()",
    idea="optimizer_of_a_copy",
)
grader.edit(
    "switches_every_second_epoch",
    "Every second epoch is trained in evaluation mode, as where the mode is turned around in place "
    "of set: `model.train()`.",
    "model.train()",
    "model.train(not model.training)",
)
grader.edit(
    "validates_once_at_the_end",
    "There is one validation for all epochs, which keeps the mode right and leaves the losses "
    "out. Validate in each epoch.",
    f"""
        model.eval()
        with torch.no_grad():
            losses = [loss_fn(model(inputs), targets).item() for inputs, targets in val_loader]
        {KEPT}
    return val_losses
    """,
    f"""
    model.eval()
    with torch.no_grad():
        losses = [loss_fn(model(inputs), targets).item() for inputs, targets in val_loader]
    {KEPT}
    return val_losses
    """,
)
grader.edit(
    "validates_on_the_training_data",
    "The losses are those of the training data. `val_loader` has the others.",
    "for inputs, targets in val_loader",
    "for inputs, targets in train_loader",
    idea="validated_on_training_data",
)
grader.edit(
    "trains_on_the_validation_data",
    "The model learns from the validation data as well, as where the validation takes steps.",
    "with torch.no_grad():",
    f"{dedent(TRAINING).strip().replace('train_loader', 'val_loader')}\nwith torch.no_grad():",
    idea="leakage",
)
grader.edit(
    "returns_the_sum",
    "Each loss is the sum over the validation batches: their mean is asked for.",
    "sum(losses) / len(losses)",
    "sum(losses)",
    idea="sum_for_mean",
)
grader.edit(
    "returns_the_last_loss",
    "Only the loss of the last epoch came back. Return them all: `val_losses`.",
    "return val_losses",
    "return val_losses[-1]",
    idea="last_one_only",
)
grader.edit("keeps_old_gradients", **KEEPS_OLD_GRADIENTS)
grader.edit(
    "clears_after_the_step",
    **CLEARS_AFTER_THE_STEP
    | {
        "old": TRAINING,
        "new": """
        for inputs, targets in train_loader:
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
            optimizer.zero_grad()
        """,
    },
)
grader.edit(
    "clears_once_an_epoch",
    "Within an epoch the gradients of the batches add up, as where `optimizer.zero_grad()` comes "
    "before the loop over them. Each step takes the gradients of its own batch alone: that was no "
    "part of the bug.",
    TRAINING,
    """
        optimizer.zero_grad()
        for inputs, targets in train_loader:
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
    """,
    idea="no_zero_grad",
)
grader.edit(
    "validates_before_the_training",
    "Each loss is the one before its epoch, and the first is that of the untrained model, as where "
    "the validation comes first in the loop. It comes after the training of its epoch.",
    f"""
        model.train()
        {TRAINING.strip()}
        {VALIDATION.strip()}
    """,
    f"""
        {VALIDATION.strip()}
        model.train()
        {TRAINING.strip()}
    """,
)
grader.edits(
    "keeps_one_batch",
    "Each loss is that of one validation batch, the last or the first. The mean over all of them "
    "is asked for.",
    "sum(losses) / len(losses)",
    ["losses[-1]", "losses[0]"],
    idea="last_one_only",
)
grader.edit(
    "switches_back_after_one_batch",
    "Only the first validation batch is looked at in evaluation mode, as where `model.train()` is "
    "inside the loop over them. Switch back when all of them are done.",
    "losses = [loss_fn(model(inputs), targets).item() for inputs, targets in val_loader]",
    """
    losses = []
    for inputs, targets in val_loader:
        losses.append(loss_fn(model(inputs), targets).item())
        model.train()
    """,
    idea="no_evaluation_mode",
)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=KEPT,
    new=f"{KEPT}\nbreak",
)
