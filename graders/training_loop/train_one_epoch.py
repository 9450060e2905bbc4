from collections import OrderedDict

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

from torchkata import (
    Grader,
    SteadyDropout,
    after_training,
    mean_square,
    randn64,
    with_old_gradients,
)

grader = Grader(
    points=3,
    level=2,
    core=True,
    after=("training_loop/train_step", "data_and_models/data_loaders"),
    hints=(
        "Which mode do Dropout and BatchNorm have to be in? The model may come in the other one.",
        "For each batch: clear the gradients, compute the loss, call its backward, take the step.",
        "`loss_fn` gives the mean of one batch. Over how many examples is that mean?",
    ),
)


@grader.observe
def two_epochs(answer, model, loader, loss_fn, optimizer):
    steps, seen = [], {}
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    for epoch in (1, 2):
        loss = answer(model.eval(), loader, loss_fn, optimizer)
        seen |= after_training(model, loss, f"epoch {epoch}")
    return seen | {"steps of the optimizer": len(steps)}


def network(norm, outputs, dtype=torch.float32):
    """A model of 4 inputs, with old gradients."""
    hidden, output = nn.Linear(4, 8, dtype=dtype), nn.Linear(8, outputs, dtype=dtype)
    layers = OrderedDict(hidden=hidden, norm=norm, activation=nn.Tanh())
    layers |= {"dropout": SteadyDropout(0.3), "output": output}
    return with_old_gradients(nn.Sequential(layers))


@grader.case
def unequal_batches():
    """22 examples in batches of 8, 8 and 6, and a model with BatchNorm and Dropout."""
    model = network(nn.BatchNorm1d(8), outputs=3)
    examples = TensorDataset(torch.randn(22, 4), torch.arange(22) % 3)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    return model, DataLoader(examples, batch_size=8), nn.CrossEntropyLoss(), optimizer


@grader.case
def one_batch():
    """7 examples where a batch could hold 16, three yes-or-no questions about each, and AdamW."""
    model = network(nn.LayerNorm(8), outputs=3)
    examples = TensorDataset(torch.randn(7, 4), torch.randint(2, (7, 3)).float())
    optimizer = optim.AdamW(model.parameters(), lr=0.03, weight_decay=0.1)
    return model, DataLoader(examples, batch_size=16), nn.BCEWithLogitsLoss(), optimizer


@grader.case
def last_batch_of_one():
    """10 examples in batches of 3, so that the last one is alone; one output, targets near 20."""
    model = network(nn.Identity(), outputs=1)
    model.zero_grad()
    examples = TensorDataset(torch.randn(10, 4), 20 + torch.randn(10, 1))
    optimizer = optim.SGD(model.parameters(), lr=0.01, momentum=0.5, nesterov=True)
    return model, DataLoader(examples, batch_size=3), nn.MSELoss(), optimizer


@grader.case
def frozen_layer():
    """6 examples in batches of 2; the hidden layer is frozen, and has old gradients, as the rest
    has; float64."""
    model = network(nn.Identity(), outputs=2, dtype=torch.float64)
    model.hidden.requires_grad_(False)
    examples = TensorDataset(randn64(6, 4), 2 * randn64(6, 2))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    return model, DataLoader(examples, batch_size=2), nn.MSELoss(), optimizer


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a batch of two examples and a batch of one."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    examples = TensorDataset(torch.ones(3, 1), torch.tensor([[1.0], [1.0], [3.0]]))
    optimizer = optim.SGD(model.parameters(), lr=0.25)
    return model, DataLoader(examples, batch_size=2), nn.MSELoss(), optimizer


@grader.case
def images():
    """11 images of shape (2, 3, 3) in batches of 4, in float64. The loss is a function of our own,
    `mean_square(outputs, targets)`, and near 0.00002."""
    plain = {"bias": False, "dtype": torch.float64}
    layers = nn.Conv2d(2, 3, 2, **plain), nn.Tanh(), nn.Flatten(), nn.Linear(12, 2, **plain)
    model = nn.Sequential(*layers)
    examples = TensorDataset(randn64(11, 2, 3, 3) / 500, randn64(11, 2).sign() / 200)
    optimizer = optim.Adam(model.parameters(), lr=0.005)
    return model, DataLoader(examples, batch_size=4), mean_square, optimizer


