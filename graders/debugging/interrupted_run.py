import contextlib
from pathlib import Path

import torch
from torch import nn, optim

from torchkata import Grader, snapshot

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("state_and_precision/checkpoint",),
    start="does_not_save_the_epoch",
    hints=(
        "With which epoch does the loop begin after a restart? Where does this number come from?",
        "Print `saved.keys()` after `torch.load`.",
        "What `load` reads has to be written first. If epoch 2 is done, which one is next?",
    ),
)


class Interrupted(Exception):
    """The program is stopped here."""


@grader.observe
def all_runs(answer, runs):
    """Each run is a tuple (name of its file, epochs, where it is stopped, model, optimizer)."""
    for old in Path().glob("*"):
        if old.is_file():
            old.unlink()
    seen = {}
    for number, (name, epochs, stop, model, optimizer) in enumerate(runs, 1):
        trained = seen[f"epochs of start {number}"] = []

        def train(model, optimizer, epoch, trained=trained, stop=stop):
            step(model, optimizer, epoch)
            if epoch == stop:
                raise Interrupted
            trained.append(epoch)

        with contextlib.suppress(Interrupted):
            answer(Path(name), model, optimizer, train, epochs)
        seen[f"model after start {number}"] = snapshot(model.state_dict())
        state = optimizer.state_dict()
        seen[f"lr after start {number}"] = state["param_groups"][0]["lr"]
        seen[f"momentum after start {number}"] = snapshot(
            [one.get("momentum_buffer") for one in state["state"].values()]
        )
    files = [one for one in Path().glob("*") if one.is_file()]
    seen["files"] = {one.name: holds_plain_data(one) for one in sorted(files)}
    return seen


def holds_plain_data(path):
    """Whether it can be read with `torch.load(path, weights_only=True)`."""
    try:
        torch.load(path, weights_only=True)
    except Exception:
        return "no plain data"
    return "plain data"


def step(model, optimizer, epoch):
    """One epoch: a step, and then a lower lr."""
    inputs = torch.tensor([[1.0, -2.0], [0.5, epoch]])
    optimizer.zero_grad()
    (model(inputs) - epoch).square().mean().backward()
    optimizer.step()
    optimizer.param_groups[0]["lr"] *= 0.9


def start(epochs, stop=None, name="run.pt"):
    """A start of a program; `stop` is the epoch in which it is stopped."""
    model = nn.Linear(2, 3)
    return name, epochs, stop, model, optim.SGD(model.parameters(), lr=0.05, momentum=0.8)


@grader.case
def stopped_after_three():
    """A run of 5 epochs, stopped in the fourth, and started again."""
    return ([start(5, stop=3), start(5)],)


@grader.case
def stopped_twice():
    """A run of 6 epochs, stopped in its second and in its fifth, and started a third time."""
    return ([start(6, stop=1), start(6, stop=4), start(6)],)


@grader.case
def stopped_in_the_first():
    """A run of 2 epochs, stopped in the first, and started again with the same weights."""
    first, second = start(2, stop=0), start(2)
    second[3].load_state_dict(first[3].state_dict())
    return ([first, second],)


@grader.case
def more_epochs():
    """A run of 1 epoch, then 4 are asked for, and then 4 again: nothing is left to do."""
    return ([start(1), start(4), start(4)],)


@grader.case
def two_runs():
    """Between the two starts of one run, another one begins, in a file of its own."""
    return ([start(4, stop=2), start(3, name="other.pt"), start(4)],)


@grader.case
def as_in_the_docstring():
    """2 epochs, and then 3, as in the example of the docstring."""
    return ([start(2), start(3)],)


from graders._shared import INDEPENDENT
from graders.debugging._shared import PLAIN_EITHER_WAY

BODY = """
    start_epoch = 0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        start_epoch = saved.get("epoch", 0)
    for epoch in range(start_epoch, epochs):
        train(model, optimizer, epoch)
        saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        saved["epoch"] = epoch + 1
        torch.save(saved, path)
"""
TRAIN = "        train(model, optimizer, epoch)\n"
SAVE = """
        saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        saved["epoch"] = epoch + 1
        torch.save(saved, path)
"""

