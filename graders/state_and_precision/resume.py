import contextlib
import os
import tempfile
from copy import deepcopy
from functools import partial
from pathlib import Path
from unittest import mock

import torch
from torch import nn, optim
from torch.optim import lr_scheduler

from torchkata import Grader, changed_entries, randn64, snapshot

grader = Grader(
    points=4,
    level=3,
    core=True,
    after=("state_and_precision/checkpoint", "schedules/warmup_cosine"),
    hints=(
        "List everything that is not the same after a new start: what of it does the next epoch "
        "depend on? Where is the lr kept, and what decides which examples come next?",
        "Model, optimizer and scheduler have a `state_dict()`; a generator has `get_state()`, and "
        "torch's global one is read by `torch.get_rng_state()`.",
        "Load first, if there is a file. Then, for each epoch that is left: train, step the "
        "scheduler, append the loss, and only then save everything in one dict.",
        "`torch.save` to `path` first empties the file that is there. Save under another name in "
        "the same folder; then `new.replace(path)` takes the place of the old file all at once.",
    ),
)


class Killed(Exception):
    """Ends a start of the script in the middle of an epoch."""


@grader.observe
def killed_and_started_again(answer, script, starts):
    """The run that never stopped comes before the last start, so memory in place of the file fails.

    It begins like the first start that has finished an epoch.
    """
    with tempfile.TemporaryDirectory(dir=".") as folder:
        path, *others = (Path(folder, name) for name in ("run.pt", "moved.pt", "whole.pt"))
        begun = [run(answer, path, script(seed, *one)) for seed, one in enumerate(starts[:-1])]
        whole = script([kill in (1, 2) for _, kill in starts].index(False), starts[-1][0])
        run(answer, others[1], whole)
        seen = {"torch.load(path, weights_only=True) works": can_be_read(path, weights_only=True)}
        path = path.rename(others[0]) if path.exists() else path
        last, again = script(7, *starts[-1]), script(8, *starts[-1])
        with every_moment_of(path) as moments:
            begun.append(run(answer, path, last))
        begun.append(run(answer, path, again))
    return seen | {
        "the file at every moment": next((kind for kind in moments if kind != "whole"), "whole"),
        "losses": last.losses,
        "model": snapshot(state_of(last.model)),
        "lr": last.optimizer.param_groups[0]["lr"],
        "epochs begun in each start": begun,
        "losses of one more start": again.losses,
        "bit for bit as if it had never stopped": {
            "losses": last.losses == whole.losses,
            "model": not changed_entries(state_of(whole.model), state_of(last.model)),
        },
    }


def run(answer, path, start):
    """Let the answer train until it is done or killed; how many epochs it has begun."""
    with contextlib.suppress(Killed):
        parts = start.model, start.optimizer, start.scheduler, start.generator
        start.losses = answer(path, start.train_epoch, *parts, start.epochs)
    return start.begun


def state_of(model):
    return {name: value for name, value in model.state_dict().items() if name != "watched"}


def can_be_read(path, weights_only):
    try:
        torch.load(path, weights_only=weights_only)
    except Exception:
        return False
    return True


class Watched(torch.Tensor):
    """Calls `look` while it is saved: by then `torch.save` has opened its file."""

    look = None

    def __reduce_ex__(self, protocol):
        if Watched.look is not None:
            Watched.look()
        return self.as_subclass(torch.Tensor).__reduce_ex__(protocol)


@contextlib.contextmanager
def every_moment_of(path):
    """What a start would find at `path`: a kill may come while a file is written, or between two
    calls that rename or remove one."""
    moments = []

    def look():
        if path.exists():
            whole = can_be_read(path, weights_only=False)
            moments.append("whole" if whole else "half written")
        elif moments:
            moments.append("gone")

    def looked_at(call):
        def called(*arguments, **keywords):
            look()
            returned = call(*arguments, **keywords)
            look()
            return returned

        return called

    names = ("remove", "rename", "replace", "unlink")
    calls = {name: looked_at(getattr(os, name)) for name in names}
    with mock.patch.multiple(os, **calls), mock.patch.object(Watched, "look", look):
        yield moments