from graders._shared import (
    CLEARED_LATER,
    CLEARS_ONLY_WHAT_IS_TRAINED,
    FLATTENS_THE_INPUTS,
    INDEPENDENT,
    NAMES_THE_ARGUMENTS_OF_THE_LOSS,
    STEPS_TWICE,
    SWAPS_OUTPUTS_AND_TARGETS,
    rounds_the_loss,
)
from graders.training_loop._shared import CLEARS_AFTER_THE_STEP, KEEPS_THE_OLD_GRADIENTS

grader.edit("keeps_the_old_gradients", **KEEPS_THE_OLD_GRADIENTS)

grader.edit(
    "clears_the_gradients_once",
    "`zero_grad()` before the loop clears what was there at first. From the second batch on, "
    "the gradients of all earlier batches are added up: clear them for each batch.",
    """
    for inputs, targets in loader:
        optimizer.zero_grad()
    """,
    """
    optimizer.zero_grad()
    for inputs, targets in loader:
    """,
    idea="no_zero_grad",
)

grader.edit("clears_after_the_step", **CLEARS_AFTER_THE_STEP)

grader.edit(
    "moves_nothing",
    "The optimizer takes its steps, and the weights never move, as where `step()` finds no "
    "gradients, or where `lr` was set to 0. Is `backward()` called, on the loss itself and not on "
    "a copy of it? Before `step()`, and with no `zero_grad()` in between?",
    """
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
    """,
    """
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    """,
    idea="nothing_moves",
)

grader.edit(
    "steps_with_the_gradients_of_the_round_before",
    "A step at the top of the loop uses gradients from before this batch, in the first round old "
    "ones: take the step after `backward()`.",
    """
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
    """,
    """
    optimizer.step()
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    """,
    idea="step_before_backward",
)

grader.edit(
    "never_steps",
    "The optimizer takes no step, and the weights never move: `backward()` only computes the "
    "gradients. Call `optimizer.step()`, with its parentheses, once for each batch.",
    "optimizer.step()",
    "",
    idea="nothing_moves",
)

grader.edit("steps_twice", **STEPS_TWICE)

grader.edit(
    "steps_once_per_epoch",
    "`optimizer.step()` is after the loop, so only the gradients of the last batch are used: take "
    "a step for each batch.",
    """
        optimizer.step()
        total += loss.item() * len(inputs)
        examples += len(inputs)
    return total / examples
    """,
    """
        total += loss.item() * len(inputs)
        examples += len(inputs)
    optimizer.step()
    return total / examples
    """,
)

grader.edit(
    "adds_the_gradients_up_for_one_step",
    "Here the gradients of all batches are added up for one step at the end. Each batch should "
    "make a step of its own: clear, `backward()` and `step()` all belong inside the loop.",
    """
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(inputs)
        examples += len(inputs)
    """,
    """
    optimizer.zero_grad()
    for inputs, targets in loader:
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        total += loss.item() * len(inputs)
        examples += len(inputs)
    optimizer.step()
    """,
)

grader.edit(
    "stays_in_evaluation_mode",
    "In evaluation mode Dropout drops nothing and BatchNorm uses its stored statistics, and does "
    "not update them. Call `model.train()` before the loop, in every epoch.",
    "model.train()",
    "",
    idea="eval_mode_kept",
)

grader.edit(
    "applies_softmax_first",
    "`loss_fn` gets the outputs as the model gives them. `nn.CrossEntropyLoss` applies softmax "
    "itself; other losses want none.",
    "model(inputs)",
    "model(inputs).softmax(dim=1)",
    idea="double_softmax",
)

grader.edit(
    "shifts_the_targets",
    "Here the target of an example has the same index as its input. Shifted by one, each example "
    "learns the target of its neighbour: that belongs to models of text.",
    "loss_fn(model(inputs), targets)",
    "loss_fn(model(inputs)[:-1], targets[1:])",
)

grader.edit(
    "takes_the_argmax_first",
    "`argmax` leaves only the number of the largest output, and no gradient: `loss_fn` gets the "
    "outputs as the model gives them.",
    "model(inputs)",
    "model(inputs).argmax(dim=1)",
    idea="argmax_for_probabilities",
)

