from pathlib import Path

import torch
from torch import nn, optim

from torchkata import Grader, snapshot

grader = Grader(
    points=2,
    level=2,
    after=("state_and_precision/checkpoint",),
    start="saves_under_another_name",
    hints=(
        "Print `torch.load(path).keys()` of a file that `save` has written.",
        "Read both dicts letter by letter.",
        "A key has to be spelt in the same way where it is written and where it is read.",
    ),
)


@grader.observe
def saved_and_loaded(answer, run, fresh, next_epoch):
    for old in Path().glob("*"):
        if old.is_file():
            old.unlink()
    file = answer(Path("run.pt"))
    file.save(*fresh, next_epoch + 2)  # is to be replaced
    file.save(*run, next_epoch)
    after_save = state(*run)
    train(*run)
    path = Path("run.pt").rename("moved.pt")
    answer(Path("other.pt")).save(*run, next_epoch + 3)  # what is kept elsewhere is lost by this
    seen = {"next epoch": answer(path).load(*fresh)}
    seen |= {f"{name} after load": value for name, value in state(*fresh).items()}
    train(*fresh)
    seen["saved run"] = after_save
    seen["model one step later"] = snapshot(fresh[0].state_dict())
    seen["files"] = ", ".join(sorted(file.name for file in Path().glob("*") if file.is_file()))
    return seen


def train(model, optimizer):
    """One step."""
    optimizer.zero_grad()
    rows = [[1.0, -2.0, 0.5], [0.3, 0.7, -1.0], [2.0, 1.0, 0.0]]
    inputs = torch.tensor(rows, dtype=torch.float64)
    model(inputs).square().mean().backward()
    optimizer.step()


def state(model, optimizer):
    """What a run is."""
    kept = optimizer.state_dict()
    return {
        "model": snapshot(model.state_dict()),
        "state of the optimizer": [snapshot(one) for one in kept["state"].values()],
        "lr": [group["lr"] for group in kept["param_groups"]],
        "in training mode": model.training,
    }


def begun(kind, *between, steps=0, **settings):
    """A model and its optimizer, after some steps of training."""
    double = {"dtype": torch.float64}
    model = nn.Sequential(nn.Linear(3, 5, **double), *between, nn.Linear(5, 2, **double))
    groups = [{"params": model[:-1].parameters()}, {"params": model[-1].parameters(), "lr": 0.07}]
    run = model, kind(groups, **settings)
    for _ in range(steps):
        train(*run)
    return run


@grader.case
def momentum():
    """SGD with momentum after 3 steps; the fresh one has another lr, and no momentum so far."""
    run = begun(optim.SGD, nn.Tanh(), steps=3, lr=0.05, momentum=0.9)
    return run, begun(optim.SGD, nn.Tanh(), lr=0.2, momentum=0.9), 7


@grader.case
def adam():
    """Adam after 2 steps, with a layer of BatchNorm; to continue with epoch 1."""
    # Right before BatchNorm a bias has no gradient: Adam would make steps out of rounding.
    run, fresh = (
        begun(optim.Adam, nn.Tanh(), nn.BatchNorm1d(5, dtype=torch.float64), **settings)
        for settings in ({"steps": 2, "lr": 0.02}, {"lr": 0.1})
    )
    return run, fresh, 1


@grader.case
def before_the_first_step():
    """A run that has not been trained yet, to continue with epoch 0."""
    return begun(optim.SGD, lr=0.05, momentum=0.9), begun(optim.SGD, lr=0.3, momentum=0.9), 0


@grader.case(raises=RuntimeError)
def a_layer_more():
    """The fresh model has a layer more, of which the file knows nothing."""
    fresh = begun(optim.SGD, nn.BatchNorm1d(5, dtype=torch.float64), lr=0.2)
    return begun(optim.SGD, nn.Tanh(), steps=1, lr=0.1), fresh, 2


@grader.case
def as_in_the_docstring():
    """As in the example of the docstring: to continue with epoch 5."""
    run = begun(optim.SGD, steps=1, lr=0.1, momentum=0.9)
    return run, begun(optim.SGD, lr=0.5), 5


from graders.debugging._shared import OWN_FILES

LOAD = 'optimizer.load_state_dict(saved["optimizer"])'
SAVED = '"optimizer": optimizer.state_dict(),'
BOTH = """
        saved = torch.load(self.path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
"""

