import contextlib
import pickle
import re
import shutil
from copy import deepcopy
from pathlib import Path

import torch
from torch import nn, optim

from torchkata import Grader

grader = Grader(
    points=3,
    level=2,
    core=True,
    after=("training_loop/train_one_epoch",),
    hints=(
        "What does the next training step depend on, besides its batch? All of that must be saved.",
        "The model's state_dict has parameters and buffers; that of the optimizer has the lr, too.",
        "Save one dict: both state_dicts and the epoch. Give each to `load_state_dict` again.",
    ),
)


@grader.observe
def resumed_training(answer, run, fresh, batches, epochs):
    shutil.rmtree("empty", ignore_errors=True)
    Path("empty", "runs").mkdir(parents=True)
    with contextlib.chdir("empty"):
        return in_an_empty_folder(answer, run, fresh, batches, epochs)


def in_an_empty_folder(answer, run, fresh, batches, epochs):
    path = Path("runs", "last.ckpt")
    checkpoint = answer(*run)
    for epoch in epochs:
        train(*run, batches[:2])
        run[1].param_groups[0]["lr"] *= 0.5
        trained = state(*run)
        checkpoint.save(path, epoch)
    seen = {"after save": state(*run)}
    seen["changed by save"] = changes(trained, seen["after save"])
    seen["torch.load(path, weights_only=True) works"] = holds_plain_data(path)
    path = path.rename(Path("runs", "moved.ckpt"))  # under another name it is the same file
    train(*run, batches[2:])
    for parameter in fresh[0].parameters():
        parameter.grad = torch.full_like(parameter, 0.5)
    before = state(*fresh)
    resumed = answer(*fresh)
    seen["next epoch"] = resumed.load(path)
    seen["after load"] = state(*fresh)
    left = "gradients", "in train mode"
    seen["changed by load, beside model and optimizer"] = changes(
        {key: before[key] for key in left}, {key: seen["after load"][key] for key in left}
    )
    seen["restored, and not in the file"] = from_elsewhere(
        numbers_in(path), seen, before, epochs[-1]
    )
    train(*fresh, batches[2:])
    seen["model 2 steps later"] = fresh[0].state_dict()
    resumed.save(path, epochs[-1] + 1)
    seen["next epoch, saved and loaded again"] = answer(*run).load(path)
    files = [file.as_posix() for file in Path().rglob("*") if file.is_file()]
    seen["files"] = ", ".join(sorted(files))
    return seen


def train(model, optimizer, batches):
    torch.manual_seed(0)  # so that Dropout drops the same units, whatever was drawn before
    for inputs, targets in batches:
        optimizer.zero_grad()
        nn.functional.mse_loss(model(inputs), targets).backward()
        optimizer.step()


def state(model, optimizer):
    seen = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    seen["gradients"] = {name: parameter.grad for name, parameter in model.named_parameters()}
    modes = {name: module.training for name, module in model.named_modules() if name}
    seen["in train mode"] = {"model": model.training, **modes}
    return deepcopy(seen)


def changes(before, after):
    """The names of what is not exactly as before."""
    before, after = dict(leaves(before)), dict(leaves(after))
    return ", ".join(name for name in {**before, **after} if before.get(name) != after.get(name))


def holds_plain_data(path):
    try:
        torch.load(path, weights_only=True)
    except pickle.UnpicklingError:
        return False
    return True


def from_elsewhere(there, seen, before, epoch):
    """What `load` has brought back although the file does not hold it: it came from memory."""
    saved, loaded = (dict(leaves(seen[when])) for when in ("after save", "after load"))
    before = dict(leaves(before))
    restored = [name for name in saved if loaded.get(name) == saved[name] != before.get(name)]
    found = [name for name in restored if not {*saved[name]} <= there]
    if seen["next epoch"] == epoch + 1 and not there & {epoch, epoch + 1}:
        found.append("epoch")
    return ", ".join(found)


def leaves(value, name=""):
    """(name, its numbers) of each tensor, each float and each mode in a state."""
    if isinstance(value, (torch.Tensor, float, bool)):
        yield name, torch.as_tensor(value, dtype=torch.float64).flatten().tolist()
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{name}.{key}".strip("."))
    elif isinstance(value, (list, tuple)):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{name}.{place}")