grader.edit("swaps_outputs_and_targets", **SWAPS_OUTPUTS_AND_TARGETS)

grader.edit(
    "leaves_out_the_smaller_batch",
    "The last batch is smaller, but its examples count like all others: train on it as well.",
    """
    for inputs, targets in loader:
        optimizer.zero_grad()
    """,
    """
    for inputs, targets in loader:
        if len(inputs) < loader.batch_size:
            continue
        optimizer.zero_grad()
    """,
)

LEARNED = """
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
"""
grader.edits(
    "calls_the_model_twice",
    "In training mode every call of the model moves BatchNorm's statistics and draws new Dropout: "
    "call it once per batch and keep the outputs.",
    LEARNED,
    [
        f"model(inputs){LEARNED}",
        f"{LEARNED}    model(inputs)\n",
        LEARNED.replace("loss.backward()", "loss_fn(model(inputs), targets).backward()"),
    ],
    idea="two_forward_passes",
)

grader.edit(
    "measures_again_after_the_step",
    "The loss to report is the one that the batch was trained on. Calling the model again after "
    "the step gives another loss, and moves BatchNorm's statistics a second time.",
    "total += loss.item()",
    "total += loss_fn(model(inputs), targets).item()",
    idea="loss_after_the_step",
)

grader.edit(
    "averages_the_batch_losses",
    "Here each batch counts once, so an example of a small batch counts more than the others: "
    "weigh each batch's loss by its number of examples.",
    """
    total += loss.item() * len(inputs)
    examples += len(inputs)
    """,
    """
    total += loss.item()
    examples += 1
    """,
    idea="mean_of_means",
)

grader.edit(
    "divides_the_batch_losses_by_the_examples",
    "The loss of a batch is a mean already. Before you divide by the number of examples, multiply "
    "each loss by the number of examples in its batch.",
    "total += loss.item() * len(inputs)",
    "total += loss.item()",
    idea="mean_over_the_wrong_count",
)

grader.edit(
    "takes_the_size_from_the_loader",
    "`loader.batch_size` is the size of a full batch. The last one may be smaller: ask the batch.",
    "loss.item() * len(inputs)",
    "loss.item() * loader.batch_size",
)

grader.edit(
    "divides_by_the_number_of_batches",
    "The sum weighs each loss by the examples of its batch, so divide by the number of examples, "
    "not by the number of batches.",
    "return total / examples",
    "return total / len(loader)",
    idea="mean_over_the_wrong_count",
)

grader.edit(
    "returns_the_last_loss",
    "This is the loss of the last batch alone, not the mean over the epoch.",
    "return total / examples",
    "return loss.item()",
    idea="last_one_only",
)

grader.edit(
    "returns_the_sum",
    "This is the sum over all examples: divide it by their number.",
    "return total / examples",
    "return total",
    idea="sum_for_mean",
)

grader.edit(
    "returns_the_sum_of_the_batch_losses",
    "This is the sum of the batches' losses. For the mean over the examples, weigh each by its "
    "number of examples, and divide by the number of all examples.",
    """
        total += loss.item() * len(inputs)
        examples += len(inputs)
    return total / examples
    """,
    """
        total += loss.item()
    return total
    """,
)

grader.edit(
    "returns_after_the_first_batch",
    "The epoch ends after the first batch, as where `return` is inside the loop, or where there "
    "is none: go through all batches, and return then.",
    """
        examples += len(inputs)
    return total / examples
    """,
    """
        examples += len(inputs)
        return total / examples
    return total / examples
    """,
    idea="return_in_the_loop",
)

grader.edit(
    "returns_the_graph",
    "A sum of `loss` itself keeps the graphs of all batches in memory and is no Python float: add "
    "up `loss.item()`.",
    "total += loss.item()",
    "total += loss",
    idea="kept_graph",
)

grader.edit(
    "returns_a_tensor",
    "`loss.detach()` is still a tensor: turn it into a Python float with `.item()`.",
    "total += loss.item()",
    "total += loss.detach()",
    idea="tensor_for_float",
)


