import copy
import random

import torch
from torch import nn

from torchkata import Grader, snapshot, unchanged

grader = Grader(
    points=3,
    level=2,
    after=("training_loop/train_step",),
    hints=(
        "What has to be remembered between two updates? It is a copy, with its own numbers.",
        "`state_dict()` has parameters and buffers; `named_parameters()` says which are which.",
        "`average.lerp_(param, 1 - decay)` under `torch.no_grad()` is one update of one tensor.",
    ),
)


@grader.observe
def averages(answer, model, decay, steps):
    """After each third of the steps, and after another model has been trained on from it."""
    params, ema, seen = dict(model.named_parameters()), answer(model, decay), {}
    averaged, changed = blank(model), 0
    for step in range(steps):
        train(model, step)
        before = snapshot(model.state_dict())
        ema.update(model)
        changed += list(unchanged(before, model.state_dict()).values()).count(False)
        if step in (0, steps // 2, steps - 1):
            ema.copy_to(averaged)
            seen[f"after update {step + 1}"] = snapshot(averaged.state_dict())
    held = dict(averaged.named_parameters())
    train(averaged, 7)
    train(model, 9)
    ema.copy_to(averaged)
    last = snapshot(averaged.state_dict())
    ema.copy_to(model)
    return seen | {
        "after more training of both": last,
        "in the trained model itself": snapshot(model.state_dict()),
        "the same parameters": [
            all(old[name] is new for name, new in one.named_parameters())
            for old, one in ((params, model), (held, averaged))
        ],
        "parameters that are trained": [
            name for name, one in averaged.named_parameters() if one.requires_grad
        ],
        "parts of the model that update changed": changed,
        "in training mode": (model.training, averaged.training),
    }


def blank(model):
    """A model with the same layers and other numbers; all of it is trained."""
    other = copy.deepcopy(model).requires_grad_(True)
    train(other, 5)
    return other


def train(model, step):
    """Change all parameters, in place, and count a batch in the statistics."""
    with torch.no_grad():
        for number, one in enumerate(model.state_dict().values()):
            one += step + 1 if one.dtype == torch.int64 else (2 * step - 3) / (number + 2)


def network(*features, dtype=torch.float32):
    """Linear layers with BatchNorm between them; its statistics are not those of a new one."""
    norm = nn.BatchNorm1d(features[1], dtype=dtype)
    first, last = nn.Linear(*features[:2], dtype=dtype), nn.Linear(*features[1:], dtype=dtype)
    model = nn.Sequential(first, norm, last)
    model[1].running_mean.normal_()
    model[1].running_var.uniform_(0.5, 2)
    model[1].num_batches_tracked += 3
    return model


def some_decay():
    """Between 0.6 and 0.95."""
    return random.uniform(0.6, 0.95)


@grader.case
def single_precision():
    """Two linear layers with BatchNorm between them, 5 updates, a decay from 0.6 to 0.95."""
    return network(3, 4, 2), some_decay(), 5


@grader.case
def double_precision():
    """The same layers in float64 and in evaluation mode, 8 updates."""
    return network(2, 3, 4, dtype=torch.float64).eval(), some_decay(), 8


@grader.case
def nothing_is_kept():
    """A decay of 0, 3 updates: the average is what the parameters were at the last one."""
    return network(2, 2, 2), 0.0, 3


@grader.case
def nearly_everything_is_kept():
    """A decay of 0.999, 4 updates, in float64: the average hardly moves."""
    return network(2, 5, 3, dtype=torch.float64), 0.999, 4


@grader.case
def one_parameter_is_frozen():
    """The first layer's weight requires no gradient; 4 updates."""
    model = network(3, 3, 1)
    model[0].weight.requires_grad_(False)
    return model, some_decay(), 4


@grader.case
def many_updates():
    """A single layer without buffers and without a bias, 40 updates."""
    return nn.Linear(2, 3, bias=False), some_decay(), 40


@grader.case
def as_in_the_docstring():
    """A weight of 8 and a decay of 0.75, as in the docstring's example; one update."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 8.0)
    return model, 0.75, 1


from graders._shared import INDEPENDENT

KEPT = "self.average = copy.deepcopy(model.state_dict())"
MOVED = "self.average[name].lerp_(value, 1 - self.decay)"
COPIED = "self.average[name].copy_(value)"
LOADED = "model.load_state_dict(self.average)"

grader.edits(
    "swaps_the_two_weights",
    "The new parameter counts `decay`, and the average the rest, so the average follows every "
    "step. `decay` is how much of the *average* stays.",
    MOVED,
    [
        "self.average[name].lerp_(value, self.decay)",
        "self.average[name] = (1 - self.decay) * self.average[name] + self.decay * value",
    ],
    idea="weights_swapped",
)
grader.edit(
    "begins_at_zero",
    "The average begins at 0, so it stays too small for a long time. Begin with a copy of the "
    "parameters.",
    KEPT,
    f"{KEPT}\nfor name, _ in model.named_parameters():\n    self.average[name].zero_()",
    idea="average_begins_at_zero",
)


@grader.misconception(idea="average_begins_at_zero")
class CorrectsAnAverageFromZero:
    """The average begins at 0 and is divided by `1 - decay ** n`, as in Adam. That forgets what the
    parameters were at the beginning: here the average begins with a copy of them."""

    def __init__(self, model, decay):
        self.decay, self.count = decay, 0
        self.average = {name: 0 * param.detach() for name, param in model.named_parameters()}
        self.buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}

    def update(self, model):
        self.count += 1
        for name, param in model.named_parameters():
            self.average[name] = self.average[name].lerp(param.detach(), 1 - self.decay)
        self.buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}

    def copy_to(self, model):
        left = 1 - self.decay**self.count
        averages = {name: value / left for name, value in self.average.items()}
        model.load_state_dict(averages | self.buffers)


grader.edits(
    "keeps_the_parameters_themselves",
    "The average is always what the parameters are now, as where the model's own tensors were "
    "kept: `state_dict()` holds them, and not copies. `copy.deepcopy` copies their numbers.",
    KEPT,
    [
        "self.average = model.state_dict()",
        "self.average = dict(model.state_dict())",
        "self.average = copy.copy(model.state_dict())",
        "self.average = {name: value.detach() for name, value in model.state_dict().items()}",
    ],
    idea="alias_for_copy",
)
grader.edit(
    "writes_into_the_model",
    "The trained model gets the average as its weights, so the next step begins there. Keep the "
    "average beside it.",
    MOVED,
    f"{MOVED}; value.copy_(self.average[name])",
    idea="average_in_the_model",
)
grader.edits(
    "averages_the_buffers",
    "The buffers are averaged like the parameters. Of the statistics of BatchNorm, the latest are "
    "asked for: copy them.",
    COPIED,
    [
        "self.average[name] = torch.lerp(self.average[name] * 1.0, value * 1.0, 1 - self.decay)",
        "self.average[name].copy_(torch.lerp(self.average[name] * 1.0, value * 1.0, 1 - "
        "self.decay))",
        "self.average[name].copy_(self.decay * self.average[name] + (1 - self.decay) * value)",
        "self.average[name] = self.decay * self.average[name] + (1 - self.decay) * value",
    ],
    idea="buffers_averaged",
)
grader.edit(
    "averages_only_buffers_of_decimal_numbers",
    "The running mean and variance of BatchNorm are averaged like the parameters. They are "
    "buffers, of which the latest are asked for: copy them.",
    "if name in params:",
    "if value.is_floating_point():",
    idea="buffers_averaged",
)
grader.edit(
    "averages_whole_numbers",
    "`lerp_` cannot average the whole numbers among the buffers, such as `num_batches_tracked`. "
    "Only parameters are averaged; buffers are copied.",
    "if name in params:",
    "if True:",
    idea="buffers_averaged",
)
grader.edit(
    "leaves_the_buffers_as_they_were",
    "The buffers are still those of the beginning: `update` is to keep the latest ones.",
    COPIED,
    "pass",
    idea="buffers_forgotten",
)


@grader.misconception(idea="alias_for_copy")
class TakesTheBuffersOfNow:
    """The buffers are those that the trained model has when `copy_to` is called, as where the model
    itself was kept. They are to be those of the last `update`: copy them there."""

    def __init__(self, model, decay):
        self.decay, self.model = decay, model
        self.average = [param.detach().clone() for param in model.parameters()]

    def update(self, model):
        for average, param in zip(self.average, model.parameters(), strict=True):
            average.lerp_(param.detach(), 1 - self.decay)

    def copy_to(self, model):
        for param, average in zip(model.parameters(), self.average, strict=True):
            param.data.copy_(average)
        for buffer, now in zip(model.buffers(), self.model.buffers(), strict=True):
            buffer.copy_(now)


grader.edit(
    "hands_over_the_parameters_alone",
    "The model that `copy_to` fills keeps its own buffers. It is to get the kept ones, too.",
    LOADED,
    "for name, param in model.named_parameters():\n    param.data.copy_(self.average[name])",
    idea="buffers_forgotten",
)
grader.edit(
    "leaves_frozen_parameters_out",
    "Parameters that require no gradient are not averaged. They are averaged like the others.",
    "params = dict(model.named_parameters())",
    "params = dict(model.named_parameters())\n"
    "self.average.update((n, p.clone()) for n, p in params.items() if not p.requires_grad)",
    idea="frozen_left_out",
)
grader.edit(
    "begins_at_the_first_update",
    "The average begins with the parameters at the first update. It begins with those that the "
    "model has when the EMA is made.",
    "params = dict(model.named_parameters())",
    "params = dict(model.named_parameters())\n"
    "if not hasattr(self, 'begun'):\n"
    "    self.begun, self.average = True, copy.deepcopy(model.state_dict())",
    idea="first_value_left_out",
)
grader.edit(
    "averages_all_steps_alike",
    "Every step counts the same, as in SWA (stochastic weight averaging). In an exponential "
    "average each update keeps `decay` of what was there.",
    MOVED,
    "self.count = getattr(self, 'count', {})\n"
    "self.count[name] = self.count.get(name, 1) + 1\n"
    "self.average[name].lerp_(value, 1 / self.count[name])",
    idea="plain_mean_for_moving_average",
)
grader.edits(
    "warms_the_decay_up",
    "The decay is smaller in the first updates, as with `min(decay, (1 + n) / (10 + n))`. Here it "
    "is the same in each.",
    MOVED,
    [
        "self.count = getattr(self, 'count', {})\n"
        "self.count[name] = n = self.count.get(name, -1) + 1\n"
        f"self.average[name].lerp_(value, 1 - min(self.decay, ({1 + k} + n) / ({10 + k} + n)))"
        for k in (0, 1)
    ],
    idea="decay_warmed_up",
)
grader.edit(
    "adds_without_shrinking",
    "The average grows: `(1 - decay) * parameter` is added, and the average is not multiplied by "
    "`decay` first.",
    MOVED,
    "self.average[name].add_((1 - self.decay) * value)",
    idea="not_shrunk",
)
grader.edit(
    "shares_its_tensors_with_the_model",
    "The model and the average share their tensors after `copy_to`, as with `param.data = "
    "average`: more training of that model changes the average. Copy the numbers: `copy_`.",
    LOADED,
    """
    for name, param in model.named_parameters():
        param.data = self.average[name]
    for name, buffer in model.named_buffers():
        buffer.copy_(self.average[name])
    """,
    idea="alias_for_copy",
)
grader.edit(
    "exchanges_the_parameters",
    "The model has other parameter objects after `copy_to`, so an optimizer holds the old ones. "
    "Copy the numbers into those that are there.",
    LOADED,
    "model.load_state_dict(copy.deepcopy(self.average), assign=True)",
    idea="parameters_replaced",
)
grader.edit(
    "never_updates",
    "The average never moves: it is what the parameters were at the beginning.",
    MOVED,
    "self.average[name].lerp(value, 1 - self.decay)",
    idea="result_thrown_away",
)
grader.edit(
    "copies_the_latest",
    "The average is what the parameters were at the last update, without any memory of the updates "
    "before.",
    MOVED,
    COPIED,
    idea="no_average",
)
grader.edit(
    "fixes_the_decay",
    "The decay is 0.999, whatever `decay` says.",
    "self.decay = decay",
    "self.decay = 0.999",
    idea="fixed_number_for_argument",
)
grader.edit(
    "leaves_the_model_frozen",
    "The model that `copy_to` fills is frozen afterwards, as by `requires_grad_(False)`. Change "
    "its numbers alone.",
    LOADED,
    f"{LOADED}; model.requires_grad_(False)",
    idea="left_frozen",
)
grader.edit(
    "leaves_the_model_in_evaluation_mode",
    "The model that `copy_to` fills is in evaluation mode afterwards. Leave its mode as it is.",
    LOADED,
    f"{LOADED}; model.eval()",
    idea="mode_changed",
)

grader.equivalent(f"{KEPT} moved", INDEPENDENT)
