from collections import OrderedDict

import torch
from torch import nn

from torchkata import (
    Grader,
    held_by,
    set_by_size,
    snapshot,
    training_steps,
    unchanged,
    with_old_gradients,
)

grader = Grader(
    points=2,
    level=2,
    after=("optimizers/build",),
    start="builds_the_optimizer_first",
    hints=(
        "Which tensors does the optimizer hold, and when did it get them?",
        "Compare `id(model.head.weight)` before and after the line that replaces the head.",
        "Replace the head first; `model.head.parameters()` are then those of the new one.",
    ),
)


@grader.observe
def three_steps(answer, model, num_classes, rates, inputs, targets):
    old_head, body_before = {id(param) for param in model.head.parameters()}, snapshot(model.body)
    trains, modes = settings_of(model)
    optimizer = answer(model, num_classes, **rates)
    params = dict(model.named_parameters())
    trains_now, modes_now = settings_of(model)
    seen = {
        "is a torch.optim.SGD": isinstance(optimizer, torch.optim.SGD),
        "layers of the new head": layers_of(model.head),
        "shapes of the new head": [list(param.shape) for param in model.head.parameters()],
        "tensors of the old head in the model": sum(id(p) in old_head for p in params.values()),
        **held_by(optimizer.param_groups, params),
        "body trains as before": trains == trains_now,
        "modes are as before": modes == modes_now,
        "body is unchanged": unchanged(body_before, model.body),
    }
    set_by_size(model.head.parameters())

    def loss():
        return nn.functional.cross_entropy(model.head(model.body(inputs)), targets)

    return seen | training_steps(optimizer, loss, model)


def settings_of(model):
    """What of the body requires a gradient, and what is in training mode."""
    modes = [model.training, *(module.training for module in model.body.modules())]
    return [param.requires_grad for param in model.body.parameters()], modes


def layers_of(head):
    """The kinds of its layers."""
    layers = [module for module in head.modules() if not [*module.children()]]
    kinds = ["Linear" if isinstance(layer, nn.Linear) else type(layer).__name__ for layer in layers]
    return ", ".join(kinds)


def arguments(body, num_features, old_classes, num_classes, lr, head_lr, body_first=True):
    """A model that was trained on `old_classes`, and 7 examples of the new ones."""
    model, head = nn.Sequential(), nn.Linear(num_features, old_classes)
    for name, part in [("head", head), ("body", body)][:: -1 if body_first else 1]:
        model.add_module(name, part)
    targets = torch.randint(num_classes, (7,))
    return (
        with_old_gradients(model),
        num_classes,
        {"lr": lr, "head_lr": head_lr},
        torch.randn(7, 5),
        targets,
    )


@grader.case
def fewer_classes():
    """3 classes instead of 10; lr is 0.02, and 0.3 for the head."""
    body = nn.Sequential(nn.Linear(5, 4), nn.Tanh())
    return arguments(body, 4, 10, 3, lr=0.02, head_lr=0.3)


@grader.case
def more_classes():
    """6 classes instead of 2; the body is in eval mode, its first bias is frozen, one of its two
    layers is called `head_norm`, and the head learns slower than it."""
    layers = OrderedDict(hidden=nn.Linear(5, 8), relu=nn.ReLU(), head_norm=nn.Linear(8, 3))
    body = nn.Sequential(layers).eval()
    body.hidden.bias.requires_grad_(False)
    return arguments(body, 3, 2, 6, lr=0.2, head_lr=0.05)


@grader.case
def as_many_classes():
    """4 classes instead of 4 others, and 4 features for the head: all its sizes are the same. The
    model was given its head before its body."""
    body = nn.Sequential(nn.Linear(5, 4), nn.Tanh())
    return arguments(body, 4, 4, 4, lr=0.1, head_lr=0.4, body_first=False)


@grader.case
def as_in_the_docstring():
    """The sizes of the docstring's example: 3 classes instead of 1000."""
    return arguments(nn.Linear(5, 4), 4, 1000, 3, lr=0.01, head_lr=0.1)


@grader.case
def a_single_class():
    """1 class instead of 3, so that the new head has a single output."""
    body = nn.Sequential(nn.Linear(5, 4), nn.Tanh())
    return arguments(body, 4, 3, 1, lr=0.1, head_lr=0.2)


from graders.optimizers._shared import LEAVES_OUT_WHAT_IS_FROZEN, SWITCHES_NESTEROV_ON

