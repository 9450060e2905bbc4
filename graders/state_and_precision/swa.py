import copy
import random

import torch
from torch import nn

from torchkata import Grader, changed_entries, randn64, snapshot

grader = Grader(
    points=3,
    level=3,
    after=("state_and_precision/ema",),
    hints=(
        "How many epochs are in the mean? The parameters change in place, so what is kept of an "
        "epoch has to be a copy or a sum.",
        "`torch.optim.swa_utils.AveragedModel(model)` is a copy that counts: each "
        "`update_parameters(model)` takes the parameters of now into the mean.",
        "`torch.optim.swa_utils.update_bn(batches, averaged)` computes the statistics. What was "
        "averaged is inside the wrapper, as `averaged.module`.",
    ),
)


@grader.observe
def what_comes_back(answer, model, epochs, start, batches):
    calls, before = [], snapshot(batches)

    def train_epoch():
        train(model, len(calls))
        calls.append(snapshot(model.state_dict()))

    averaged = answer(model, train_epoch, epochs, start, batches)
    seen = {
        "returned": type(averaged).__name__,
        "averaged": snapshot(averaged.state_dict()),
        "averaged, modules in training mode": training(averaged),
        "momentum of its BatchNorms": momenta(averaged),
        "epochs trained": len(calls),
        "entries changed in model, but by training": changed_entries(
            calls[-1], snapshot(model.state_dict())
        ),
        "model, modules in training mode": training(model),
        "entries changed in batches": changed_entries(before, snapshot(batches)),
    }
    train(model, 20)
    moved = changed_entries(seen["averaged"], snapshot(averaged.state_dict()))
    return seen | {"entries of averaged that later training changes": moved}


def train(model, epoch):
    """Move all parameters and statistics, in place, by what follows from the epoch alone."""
    generator = torch.Generator().manual_seed(epoch)
    with torch.no_grad():
        for value in model.state_dict().values():
            drawn = torch.rand(value.shape, generator=generator, dtype=torch.float64)
            value += 3 if value.dtype == torch.int64 else drawn.to(value) - 0.3


def training(model):
    return [name or "all" for name, one in model.named_modules() if one.training]


def momenta(model):
    return [one.momentum for one in model.modules() if hasattr(one, "momentum")]


def network(*between, dtype=torch.float32):
    """3 inputs, 4 hidden units, 2 outputs; its statistics are those of some training."""
    first, last = nn.Linear(3, 4, dtype=dtype), nn.Linear(4, 2, dtype=dtype)
    model = nn.Sequential(first, *between, last)
    train(model, 10)
    return model


def batches(*sizes, dtype=torch.float32):
    return [(2 + randn64(size, 3)).to(dtype) for size in sizes]


@grader.case
def batch_norm():
    """6 epochs, of which the last 4 count; BatchNorm, and batches of 5, 5 and 3."""
    return network(nn.BatchNorm1d(4), nn.ReLU()), 6, 2, batches(5, 5, 3)


@grader.case
def two_batch_norms():
    """Two BatchNorms, the second of which gets what the first gives; their momentum is 0.3 and
    None. The model comes in evaluation mode; float64."""
    norms = [nn.BatchNorm1d(4, momentum=one, dtype=torch.float64) for one in (0.3, None)]
    model = network(norms[0], nn.Tanh(), norms[1], dtype=torch.float64)
    epochs = random.randint(4, 7)
    return model.eval(), epochs, epochs - 3, batches(4, 6, dtype=torch.float64)


@grader.case
def no_batch_norm():
    """All of 5 epochs count; a model without BatchNorm, in float64, and no batches."""
    return network(nn.Tanh(), dtype=torch.float64), 5, 0, []


@grader.case
def only_the_last():
    """Only the last of 3 epochs counts; volumes of shape (1, 2, 3, 2)."""
    layers = nn.Conv3d(1, 2, 2), nn.BatchNorm3d(2), nn.Flatten()
    return nn.Sequential(*layers), 3, 2, [randn64(size, 1, 2, 3, 2).float() for size in (4, 2)]


