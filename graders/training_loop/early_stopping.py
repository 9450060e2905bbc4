import math

import torch
from torch import nn

from torchkata import Grader, snapshot, unchanged

grader = Grader(
    points=3,
    level=2,
    after=("training_loop/train_one_epoch",),
    hints=(
        "Three things to remember: the best value, the state that belongs to it, and how many "
        "epochs ago that was.",
        "Every comparison with nan is False. So which way round should you ask?",
        "`state_dict()` gives the model's own tensors, which training changes in place.",
    ),
)


@grader.observe
def two_runs(answer, settings, values, model):
    """The second run, with the values reversed, is between the epochs of the first."""
    values = values.tolist()
    runs = [(answer(**settings), model, values), (answer(**settings), network(), values[::-1])]
    decisions, params, changed = ([], []), dict(model.named_parameters()), 0
    for epoch in range(len(values)):
        for (stopping, trained, given), decided in zip(runs, decisions, strict=True):
            train(trained, epoch)
            before = snapshot(trained.state_dict())
            decided.append(stopping.step(given[epoch], trained))
            changed += list(unchanged(before, trained.state_dict()).values()).count(False)
    for stopping, trained, _ in runs:
        stopping.restore(trained)
    restored = [snapshot(trained.state_dict()) for _, trained, _ in runs]
    for stopping, trained, _ in runs:
        train(trained, 99)
        stopping.restore(trained)
    again = [snapshot(trained.state_dict()) for _, trained, _ in runs]
    afterwards = [stopping.step(given[-1], trained) for stopping, trained, given in runs]
    return {
        "stop": decisions[0],
        "stop, in a second run": decisions[1],
        "restored": restored[0],
        "restored, in a second run": restored[1],
        "restored after more training": again,
        "stop, in an epoch after restoring": afterwards,
        "the same parameters": all(params[name] is one for name, one in model.named_parameters()),
        "entries changed in model": changed,
        "in training mode": model.training,
    }


def network():
    """A layer with BatchNorm, which has buffers."""
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))


def train(model, epoch):
    """Change all parameters and buffers in place, in each epoch by something else."""
    with torch.no_grad():
        for one in model.state_dict().values():
            one += epoch + 1


def eighths(*numbers):
    """Numbers / 8: they and their differences are exact."""
    return torch.tensor(numbers, dtype=torch.float64) / 8


def drawn(count, largest):
    """Any multiples of 1/8."""
    return eighths(*torch.randint(largest, (count,)).tolist())


@grader.case
def as_in_the_docstring():
    """The losses of the docstring's example, and its settings."""
    return {"patience": 2}, torch.tensor([0.9, 0.7, 0.8, 0.6, 0.6, 0.7]).double(), network()


@grader.case
def no_patience_at_all():
    """8 losses, of which some are equal; patience 1."""
    return {"patience": 1}, torch.cat([eighths(40), drawn(7, 39)]), network()


@grader.case
def log_likelihoods():
    """20 values below 0 that are to grow, and patience 3."""
    return {"patience": 3, "mode": "max"}, drawn(20, 17) - 20, network().eval()


@grader.case
def little_by_little():
    """15 losses that fall by 1/8, by 1/4 (exactly `min_delta`) or not at all; patience 2."""
    falls = torch.cat([eighths(1, 1), drawn(13, 3)])
    return {"patience": 2, "min_delta": 0.25, "mode": "min"}, 900 - falls.cumsum(0), network()


@grader.case
def more_by_more():
    """18 values that are to grow by more than 1/2, of which two are nan, and patience 2."""
    values = drawn(18, 40)
    values[[5, 11]] = math.nan
    return {"patience": 2, "min_delta": 0.5, "mode": "max"}, values, network()


@grader.case
def diverges():
    """9 losses, of which the first is nan and the last three are, too; patience 3."""
    nan = math.nan
    return {"patience": 3}, eighths(nan, 30, 26, 27, 25, 28, nan, nan, nan), network()


@grader.case
def nothing_but_nan():
    """4 epochs, all nan: there is nothing to restore."""
    return {"patience": 3, "min_delta": 0.0}, eighths(*[math.nan] * 4), network()


