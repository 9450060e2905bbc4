import random

import torch
from torch import nn

from torchkata import Grader, changed_entries, has_graph, randn64, snapshot, with_old_gradients

grader = Grader(
    points=2,
    level=3,
    after=("tensors/kept_gradient", "optimizers/frozen_step"),
    hints=(
        "`torch.autograd.grad(loss, params)` gives gradients and writes none. What does it say of "
        "a parameter that the loss does not reach?",
        "`allow_unused=True` gives None there, and `retain_graph=True` leaves the graph for a "
        "later `backward()`. It wants tensors that require a gradient.",
        "nan is not 0 and not finite: ask `isfinite()` first, then whether any number is not 0.",
    ),
)


@grader.observe
def report(answer, model, loss):
    before = gradients(model)
    seen = answer(model, loss)
    lists = isinstance(seen, dict)
    changed = changed_entries(before, gradients(model))
    return {
        "report": seen,
        "order of the names": list(seen) if lists else type(seen).__name__,
        "entries changed in the gradients": changed,
        "requires_grad": {name: one.requires_grad for name, one in model.named_parameters()},
        "in training mode": model.training,
        "gradients after a `backward()`": after_backward(model, loss),
    }


def gradients(model):
    return snapshot({name: one.grad for name, one in model.named_parameters()})


def after_backward(model, loss):
    """What a step would find that is taken now."""
    if not has_graph(loss):
        return None
    try:
        loss.backward()
    except RuntimeError:
        return "it raises RuntimeError"
    return gradients(model)


def loss_of(model, inputs, factor=1.0):
    """A number that depends on all outputs."""
    return factor * (model(inputs).square().mean() + model(inputs).sum())


FLOAT64 = {"dtype": torch.float64}


@grader.case
def some_unused():
    """4 layers with old gradients: the first is frozen, the last one is not used."""
    layers = nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 2), nn.Linear(2, 2)
    model = with_old_gradients(nn.Sequential(*layers))
    model[0].requires_grad_(False)
    return model, loss_of(model[:3], torch.randn(5, 3))


@grader.case
def detached_trunk():
    """What the first layer gives is detached; float64."""
    model = nn.Sequential(nn.Linear(3, 4, **FLOAT64), nn.Linear(4, 2, **FLOAT64)).eval()
    return model, loss_of(model[1], model[0](randn64(5, 3)).detach())


@grader.case
def dead_relu():
    """Below a ReLU that gives 0 for all inputs all is zero, and above it the bias learns."""
    model = with_old_gradients(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)))
    nn.init.constant_(model[0].bias, -1e4)
    return model, loss_of(model, torch.randn(5, 3))


@grader.case
def one_dead_unit():
    """One unit of four is dead, so a part of some gradients is 0; the others are tiny."""
    model = nn.Sequential(nn.Linear(3, 4, **FLOAT64), nn.ReLU(), nn.Linear(4, 2, **FLOAT64))
    nn.init.constant_(model[0].bias, 9.0)
    with torch.no_grad():
        model[0].bias[random.randrange(4)] = -1e4
    return model, loss_of(model, randn64(5, 3), factor=1e-12)


@grader.case
def one_nan():
    """The gradient of one weight is nan, since the root of 0 has none; the rest is finite."""
    model = with_old_gradients(nn.ModuleList([nn.Linear(3, 2), nn.Linear(3, 2)]))
    with torch.no_grad():
        model[0].weight[random.randrange(2), random.randrange(3)] = 0.0
    roots = model[0].weight.square().sqrt().sum()
    return model, roots + loss_of(model[1], torch.randn(5, 3)) + 0 * model[0].bias.sum()


@grader.case
def one_inf():
    """A gradient with an inf in float32; others of numbers that are as large as they may be, of
    (1, -1) times a number, and of 0 alone."""
    shapes = {"steep": 3, "large": 2, "opposite": 2, "scale": ()}
    model = nn.ParameterDict({name: nn.Parameter(torch.randn(n)) for name, n in shapes.items()})
    slopes = 10 * (model["steep"] * torch.tensor([1.0, random.uniform(1e38, 3e38), 1.0])).sum()
    slopes = slopes + random.uniform(2e38, 3e38) * model["large"].sum()
    first, second = random.uniform(1.0, 2.0) * model["opposite"]
    return model, slopes + first - second + 0 * model["scale"]