class Start:
    """What a script makes when it starts; `kill` is the batch in which it is killed."""

    losses, begun, batches = None, 0, 0

    def __init__(self, seed, epochs, kill, examples, layers, optimizer, scheduler):
        torch.manual_seed(seed + 300)
        self.model, self.epochs, self.kill = layers(), epochs, kill
        self.model.register_buffer("watched", torch.zeros(1).as_subclass(Watched))
        self.optimizer = optimizer(self.model.parameters())
        self.scheduler = scheduler(self.optimizer)
        self.generator = torch.Generator().manual_seed(seed + 20)
        self.inputs, self.targets = examples

    def train_epoch(self):
        self.begun += 1
        self.model.train()
        order, losses = torch.randperm(len(self.inputs), generator=self.generator), []
        for rows in order.split(4):
            self.batches += 1
            if self.batches == self.kill:
                raise Killed
            self.optimizer.zero_grad()
            loss = nn.functional.mse_loss(self.model(self.inputs[rows]), self.targets[rows])
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
        return sum(losses) / len(losses)


def script(examples, *parts):
    return lambda seed, epochs, kill=None: Start(seed, epochs, kill, examples, *parts)


def examples(dtype=torch.float32):
    """8 of them, so that an epoch has 2 batches."""
    return randn64(8, 3).to(dtype), randn64(8, 2).to(dtype)


def network(*between, dtype=torch.float32):
    first, last = nn.Linear(3, 6, dtype=dtype), nn.Linear(6, 2, dtype=dtype)
    return nn.Sequential(first, *deepcopy(between), last)


sgd = partial(optim.SGD, lr=0.1, momentum=0.9)
cosine = partial(lr_scheduler.CosineAnnealingLR, T_max=5)
halved = partial(lr_scheduler.StepLR, step_size=2, gamma=0.5)


@grader.case
def killed_in_the_third_epoch():
    """SGD with momentum, a cosine schedule and Dropout; killed in epoch 3 of 5."""
    layers = partial(network, nn.Tanh(), nn.Dropout(0.4))
    return script(examples(), layers, sgd, cosine), [(5, 6), (5, None)]


@grader.case
def killed_before_there_was_a_file():
    """Killed in the first epoch, and in epochs 3 and 4; Adam, an lr that is halved every second
    epoch, and BatchNorm, in float64."""
    # Right before BatchNorm a bias has no gradient: Adam would make steps out of rounding.
    norm = nn.BatchNorm1d(6, dtype=torch.float64)
    layers = partial(network, nn.Tanh(), norm, dtype=torch.float64)
    adam = partial(optim.Adam, lr=0.1)
    starts = [(5, 2), (5, 5), (5, 4), (5, None)]
    return script(examples(torch.float64), layers, adam, halved), starts


@grader.case
def more_epochs_than_planned():
    """2 epochs, then 2 more, then 1 more, none of them killed; only the shuffling is random. The
    optimizer has `maximize=True`, so the loss rises from epoch to epoch."""
    starts = [(2, None), (4, None), (5, None)]
    climbs = partial(sgd, lr=0.02, maximize=True)
    return script(examples(), partial(network, nn.Tanh()), climbs, halved), starts


@grader.case
def only_dropout():
    """SGD without momentum, and an lr that is multiplied by 0.8 after each epoch; Dropout. Killed
    right after the second epoch, in the first batch of the third."""
    layers, plain = partial(network, nn.Dropout(0.5), nn.ReLU()), partial(optim.SGD, lr=0.2)
    shrinking = partial(lr_scheduler.ExponentialLR, gamma=0.8)
    return script(examples(), layers, plain, shrinking), [(4, 5), (4, None)]