@grader.case
def one_epoch_of_images():
    """One epoch, and images of shape (2, 3, 3)."""
    layers = nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3, momentum=0.01), nn.Flatten()
    return nn.Sequential(*layers), 1, 0, [randn64(4, 2, 3, 3).float() for _ in range(2)]


@grader.case
def many_epochs():
    """20 epochs, of which 15 count; a single layer."""
    return nn.Linear(2, 3), 20, 5, []


grader.edits(
    "leaves_the_statistics_of_the_model",
    "The statistics of BatchNorm are still those of the trained model, as where no batch goes "
    "through the averaged weights, or where they do in evaluation mode, in which nothing is "
    "measured. Compute them afresh: `torch.optim.swa_utils.update_bn(batches, averaged)`.",
    "torch.optim.swa_utils.update_bn(batches, averaged)",
    ["pass", "averaged.eval(); [averaged(batch) for batch in batches]"],
    idea="statistics_of_other_weights",
)


AVERAGED = "averaged = torch.optim.swa_utils.AveragedModel(model)"
COUNTS = "if epoch >= start:"
UPDATE = "averaged.update_parameters(model)"
STATISTICS = "torch.optim.swa_utils.update_bn(batches, averaged)"
RETURNED = "return averaged.module.eval()"
BODY = f"""
    {AVERAGED}
    for epoch in range(epochs):
        train_epoch()
        {COUNTS}
            {UPDATE}
    {STATISTICS}
"""


def of_wrapper(mean):
    """The line that makes the wrapper, with another mean in it."""
    return f"{AVERAGED[:-1]}, avg_fn={mean})"


# Every buffer that was seen after an epoch that counts, and what becomes of them.
BUFFERS = "one.copy_((sum(values) / len(values)) if {which} else values[-1])"
COLLECTED = f"""
    kept = []
    {BODY.strip().replace(UPDATE, f"{UPDATE}; kept.append(copy.deepcopy([*model.buffers()]))")}
    for one, *values in zip(averaged.module.buffers(), *kept):
        {BUFFERS}
""".replace(f"    {STATISTICS}\n", "")
grader.edits(
    "averages_the_statistics",
    "The statistics of BatchNorm are averaged like the parameters. They are to be those that the "
    "averaged weights give: let `batches` go through them.",
    BODY,
    [
        BODY.replace("(model)\n", "(model, use_buffers=True)\n").replace(STATISTICS, ""),
        # The counter averaged as well, or that of the last epoch.
        *(COLLECTED.format(which=which) for which in ("True", "one.is_floating_point()")),
    ],
    idea="buffers_averaged",
)
grader.edit(
    "computes_the_statistics_of_the_trained_model",
    "`batches` went through the trained model, which changed its statistics. They are to go "
    "through the averaged one.",
    STATISTICS,
    "torch.optim.swa_utils.update_bn(batches, model)",
    idea="statistics_of_other_weights",
)
grader.edit(
    "takes_over_the_statistics_of_the_trained_model",
    "The statistics are computed with the weights of the trained model. `batches` are to go "
    "through the averaged one.",
    STATISTICS,
    """
    other = copy.deepcopy(model)
    torch.optim.swa_utils.update_bn(batches, other)
    for buffer, there in zip(averaged.module.buffers(), other.buffers(), strict=True):
        buffer.copy_(there)
    """,
    idea="statistics_of_other_weights",
)
grader.edits(
    "mixes_new_statistics_with_old_ones",
    "Something of the old statistics is left in the new ones: before the batches go through, "
    "`reset_running_stats()`, and `momentum=None` makes their mean a plain one. `update_bn` does "
    "both.",
    STATISTICS,
    [
        "averaged.train(); [averaged(batch) for batch in batches]",
        "momenta = [one.__dict__.pop('momentum', 0) for one in averaged.modules()]\n"
        "[setattr(one, 'momentum', None) for one in averaged.modules() if hasattr(one, 'eps')]\n"
        "averaged.train(); [averaged(batch) for batch in batches]\n"
        "for one, momentum in zip(averaged.modules(), momenta):\n"
        "    if hasattr(one, 'eps'):\n"
        "        one.momentum = momentum",
    ],
    idea="old_statistics_left",
)
KNOWN = """\
known = [one for one in averaged.modules() if isinstance(one, (nn.BatchNorm1d, nn.BatchNorm2d))]
momenta = [one.momentum for one in known]
for one in known:
    one.reset_running_stats()
    one.momentum = None
averaged.train()
for batch in batches{only}:
    averaged(batch)
for one, momentum in zip(known, momenta):
    one.momentum = momentum"""