grader.edit(
    "builds_the_optimizer_first",
    "The optimizer holds another head than the model: the old one, where it was built before the "
    "head was replaced. So the new head never moves. Replace the head first, then build the "
    "optimizer from `model.head.parameters()`.",
    old="""
    device = model.head.weight.device
    model.head = nn.Linear(model.head.in_features, num_classes, device=device)
    groups = [
        {"params": model.body.parameters(), "lr": lr},
        {"params": model.head.parameters(), "lr": head_lr},
    ]
    return torch.optim.SGD(groups, momentum=0.9)
    """,
    new="""
    device = model.head.weight.device
    groups = [
        {"params": model.body.parameters(), "lr": lr},
        {"params": model.head.parameters(), "lr": head_lr},
    ]
    optimizer = torch.optim.SGD(groups, momentum=0.9)
    model.head = nn.Linear(model.head.in_features, num_classes, device=device)
    return optimizer
    """,
    idea="optimizer_before_the_layer",
)
grader.edit(
    "trains_the_old_head_as_well",
    "The old head is still in the optimizer, beside the new one. It costs memory and does nothing: "
    "let the optimizer hold the parameters that the model has now, and no others.",
    old="""
    device = model.head.weight.device
    model.head = nn.Linear(model.head.in_features, num_classes, device=device)
    groups = [
    """,
    new="""
    device, old_head = model.head.weight.device, model.head
    model.head = nn.Linear(model.head.in_features, num_classes, device=device)
    groups = [
        {"params": old_head.parameters(), "lr": head_lr},
    """,
)
grader.edit(
    "keeps_the_old_head",
    "The model still has its old head. Replace it: `model.head = nn.Linear(...)`.",
    "model.head = nn.Linear(model.head.in_features, num_classes, device=device)",
    "",
)
grader.edit(
    "trains_only_the_head",
    "The optimizer holds the new head alone. The body is to be trained too, with `lr`.",
    '{"params": model.body.parameters(), "lr": lr},',
    "",
    idea="optimizer_of_one_part",
)
grader.edit(
    "trains_only_the_body",
    "The optimizer holds the body alone. The new head is to be trained too, with `head_lr`.",
    '{"params": model.head.parameters(), "lr": head_lr},',
    "",
    idea="optimizer_of_one_part",
)
grader.edit(
    "swaps_the_rates",
    "The two learning rates have changed places: `lr` is for the body, `head_lr` for the head.",
    old="""
        {"params": model.body.parameters(), "lr": lr},
        {"params": model.head.parameters(), "lr": head_lr},
    """,
    new="""
        {"params": model.body.parameters(), "lr": head_lr},
        {"params": model.head.parameters(), "lr": lr},
    """,
)
grader.edit(
    "gives_all_the_same_rate",
    "The head learns with `lr` here, as the body does. Give its group a rate of its own: "
    '`{"params": ..., "lr": head_lr}`.',
    '{"params": model.head.parameters(), "lr": head_lr}',
    '{"params": model.head.parameters(), "lr": lr}',
)
grader.edit(
    "gives_all_the_rate_of_the_head",
    "The body learns with `head_lr` here, as the head does. Its own rate is `lr`.",
    old="""
        {"params": model.body.parameters(), "lr": lr},
        {"params": model.head.parameters(), "lr": head_lr},
    ]
    return torch.optim.SGD(groups, momentum=0.9)
    """,
    new="""
        {"params": model.body.parameters()},
        {"params": model.head.parameters()},
    ]
    return torch.optim.SGD(groups, lr=head_lr, momentum=0.9)
    """,
)
grader.edit(
    "loses_the_momentum",
    "The optimizer has no momentum. Leave `momentum=0.9` as it was.",
    ", momentum=0.9",
    "",
    idea="no_momentum",
)
grader.edit(
    "draws_a_new_body_too",
    "The body was trained, and here it has other numbers than before (new ones, or zeros). Leave "
    "`model.body` as it is.",
    "groups = [",
    "for param in model.body.parameters():\n    param.data.zero_()\ngroups = [",
)
grader.edit(
    "freezes_the_body",
    "The body is frozen here and does not learn. It is to be trained too, with `lr`.",
    "groups = [",
    "model.body.requires_grad_(False)\ngroups = [",
)
grader.edit(
    "holds_some_parameters_twice",
    "An optimizer takes each parameter only once, and here some are in two groups, as where one "
    "group is the whole model, `model.parameters()`. Give one group `model.body.parameters()`, the "
    "other `model.head.parameters()`.",
    "model.body.parameters()",
    "model.parameters()",
)
grader.edit(
    "swaps_inputs_and_outputs",
    "nn.Linear takes the number of its inputs first and that of its outputs second; here they have "
    "changed places.",
    "model.head.in_features, num_classes",
    "num_classes, model.head.in_features",
)
grader.edit(
    "takes_the_outputs_for_the_inputs",
    "The new head takes as many inputs as the old one had outputs. It comes after the body, like "
    "the old one: it takes `model.head.in_features`.",
    "model.head.in_features",
    "model.head.out_features",
)
grader.edit(
    "puts_the_new_head_behind_the_old",
    "The old head is still in the model, and a new layer comes after it. Replace the old one.",
    "model.head = nn.Linear(model.head.in_features, num_classes, device=device)",
    "model.head = nn.Sequential(\n"
    "    model.head, nn.Linear(model.head.out_features, num_classes, device=device)\n"
    ")",
)
grader.edit(
    "looks_for_head_in_the_names",
    "A part of the body may have `head` in its name too, and learns with `head_lr` here. Take "
    "`model.body.parameters()` and `model.head.parameters()`.",
    old="""
        {"params": model.body.parameters(), "lr": lr},
        {"params": model.head.parameters(), "lr": head_lr},
    """,
    new="""
        {"params": [p for n, p in model.named_parameters() if "head" not in n], "lr": lr},
        {"params": [p for n, p in model.named_parameters() if "head" in n], "lr": head_lr},
    """,
)
grader.edit(
    "leaves_out_what_is_frozen",
    **LEAVES_OUT_WHAT_IS_FROZEN,
    old='"params": model.body.parameters()',
    new='"params": [param for param in model.body.parameters() if param.requires_grad]',
)
grader.edit(
    "thaws_the_body",
    "A part of the body was frozen, and is trained from here on. Leave `requires_grad` as it is.",
    old="groups = [",
    new="model.body.requires_grad_(True)\ngroups = [",
)
grader.edit(
    "switches_the_mode",
    "`model.train()` and `model.eval()` are not for this function to call: leave the model in the "
    "mode it is in.",
    old="groups = [",
    new="model.train()\ngroups = [",
    idea="mode_changed",
)