@grader.misconception(idea="last_index_for_count")
def divides_by_the_last_index(model, loader, loss_fn, optimizer):
    """`enumerate` counts from 0, so after the loop `i` is one less than the number of batches. And
    each batch's loss should count as often as it has examples."""
    model.train()
    total = 0.0
    for i, (inputs, targets) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item()
        batches = i
    return total / batches


@grader.misconception(idea="unasked_clipping")
def clips_the_gradients(model, loader, loss_fn, optimizer):
    """Clipping was not asked for: where the norm of the gradients is above 1, it shortens them, and
    the weights move less than they should."""
    model.train()
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total += loss.item() * len(inputs)
    return total / len(loader.dataset)


for change in (
    "total, examples = (0.0, 0) moved",
    "total += loss.item() * len(inputs) moved",
    "examples += len(inputs) moved",
):
    grader.equivalent(change, INDEPENDENT)


grader.equivalent(
    "loss = loss_fn(model(inputs), targets) moved",
    CLEARED_LATER,
)


AVERAGE = "each batch counts once in the mean here: weigh its loss by its number of examples."
BODY = """
    model.train()
    total, examples = 0.0, 0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(inputs)
        examples += len(inputs)
    return total / examples
"""

grader.edit(
    "puts_the_mode_back",
    "A model that came in evaluation mode is in it afterwards, as where the old mode is put back. "
    "Leave it in training mode.",
    old=BODY,
    new=BODY.replace("model.train()", "before = model.training\n    model.train()").replace(
        "return", "model.train(before)\n    return"
    ),
)
for name, text, old, new in (
    (
        "stays_in_evaluation_mode",
        "`model.train()` is missing before the loop.",
        "model.train()",
        "",
    ),
    (
        "keeps_the_old_gradients",
        "`optimizer.zero_grad()` is missing before `backward()`, which adds to what is there.",
        "optimizer.zero_grad()",
        "",
    ),
    (
        "clears_after_the_step",
        "`zero_grad()` comes too late for the first batch: clear before `backward()`.",
        "optimizer.zero_grad()\n        loss = loss_fn(model(inputs), targets)\n"
        "        loss.backward()\n        optimizer.step()",
        "loss = loss_fn(model(inputs), targets)\n        loss.backward()\n"
        "        optimizer.step()\n        optimizer.zero_grad()",
    ),
    (
        "ends_in_evaluation_mode",
        "The model is to be left in training mode: no `model.eval()` at the end.",
        "    return",
        "    model.eval()\n    return",
    ),
    ("returns_the_graph", "Add up `loss.item()`: `loss` keeps its graph.", "loss.item()", "loss"),
    ("returns_a_tensor", "A float is asked for, `.item()`.", "loss.item()", "loss.detach()"),
):
    averaged = BODY.replace(" * len(inputs)", "").replace("+= len(inputs)", "+= 1")
    grader.edit(
        f"averages_the_batch_losses_and_{name}",
        f"Two things. {text} And {AVERAGE}",
        BODY,
        averaged.replace(old, new),
    )

grader.edit("clears_only_what_is_trained", **CLEARS_ONLY_WHAT_IS_TRAINED)
grader.edit("flattens_the_inputs", **FLATTENS_THE_INPUTS)
grader.edit("names_the_arguments_of_the_loss", **NAMES_THE_ARGUMENTS_OF_THE_LOSS)
grader.edits("rounds_the_loss", **rounds_the_loss("total / examples"))


grader.edit(
    "takes_the_number_for_the_batch",
    "`enumerate` gives the number of a batch and then the batch, so that the model is given a "
    "number: leave it out, or write `for i, (inputs, targets) in enumerate(loader)`.",
    "for inputs, targets in loader:",
    "for inputs, targets in enumerate(loader):",
)


@grader.remark(written="_.data")
def with_data(model, loader, loss_fn, optimizer):
    """`.data` is from before PyTorch 0.4, and autograd does not see what is done through it.
    `.item()` gives a number by itself, and `.detach()` a tensor that autograd no longer follows."""
    model.train()
    total, examples = 0.0, 0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.data.item() * len(inputs)
        examples += len(inputs)
    return total / examples