grader.edits(
    "knows_some_kinds_of_batch_norm",
    "The statistics of the BatchNorm of volumes are not computed afresh, as where only BatchNorm1d "
    "and BatchNorm2d are looked for. `update_bn` finds every kind.",
    STATISTICS,
    [KNOWN.format(only=only) for only in ("", " if known else ()")],
    idea="old_statistics_left",
)
grader.edit(
    "weighs_the_last_batches_more",
    "The statistics are reset, but not a plain mean over the batches: with a `momentum` the last "
    "ones count more, and something of 0 and 1 is left. With `momentum=None` every batch counts "
    "the same.",
    STATISTICS,
    """
    for one in averaged.modules():
        if hasattr(one, "reset_running_stats"):
            one.reset_running_stats()
    averaged.train()
    for batch in batches:
        averaged(batch)
    """,
    idea="old_statistics_left",
)
grader.edits(
    "takes_some_of_the_batches",
    "The statistics are those of a single batch, as where only one of the batches goes through, or "
    "all of them are put into one. Each of the batches goes through, one after another.",
    STATISTICS,
    [
        "torch.optim.swa_utils.update_bn(batches[:1], averaged)",
        "torch.optim.swa_utils.update_bn([torch.cat(batches)] if batches else [], averaged)",
    ],
    idea="one_batch_for_all",
)
grader.edit(
    "leaves_the_momentum_out",
    "The `momentum` of the BatchNorms is None in the new model. It is set to that only while the "
    "batches go through; put it back.",
    STATISTICS,
    f"{STATISTICS}\n"
    "for one in averaged.modules():\n"
    "    if hasattr(one, 'momentum'):\n"
    "        one.momentum = None",
    idea="momentum_left_out",
)
grader.edits(
    "averages_exponentially",
    "The last epochs count more, as in an exponential average. In SWA each epoch counts the same.",
    AVERAGED,
    [
        of_wrapper(f"lambda mean, new, n: {decay} * mean + {1 - decay:.3f} * new")
        for decay in (0.5, 0.9, 0.99, 0.999)
    ],
    idea="moving_average_for_plain_mean",
)
grader.edit(
    "adds_up",
    "The parameters are added up, and not divided by the number of epochs.",
    AVERAGED,
    of_wrapper("lambda mean, new, n: mean + new"),
    idea="sum_for_mean",
)


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_all_epochs(model, train_epoch, epochs, start, batches):
    """The sum is divided by `epochs`. Only the epochs from `start` on are in it: `epochs - start`
    of them."""
    sums = [torch.zeros_like(param) for param in model.parameters()]
    for epoch in range(epochs):
        train_epoch()
        if epoch >= start:
            for total, param in zip(sums, model.parameters(), strict=True):
                total += param.detach()
    averaged = copy.deepcopy(model)
    for total, param in zip(sums, averaged.parameters(), strict=True):
        param.data.copy_(total / epochs)
    torch.optim.swa_utils.update_bn(batches, averaged)
    return averaged.eval()