@grader.case
def one_epoch():
    """A single epoch, which is killed at its last batch and trained on the second start."""
    return script(examples(), network, sgd, halved), [(1, 2), (1, None)]


grader.edit(
    "forgets_the_optimizer",
    "After the stop, the optimizer is a new one: its momentum (or Adam's moments) begins at zero, "
    "and the lr is the first one. Save and load its state_dict.",
    'parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}',
    'parts = {"model": model, "scheduler": scheduler}',
    idea="state_of_the_optimizer_lost",
)


from graders._shared import INDEPENDENT

PARTS = 'parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}'
NEW = 'beside, losses = path.with_suffix(".new"), []'
READ = "saved = torch.load(path, weights_only=True)"
LOAD = """
        for name, part in parts.items():
            part.load_state_dict(saved[name])
"""
TRAIN = "losses.append(train_epoch())"
STATES = "saved = {name: part.state_dict() for name, part in parts.items()}"
DRAWN = 'saved |= {"generator": generator.get_state(), "rng": torch.get_rng_state()}'
WRITE = 'torch.save(saved | {"losses": losses}, beside)'
REPLACE = "beside.replace(path)"
SAVE = f"{STATES}\n        {DRAWN}\n        {WRITE}\n        {REPLACE}\n"
LOOP = f"""
    for _ in range(len(losses), epochs):
        {TRAIN}
        scheduler.step()
        {SAVE}
"""
SHUFFLED = 'generator.set_state(saved["generator"])'
DROPPED = 'torch.set_rng_state(saved["rng"])'

BODY = f"""
    {PARTS}
    {NEW}
    if path.exists():
        {READ}
        losses = saved["losses"]
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        {SHUFFLED}
        {DROPPED}
{LOOP.strip(chr(10))}
"""


def changed(text, *pairs):
    """The text with several passages exchanged."""
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def also_written_over(*texts):
    """The texts, and each once more as most people save: straight to `path`."""
    over = (", beside)", ", path)"), (REPLACE, "pass")
    return [one for text in texts for one in (text, changed(text, *over))]


def with_a_number(start):
    """The body that also saves the number of the epoch, and begins with another one."""
    return changed(
        BODY,
        (NEW, f"{NEW}; first = 0"),
        ('losses = saved["losses"]', f'losses, first = saved["losses"], {start}'),
        ("for _ in range(len(losses), epochs)", "for epoch in range(first, epochs)"),
        ('{"losses": losses}', '{"losses": losses, "epoch": epoch}'),
    )


AS_IN_TUTORIALS = changed(
    BODY,
    (', "scheduler": scheduler', ""),
    (f"        {SHUFFLED}\n        {DROPPED}\n", ""),
    (f"        {DRAWN}\n", ""),
)

