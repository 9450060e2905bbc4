import random

import torch

from torchkata import Grader

grader = Grader(
    points=1,
    level=1,
    after=("training_loop/train_step",),
    start="leaves_the_last_epoch_out",
    hints=(
        "Which epoch is missing: the first, the last, or one in between?",
        "Print `list(range(1, 3))`. How many numbers are there?",
        "`range` ends before its second number.",
    ),
)


@grader.observe
def log_and_calls(answer, losses, epochs):
    losses, calls = losses.tolist(), []

    def called(what):
        calls.append(what)
        row = losses[min(calls.count(what), len(losses)) - 1] if losses else (0.0, 0.0)
        return row[what == "validate"]

    log = answer(lambda: called("train"), lambda: called("validate"), epochs)
    seen = {"returned": type(log).__name__, "calls": calls}
    if not isinstance(log, list):
        return seen
    whole = all(isinstance(line, tuple) and len(line) == 3 for line in log)
    return seen | {"lines": log, "each line is a tuple of three": whole}


def training(count):
    """The losses of that many epochs, in training and validation."""
    rows = [[(2 + random.random()) / (n + 1), 1 + random.random()] for n in range(count)]
    return torch.tensor(rows, dtype=torch.float64).reshape(count, 2), count


@grader.case
def five_epochs():
    """5 epochs."""
    return training(5)


@grader.case
def eleven_epochs():
    """11 epochs."""
    return training(11)


@grader.case
def one_epoch():
    """A single epoch."""
    return training(1)


@grader.case
def no_epoch():
    """No epoch at all."""
    return training(0)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 epochs."""
    return torch.tensor([[1.5, 1.7], [0.5, 0.9]], dtype=torch.float64), 2


from graders._shared import RETURNS_AFTER_THE_FIRST_EPOCH

RANGE = "range(1, epochs + 1)"
LINE = "log.append((epoch, train_loss, val_loss))"
EPOCH = """
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
"""

grader.edit(
    "leaves_the_last_epoch_out",
    "`range(1, epochs)` ends before `epochs`, and begins with 1: that is one number less than "
    "`epochs`.",
    "range(1, epochs + 1)",
    "range(1, epochs)",
    idea="one_epoch_less",
)
grader.edit(
    "counts_from_0",
    "No epoch is missing now, but they are counted from 0, as `range(epochs)` does. In the log the "
    "first one is 1.",
    RANGE,
    "range(epochs)",
    idea="index_from_0",
)
grader.edits(
    "adds_too_many",
    "Now there is an epoch too many. From 1 on, the second number of `range` is one more than the "
    "last number that is wanted.",
    RANGE,
    ["range(1, epochs + 2)", "range(epochs + 1)"],
    idea="one_too_many",
)
grader.edit(
    "counts_from_2",
    "As many epochs as there should be, but counted from 2, as where 1 is added to a number that "
    "counts from 1 already.",
    RANGE,
    "range(2, epochs + 2)",
)
grader.edit(
    "keeps_one_epoch_at_least",
    "A single epoch is trained now, and of more than one the last is still missing. No epoch, "
    "where none is asked for, is one too many.",
    RANGE,
    "range(1, max(epochs, 2))",
    idea="one_epoch_less",
)
grader.edits(
    "trains_once_afterwards",
    "Where no epoch is asked for, one is trained, as where the last one was added after the loop, "
    "or a `while` loop asks for its end too late. `range` can give them all, and none.",
    """
    for epoch in range(1, epochs + 1):
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
    """,
    [
        """
    for epoch in range(1, epochs):
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
    log.append((epochs, train(), validate()))
    """,
        """
    for epoch in range(1, max(epochs, 1) + 1):
        log.append((epoch, train(), validate()))
    """,
    ],
    idea="one_epoch_less",
)
grader.edits(
    "repeats_the_last_line",
    "The log is long enough now, but its last line is there twice or made up: that epoch was "
    "never trained.",
    """
    for epoch in range(1, epochs + 1):
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
    """,
    [
        f"""
    train_loss = val_loss = {first}
    for epoch in range(1, epochs):
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
    if epochs:
        log.append((epochs, train_loss, val_loss))
    """
        for first in ("0.0", "float('nan')", "None")
    ],
)
grader.edit(
    "trains_once_before",
    "An epoch was added in front of the loop, with the number 0. The first line has the number 1.",
    """
    log = []
    for epoch in range(1, epochs + 1):
    """,
    """
    log = [(0, train(), validate())]
    for epoch in range(1, epochs):
    """,
    idea="index_from_0",
)
grader.edit(
    "counts_down",
    "The epochs are counted backwards.",
    RANGE,
    "range(epochs, 0, -1)",
)
grader.edit(
    "validates_before_training",
    "`validate` is called before `train`: its loss belongs to the epoch before.",
    EPOCH,
    """
        val_loss = validate()
        train_loss = train()
        log.append((epoch, train_loss, val_loss))
    """,
    idea="validated_too_early",
)
grader.edit(
    "validates_after_all_epochs",
    "`train` is called for all epochs before `validate` is called for the first: each validation "
    "loss would be that of the finished model. Call `validate` after each `train`.",
    """
    for epoch in range(1, epochs + 1):
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
    """,
    """
    trained = [train() for _ in range(epochs)]
    log += [(n, loss, validate()) for n, loss in enumerate(trained, 1)]
    """,
    idea="validated_too_late",
)
grader.edit(
    "returns_a_dict",
    "A dict came back, as a history of losses often is. A list with a tuple for each epoch is "
    "asked for.",
    "return log",
    "return {'log': log}",
    idea="dict_for_list",
)
grader.edit(
    "writes_floats",
    "The numbers of the epochs are floats, as `linspace` makes them, say. They are to be ints, as "
    "`range` gives them.",
    LINE,
    "log.append((float(epoch), train_loss, val_loss))",
    idea="float_for_integer",
)
grader.edit(
    "validates_twice",
    "`validate` is called a second time in each epoch, for the log: `val_loss` already has what "
    "it returned.",
    LINE,
    "log.append((epoch, train_loss, validate()))",
    idea="two_validations",
)
grader.edits(
    "writes_strings",
    "The numbers of the epochs are strings here, as an f-string makes them. They are to be ints.",
    LINE,
    [
        f"log.append(({number}, train_loss, val_loss))"
        for number in ("str(epoch)", "f'epoch {epoch}'", "f'{epoch}/{epochs}'", "f'Epoch {epoch}'")
    ],
)
grader.edits(
    "leaves_a_loss_out",
    "The lines have two entries. Of each epoch three are asked for: its number and both losses.",
    LINE,
    ["log.append((epoch, train_loss))", "log.append((epoch, val_loss))"],
    idea="one_of_a_pair",
)
grader.edit(
    "swaps_the_losses",
    "In each line the two losses have changed places: first that of the training.",
    LINE,
    "log.append((epoch, val_loss, train_loss))",
    idea="swapped_pair",
)
grader.edit(
    "makes_lists",
    "The lines are lists. Of each epoch a tuple is asked for.",
    LINE,
    "log.append([epoch, train_loss, val_loss])",
    idea="list_for_tuple",
)
grader.edit(
    "returns_a_generator",
    "What came back is an iterator, which trains when it is gone through. A list is asked for.",
    """
    log = []
    for epoch in range(1, epochs + 1):
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
    return log
    """,
    """
    return ((epoch, train(), validate()) for epoch in range(1, epochs + 1))
    """,
)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=EPOCH,
    new=f"{EPOCH}        break",
)
