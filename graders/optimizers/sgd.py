import torch
from torch import nn

from torchkata import Grader, held_by, snapshot, training_steps, unchanged, with_old_gradients

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("optimizers/build",),
    hints=(
        "An optimizer moves what it is given. Which method of the model gives all of that?",
        "Look up the order of the arguments of torch.optim.SGD, or give each by its name.",
        "Write lr=lr, momentum=momentum, weight_decay=weight_decay, and nothing more.",
    ),
)


@grader.observe
def four_steps(answer, model, settings, inputs, targets):
    params = dict(with_old_gradients(model).named_parameters())
    before, grads = snapshot(model), snapshot({name: p.grad for name, p in params.items()})
    optimizer = answer(model, **settings)
    grads_now = {name: param.grad for name, param in params.items()}
    seen = {
        "is a torch.optim.SGD": isinstance(optimizer, torch.optim.SGD),
        "times in the optimizer": held_by(optimizer.param_groups, params)["times in the optimizer"],
        "in train mode": model.training,
        "params are unchanged": unchanged(before, model),
        "gradients": snapshot(grads_now),
        "gradients are unchanged": unchanged(grads, grads_now),
    }

    def loss():
        return nn.functional.mse_loss(model(inputs), targets)

    seen |= training_steps(optimizer, loss, model)
    for group in optimizer.param_groups:
        group["lr"] = group["lr"] / 10
    return seen | training_steps(optimizer, loss, model, steps=[4])


class Scaled(nn.Module):
    """Four layers, two of which share their weight, and a single number that belongs to no
    layer."""

    def __init__(self, num_features, outputs, dtype):
        super().__init__()
        self.scale = nn.Parameter(1 + torch.rand((), dtype=dtype))
        self.hidden = nn.Linear(num_features, 4, dtype=dtype)
        self.inner, self.again = (nn.Linear(4, 4, dtype=dtype) for _ in range(2))
        self.again.weight = self.inner.weight
        self.head = nn.Linear(4, outputs, dtype=dtype)

    def forward(self, inputs):
        hidden = torch.tanh(self.hidden(self.scale * inputs))
        return self.head(torch.tanh(self.again(torch.tanh(self.inner(hidden)))))


def arguments(num_features, outputs, dtype=torch.float32, **settings):
    """A model, the settings, and 7 examples."""
    model = Scaled(num_features, outputs, dtype)
    inputs, targets = (torch.randn(7, size, dtype=dtype) for size in (num_features, outputs))
    return model, settings, inputs, 3 * targets


@grader.case
def all_three_settings():
    """lr is 0.05, momentum 0.7, weight decay 0.3; before step 4 the lr is divided by 10."""
    return arguments(3, 2, lr=0.05, momentum=0.7, weight_decay=0.3)