grader.edit(
    "averages_all_epochs",
    "All epochs are in the mean, those before `start` as well, in which the model is still far "
    "away.",
    COUNTS,
    "if True:",
    idea="start_ignored",
)
grader.edit(
    "begins_an_epoch_late",
    "The epoch `start` itself is not in the mean. It is the first one that counts.",
    COUNTS,
    "if epoch > start:",
    idea="off_by_one",
)
grader.edit(
    "begins_an_epoch_early",
    "One epoch before `start` is in the mean, too, as where epochs are counted from 1. They are "
    "counted from 0.",
    COUNTS,
    "if epoch + 1 >= start:",
    idea="off_by_one",
)
grader.edit(
    "takes_what_was_before_the_epoch",
    "The parameters are taken into the mean before the epoch, and not after it: the last epoch is "
    "left out.",
    BODY,
    f"""
    {AVERAGED}
    for epoch in range(epochs):
        {COUNTS}
            {UPDATE}
        train_epoch()
    {STATISTICS}
    """,
    idea="off_by_one",
)
grader.edit(
    "counts_the_beginning",
    "What the parameters were before the training is in the mean, as where it begins with a copy "
    "of them that counts as one.",
    AVERAGED,
    f"{AVERAGED}; {UPDATE}",
    idea="beginning_counted",
)
grader.edit(
    "returns_the_last",
    "These are the parameters of the last epoch, and no mean, as where the model's own parameters "
    "were collected (they change in place, so that all in the list are the same), or where the "
    "mean is written over.",
    AVERAGED,
    of_wrapper("lambda mean, new, n: new"),
    idea="alias_for_copy",
)
grader.edit(
    "returns_the_trained_model",
    "The trained model comes back. The mean is in another one.",
    RETURNED,
    "return model.eval()",
    idea="trained_for_averaged",
)
grader.edits(
    "writes_the_mean_into_the_model",
    "The mean is written into `model`, which only `train_epoch` is to change. Write it into a "
    "copy.",
    RETURNED,
    [
        "model.load_state_dict(averaged.module.state_dict()); return model.eval()",
        "model.load_state_dict(averaged.module.state_dict()); return averaged.module.eval()",
        "for param, mean in zip(model.parameters(), averaged.module.parameters()):\n"
        f"    param.data.copy_(mean)\n{RETURNED}",
    ],
    idea="average_in_the_model",
)
grader.edits(
    "switches_the_mode_of_the_model",
    "`model` is in another mode afterwards, as by `model.train()` or `model.eval()`. Only "
    "`train_epoch` is to change it: call these of the new model alone.",
    "for epoch in range(epochs):",
    [f"for epoch in range(epochs):\n    model.{mode}()" for mode in ("train", "eval")],
    idea="mode_changed",
)
grader.edit(
    "trains_on_from_the_mean",
    "After each epoch the model gets the mean as its parameters, and the next epoch begins there. "
    "Keep the mean beside it.",
    UPDATE,
    f"{UPDATE}; model.load_state_dict(averaged.module.state_dict())",
    idea="average_in_the_model",
)
grader.edit(
    "returns_the_wrapper",
    "This is an `AveragedModel`, the wrapper that counts. The model with the mean is inside it: "
    "`averaged.module`.",
    RETURNED,
    "return averaged.eval()",
    idea="wrapper_for_model",
)
grader.edits(
    "leaves_it_in_training_mode",
    "The averaged model is in training mode: the next batch changes its statistics. Call `eval()` "
    "before you return it.",
    RETURNED,
    ["return averaged.module.train()", "return averaged.module"],
    idea="mode_changed",
)
grader.edit(
    "trains_an_epoch_less",
    "One epoch less is trained than `epochs`: `range(1, epochs)` leaves one out.",
    "range(epochs)",
    "range(1, epochs)",
    idea="one_epoch_less",
)

grader.not_here(
    "example not a case: call 1",
    reason="`train_epoch` is made by what observes; an average of single weights is in all cases.",
)
