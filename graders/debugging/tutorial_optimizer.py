import random

import torch
from torch import nn

from torchkata import (
    Grader,
    held_by,
    randn64,
    snapshot,
    training_steps,
    unchanged,
    with_old_gradients,
)

grader = Grader(
    points=1,
    level=1,
    after=("optimizers/sgd",),
    start='''"""The optimizer of a tutorial, typed off its page."""

import torch


def tutorial_optimizer(model, lr):
    """Build SGD with momentum 0.9 and weight decay 0.1, as a tutorial does.

    The exercise starts with a version of this function that has one bug: Python does not even read
    it. Find the bug and fix it.

    Args:
        model: all of its parameters, frozen ones too, are what the optimizer holds. Do not modify
            it: neither its parameters, nor their gradients, nor its mode, nor what is frozen.
        lr: the learning rate, a float above 0.

    Returns:
        A torch.optim.SGD, all of whose other settings are at their defaults, those about speed
        (`foreach`, `fused`) too.

    Example:
        >>> optimizer = tutorial_optimizer(torch.nn.Linear(2, 1), lr=0.01)
        >>> optimizer.param_groups[0]["momentum"], optimizer.param_groups[0]["weight_decay"]
        (0.9, 0.1)

    Read: torch.optim.SGD
        https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    return torch.optim.SGD(
        model.parameters(),
        lr=lr,
        momentum=0.9
        weight_decay=0.1,
    )
''',
    hints=(
        "Read the message: it has a line, and a guess.",
        "The line that Python shows is where it gave up. Look at its end, too.",
        "What is between any two arguments of a call?",
    ),
)


@grader.observe
def four_steps(answer, model, lr, batch):
    inputs, targets = batch
    before, grads = snapshot(model), [p.grad for p in model.parameters()]
    grads_before = snapshot(grads)
    optimizer = answer(model, lr)
    grads_now = [p.grad for p in model.parameters()]
    seen = {
        "is a torch.optim.SGD": isinstance(optimizer, torch.optim.SGD),
        "returned": type(optimizer).__name__,
        "model is unchanged": unchanged(before, model),
        "gradients are there": [grad is not None for grad in grads_now],
        "gradients are unchanged": unchanged(grads_before, grads),
        "is trained": {name: p.requires_grad for name, p in model.named_parameters()},
        "in training mode": [layer.training for layer in model.modules()],
    }
    if not isinstance(optimizer, torch.optim.Optimizer):
        return seen
    seen |= held_by(optimizer.param_groups, dict(model.named_parameters()))
    for setting in ("maximize", "foreach", "differentiable", "fused"):
        seen[setting] = [str(group.get(setting)) for group in optimizer.param_groups]

    def loss():
        return nn.functional.mse_loss(model(inputs), targets)

    return seen | training_steps(optimizer, loss, model, steps=(1, 2, 3, 4))


@grader.case
def two_layers():
    """Two layers with old gradients."""
    model = with_old_gradients(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)))
    batch = randn64(6, 3).float(), randn64(6, 2).float()
    return model, 0.1 + random.random() / 10, batch


@grader.case
def one_layer_of_float64():
    """A layer in float64 that comes in evaluation mode, and a learning rate near 0.02."""
    batch = randn64(5, 4), randn64(5, 3)
    return nn.Linear(4, 3, dtype=torch.float64).eval(), 0.02 + random.random() / 100, batch


@grader.case
def frozen_first_layer():
    """Two layers, of which the first is frozen now, in evaluation mode, and has no gradient."""
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    model[0].requires_grad_(False).eval()
    return model, 0.1 + random.random() / 10, (randn64(6, 3).float(), randn64(6, 2).float())


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a layer of 2 inputs, and a learning rate of 0.01."""
    return nn.Linear(2, 1), 0.01, (randn64(4, 2).float(), randn64(4, 1).float())


from graders.debugging._shared import LOSES_THE_MOMENTUM, TAKES_ANOTHER_OPTIMIZER
from graders.optimizers._shared import LEAVES_OUT_WHAT_IS_FROZEN, SWITCHES_NESTEROV_ON

MOMENTUM, DECAY = "momentum=0.9,", "weight_decay=0.1,"
BOTH = """
        momentum=0.9,
        weight_decay=0.1,
"""

WHOLE = f"""
    return torch.optim.SGD(
        model.parameters(),
        lr=lr,
        {MOMENTUM}
        {DECAY}
    )