@grader.case
def far_below():
    """12 losses below 0, as a log likelihood has them, that rise and fall; patience 4."""
    return {"patience": 4}, drawn(12, 9) - 50, network()


from graders._shared import INDEPENDENT

grader.edit(
    "stops_one_late",
    "It stops one epoch late, as with `bad > patience`: with a patience of 2, the second epoch in "
    "a row without improvement is the one to stop at, `>=`.",
    old="self.bad >= self.patience",
    new="self.bad > self.patience",
    idea="patience_off_by_one",
)
IMPROVES = "value < self.best - self.min_delta"
STATE = "copy.deepcopy(model.state_dict())"
STOPS = "return self.bad >= self.patience"
NOTED = f"self.best, self.state, self.bad = value, {STATE}, 0"
LOADED = "model.load_state_dict(self.state)"

grader.edits(
    "stops_one_early",
    "It stops one epoch early, as with `bad >= patience - 1`, or where the best epoch itself is "
    "counted. Count from 0 at an improvement, and stop at `patience`.",
    old=STOPS,
    news=("return self.bad >= max(self.patience - 1, 1)", "return self.bad + 1 >= self.patience"),
    idea="patience_off_by_one",
)
grader.edit(
    "says_it_once",
    "It says stop once, and no longer in the epochs after that, as with `==`. As long as there is "
    "no improvement it is to say stop: `>=`.",
    old=STOPS,
    new="return self.bad == self.patience",
)
grader.edit(
    "says_stop_for_good",
    "Once it has said stop, it says so forever, even after an improvement. It may be called again, "
    "and an improvement makes it False.",
    old=STOPS,
    new="self.over = getattr(self, 'over', False) or self.bad >= self.patience\nreturn self.over",
)
grader.edit(
    "starts_over_after_stopping",
    "After it has said stop, it counts from 0 again. Only an improvement sets the count to 0.",
    old=STOPS,
    new="if self.bad >= self.patience:\n    self.bad = 0\n    return True\nreturn False",
    idea="counter_reset_too_often",
)
grader.edit(
    "adds_all_bad_epochs_up",
    "All epochs without improvement are added up, over the whole run. Count those in a row: an "
    "improvement sets the count to 0.",
    old=NOTED,
    new=f"self.best, self.state = value, {STATE}",
    idea="counter_not_reset",
)
grader.edits(
    "takes_the_opposite",
    "It takes smaller for larger: the values that are to grow are expected to fall, and the other "
    "way round. `mode` says which is better.",
    old='1 if mode == "min" else -1',
    news=('-1 if mode == "min" else 1', '1 if mode == "max" else -1'),
    idea="mode_ignored",
)
grader.edit(
    "waits_for_smaller_values",
    'Values that are to grow (`mode` is "max") are expected to fall here. `mode` says which is '
    "better.",
    old='1 if mode == "min" else -1',
    new="1",
    idea="mode_ignored",
)
grader.edit(
    "ignores_the_threshold",
    "An improvement of any size counts, as where `min_delta` is not used. It has to be more than "
    "`min_delta`.",
    old=IMPROVES,
    new="value < self.best",
    idea="no_threshold",
)
grader.edits(
    "counts_worse_values",
    "`min_delta` works the wrong way: a value that is a little worse than the best counts as an "
    "improvement. It has to be *better* by more than that, on the side that `mode` says.",
    old=IMPROVES,
    news=("value < self.best + self.min_delta", "self.best - value > -self.min_delta"),
    idea="threshold_with_the_wrong_sign",
)
grader.edits(
    "counts_exactly_the_threshold",
    "A value that is better by exactly `min_delta` counts as an improvement, and with `min_delta` "
    "0 an equal one does. It has to be better by *more* than that: `<`, not `<=`.",
    old=IMPROVES,
    news=(
        "value <= self.best - self.min_delta",
        "self.best - value >= self.min_delta",
    ),
    idea="ties_count",
)
grader.edits(
    "counts_what_is_not_worse",
    "nan counts as an improvement, and so does a value that is better by exactly `min_delta`, as "
    "where the *bad* epochs are asked for first and `else` gets the rest: comparisons with nan are "
    "False. Ask for the improvement: `<`.",
    old=IMPROVES,
    news=(
        "not value > self.best - self.min_delta",
        "not -value < -self.best + self.min_delta",
    ),
    idea="nan_is_an_improvement",
)
grader.edits(
    "counts_nan",
    "nan counts as an improvement: comparisons with nan are False, so `not (value >= ...)` is "
    "True. Ask for the improvement, `value < ...`, and let `else` be the bad epoch.",
    old=IMPROVES,
    news=(
        "not value >= self.best - self.min_delta",
        f"{IMPROVES} or math.isnan(value)",
    ),
    idea="nan_is_an_improvement",
)
grader.edits(
    "begins_with_nan",
    "A nan in the first epoch becomes the best value, and from then on nothing is an improvement: "
    "comparisons with nan are False. Only a number may become the best.",
    old=IMPROVES,
    news=(
        f"self.state is None or {IMPROVES}",
        f"self.best == math.inf or {IMPROVES}",
    ),
    idea="nan_is_an_improvement",
)
grader.edit(
    "skips_nan",
    "An epoch with nan is not counted. It is an epoch without improvement like any other: a run "
    "that gives nan only has to end.",
    old="self.bad += 1",
    new="self.bad += not math.isnan(value)",
)
grader.edit(
    "stops_at_nan",
    "It stops at once where the value is nan. It counts as one epoch without improvement, and "
    "`patience` decides.",
    old=STOPS,
    new="return math.isnan(value) or self.bad >= self.patience",
)
grader.edits(
    "counts_neither_way",
    "Some epochs count neither way, and `step` says False there, as where `elif` asks for a worse "
    "value: nan, an equal value, or one that is too close to the best. Every epoch that is no "
    "improvement counts: write `else`.",
    old=f"""
        if {IMPROVES}:
            {NOTED}
        else:
            self.bad += 1
        {STOPS}
    """,
    news=[
        f"""
        if {better}:
            {NOTED}
        elif value > {worse}:
            self.bad += 1
            {STOPS}
        return False
    """
        for better, worse in (
            ("value < self.best", "self.best + self.min_delta"),
            (IMPROVES, "self.best"),
            (IMPROVES, "self.best + self.min_delta"),
        )
    ],
)
grader.edits(
    "compares_with_the_previous",
    "Each value is compared with the one of the epoch before, so that a worse one makes the next "
    "an improvement. Compare it with the best.",
    old="self.bad += 1",
    news=(
        "self.bad, self.best = self.bad + 1, value",
        "self.bad, self.best = self.bad + 1, self.best if math.isnan(value) else value",
    ),
    idea="previous_for_best",
)
grader.edit(
    "moves_the_best_along",
    "The best value is updated by improvements that are too small to count, as with "
    "`best = min(best, value)` in each epoch, so that many small ones never add up to a large one. "
    "Update it only where the count goes back to 0.",
    old="self.bad += 1",
    new="self.bad, self.best = self.bad + 1, min(self.best, value)",
)
grader.edits(
    "begins_at_a_finite_number",
    'The first number is no improvement where it is large (or negative, for mode "max"), as '
    "where the best value begins at 0, 1 or 100. Begin with `math.inf`, or with None.",
    old="math.inf, None, 0",
    news=(
        "100.0, None, 0",
        "self.sign, None, 0",
        "0.0, None, 0",
        "10.0, None, 0",
    ),
    idea="finite_start",
)
grader.edits(
    "begins_at_0_for_max",
    'With mode "max", a first number below 0 is no improvement, as where the best value begins at '
    "0. Begin with `-math.inf`, or with None.",
    old="math.inf, None, 0",
    news=[f"math.inf if mode == 'min' else {low}, None, 0" for low in ("0.0", "1.0")],
    idea="finite_start",
)
grader.edits(
    "keeps_the_model_itself",
    "`restore` leaves the model in the state of the *last* epoch, as where `state_dict()` was kept "
    "without a copy (it holds the model's own tensors, which training changes in place: use "
    "`copy.deepcopy`), or where nothing is loaded into the caller's model.",
    old=STATE,
    news=(
        "model.state_dict()",
        "dict(model.state_dict())",
        "model.state_dict().copy()",
        "copy.copy(model.state_dict())",
        "{name: one.detach() for name, one in model.state_dict().items()}",
    ),
    idea="state_not_copied",
)
grader.edit(
    "keeps_each_state",
    "What `restore` brings back is the state at the last call of `step`, as where it is copied in "
    "every epoch. Copy it only at an improvement.",
    old="self.bad += 1",
    new="self.bad += 1\nself.state = self.state and copy.deepcopy(model.state_dict())",
)
grader.edit(
    "keeps_the_first_state",
    "What `restore` brings back is the state of the first improvement. Copy it again at each one.",
    old=STATE,
    new=f"self.state or {STATE}",
)
grader.edits(
    "forgets_the_buffers",
    "`restore` brings the parameters back, and not the buffers: BatchNorm's running mean and "
    "variance stay those of the last epoch. `model.state_dict()` has both.",
    old=LOADED,
    news=(
        "model.load_state_dict({n: self.state[n] for n, _ in model.named_parameters()}, False)",
        "[one.data.copy_(self.state[name]) for name, one in model.named_parameters()]",
        "[setattr(one, 'data', self.state[name]) for name, one in model.named_parameters()]",
    ),
    idea="buffers_forgotten",
)
grader.edit(
    "forgets_that_there_may_be_none",
    "Without any improvement there is nothing to load: `restore` is to leave the model as it is "
    "then.",
    old="""
        if self.state is not None:
            model.load_state_dict(self.state)
    """,
    new="""
        model.load_state_dict(self.state)
    """,
)
grader.edits(
    "restores_once",
    "A second `restore` finds other numbers, as where the kept tensors were put into the model "
    "themselves and trained on. Copy them into the model: `load_state_dict` does.",
    old=LOADED,
    news=(
        "model.load_state_dict(self.state, assign=True)",
        "for name, one in [*model.named_parameters(), *model.named_buffers()]:\n"
        "    one.data = self.state[name]",
    ),
    idea="state_not_copied",
)
grader.edits(
    "counts_from_0_after_restoring",
    "`restore` makes `step` begin again: after it, training that was to stop goes on. It changes "
    "the model alone; the count and the best value are kept.",
    old=LOADED,
    news=(f"{LOADED}\nself.bad = 0", f"{LOADED}\nself.best, self.bad = math.inf, 0"),
    idea="counter_reset_too_often",
)
grader.edit(
    "returns_the_count",
    "`step` returns a number. It is to return True if training is to stop, else False.",
    old=STOPS,
    new="return self.bad",
)
grader.edits(
    "says_whether_to_go_on",
    "True and False are swapped: `step` is to return True where training should *stop*.",
    old=STOPS,
    news=("return self.bad < self.patience", "return not self.bad >= self.patience"),
    idea="true_for_false",
)
grader.edits(
    "says_nothing_else",
    "`step` returns None where training goes on, as where only the branch that stops has a "
    "`return`. Return False there.",
    old=STOPS,
    news=(
        "return True if self.bad >= self.patience else None",
        "return self.bad >= self.patience or None",
    ),
    idea="no_return",
)
grader.edit(
    "leaves_it_in_evaluation_mode",
    "The model is left in evaluation mode. `step` and `restore` are not to change its mode.",
    old=LOADED,
    new="model.eval().load_state_dict(self.state)",
    idea="mode_changed",
)
grader.edit(
    "shares_the_best_between_runs",
    "Two runs in one program know each other's best value, as where it is kept by the class or in "
    "a global. Keep it on `self`, and set it in `__init__`.",
    old=f"{IMPROVES}:",
    new="value < min(self.best, getattr(EarlyStopping, 'record', math.inf)) - self.min_delta:\n"
    "    EarlyStopping.record = value",
)


grader.equivalent(
    "self.sign = 1 if mode == 'min' else -1 -> self.sign = 1 if mode >= 'min' else -1",
    'the other mode, "max", comes before "min" in the alphabet',
)
grader.equivalent(
    "self.sign = 1 if mode == 'min' else -1 -> self.sign = 1 if mode is 'min' else -1",
    "Python keeps one string for all short names that are written alike",
)
grader.equivalent("self.min_delta = min_delta moved", INDEPENDENT)
grader.equivalent("self.sign = 1 if mode == 'min' else -1 moved", INDEPENDENT)
grader.equivalent("self.best, self.state, self.bad = (math.inf, None, 0) moved", INDEPENDENT)