@grader.case
def no_path_at_all():
    """The loss comes from detached outputs and requires no gradient."""
    model = with_old_gradients(nn.Linear(3, 2))
    return model, loss_of(model, torch.randn(5, 3)).detach()


@grader.case
def all_frozen():
    """All parameters are frozen; the loss requires a gradient because of its inputs."""
    model = nn.Linear(3, 2).requires_grad_(False)
    return model, loss_of(model, torch.randn(5, 3, requires_grad=True))


@grader.case
def shared_weight():
    """Two layers share one weight, which has one name."""
    model = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3, bias=False))
    model[2].weight = model[0].weight
    return model, loss_of(model, torch.randn(5, 3))


@grader.case
def as_in_the_docstring():
    """The example of the docstring: one of each, but for what is not finite."""
    model = nn.ModuleDict({"body": nn.Linear(2, 1), "head": nn.Linear(1, 1)})
    model["body"].weight.requires_grad_(False)
    features = model["body"](torch.tensor([[1.0, 2.0]])).detach()
    return model, model["head"](0 * features).sum()


GRADIENTS = """
    gradients = [None] * len(trained)
    if trained and loss.requires_grad:
        gradients = torch.autograd.grad(loss, trained, retain_graph=True, allow_unused=True)
"""


def backward(*lines):
    """The gradients by `backward()`, with lines before it."""
    before = "".join(f"        {line}\n" for line in lines)
    return f"""
    if loss.requires_grad:
{before}        loss.backward(retain_graph=True)
    gradients = [param.grad for param in trained]
    """