"""

grader.edits(
    "drops_the_weight_decay",
    "Python reads it now, but there is no weight decay: the program is to keep "
    "all of its settings.",
    DECAY,
    ["", "weight_decay=0.0,"],
    idea="no_weight_decay",
)
grader.edit("drops_the_momentum", **LOSES_THE_MOMENTUM, old=MOMENTUM, new="")
grader.edit(
    "drops_both",
    "Python reads it now, but the steps have neither momentum nor weight decay: both are to stay, "
    "and in the call that builds the optimizer.",
    BOTH,
    "",
    idea="no_momentum",
)
grader.edits(
    "gives_them_by_place",
    "The fourth place of SGD is `dampening`, and the weight decay landed there. Keep the names.",
    WHOLE,
    [
        "    return torch.optim.SGD(model.parameters(), lr, 0.9, 0.1)",
        WHOLE.replace("weight_decay", "dampening"),
    ],
    idea="settings_by_place",
)
grader.edit(
    "swaps_the_numbers",
    "The numbers have changed places: 0.9 is the momentum, and 0.1 the weight decay.",
    BOTH,
    "        momentum=0.1,\n        weight_decay=0.9,",
    idea="settings_by_place",
)
grader.edits(
    "joins_the_numbers",
    "Momentum is another number now, and the weight decay is gone, as where the two lines became "
    "one. They are two arguments.",
    BOTH,
    [f"        momentum=0.9 {sign} 0.1," for sign in ("+", "-", "*")],
    idea="no_weight_decay",
)
grader.edits(
    "takes_a_usual_weight_decay",
    "0.1 is a lot of weight decay for SGD, that is true. But it was no part of the bug: first make "
    "the program run as it was meant.",
    DECAY,
    [f"weight_decay={decay}," for decay in (0.01, 1e-3, 1e-4, 5e-4)],
)
grader.edits(
    "takes_another_optimizer",
    **TAKES_ANOTHER_OPTIMIZER,
    old=WHOLE,
    news=[
        f"    return torch.optim.{call}"
        for call in (
            "AdamW(model.parameters(), lr=lr, weight_decay=0.1)",
            "Adam(model.parameters(), lr=lr, weight_decay=0.1)",
            "RMSprop(model.parameters(), lr=lr, momentum=0.9, weight_decay=0.1)",
        )
    ],
)
grader.edit(
    "switches_nesterov_on",
    **SWITCHES_NESTEROV_ON,
    old=MOMENTUM,
    new="momentum=0.9, nesterov=True,",
)
grader.edits(
    "writes_the_lr_down",
    "The learning rate is a fixed number. The caller says which: `lr=lr`.",
    "lr=lr,",
    ["lr=0.1,", "lr=0.01,", "lr=0.001,", ""],
    idea="fixed_number_for_argument",
)
grader.edit(
    "multiplies_the_weight_decay_by_lr",
    "The weight decay is multiplied by the learning rate, which the optimizer does by itself: 0.1 "
    "is the number to give.",
    DECAY,
    "weight_decay=0.1 * lr,",
    idea="weight_decay_times_lr",
)
grader.edit(
    "returns_a_tuple",
    "What comes back is a tuple of one optimizer, as where a comma is after the last parenthesis. "
    "The comma that was missing is between two arguments.",
    f"{DECAY}\n    )",
    f"{DECAY}\n    ),",
)
grader.edit(
    "leaves_out_what_is_frozen",
    **LEAVES_OUT_WHAT_IS_FROZEN,
    old="model.parameters()",
    new="[p for p in model.parameters() if p.requires_grad]",
)
grader.edit(
    "spares_the_biases",
    "The biases have no weight decay here, as many programs have it. It is a good idea, and no "
    "part of the bug: this program has one setting for all parameters.",
    WHOLE,
    """
    weights = [param for param in model.parameters() if param.ndim > 1]
    biases = [param for param in model.parameters() if param.ndim <= 1]
    groups = [{"params": weights}, {"params": biases, "weight_decay": 0.0}]
    return torch.optim.SGD(groups, lr=lr, momentum=0.9, weight_decay=0.1)
    """,
)
grader.edit(
    "holds_the_first_layer_alone",
    "The optimizer does not hold all parameters: `model.parameters()` gives them all.",
    "model.parameters()",
    "list(model.parameters())[:2]",
    idea="optimizer_of_one_part",
)
grader.edits(
    "changes_another_setting",
    "The steps are the same, but one of the settings `foreach`, `fused` and `differentiable` is "
    "not at its default. Those were no part of the bug: leave them alone.",
    DECAY,
    [
        f"weight_decay=0.1, {setting}"
        for setting in (
            "foreach=True",
            "foreach=False",
            "fused=True",
            "fused=False",
            "differentiable=True",
        )
    ],
)
grader.edits(
    "switches_the_mode",
    "The optimizer is right, but the model is in another mode than it came in, as after "
    "`model.train()` or `model.eval()`. Training mode is the training loop's business, not that of "
    "the function that builds the optimizer.",
    WHOLE,
    [f"    {call}\n{WHOLE}" for call in ("model.train()", "model.eval()")],
    idea="mode_changed",
)
grader.edits(
    "clears_the_gradients",
    "The optimizer is right, but the model's gradients are gone, or 0, as after `zero_grad()`. The "
    "training loop clears them: do not modify the model.",
    WHOLE,
    [f"    model.zero_grad({how})\n{WHOLE}" for how in ("", "set_to_none=False")],
    idea="argument_changed",
)
grader.edit(
    "trains_what_is_frozen",
    "A parameter that was frozen requires a gradient now, and would be trained: do not modify the "
    "model.",
    WHOLE,
    f"    model.requires_grad_(True)\n{WHOLE}",
    idea="frozen_parameters_thawed",
)