grader.equivalent(
    "model.head = nn.Linear(model.head.in_features, num_classes, device=device) -> "
    "model.head = nn.Linear(model.head.in_features, num_classes)",
    "On the CPU a new layer is where the model is; `kata prove --device cuda` shows the change.",
)

grader.edit(
    "leaves_the_head_to_the_default",
    "The head's group says nothing of its rate, so it gets SGD's default, 0.001. Give it its own: "
    '`{"params": ..., "lr": head_lr}`.',
    '{"params": model.head.parameters(), "lr": head_lr}',
    '{"params": model.head.parameters()}',
)
grader.edit(
    "takes_the_last_two_for_the_head",
    "The head need not come last among the parameters or the parts of the model. Ask for it by its "
    "name: `model.head.parameters()`.",
    old="""
    groups = [
        {"params": model.body.parameters(), "lr": lr},
        {"params": model.head.parameters(), "lr": head_lr},
    ]
    """,
    new="""
    params = list(model.parameters())
    groups = [{"params": params[:-2], "lr": lr}, {"params": params[-2:], "lr": head_lr}]
    """,
)
grader.edit(
    "ends_in_a_softmax",
    "The new head is more than one layer: after its nn.Linear comes a softmax. Cross entropy "
    "applies that itself, and the head is to be an nn.Linear, as the old one was.",
    "nn.Linear(model.head.in_features, num_classes, device=device)",
    "nn.Sequential(\n"
    "    nn.Linear(model.head.in_features, num_classes, device=device), nn.Softmax(dim=1)\n"
    ")",
    idea="double_softmax",
)
grader.edit(
    "gives_one_class_two_outputs",
    "With one class the new head has two outputs, and it is to have `num_classes`, however few "
    "they are.",
    "model.head.in_features, num_classes",
    "model.head.in_features, max(num_classes, 2)",
)
grader.edit(
    "switches_nesterov_on",
    **SWITCHES_NESTEROV_ON,
    old="momentum=0.9",
    new="momentum=0.9, nesterov=True",
)

grader.not_here(
    "exception alone: swaps_inputs_and_outputs",
    "exception alone: takes_the_outputs_for_the_inputs",
    reason="torch's message has the shape of the head's weight, which is what each sentence "
    "is about.",
)