grader.edit(
    "writes_over_the_old_file",
    "While the new file is written, the old one is lost already, and a start after a kill at that "
    "moment finds half a file, as where `torch.save` writes to `path` itself. Write the new file "
    "under another name, and rename it when it is complete.",
    REPLACE,
    WRITE.replace("beside", "path"),
    idea="old_file_lost",
)
grader.edit(
    "removes_the_old_file_first",
    "For a moment there is no file at `path`: the old one was removed or renamed before the new "
    "one took its name. A start after a kill at that moment begins at the first epoch. "
    "`Path.replace` does both in one.",
    REPLACE,
    "path.unlink(missing_ok=True); beside.rename(path)",
    idea="old_file_lost",
)
grader.edits(
    "saves_a_whole_object",
    "The numbers are right, but `torch.load(path, weights_only=True)` cannot read the file, as "
    "where it holds a model in place of its state_dict, or was not written by `torch.save`.",
    BODY,
    also_written_over(
        changed(
            BODY, (READ, READ.replace("True", "False")), (": losses}", ': losses, "it": model}')
        )
    ),
    idea="model_for_state",
)
grader.edit(
    "trains_once_more",
    "A start that finds all epochs done trains one more, as where the end is only asked for after "
    "an epoch. `epochs` may be as many as are done already: ask before.",
    "range(len(losses), epochs)",
    "range(len(losses), max(epochs, len(losses) + 1))",
    idea="one_too_many",
)
grader.edits(
    "saves_what_tutorials_save",
    "Model and optimizer come back, and nothing else: after the stop, the schedule begins again, "
    "the examples come in another order, and Dropout drops other units. Save the states of the "
    "scheduler and of both generators.",
    BODY,
    also_written_over(
        AS_IN_TUTORIALS, AS_IN_TUTORIALS.replace(LOAD, f"{LOAD}        torch.manual_seed(0)\n")
    ),
    idea="generator_not_restored",
)
grader.edits(
    "saves_the_generators_of_before_the_epoch",
    "After the stop, shuffling and Dropout repeat the epoch before: the states of the generators "
    "were read before that epoch. Read them after it, where all else is saved.",
    LOOP,
    also_written_over(f"""
    for _ in range(len(losses), epochs):
        drawn = {{"generator": generator.get_state(), "rng": torch.get_rng_state()}}
        {TRAIN}
        scheduler.step()
        {STATES}
        {WRITE.replace("saved | ", "saved | drawn | ")}
        {REPLACE}
    """),
    idea="saved_too_early",
)
grader.edit(
    "saves_every_second_epoch",
    "An epoch that was done is trained again after the stop: not after each epoch a file is "
    "written.",
    STATES,
    f"if len(losses) % 2 and len(losses) < epochs:\n    continue\n{STATES}",
    idea="saved_at_the_end",
)
grader.edit(
    "saves_the_best_alone",
    "An epoch that was done is trained again after the stop: a file is only written where the loss "
    "is the smallest so far. That keeps a best model; to continue, write one after each epoch.",
    STATES,
    f"if losses[-1] > min(losses):\n    continue\n{STATES}",
    idea="saved_at_the_end",
)
grader.edit(
    "rounds_the_losses",
    "The losses of before the stop are rounded to float32, as in `torch.tensor(losses)`. Save the "
    "list itself, or a tensor of float64.",
    WRITE,
    WRITE.replace(": losses", ": torch.tensor(losses).tolist()"),
    idea="float32_whatever_came",
)
grader.edit(
    "forgets_the_scheduler",
    "After the stop, the schedule begins again at its first epoch, though the lr is right for one "
    "epoch, as it is in the optimizer's state. The scheduler has a state_dict, too.",
    PARTS,
    'parts = {"model": model, "optimizer": optimizer}',
    idea="schedule_begins_again",
)
grader.edits(
    "steps_the_scheduler_up_to_the_epoch",
    "After the stop, the lr has fallen too far: the optimizer's state brought back the lr of now, "
    "and then the scheduler was stepped once more for each epoch that is done. Save and load the "
    "scheduler's state_dict.",
    BODY,
    also_written_over(
        changed(
            BODY,
            (', "scheduler": scheduler', ""),
            (LOAD, f"{LOAD}        [scheduler.step() for _ in losses]\n"),
        )
    ),
    idea="scheduler_stepped_twice",
)
grader.edit(
    "forgets_optimizer_and_scheduler",
    "After the stop, the model is the old one, but the optimizer and the scheduler are new: no "
    "momentum, and the lr of the first epoch. Save the state_dict of each.",
    PARTS,
    'parts = {"model": model}',
    idea="state_of_the_optimizer_lost",
)
grader.edit(
    "forgets_the_model",
    "After the stop, the model has other weights, those of the new start. Save and load its "
    "state_dict.",
    PARTS,
    'parts = {"optimizer": optimizer, "scheduler": scheduler}',
    idea="model_not_loaded",
)
grader.edits(
    "forgets_the_generator",
    "After the stop, the examples come in another order: the generator that shuffles them is not "
    "where it was. Save `generator.get_state()`, and give it to `set_state`.",
    SHUFFLED,
    ["pass", "generator.manual_seed(0)", "generator.manual_seed(42)"],
    idea="generator_not_restored",
)
grader.edits(
    "forgets_the_dropout",
    "After the stop, Dropout drops other units: torch's global generator is not where it was. Save "
    "`torch.get_rng_state()`, and give it to `torch.set_rng_state`.",
    DROPPED,
    ["pass", "torch.manual_seed(0)", "torch.manual_seed(42)"],
    idea="generator_not_restored",
)
grader.edits(
    "forgets_both_generators",
    "After the stop, the examples come in another order, and Dropout drops other units. Weights, "
    "momentum and lr are right. What is random has a state as well: that of `generator`, and that "
    "of torch's global generator.",
    f"\n    {SHUFFLED}\n    {DROPPED}\n",
    ["pass", "torch.manual_seed(0); generator.manual_seed(0)", "torch.manual_seed(42)"],
    idea="generator_not_restored",
)
grader.edit(
    "saves_the_seed_of_the_generator",
    "After the stop, the epochs have the orders of the first epochs again: `initial_seed()` is "
    "where the generator began, and not where it is now. Save `get_state()`.",
    SHUFFLED,
    f"{SHUFFLED}; generator.manual_seed(generator.initial_seed())",
    idea="seed_for_state",
)
grader.edit(
    "saves_the_global_seed",
    "After the stop, Dropout drops what it dropped in the first epochs: `initial_seed()` is where "
    "torch's global generator began, and not where it is now. Save `torch.get_rng_state()`.",
    DROPPED,
    f"{DROPPED}; torch.manual_seed(torch.initial_seed())",
    idea="seed_for_state",
)
grader.edits(
    "sets_a_seed_for_each_epoch",
    "The runs with and without a stop agree, but `train_epoch` draws other numbers than asked for: "
    "a seed is set in each epoch. Leave the generators alone, and save where they are.",
    TRAIN,
    [
        f"{seeds}; {TRAIN}"
        for seeds in (
            "torch.manual_seed(len(losses)); generator.manual_seed(len(losses))",
            "generator.manual_seed(len(losses))",
            "torch.manual_seed(len(losses))",
        )
    ],
    idea="seed_for_state",
)
grader.edits(
    "saves_before_the_schedule_steps",
    "After the stop, the lr is one epoch late: the file was written before `scheduler.step()`, so "
    "that one step of the schedule is lost. Save after it.",
    LOOP,
    also_written_over(f"""
    for _ in range(len(losses), epochs):
        {TRAIN}
        {SAVE}
        scheduler.step()
    """),
    idea="saved_too_early",
)
grader.edits(
    "saves_before_the_epoch",
    "A file is written before each epoch and none after the last, so that an epoch that is done is "
    "trained again by the next start. Save after each epoch.",
    LOOP,
    also_written_over(f"""
    for _ in range(len(losses), epochs):
        {SAVE}
        {TRAIN}
        scheduler.step()
    """),
    idea="saved_too_early",
)
grader.edits(
    "saves_at_the_end_alone",
    "The run that was killed begins again at its first epoch: a file is only written when all "
    "epochs are done. Write one after each epoch.",
    LOOP,
    also_written_over(f"""
    for _ in range(len(losses), epochs):
        {TRAIN}
        scheduler.step()
    else:
        {SAVE}
    """),
    idea="saved_at_the_end",
)
grader.edits(
    "saves_when_it_is_killed",
    "After the stop, the run continues from the middle of an epoch: a file was also written while "
    "the epoch was not finished, as in `finally` or `except`. Write it only after an epoch.",
    LOOP,
    also_written_over(f"""
    for _ in range(len(losses), epochs):
        try:
            {TRAIN}
            scheduler.step()
        finally:
            {STATES}
            {DRAWN}
            {WRITE}
            {REPLACE}
    """),
    idea="saved_in_the_epoch",
)
grader.edit(
    "trains_as_many_again",
    "Each start trains `epochs` epochs, those before the stop not counted. It is the number of the "
    "whole run.",
    "range(len(losses), epochs)",
    "range(epochs)",
    idea="epochs_counted_again",
)
grader.edits(
    "trains_the_last_epoch_again",
    "The last epoch in the file is trained a second time after the stop, as where the number of "
    "the finished epoch is saved and used as the next one. Continue with the one after it.",
    BODY,
    also_written_over(
        BODY.replace("range(len(losses)", "range(max(len(losses) - 1, 0)"),
        with_a_number('saved["epoch"]'),
    ),
    idea="off_by_one",
)
grader.edits(
    "leaves_an_epoch_out",
    "One epoch is left out after the stop, as where the number of the next epoch is saved and 1 is "
    "added to it once more.",
    BODY,
    also_written_over(
        BODY.replace("range(len(losses)", "range(len(losses) + (len(losses) > 0)"),
        with_a_number('saved["epoch"] + 2'),
    ),
    idea="off_by_one",
)
grader.edits(
    "returns_the_losses_of_this_start",
    "The training is right, but what comes back are the losses since the last start alone. Save "
    "those before the stop, too.",
    f"{LOOP.rstrip()}\n    return losses\n",
    also_written_over(f"\n    done = len(losses){LOOP.rstrip()}\n    return losses[done:]\n"),
    idea="history_lost",
)
grader.edit(
    "begins_again",
    "Each start begins at the first epoch, though there is a file: it is never read.",
    "if path.exists():",
    "if False:",
    idea="file_not_read",
)
grader.edit(
    "expects_a_file",
    "FileNotFoundError on the very first start, when there is nothing to load yet: ask "
    "`path.exists()` first.",
    "if path.exists():",
    "if True:",
    idea="file_expected",
)
grader.edit(
    "loads_the_states_into_nothing",
    "The file is read, but model, optimizer and scheduler are still those of the new start, as "
    "where names are bound to what was loaded. `load_state_dict` writes into the objects.",
    LOAD,
    "",
    idea="file_not_read",
)
grader.edits(
    "loads_another_model",
    "The file holds a whole model, and loading it makes another object: `train_epoch` trains the "
    "one that was handed over. Save its state_dict, and load that into the model.",
    BODY,
    also_written_over(
        changed(
            BODY,
            (READ, READ.replace("True", "False")),
            (PARTS, PARTS.replace('"model": model, ', "")),
            (LOAD, f'{LOAD}        model = saved["model"]\n'),
            (": losses}", ': losses, "model": model}'),
        )
    ),
    idea="model_for_state",
)


grader.edit(
    "never_steps_the_scheduler",
    "The lr stays the same: the scheduler never steps. Call `scheduler.step()` after each epoch.",
    f"\n    {TRAIN}\n    scheduler.step()\n",
    f"\n    {TRAIN}\n",
    idea="scheduler_never_stepped",
)
grader.edit(
    "steps_the_scheduler_first",
    "The lr is one epoch early: the scheduler steps before the epoch is trained. It comes after.",
    f"\n    {TRAIN}\n    scheduler.step()\n",
    f"\n    scheduler.step()\n    {TRAIN}\n",
    idea="scheduler_a_step_ahead",
)

for change in ("losses = saved['losses']", SHUFFLED.replace('"', "'"), DROPPED.replace('"', "'")):
    grader.equivalent(f"{change} moved", INDEPENDENT)
for other in (READ.replace("True", "False"), "saved = torch.load(path)"):
    grader.equivalent(f"{READ} -> {other}", "what the file holds is observed from outside")
grader.not_here(
    "generator seeded: torch.set_rng_state",
    reason="To bring the global generator back to where it was is what is asked for.",
)
grader.not_here(
    "example not a case: call 1",
    "example not a case: call 2",
    reason="A case is a script that makes the arguments at each of its starts.",
)