grader.edit(
    "does_not_save_the_epoch",
    "After a restart the run begins with epoch 0 again, as where the file holds no epoch: "
    '`saved.get("epoch", 0)` hides that. Write the number of the next epoch to the file as well.',
    """
        saved["epoch"] = epoch + 1
        torch.save(saved, path)
    """,
    """
        torch.save(saved, path)
    """,
    idea="epoch_not_saved",
)
grader.edit(
    "repeats_the_last_epoch",
    "After a restart the epoch that was done last is trained again, as where `epoch` is saved and "
    "the run begins with it. It begins with the one after it.",
    'saved["epoch"] = epoch + 1',
    'saved["epoch"] = epoch',
    idea="off_by_one",
)
grader.edit(
    "leaves_out_an_epoch",
    "After a restart one epoch is left out, as where 1 is added both when the number is saved "
    "and when it is read. Once is enough.",
    'saved["epoch"] = epoch + 1',
    'saved["epoch"] = epoch + 2',
    idea="off_by_one",
)
grader.edit(
    "saves_how_many_there_are",
    "After a restart nothing is trained, as where `epochs`, the number of all epochs, is saved. "
    "Save how many are done: `epoch + 1`.",
    'saved["epoch"] = epoch + 1',
    'saved["epoch"] = epochs',
)
grader.edits(
    "begins_with_a_fixed_epoch",
    "After each restart the run begins with the same epoch, wherever it was stopped. The file has "
    "to hold the epoch: save `epoch + 1`.",
    'saved["epoch"] = epoch + 1',
    ['saved["epoch"] = 1', 'saved["epoch"] = 2', 'saved["epoch"] = 3'],
)
grader.edit(
    "counts_the_starts",
    "The number in the file grows with each start and not with each epoch, as with "
    "`start_epoch + 1`. Save the epoch that comes after the one just done.",
    'saved["epoch"] = epoch + 1',
    'saved["epoch"] = start_epoch + 1',
)
grader.edit(
    "trains_as_many_epochs_again",
    "After a restart the numbers of the epochs continue, but there are `epochs` more of them. "
    "`epochs` is how many there are in all: `range(start_epoch, epochs)`.",
    "range(start_epoch, epochs)",
    "range(start_epoch, start_epoch + epochs)",
)
grader.edit(
    "numbers_the_epochs_from_0_again",
    "The number of epochs is right, but after a restart `train` gets their numbers from 0 again. "
    "Use `range(start_epoch, epochs)`.",
    BODY,
    BODY.replace("range(start_epoch, epochs)", "range(epochs - start_epoch)").replace(
        "= epoch + 1", "= start_epoch + epoch + 1"
    ),
)
grader.edit(
    "saves_numbers_that_begin_at_0_again",
    "After a restart the numbers of the epochs begin at 0 again, and so does the number in the "
    "file, which a further start reads. Use `range(start_epoch, epochs)`.",
    "range(start_epoch, epochs)",
    "range(epochs - start_epoch)",
)
grader.edit(
    "saves_where_it_is_stopped",
    "After a restart the model has seen a part of an epoch twice, as where the run is also saved "
    "in `finally` or `except`, in the middle of an epoch. Save whole epochs alone, after `train`.",
    TRAIN + SAVE[1:],
    """
        done = epoch
        try:
            train(model, optimizer, epoch)
            done = epoch + 1
        finally:
            saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save(saved | {"epoch": done}, path)
    """,
    idea="state_before_the_epoch",
)


@grader.misconception(idea="state_beside_the_file")
def keeps_the_epoch_in_a_global(path, model, optimizer, train, epochs):
    """The epoch of another run was used, as where it is in a global variable: after a real restart
    that begins at 0 again. Save it in the file of the run."""
    if path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
    else:
        DONE[0] = 0
    for epoch in range(DONE[0], epochs):
        train(model, optimizer, epoch)
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, path)
        DONE[0] = epoch + 1


DONE = [0]


grader.edits(
    "writes_a_second_file",
    "There are more files than there should be, as where the epoch is in a file of its own. Of two "
    "files, one may be older: save the epoch together with the weights, in the file at `path`.",
    BODY,
    [
        BODY.replace('saved.get("epoch", 0)', f"int(path.with_suffix('{suffix}').read_text())")
        .replace('        saved["epoch"] = epoch + 1\n', "")
        .replace(
            "        torch.save(saved, path)\n",
            "        torch.save(saved, path)\n"
            f"        path.with_suffix('{suffix}').write_text(str(epoch + 1))\n",
        )
        for suffix in (".epoch", ".txt", ".json")
    ],
    idea="state_beside_the_file",
)
grader.edit(
    "saves_once_at_the_end",
    "A run that is stopped begins again from the start, as where the file is written only after "
    "the loop. Write it in each epoch.",
    BODY,
    BODY.replace(SAVE, SAVE.replace("\n        ", "\n    ")),
)
grader.edit(
    "saves_before_the_epoch",
    "The weights in the file are those before the epoch that counts as done, as where the file is "
    "written before `train`. Write it after `train`.",
    TRAIN + SAVE[1:],
    SAVE[1:] + TRAIN,
    idea="state_before_the_epoch",
)
grader.edit(
    "forgets_the_optimizer",
    "After a restart the optimizer begins with its first lr and without momentum. Leave its "
    "`load_state_dict` as it was.",
    'optimizer.load_state_dict(saved["optimizer"])',
    "",
    idea="optimizer_state_lost",
)
grader.edit(
    "forgets_the_model",
    "After a restart the model has new weights. Leave its `load_state_dict` as it was.",
    'model.load_state_dict(saved["model"])',
    "",
)
grader.edit(
    "removes_the_file_at_the_end",
    "The file is gone when all epochs are done, so a later start begins from the start. Leave it.",
    BODY,
    BODY + "    path.unlink(missing_ok=True)\n",
)
grader.edit(
    "saves_the_model_itself",
    "The file cannot be read with `weights_only=True`, as where the model or the optimizer itself "
    "is saved. Save their `state_dict()`.",
    BODY,
    BODY.replace(
        '"optimizer": optimizer.state_dict()}',
        '"optimizer": optimizer.state_dict(), "all": model}',
    ).replace("weights_only=True", "weights_only=False"),
)

LOADED = "saved = torch.load(path, weights_only=True) -> saved = torch.load(path"
for change in (f"{LOADED}, weights_only=False)", f"{LOADED})"):
    grader.equivalent(change, PLAIN_EITHER_WAY)
for number in ("1", "-1"):
    grader.equivalent(
        "start_epoch = saved.get('epoch', 0) -> start_epoch = saved.get('epoch', " + number + ")",
        "the key is in each file that this version writes",
    )
for change in (
    "optimizer.load_state_dict(saved['optimizer']) moved",
    "start_epoch = saved.get('epoch', 0) moved",
):
    grader.equivalent(change, INDEPENDENT)
grader.not_here(
    "example not a case: call 1",
    "example not a case: call 2",
    reason="Its two starts are one case; the observer makes path and `train`.",
)