def numbers_in(path):
    """All numbers that a file of plain data holds, in its texts as well."""
    try:
        return set(numbers_of(torch.load(path, weights_only=True)))
    except Exception:
        return set()


def numbers_of(value):
    if isinstance(value, (torch.Tensor, bool, int, float)):
        yield from torch.as_tensor(value, dtype=torch.float64).flatten().tolist()
    elif isinstance(value, dict):
        for pair in value.items():
            yield from numbers_of(pair)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from numbers_of(inner)
    else:
        yield from map(float, re.findall(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", str(value)))


def training(optimizer, lr, *between, **others):
    model = nn.Sequential(nn.Linear(3, 5), *between, nn.Linear(5, 2))
    groups = [{"params": model[:-1].parameters()}, {"params": model[-1].parameters(), "lr": lr / 4}]
    return model, optimizer(groups, lr=lr, **others)


def draw_batches():
    return [(torch.randn(8, 3), torch.randn(8, 2)) for _ in range(4)]


@grader.case
def momentum_and_a_lower_lr():
    """SGD with momentum; one of its two lrs was halved in training. The fresh one has others."""
    run = training(optim.SGD, 0.4, nn.Tanh(), momentum=0.9)
    return run, training(optim.SGD, 0.7, nn.Tanh(), momentum=0.5), draw_batches(), [6]


@grader.case
def adam_after_epoch_0():
    """Adam, saved after the first epoch, which is number 0."""
    run = training(optim.Adam, 0.02, nn.ReLU(), betas=(0.8, 0.95))
    return run, training(optim.Adam, 0.1, nn.ReLU()), draw_batches(), [0]


@grader.case
def batch_norm_and_dropout():
    """A model in train mode with BatchNorm and Dropout, and one more BatchNorm in eval mode."""
    run, fresh = ((nn.BatchNorm1d(5), nn.Dropout(0.3), nn.BatchNorm1d(5).eval()) for _ in range(2))
    return training(optim.SGD, 0.1, *run), training(optim.SGD, 0.4, *fresh), draw_batches(), [3]


@grader.case
def saved_twice():
    """Saved after epoch 4 and again after epoch 5, to the same path."""
    run, fresh = (training(optim.SGD, 0.3, nn.Tanh(), momentum=0.9) for _ in range(2))
    return run, fresh, draw_batches(), [4, 5]


@grader.case(raises=RuntimeError)
def a_layer_more():
    """The fresh model has one more layer at its end, of which the file knows nothing."""
    fresh = training(optim.SGD, 0.7)
    fresh[0].append(nn.Linear(2, 2))
    return training(optim.SGD, 0.2), fresh, draw_batches(), [6]


@grader.case(raises=RuntimeError)
def a_layer_less():
    """The fresh model has one layer less at its end: the file has keys that it does not have."""
    run = training(optim.SGD, 0.7)
    run[0].append(nn.Linear(2, 2))
    return run, training(optim.SGD, 0.2), draw_batches(), [6]


@grader.case(raises=RuntimeError)
def another_model():
    """The fresh model has one more layer in the middle: the keys after it have other numbers."""
    return training(optim.SGD, 0.2), training(optim.SGD, 0.7, nn.Tanh()), draw_batches(), [6]


from graders._shared import INDEPENDENT

grader.edit(
    "forgets_the_optimizer",
    "The optimizer continues like a new one: with the lr it was made with, and without its "
    "momentum. Save and load its state_dict as well.",
    old="""
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
    """,
    new="""
        self.model.load_state_dict(saved["model"])
    """,
)

grader.edit(
    "writes_one_key_and_reads_another",
    "`load` looks for a key that `save` has not written: a name that is spelt in two ways gives a "
    "KeyError only on the day when the file is needed.",
    old='"optimizer": self.optimizer.state_dict()',
    new='"optimizier": self.optimizer.state_dict()',
)

grader.edit(
    "restores_the_state_without_the_lr",
    "An optimizer's state_dict has two parts, and `state` is only one of them: lr, momentum and "
    "the like are in `param_groups`.",
    old="""
        self.optimizer.load_state_dict(saved["optimizer"])
        return saved["epoch"] + 1
    """,
    new="""
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({**saved["optimizer"], "param_groups": groups})
        return saved["epoch"] + 1
    """,
)

grader.edits(
    "restores_only_the_lr",
    "The lr and the like are not all that an optimizer knows: its momentum (for Adam, its moments) "
    "would start again at zero. Save its whole state_dict.",
    old="""
        self.optimizer.load_state_dict(saved["optimizer"])
        return saved["epoch"] + 1
    """,
    news=[
        f"""
        kept = saved["optimizer"]["param_groups"]
        for group, kept_group in zip(self.optimizer.param_groups, kept, strict=True):
            {some}
        return saved["epoch"] + 1
    """
        for some in (
            'group["lr"] = kept_group["lr"]',
            'group.update({**kept_group, "params": group["params"]})',
        )
    ],
)

grader.edit(
    "returns_the_finished_epoch",
    "The saved epoch is finished, and going on with it would train it a second time. Return the "
    "one after it.",
    old='return saved["epoch"] + 1',
    new='return saved["epoch"]',
)

grader.edit(
    "starts_again_at_epoch_0",
    "`load` returns 0, whatever epoch was saved. Write the number to the file, and return the one "
    "after it.",
    old='return saved["epoch"] + 1',
    new="return 0",
)

grader.edits(
    "takes_epoch_0_for_none",
    "An epoch 0 that was saved is not continued with epoch 1, as where `if epoch` is asked first: "
    "0 counts as False there. It was an epoch like any other.",
    old='return saved["epoch"] + 1',
    news=[f'return saved["epoch"] + 1 if saved["epoch"] else {none}' for none in ("0", "None")],
    idea="falsy_number",
)

grader.edit(
    "leaves_the_buffers_as_they_are",
    "All is brought back but the buffers, such as the running statistics of BatchNorm, as where "
    "`named_parameters()` is saved. `state_dict()` has both.",
    old='load_state_dict(saved["model"])',
    new='load_state_dict({**saved["model"], **dict(self.model.named_buffers())})',
)

grader.edit(
    "hides_keys_that_do_not_fit",
    "A layer whose key is not in the file is not changed, and nothing says so, as with "
    "`strict=False`, or where keys are picked out. Hand the whole state_dict on: an error is "
    "better than a model that is half loaded.",
    old='load_state_dict(saved["model"])',
    new='load_state_dict(saved["model"], strict=False)',
)

grader.edit(
    "saves_only_the_parameters",
    "`named_parameters()` leaves out the buffers, such as the running statistics of BatchNorm; "
    "`state_dict()` has both.",
    old='"model": self.model.state_dict()',
    new='"model": dict(self.model.named_parameters())',
)

grader.edit(
    "never_overwrites",
    "A file that is at `path` already is kept, and the later state is lost: each `save` has to "
    "replace the one before.",
    old="torch.save(state, path)",
    new="path.exists() or torch.save(state, path)",
)

grader.edit(
    "refuses_a_file_that_is_there",
    "`save` raises FileExistsError where a file is at `path` already, as where it opens the file "
    'with "xb". Each `save` has to replace the one before: "wb", or `torch.save(state, path)`.',
    old="torch.save(state, path)",
    new='with open(path, "xb") as file:\n    torch.save(state, file)',
)

grader.edit(
    "saves_in_eval_mode",
    "`save` puts the model in eval mode and leaves it there, so that the epochs that follow train "
    "without Dropout. A state_dict is the same in either mode: leave the mode alone.",
    old='"model": self.model.state_dict()',
    new='"model": self.model.eval().state_dict()',
    idea="eval_mode_kept",
)

grader.edit(
    "loads_in_eval_mode",
    "`load` puts the model in eval mode, so that the epochs that follow train without Dropout. "
    "Leave the mode to the code that continues with the model.",
    old='self.model.load_state_dict(saved["model"])',
    new='self.model.eval().load_state_dict(saved["model"])',
    idea="eval_mode_kept",
)

grader.edit(
    "exchanges_the_parameters",
    "The model gets new parameters (`assign=True` does that), but the optimizer still moves the "
    "old ones. Without it, `load_state_dict` copies the values into those that both know.",
    old='load_state_dict(saved["model"])',
    new='load_state_dict(saved["model"], assign=True)',
)

grader.edit(
    "rebinds_the_attributes",
    "`self.model = ...` gives that name to something else; the model that was handed over does "
    "not change, nor does the optimizer. Change them with `load_state_dict`.",
    old="""
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
    """,
    new="""
        self.model = saved["model"]
        self.optimizer = saved["optimizer"]
    """,
)

grader.edit(
    "pickles_the_model",
    "Saved as a whole, a model is pickled, and such a file could run any program when it is read; "
    "so `torch.load` refuses it. Save the state_dict: tensors and their names.",
    old='"model": self.model.state_dict()',
    new='"model": self.model',
)


grader.edit(
    "keeps_what_load_state_dict_returns",
    "`load_state_dict` changes the model itself, and what it returns is no model: after "
    "`self.model = ...`, the next `save` fails. Call it without an assignment.",
    old="""
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
    """,
    new="""
        self.model = self.model.load_state_dict(saved["model"])
        self.optimizer = self.optimizer.load_state_dict(saved["optimizer"])
    """,
)

grader.edit(
    "loads_in_train_mode",
    "`load` puts the whole model in train mode, also a part that was in eval mode (a BatchNorm "
    "that is not to change). Leave the mode to the code that continues with the model.",
    old='self.model.load_state_dict(saved["model"])',
    new='self.model.train().load_state_dict(saved["model"])',
    idea="mode_changed",
)


from solutions.state_and_precision.checkpoint import Checkpoint


@grader.misconception
class KeepsTheOptimizerInAnotherFile(Checkpoint):
    """Everything belongs in the one file at `path`. A second file is forgotten when the first is
    copied, and one with a fixed name is overwritten by every other run."""

    def save(self, path, epoch):
        torch.save({"model": self.model.state_dict(), "epoch": epoch}, path)
        torch.save(self.optimizer.state_dict(), "optimizer.pt")

    def load(self, path):
        saved = torch.load(path)
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(torch.load("optimizer.pt"))
        return saved["epoch"] + 1


@grader.misconception
class KeepsTheOptimizerBeside(Checkpoint):
    """`load` looks for a second file beside `path`, which is not there: the first was moved, as
    files are. Everything belongs in the one file at `path`."""

    def save(self, path, epoch):
        torch.save({"model": self.model.state_dict(), "epoch": epoch}, path)
        torch.save(self.optimizer.state_dict(), path.with_name(path.name + ".optim"))

    def load(self, path):
        saved = torch.load(path)
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(torch.load(path.with_name(path.name + ".optim")))
        return saved["epoch"] + 1


@grader.misconception
class KeepsItInMemory(Checkpoint):
    """There is no file at `path` after `save`: write to that very path, under no other name, and
    not to an attribute, which is gone when the program ends."""

    def save(self, path, epoch):
        self.saved = self.model.state_dict(), self.optimizer.state_dict(), epoch

    def load(self, path):
        model_state, optimizer_state, epoch = self.saved
        self.model.load_state_dict(model_state)
        self.optimizer.load_state_dict(optimizer_state)
        return epoch + 1


@grader.misconception
class PicklesEverything(Checkpoint):
    """With `weights_only=False` a file may run any program when it is read, and what comes out are
    new objects, not those that were handed over. Save and load state_dicts."""

    def save(self, path, epoch):
        torch.save((self.model, self.optimizer, epoch), path)

    def load(self, path):
        self.model, self.optimizer, epoch = torch.load(path, weights_only=False)
        return epoch + 1


@grader.misconception
class TakesTheStatesFromAPickle(Checkpoint):
    """What comes back is right, but `torch.load(path, weights_only=True)` refuses the file, as
    where it holds objects (a model, a NumPy array, a date), or where `pickle` wrote it: reading
    such a file could run any program. Save the state_dicts and the epoch, by `torch.save`."""

    def save(self, path, epoch):
        torch.save((self.model, self.optimizer, epoch), path)

    def load(self, path):
        model, optimizer, epoch = torch.load(path, weights_only=False)
        self.model.load_state_dict(model.state_dict())
        self.optimizer.load_state_dict(optimizer.state_dict())
        return epoch + 1


@grader.misconception
class CopiesTheParametersByHand(Checkpoint):
    """Parameters copied one after another say nothing when they belong to another model, and they
    come without buffers, such as BatchNorm's. Use the model's state_dict."""

    def save(self, path, epoch):
        weights = [parameter.detach() for parameter in self.model.parameters()]
        torch.save((weights, self.optimizer.state_dict(), epoch), path)

    def load(self, path):
        weights, optimizer_state, epoch = torch.load(path)
        for parameter, weight in zip(self.model.parameters(), weights, strict=True):
            parameter.data.copy_(weight)
        self.optimizer.load_state_dict(optimizer_state)
        return epoch + 1


@grader.misconception
class TakesTheStatesTooEarly(Checkpoint):
    """An optimizer's state_dict that is taken in `__init__` knows nothing of what comes later: a
    new lr, and the momentum that training gathers. Take it in `save`."""

    def __init__(self, model, optimizer):
        super().__init__(model, optimizer)
        self.state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}

    def save(self, path, epoch):
        torch.save({**self.state, "epoch": epoch}, path)


@grader.misconception
class RestoresTheGradients(Checkpoint):
    """Gradients are left from a step that is done, and the next step makes its own. `load` has to
    leave `.grad` alone."""

    def save(self, path, epoch):
        super().save(path, epoch)
        gradients = [parameter.grad for parameter in self.model.parameters()]
        torch.save({**torch.load(path), "gradients": gradients}, path)

    def load(self, path):
        gradients = torch.load(path)["gradients"]
        for parameter, gradient in zip(self.model.parameters(), gradients, strict=True):
            parameter.grad = gradient
        return super().load(path)


for change in (
    "self.optimizer = optimizer moved",
    "self.optimizer.load_state_dict(saved['optimizer']) moved",
):
    grader.equivalent(change, INDEPENDENT)

read = "saved = torch.load(path, weights_only=True, map_location='cpu')"
for change in (
    f"{read} -> {read.replace('True', 'False')}",
    f"{read} -> {read.replace('weights_only=True, ', '')}",
):
    grader.equivalent(change, "that what is saved is plain data is observed from outside")

grader.equivalent(
    f"{read} -> saved = torch.load(path, weights_only=True)",
    "on the CPU, where the walls are, there is no other place for a tensor",
)


grader.edit(
    "saves_the_method",
    "`state_dict` without its parentheses is a method, which no such file can hold: "
    "`self.model.state_dict()` gives the tensors.",
    "self.model.state_dict()",
    "self.model.state_dict",
)
grader.edit(
    "gives_the_path_first",
    "`torch.save` takes what is to be saved first, and where to second.",
    "torch.save(state, path)",
    "torch.save(path, state)",
)
grader.edit(
    "returns_no_epoch",
    "`load` gives nothing back, which is None: return the epoch to continue with.",
    'return saved["epoch"] + 1',
    'saved["epoch"] + 1',
)


@grader.misconception
class ParametersInAList(Checkpoint):
    """The parameters are as they were saved, and the buffers are not, such as the running
    statistics of BatchNorm: `state_dict()` has both."""

    def save(self, path, epoch):
        params = list(self.model.parameters())
        torch.save((params, self.optimizer.state_dict(), epoch), path)

    def load(self, path):
        params, state, epoch = torch.load(path, weights_only=True)
        with torch.no_grad():
            for param, saved in zip(self.model.parameters(), params, strict=False):
                param.copy_(saved)
        self.optimizer.load_state_dict(state)
        return epoch + 1


grader.edit(
    "counts_the_epoch_twice",
    "The epoch after the next one comes back: 1 is added where it is saved, and again where it is "
    "loaded. Once is enough.",
    '"epoch": epoch,',
    '"epoch": epoch + 1,',
)
grader.equivalent(
    "counts_the_epoch_twice + returns_the_finished_epoch",
    "The 1 is added once, where the epoch is saved.",
)


@grader.remark(written="copy.deepcopy")
class WithCopies(Checkpoint):
    """No `deepcopy` is needed here: `torch.save` writes the values as they are at that moment, and
    what `torch.load` gives is new. Only a state_dict that you keep in memory needs one, since
    training goes on changing it."""

    def save(self, path, epoch):
        state = deepcopy(self.model.state_dict()), deepcopy(self.optimizer.state_dict())
        torch.save({"model": state[0], "optimizer": state[1], "epoch": epoch}, path)


grader.not_here(
    "example not a case: call 1",
    "example not a case: call 2",
    reason="A case saves and loads a whole run, and trains on; the example's two models are "
    "trained in none.",
)

grader.not_here(
    "exception alone: KeepsItInMemory",
    reason="There is no file where `save` should have put one, and nothing else is said.",
)
