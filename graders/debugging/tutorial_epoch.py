import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

from torchkata import Grader, after_training, mean_square, randn64, with_old_gradients

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/train_one_epoch",),
    start="divides_by_the_last_index",
    hints=(
        "1.5 is 3/2. Which 3 and which 2 could that be?",
        "With a single batch, read the message: what is divided by what?",
        "Write down the values of `i` for three batches. Which one is left after the loop?",
    ),
)


@grader.observe
def loss_and_model(answer, model, loader, loss_fn, optimizer):
    loss = answer(model, loader, loss_fn, optimizer)
    return after_training(model, loss, "the epoch")


def network(outputs):
    """A model of 4 inputs in evaluation mode, with old gradients."""
    # No bias: BatchNorm would leave it a gradient of rounding errors, which AdamW makes large.
    layers = nn.Linear(4, 6, bias=False), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, outputs)
    return with_old_gradients(nn.Sequential(*layers).eval())


@grader.case
def three_batches():
    """A DataLoader of three batches: 8, 8 and 5 examples."""
    model = network(outputs=3)
    examples = TensorDataset(torch.randn(21, 4), torch.arange(21) % 3)
    optimizer = optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    return model, DataLoader(examples, batch_size=8), nn.CrossEntropyLoss(), optimizer


@grader.case
def single_batch():
    """A DataLoader whose 7 examples fit into one batch."""
    model = network(outputs=2)
    examples = TensorDataset(torch.randn(7, 4), torch.arange(7) % 2)
    optimizer = optim.AdamW(model.parameters(), lr=0.05)
    return model, DataLoader(examples, batch_size=8), nn.CrossEntropyLoss(), optimizer


@grader.case
def list_of_four_batches():
    """A list of four batches of 3 to 7 examples, and a loss of numbers instead of classes."""
    model = network(outputs=2)
    batches = [(torch.randn(size, 4), 3 * torch.randn(size, 2)) for size in (4, 7, 3, 6)]
    return model, batches, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.05)


@grader.case
def last_batch_dropped():
    """A DataLoader with `drop_last`: 19 examples make two batches of 8, and 3 are left out."""
    model = network(outputs=3)
    examples = TensorDataset(torch.randn(19, 4), torch.arange(19) % 3)
    loader = DataLoader(examples, batch_size=8, drop_last=True)
    return model, loader, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1)


@grader.case
def frozen_layer():
    """A list of three batches in float64; the first layer is frozen, and has old gradients, as the
    rest has."""
    hidden, head = nn.Linear(4, 5, dtype=torch.float64), nn.Linear(5, 2, dtype=torch.float64)
    model = with_old_gradients(nn.Sequential(hidden, nn.Tanh(), head))
    hidden.requires_grad_(False)
    batches = [(randn64(size, 4), 2 * randn64(size, 2)) for size in (4, 6, 5)]
    return model, batches, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a batch of two examples and a batch of one."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    batches = [
        (torch.ones(2, 1), torch.tensor([[1.0], [1.0]])),
        (torch.ones(1, 1), torch.tensor([[3.0]])),
    ]
    return model, batches, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.25)


@grader.case
def images():
    """A list of four batches of images, shape (N, 2, 3, 3), in float64. The loss is a function of
    our own, `mean_square(outputs, targets)`, and near 0.00002."""
    plain = {"bias": False, "dtype": torch.float64}
    layers = nn.Conv2d(2, 3, 2, **plain), nn.Tanh(), nn.Flatten(), nn.Linear(12, 2, **plain)
    model = with_old_gradients(nn.Sequential(*layers))
    batches = [(randn64(n, 2, 3, 3) / 500, randn64(n, 2).sign() / 200) for n in (5, 4, 6, 3)]
    return model, batches, mean_square, optim.Adam(model.parameters(), lr=0.01)


from graders._shared import (
    CLEARED_LATER,
    CLEARS_ONLY_WHAT_IS_TRAINED,
    FLATTENS_THE_INPUTS,
    INDEPENDENT,
    NAMES_THE_ARGUMENTS_OF_THE_LOSS,
    rounds_the_loss,
)

grader.edit(
    "divides_by_the_last_index",
    "`enumerate` counts from 0: after three batches `i` is 2, and after a single one it is 0. The "
    "number of batches is one more (and `len(loader)` is that number as it is).",
    "batches = i + 1",
    "batches = i",
    idea="last_index_for_count",
)

grader.edit(
    "guards_against_zero",
    "This keeps the single batch from failing, but with three batches the sum is still divided "
    "by 2: the number of batches is always one more than the last `i`.",
    "batches = i + 1",
    "batches = max(i, 1)",
)

grader.edit(
    "adds_one_too_many",
    "This divides by one batch too many. `len(loader)` is the number of batches already, and so is "
    "the last `i` of `enumerate(loader, 1)`.",
    "batches = i + 1",
    "batches = i + 2",
    idea="mean_over_the_wrong_count",
)

grader.edit(
    "divides_by_the_dataset",
    "`len(loader.dataset)` is the number of examples, and a list has no `dataset`. The losses "
    "were added once per batch: divide by the number of batches.",
    "batches = i + 1",
    "batches = len(loader.dataset)",
    idea="mean_over_the_wrong_count",
)

grader.edit(
    "divides_by_the_number_of_examples",
    "The losses were added once per batch, so divide by the number of batches, not of examples.",
    "batches = i + 1",
    "batches = sum(len(targets) for _, targets in loader)",
    idea="mean_over_the_wrong_count",
)