@grader.case
def no_weight_decay():
    """lr is 0.02, momentum 0.9 and weight decay 0; the first layer is frozen, the model in float64
    and in eval mode."""
    chosen = {"lr": 0.02, "momentum": 0.9, "weight_decay": 0.0}
    model, *rest = arguments(2, 1, torch.float64, **chosen)
    model.hidden.requires_grad_(False)
    return model.eval(), *rest


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a layer without bias, and three settings."""
    model = nn.Linear(2, 1, bias=False)
    nn.init.ones_(model.weight)
    settings = {"lr": 0.5, "momentum": 0.9, "weight_decay": 0.5}
    return model, settings, torch.randn(7, 2), torch.randn(7, 1)


@grader.case
def no_momentum():
    """lr is 0.3, the momentum 0 and the weight decay 0.1."""
    return arguments(4, 3, lr=0.3, momentum=0.0, weight_decay=0.1)


from graders.optimizers._shared import (
    LEAVES_OUT_WHAT_IS_FROZEN,
    SWITCHES_NESTEROV_ON,
    TAKES_A_SHARED_WEIGHT_TWICE,
)

grader.edit(
    "swaps_lr_and_momentum",
    "The learning rate and the momentum have changed places: SGD takes `lr` first. Give each by "
    "its name.",
    old="lr=lr, momentum=momentum",
    new="lr=momentum, momentum=lr",
    idea="settings_by_place",
)
grader.edit(
    "swaps_momentum_and_weight_decay",
    "The momentum and the weight decay have changed places: give each by its own name.",
    old="momentum=momentum, weight_decay=weight_decay",
    new="momentum=weight_decay, weight_decay=momentum",
    idea="settings_by_place",
)
grader.edit(
    "gives_the_weight_decay_as_dampening",
    "The fourth argument of torch.optim.SGD is `dampening`, so the weight decay landed there: "
    "write `weight_decay=weight_decay`.",
    old="lr=lr, momentum=momentum, weight_decay=weight_decay",
    new="lr, momentum, weight_decay",
    idea="settings_by_place",
)
grader.edits(
    "switches_nesterov_on",
    **SWITCHES_NESTEROV_ON,
    old="weight_decay=weight_decay",
    news=[f"weight_decay=weight_decay, nesterov={when}" for when in ("True", "momentum > 0")],
)
grader.edit(
    "dampens_the_momentum",
    "`dampening` makes each new gradient count less, here (1 - momentum) times from the second "
    "step on. torch.optim.SGD adds it in full unless you say so: leave it at its default.",
    old="weight_decay=weight_decay",
    new="weight_decay=weight_decay, dampening=momentum",
)
grader.edit(
    "forgets_the_momentum",
    "SGD takes no momentum unless it is told to: give it `momentum=momentum`.",
    old="momentum=momentum, ",
    new="",
    idea="no_momentum",
)
grader.edit(
    "forgets_the_weight_decay",
    "SGD takes no weight decay unless it is told to: give it `weight_decay=weight_decay`.",
    old=", weight_decay=weight_decay",
    new="",
    idea="no_weight_decay",
)
grader.edit(
    "makes_the_loss_larger",
    "`maximize=True` goes up, where the loss is larger. Leave it at its default.",
    old="weight_decay=weight_decay",
    new="weight_decay=weight_decay, maximize=True",
    idea="uphill",
)
grader.edit(
    "trains_only_the_last_layer",
    "The optimizer holds the last layer alone, and nothing else moves: give it "
    "`model.parameters()`.",
    old="model.parameters()",
    new="list(model.children())[-1].parameters()",
    idea="optimizer_of_one_part",
)
grader.edits(
    "trains_only_the_layers",
    "A parameter may belong to the model itself and to no layer, and that one does not move here. "
    "`model.parameters()` finds all of them.",
    old="model.parameters()",
    news=[
        f"[param for layer in {layers} for param in layer.parameters()]"
        for layers in ("model.children()", "(list(model.children()) or [model])")
    ],
    idea="parameters_outside_layers",
)
grader.edit(
    "decays_only_the_matrices",
    "Vectors such as biases get no weight decay here. That is often done, but not asked for: all "
    "parameters have the same settings.",
    old="model.parameters()",
    new="""[
        {"params": [param for param in model.parameters() if param.dim() < 2], "weight_decay": 0},
        {"params": [param for param in model.parameters() if param.dim() > 1]},
    ]""",
)
grader.edit(
    "multiplies_the_weight_decay_by_lr",
    "SGD multiplies by the learning rate itself, as it adds the weight decay to the gradient: give "
    "it `weight_decay` as it is.",
    old="weight_decay=weight_decay",
    new="weight_decay=lr * weight_decay",
    idea="weight_decay_times_lr",
)
grader.edit(
    "doubles_the_weight_decay",
    "The weight decay counts twice, as where it is multiplied by 2, because the square of a "
    "parameter has that derivative. SGD adds `weight_decay` times the parameter to the gradient: "
    "give it as it is.",
    old="weight_decay=weight_decay",
    new="weight_decay=2 * weight_decay",
    idea="weight_decay_doubled",
)
grader.edit(
    "trains_a_copy",
    "The optimizer holds other tensors than the model's parameters (those of another model, of a "
    "copy, or cut off, as `.data` and `state_dict()` are), so the model never moves: give it "
    "`model.parameters()`.",
    old="model.parameters()",
    new="[param.clone().detach().requires_grad_() for param in model.parameters()]",
    idea="optimizer_of_a_copy",
)
grader.edit(
    "uses_up_the_parameters",
    "The optimizer was given no parameter. `model.parameters()` can be iterated once: call it "
    "again for the optimizer.",
    old="return torch.optim.SGD(model.parameters()",
    new="params = model.parameters()\nsize = len(list(params))\nreturn torch.optim.SGD(params",
    idea="generator_used_up",
)
grader.edit(
    "gives_the_model_itself",
    "An optimizer takes parameters and not a model: give it `model.parameters()`.",
    old="model.parameters()",
    new="model",
)


@grader.misconception
def takes_adam(model, lr, momentum, weight_decay):
    """This is Adam, which divides by the size of the gradients and so takes other steps. Use
    torch.optim.SGD."""
    betas = (momentum, 0.999)
    return torch.optim.Adam(model.parameters(), lr=lr, betas=betas, weight_decay=weight_decay)


@grader.misconception
def writes_usual_numbers(model, lr, momentum, weight_decay):
    """The settings are written into the function as fixed numbers: use the arguments `lr`,
    `momentum` and `weight_decay`."""
    return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)


grader.edit(
    "leaves_out_what_is_frozen",
    **LEAVES_OUT_WHAT_IS_FROZEN,
    old="model.parameters()",
    new="[param for param in model.parameters() if param.requires_grad]",
)
grader.edit(
    "takes_a_shared_weight_twice",
    **TAKES_A_SHARED_WEIGHT_TWICE,
    old="model.parameters()",
    new="[p for module in model.modules() for p in module.parameters(recurse=False)]",
)
grader.edit(
    "takes_0_for_not_given",
    "A weight decay of 0 was asked for, and another one is used: 0 counts as false after `or` and "
    "`if`. Give `weight_decay` as it is.",
    old="weight_decay=weight_decay",
    new="weight_decay=weight_decay or 1e-2",
    idea="zero_for_not_given",
)
grader.edit(
    "takes_a_momentum_of_0_for_not_given",
    "A momentum of 0 was asked for, and another one is used, as by `momentum or 0.9`: 0 counts as "
    "false there. Hand on what is given.",
    old="momentum=momentum",
    new="momentum=momentum or 0.9",
    idea="zero_for_not_given",
)
grader.edit(
    "switches_the_mode",
    "`model.train()` is not for this function to call: leave the model in the mode it is in.",
    old="return torch",
    new="model.train()\nreturn torch",
    idea="mode_changed",
)
grader.edit(
    "clears_the_gradients",
    "The model is to be left as it was, its gradients included: `zero_grad()` belongs to the "
    "training step.",
    old="return torch",
    new="model.zero_grad()\nreturn torch",
    idea="gradient_changed",
)

grader.edit(
    "fixes_the_momentum",
    "The momentum is 0.9 here, whatever `momentum` is: hand on what is given, `momentum=momentum`.",
    "momentum=momentum",
    "momentum=0.9",
    idea="argument_not_used",
)


grader.edit(
    "leaves_out_the_lr",
    "The lr is 0.001, whatever `lr` is, as where it is not handed on: write `lr=lr`.",
    "lr=lr, ",
    "",
    idea="argument_not_used",
)


grader.not_here(
    "bound not drawn: weight_decay, 0.0001",
    reason="In four steps it moves a parameter by hardly more than the tolerance; 0.1 and 0.3 "
    "show what it does.",
)