grader.edit(
    "saves_under_another_name",
    "`load` raises KeyError: it asks for a key that `save` has not written, as where a name is "
    "spelt in two ways. Spell it alike in both.",
    """
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
    """,
    """
        state = {
            "model": model.state_dict(),
            "optimizier": optimizer.state_dict(),
    """,
    idea="two_spellings",
)
grader.edit(
    "asks_for_the_other_name",
    "`load` still raises KeyError, with the other spelling, as where both were changed. `save` and "
    "`load` need the same one: change one of them.",
    LOAD,
    'optimizer.load_state_dict(saved["optimizier"])',
    idea="two_spellings",
)
grader.edits(
    "hides_the_missing_key",
    "No error any more, but the optimizer is not restored: it has its own lr and no momentum, as "
    "where `load` skips a key that is missing, or where `optimizer = ...` gives another object its "
    "name. Spell the key alike in both, and keep `optimizer.load_state_dict(...)`.",
    LOAD,
    [
        "",
        'optimizer = saved["optimizer"]',
        'if "optimiser" in saved:\n    optimizer.load_state_dict(saved["optimiser"])',
    ],
    idea="optimizer_state_lost",
)
# The braces are a dict of the class, as it is in another program.
grader.edits(
    "keeps_the_state_in_the_object",
    "`load` needs what is not in the file, as where `save` keeps it in the object, or in a dict of "
    "the class. In another program there is nothing but the file: read the state from it.",
    BOTH,
    [
        BOTH.replace('saved["optimizer"]', kept)
        for kept in ("self.optimizer_state", "self.state", "{}[str(self.path)]", "{}[self.path]")
    ],
    idea="state_beside_the_file",
)
grader.edits(
    "needs_a_second_file",
    "`load` needs a second file, and only the one at `path` came along to another place. All of "
    "the run belongs into that one.",
    LOAD,
    [
        f"optimizer.load_state_dict(torch.load({second}))"
        for second in (
            'f"{self.path}.optimizer"',
            'f"{self.path}.optim"',
            'f"{self.path}.opt"',
            'self.path.with_suffix(".opt")',
            'self.path.with_suffix(".optim")',
        )
    ],
    idea="state_beside_the_file",
)
grader.edit(
    "keeps_the_file_that_is_there",
    "`load` gives an older run, as where `save` writes nothing if there is a file already. Saving "
    "again replaces it: without that, only the first epoch would be kept.",
    "torch.save(state, self.path)",
    "if not self.path.exists():\n    torch.save(state, self.path)",
)
grader.edit(
    "loads_only_the_hyper_parameters",
    "The lr comes back, and the momentum (or Adam's moments) does not. Load the whole state_dict.",
    LOAD,
    """
    groups = zip(optimizer.param_groups, saved["optimizer"]["param_groups"])
    for group, kept in groups:
        group["lr"] = kept["lr"]
    """,
    idea="optimizer_state_lost",
)
grader.edit(
    "loads_only_the_state",
    "The momentum (or Adam's moments) comes back, and the lr does not: it is in `param_groups`. "
    "Load the whole state_dict.",
    LOAD,
    """
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({**saved["optimizer"], "param_groups": groups})
    """,
)
grader.edits(
    "hides_keys_of_the_model",
    "A model whose keys are not those in the file is loaded in part, and nothing says so, as with "
    "`strict=False`. Leave the loading of the model as it was.",
    'model.load_state_dict(saved["model"])',
    [
        'model.load_state_dict(saved["model"], strict=False)',
        'model.load_state_dict({**model.state_dict(), **saved["model"]})',
    ],
)
grader.edit(
    "loads_no_weights",
    "The model still has its own weights. Leave the loading of the model as it was.",
    'model.load_state_dict(saved["model"])',
    "",
)
grader.edit(
    "keeps_the_buffers_of_the_fresh_model",
    "The parameters come back, and the buffers do not, such as the statistics of BatchNorm. Leave "
    "saving and loading the model as they were: its state_dict has both.",
    'model.load_state_dict(saved["model"])',
    'model.load_state_dict({**saved["model"], **dict(model.named_buffers())})',
    idea="buffers_left_out",
)
grader.edit(
    "takes_epoch_0_for_none",
    "`load` returns None where the epoch is 0: 0 counts as False, as after `if next_epoch:` or "
    "before `or None`. Return the number as it is.",
    'return saved["epoch"]',
    'return saved["epoch"] or None',
)
grader.edit(
    "returns_the_epoch_after",
    "The epoch is one too large: `next_epoch` is the one to continue with already.",
    'return saved["epoch"]',
    'return saved["epoch"] + 1',
    idea="off_by_one",
)
grader.edit(
    "begins_with_epoch_0",
    "`load` returns 0, whatever was saved. Return the `next_epoch` that is in the file.",
    'return saved["epoch"]',
    "return 0",
)
grader.edit(
    "returns_nothing",
    "`load` returns nothing. Return the `next_epoch` that is in the file.",
    'return saved["epoch"]',
    "return None",
    idea="no_return",
)

LOADED = "saved = torch.load(self.path, weights_only=True) -> saved = torch.load(self.path"
for change in (f"{LOADED}, weights_only=False)", f"{LOADED})"):
    grader.equivalent(change, OWN_FILES)
grader.not_here(
    "example not a case: call 1",
    "example not a case: call 2",
    reason="The path of the example is in a temporary folder; the observer makes its own.",
)
grader.equivalent(
    "saves_under_another_name + asks_for_the_other_name",
    "Both are spelt alike then, and only this class reads the file.",
)