grader.edit(
    "counts_old_gradients",
    "Old gradients are a part of what is reported, and more is added to them: `backward()` writes "
    "into `.grad`. `torch.autograd.grad` gives the gradients and writes none.",
    GRADIENTS,
    backward(),
    idea="no_zero_grad",
)
grader.edits(
    "leaves_gradients_behind",
    "The gradients of the parameters are other ones afterwards: those that were there are gone, as "
    "after `zero_grad()`, and new ones are there. `torch.autograd.grad` writes none.",
    GRADIENTS,
    [backward("model.zero_grad()"), f"\n    model.zero_grad(){backward()}"],
    idea="gradient_changed",
)
grader.edit(
    "clears_gradients",
    "The report is right, and the parameters have no gradients afterwards, as after `zero_grad()`. "
    "Leave those that were there.",
    "    return report",
    "    model.zero_grad()\n    return report",
    idea="gradient_changed",
)
grader.edits(
    "frees_the_graph",
    "`loss.backward()` raises an error afterwards: the graph of the loss was freed when the "
    "gradients were asked for. `retain_graph=True` keeps it.",
    GRADIENTS,
    [
        GRADIENTS.replace("retain_graph=True, ", ""),
        """
    kept = [param.grad for param in params.values()]
    model.zero_grad()
    if loss.requires_grad:
        loss.backward()
    gradients = [param.grad for param in trained]
    for param, gradient in zip(params.values(), kept, strict=True):
        param.grad = gradient
        """,
    ],
)
grader.edit(
    "fails_where_one_is_unused",
    "`torch.autograd.grad` raises an error where the loss does not reach a parameter. With "
    "`allow_unused=True` it gives None there.",
    ", allow_unused=True",
    "",
)
grader.edit(
    "needs_a_graph",
    "A loss that requires no gradient has no graph to go back through, and autograd raises an "
    "error. No parameter is reached then: ask `loss.requires_grad` first.",
    "if trained and loss.requires_grad:",
    "if trained:",
)
grader.edit(
    "calls_none_zero",
    "A parameter that the loss does not reach is reported as zero here, as where a missing "
    'gradient is filled with zeros. Its gradient would be None: "none".',
    'report[name] = "none"',
    'report[name] = "zero"',
    idea="zero_gradient_for_none",
)
grader.edit(
    "calls_zero_none",
    'A gradient of zeros is reported as "none" here. It did arrive, and momentum or weight decay '
    'would move the parameter: "zero".',
    '"ok" if gradient.any() else "zero"',
    '"ok" if gradient.any() else "none"',
    idea="zero_gradient_for_none",
)
grader.edit(
    "calls_frozen_none",
    'Frozen parameters are reported as "none". That they get no gradient is wanted: ask '
    "`requires_grad` first.",
    'report[name] = "frozen"',
    'report[name] = "none"',
)
grader.edit(
    "leaves_frozen_ones_out",
    'Frozen parameters are missing in the report. Each parameter has an entry, "frozen" if it '
    "requires no gradient.",
    'report[name] = "frozen"',
    "continue",
    idea="frozen_left_out",
)
grader.edit(
    "leaves_the_good_ones_out",
    'What is "ok" is missing in the report. Each parameter has an entry.',
    '            report[name] = "ok" if gradient.any() else "zero"',
    '            if not gradient.any():\n                report[name] = "zero"',
)
grader.edit(
    "overlooks_inf",
    "Only nan was looked for: inf is not finite either. `isfinite()` is False for both.",
    "not gradient.isfinite().all()",
    "gradient.isnan().any()",
)
grader.edit(
    "overlooks_nan",
    "Only inf was looked for: nan is not finite either, and neither smaller nor larger than any "
    "number. `isfinite()` is False for both.",
    "not gradient.isfinite().all()",
    "gradient.isinf().any()",
)
grader.edits(
    "adds_up_before_it_looks",
    "A gradient of large finite numbers is called not finite here: their sum, or that of their "
    "squares, overflows. Ask each number, `isfinite()`, and not their sum or norm.",
    "gradient.isfinite().all()",
    ["gradient.sum().isfinite()", "gradient.norm().isfinite()"],
)
grader.edit(
    "wants_all_to_be_infinite",
    "A single nan or inf is overlooked where other numbers of the gradient are finite. One of them "
    "is enough to spoil the next step.",
    "not gradient.isfinite().all()",
    "not gradient.isfinite().any()",
)
grader.edit(
    "one_zero_is_enough",
    "A gradient counts as zero here as soon as one of its numbers is 0, as for one dead unit of "
    "several. It is zero only if all are.",
    "if gradient.any()",
    "if gradient.all()",
)
grader.edits(
    "adds_numbers_that_cancel_out",
    "Numbers of opposite signs cancel out in a sum or a mean, which is then 0 although the "
    "gradient is not: ask whether any number is not 0.",
    "if gradient.any()",
    ["if gradient.sum() != 0", "if gradient.mean() != 0"],
)
grader.edits(
    "calls_small_ones_zero",
    "A gradient of very small numbers counts as zero here, as with `allclose` or a bound of 1e-8. "
    "An optimizer such as Adam makes whole steps of it: zero is what is exactly 0.",
    "if gradient.any()",
    [
        "if not torch.allclose(gradient, torch.zeros_like(gradient))",
        *(f"if gradient.abs().max() > {bound}" for bound in ("1e-6", "1e-8", "1e-10")),
        *(f"if gradient.norm() > {bound}" for bound in ("1e-6", "1e-8", "1e-10")),
    ],
)
grader.edit(
    "thaws_the_frozen",
    "The frozen parameters require a gradient afterwards. It is only a report: leave "
    "`requires_grad` as it is.",
    "    return report",
    "    model.requires_grad_(True)\n    return report",
    idea="frozen_parameters_thawed",
)
grader.edit(
    "switches_the_mode",
    "The model is in training mode afterwards. It is only a report: leave its mode alone.",
    "    return report",
    "    model.train()\n    return report",
    idea="mode_changed",
)
grader.edit(
    "returns_the_gradients",
    "What comes back are numbers, not one of the five strings.",
    'report[name] = "ok" if gradient.any() else "zero"',
    "report[name] = gradient.norm().item()",
)

for ending in (", strict=False)", ")"):
    grader.equivalent(
        "arrived = dict(zip(trained, gradients, strict=True)) -> "
        f"arrived = dict(zip(trained, gradients{ending})",
        "there is one gradient for each parameter that is trained",
    )