grader.edit(
    "divides_by_the_size_of_the_last_batch",
    "`len(inputs)` is the number of examples in the last batch: count the batches instead.",
    "batches = i + 1",
    "batches = len(inputs)",
    idea="mean_over_the_wrong_count",
)

grader.edit(
    "takes_the_mean_over_the_examples",
    "This is the mean over the examples, a good thing to report, but not what this function says "
    "it returns: here each batch counts once, however many examples it has.",
    """
    epoch_loss += loss.item()
    batches = i + 1
    """,
    """
    epoch_loss += loss.item() * len(inputs)
    batches = sum(len(targets) for _, targets in loader)
    """,
)

grader.edit(
    "divides_while_it_adds",
    "Divided as it is added, the first loss counts whole, the second half, and so on: add all "
    "losses up first, and divide once.",
    """
        epoch_loss += loss.item()
        batches = i + 1
    return epoch_loss / batches
    """,
    """
        epoch_loss += loss.item() / (i + 1)
    return epoch_loss
    """,
)

grader.edit(
    "divides_before_backward",
    "Divided before `backward()`, the loss also gives smaller gradients, so the model learns less: "
    "divide only the number that you report.",
    """
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
        batches = i + 1
    return epoch_loss / batches
    """,
    """
        loss = loss_fn(model(inputs), targets) / len(loader)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
    return epoch_loss
    """,
    idea="mean_counted_again",
)

grader.edit(
    "measures_again_after_the_epoch",
    "The loss of a batch is the one before its step. Calling the model again afterwards gives "
    "other losses, and moves BatchNorm's statistics a second time.",
    "return epoch_loss / batches",
    "return sum(loss_fn(model(x), y).item() for x, y in loader) / len(loader)",
    idea="loss_after_the_step",
)

grader.edit(
    "leaves_out_the_first_batch",
    "Skipping batch 0 lets `i` count the others, but that batch has to be learned from too, and a "
    "single batch leaves nothing to divide by.",
    """
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
        batches = i + 1
    """,
    """
        if i == 0:
            continue
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
        batches = i
    """,
)

grader.edit(
    "returns_after_the_first_batch",
    "The epoch ends after its first batch, as where `return` is inside the loop: let the loop "
    "come to its end, and return then.",
    """
        batches = i + 1
    return epoch_loss / batches
    """,
    """
        batches = i + 1
        return epoch_loss / batches
    return epoch_loss / batches
    """,
    idea="return_in_the_loop",
)

grader.edit(
    "returns_the_sum",
    "This is the sum of the losses: divide it by the number of batches.",
    "return epoch_loss / batches",
    "return epoch_loss",
    idea="sum_for_mean",
)

grader.edit(
    "returns_the_last_loss",
    "This is the loss of the last batch alone, not the mean over all batches.",
    "return epoch_loss / batches",
    "return loss.item()",
    idea="last_one_only",
)

grader.edit(
    "returns_the_graph",
    "A sum of `loss` itself keeps the graphs of all batches in memory and is no Python float: add "
    "up `loss.item()`, as before.",
    "loss.item()",
    "loss",
    idea="kept_graph",
)

for change in (
    "epoch_loss = 0.0 moved",
    "epoch_loss += loss.item() moved",
):
    grader.equivalent(change, INDEPENDENT)

grader.equivalent(
    "loss = loss_fn(model(inputs), targets) moved",
    CLEARED_LATER,
)

grader.edit(
    "takes_the_mean_over_the_dataset",
    "This is the mean over the examples, but here each batch counts once. And a list has no "
    "`dataset`: add up `loss.item()`, and divide by the number of batches.",
    """
        epoch_loss += loss.item()
        batches = i + 1
    return epoch_loss / batches
    """,
    """
        epoch_loss += loss.item() * len(inputs)
    return epoch_loss / len(loader.dataset)
    """,
)
grader.edit(
    "returns_a_tensor",
    "The number is right, but it is a tensor, and a Python float is asked for: add up "
    "`loss.item()`, as before.",
    "loss.item()",
    "loss.detach()",
    idea="tensor_for_float",
)
grader.edit(
    "works_out_the_number_of_batches",
    "The number of batches was worked out from the number of examples, rounded up. With "
    "`drop_last` a DataLoader leaves out what does not fill a batch: count the batches, or ask "
    "`len(loader)`.",
    "batches = i + 1",
    """
    batches = len(loader)
    if not isinstance(loader, list):
        batches = -(-len(loader.dataset) // loader.batch_size)
    """,
)
grader.edit("clears_only_what_is_trained", **CLEARS_ONLY_WHAT_IS_TRAINED)
grader.edit("flattens_the_inputs", **FLATTENS_THE_INPUTS)
grader.edit("names_the_arguments_of_the_loss", **NAMES_THE_ARGUMENTS_OF_THE_LOSS)
grader.edits("rounds_the_loss", **rounds_the_loss("epoch_loss / batches"))

grader.edit(
    "adds_one_to_the_mean",
    "`epoch_loss / batches + 1` divides first, and then adds 1 to the mean. In parentheses, 1 is "
    "added to what is divided by.",
    """
        batches = i + 1
    return epoch_loss / batches
    """,
    """
        batches = i
    return epoch_loss / batches + 1
    """,
)
grader.edit(
    "subtracts_one_more",
    "This divides by even fewer batches than before: the last `i` is one less than their number, "
    "so one has to be added.",
    "batches = i + 1",
    "batches = i - 1",
)

grader.edit(
    "weighs_the_batches",
    "Each batch's loss is multiplied by its number of examples here. In this exercise each batch "
    "counts once: add up the losses as they are.",
    "epoch_loss += loss.item()",
    "epoch_loss += loss.item() * len(inputs)",
)
