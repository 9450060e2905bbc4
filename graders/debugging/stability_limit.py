import random

import torch

from torchkata import Grader, changed_entries, randn64, snapshot

grader = Grader(
    points=4,
    level=5,
    after=("optimizers/too_large", "optimizers/resting_place", "tensors/derivative"),
    # Power iteration comes closer with each round; wrong answers are off by more than 0.01.
    tolerance={"limit": (1e-3, 0.0)},
    hints=(
        "The derivative of the loss is a tensor too, if it was computed with `create_graph=True`: "
        "each number of it can be differentiated once more.",
        "All first derivatives, one after the other, are a vector; the derivatives of its entries "
        "are the rows of the Hessian. `torch.linalg.eigvalsh` gives its eigenvalues.",
        "A step is stable along a curvature c for lr * c < 2, with momentum for "
        "lr * c < 2 * (1 + momentum). Which c breaks that first?",
    ),
)


@grader.observe
def limit(answer, loss, params, momentum):
    """Of a loss that is a function of the parameters."""
    for number, param in enumerate(params):
        param.requires_grad_()
        param.grad = torch.full_like(param, 0.7) if number else None
    before = snapshot(params), snapshot([param.grad for param in params])
    found = answer(lambda: loss(*params), list(params), momentum)
    now = snapshot(params), snapshot([param.grad for param in params])
    return {
        "limit": found,
        "entries changed in params": changed_entries(before[0], now[0]),
        "entries changed in their gradients": changed_entries(before[1], now[1]),
    }


def turned_bowl(curvatures):
    """A loss with these curvatures, in directions that are along no number of its parameters."""
    count = len(curvatures)
    directions, _ = torch.linalg.qr(randn64(count, count))
    matrix = directions * torch.tensor(curvatures, dtype=torch.float64) @ directions.T
    center = randn64(count)

    def loss(*params):
        apart = torch.cat([param.flatten() for param in params]) - center
        return apart @ matrix @ apart / 2 + 3.0

    return loss


def below(top, count, lowest=0.0, near=1):
    """The largest curvature, and others up to 0.8 times as large, `near` of them just so."""
    others = [random.uniform(lowest, 0.7) * top for _ in range(count - near - 1)]
    return [top, *[0.8 * top] * near, *others]


@grader.case
def turned():
    """A bowl over two tensors, of shapes (2, 3) and (4,), without momentum."""
    loss = turned_bowl(below(random.uniform(5.0, 20.0), 10, near=5))
    return loss, [randn64(2, 3), randn64(4)], 0.0


@grader.case
def forty_numbers():
    """A bowl over three tensors with 40 numbers, whose sharpness is below 1; a large momentum.
    Nearly all other curvatures are 0.8 times as large."""
    loss = turned_bowl(below(random.uniform(0.2, 0.8), 40, near=38))
    return loss, [randn64(5, 3), randn64(24), randn64(1)], random.uniform(0.9, 0.99)


@grader.case
def saddle():
    """Curves down in some directions; a scalar and a vector, momentum 0.5."""
    return turned_bowl(below(8.0, 6, lowest=-0.8)), [randn64(), randn64(5)], 0.5


@grader.case
def curved_model():
    """The squared errors of w ** 2: the curvature changes with w, and the errors are large."""
    w = torch.tensor([1.5, 0.5, -1.0], dtype=torch.float64) * random.uniform(0.9, 1.1)
    targets = -4.0 - torch.rand(3, dtype=torch.float64)
    return (lambda w: (w**2 - targets).square().sum()), [w], random.uniform(0.2, 0.4)


@grader.case
def straight_and_unused():
    """Along one tensor the loss is a straight line, on another it does not depend."""

    def loss(a, b, c):
        return (a[0] + 2 * a[1]).square() * steepness + 5 * b.sum()

    steepness = random.uniform(1.0, 4.0)
    return loss, [randn64(2), randn64(3), randn64(2, 2)], 0.8


@grader.case
def one_number():
    """A parabola of one number, 5 * w ** 2, without momentum, at its minimum."""
    return (lambda w: 5 * w**2), [torch.tensor(0.0, dtype=torch.float64)], 0.0


def example(w):
    return w[0] ** 2 + 5 * w[1] ** 2


@grader.case
def as_in_the_docstring():
    """The first example of the docstring."""
    return example, [torch.tensor([3.0, 1.0], dtype=torch.float64)], 0.0


@grader.case
def with_momentum_in_the_docstring():
    """The second example of the docstring, with momentum 0.9."""
    return example, [torch.tensor([3.0, 1.0], dtype=torch.float64)], 0.9


SHARPNESS = "torch.linalg.eigvalsh(torch.stack(rows)).max()"
RETURNED = "2 * (1 + momentum) / sharpness.item()"

grader.edit(
    "one_over_the_sharpness",
    "The limit is half as large as it is: with 1 / sharpness a step goes right to the bottom, "
    "and only with 2 / sharpness as far up on the other side.",
    RETURNED,
    "(1 + momentum) / sharpness.item()",
)
grader.edit(
    "ignores_the_momentum",
    "This is the limit without momentum, 2 / sharpness. With momentum it is 1 + momentum times as "
    "large.",
    RETURNED,
    "2 / sharpness.item()",
    idea="argument_not_used",
)
grader.edit(
    "thinks_momentum_makes_it_smaller",
    "With momentum the limit is too small: steps in one direction become 1 / (1 - momentum) times "
    "as long, but across the steepest one they go back and forth, and cancel in part.",
    RETURNED,
    "2 * (1 - momentum) / sharpness.item()",
)
grader.edit(
    "lets_momentum_add_up",
    "With momentum the limit is too large: 1 / (1 - momentum) is how much longer steps become that "
    "all go the same way. At the limit they go back and forth, and it is 1 + momentum.",
    RETURNED,
    "2 / (1 - momentum) / sharpness.item()",
)
grader.edit(
    "subtracts_the_momentum_from_the_sharpness",
    "The momentum is a factor of the limit, 1 + momentum, and nothing that is added to it.",
    RETURNED,
    "2 / sharpness.item() + momentum",
)
grader.edits(
    "bends_the_factor_of_the_momentum",
    "Without momentum the limit is right, and with it the factor is another one than 1 + momentum, "
    "such as its square or its root.",
    RETURNED,
    [
        "2 * (1 + momentum) ** 2 / sharpness.item()",
        "2 * (1 + momentum) ** 0.5 / sharpness.item()",
        "2 * (1 + 2 * momentum) / sharpness.item()",
    ],
)
grader.edit(
    "takes_the_flattest_direction",
    "This is the smallest of the eigenvalues. The steepest direction is the first that diverges: "
    "take the largest.",
    ".max()",
    ".min()",
)
grader.edit(
    "adds_the_curvatures_up",
    "This is the sum of the curvatures over all directions, the trace. Each direction is stable or "
    "not by itself: take the largest.",
    SHARPNESS,
    "torch.stack(rows).trace()",
)
grader.edit(
    "averages_the_curvatures",
    "This is the mean of the curvatures over all directions. A single one that is too steep is "
    "enough to diverge: take the largest.",
    SHARPNESS,
    "torch.stack(rows).diagonal().mean()",
)
grader.edit(
    "looks_along_the_axes_only",
    "This is the largest curvature along one number at a time, the diagonal of the Hessian. Turned "
    "directions can be steeper: take the largest eigenvalue of the whole matrix.",
    SHARPNESS,
    "torch.stack(rows).diagonal().max()",
)
grader.edit(
    "looks_at_each_parameter_by_itself",
    "The largest curvature of each tensor was taken by itself. The steepest direction moves all of "
    "them at once: one matrix over all numbers of all tensors.",
    SHARPNESS,
    "max(\n"
    "    torch.linalg.eigvalsh(part.split([q.numel() for q in params], dim=1)[i]).max()\n"
    "    for i, part in enumerate(torch.stack(rows).split([p.numel() for p in params]))\n"
    ")",
)
grader.edit(
    "looks_at_the_first_parameter_only",
    "Only the first tensor's second derivatives were looked at. The matrix is over all numbers of "
    "all tensors.",
    SHARPNESS,
    "torch.linalg.eigvalsh(\n"
    "    torch.stack(rows)[: params[0].numel(), : params[0].numel()]\n"
    ").max()",
)
grader.edit(
    "takes_the_largest_row",
    "This is the largest row sum of the Hessian, which is never below its largest eigenvalue, and "
    "mostly above: the limit is too careful.",
    SHARPNESS,
    "torch.stack(rows).abs().sum(dim=1).max()",
)
grader.edit(
    "takes_the_frobenius_norm",
    "This is the root of the sum of all squared curvatures, the Frobenius norm, as `norm()` of a "
    "matrix gives it. Only the largest eigenvalue counts.",
    SHARPNESS,
    "torch.stack(rows).norm()",
)
grader.edit(
    "takes_the_slope",
    "This is the length of the gradient, the slope at this place. At a minimum it is 0, and the "
    "curvature is not: differentiate once more.",
    SHARPNESS,
    "slopes.norm()",
)
grader.edit(
    "takes_the_outer_product",
    "This is the product of the gradient with itself, sometimes used in place of the Hessian. It "
    "changes with the errors, and is 0 at a minimum: differentiate the gradient.",
    SHARPNESS,
    "slopes @ slopes",
)
grader.edits(
    "stops_too_early",
    "The limit is too large in some cases, as where power iteration stops after a few rounds: with "
    "a second curvature nearly as large it takes many more.",
    SHARPNESS,
    [
        "(matrix := torch.stack(rows)) @ (\n"
        f"    v := torch.linalg.matrix_power(matrix, {rounds}) @ {start}\n"
        ") @ v / (v @ v)"
        for start in (
            "torch.ones_like(matrix[0])",
            "torch.cat([torch.randn_like(p).flatten() for p in params])",
        )
        for rounds in (4, 5, 9)
    ],
)
grader.edit(
    "returns_the_sharpness",
    "This is the sharpness itself. The limit of the lr is 2 * (1 + momentum) / sharpness.",
    RETURNED,
    "sharpness.item()",
)
grader.edit(
    "returns_a_tensor",
    "The limit is a tensor, and a Python float is asked for: take it out with `.item()`.",
    "sharpness.item()",
    "sharpness",
    idea="tensor_for_float",
)
SLOPES = "    slopes = torch.cat([gradient.flatten() for gradient in gradients])"
CLEARED = "    for param in params:\n        param.grad = None\n"
grader.edits(
    "writes_gradients",
    "The parameters have other gradients afterwards, or none any more, as after `backward()` and "
    "`.grad = None`. `torch.autograd.grad` gives the derivatives and leaves them as they are.",
    SLOPES,
    [
        f"{before}{SLOPES}"
        for before in (
            "    loss_fn().backward()\n",
            f"{CLEARED}    loss_fn().backward()\n",
            CLEARED,
        )
    ],
    idea="gradient_changed",
)
grader.edit(
    "fails_where_one_is_unused",
    "`torch.autograd.grad` raises an error where the loss does not depend on a tensor. With "
    "`materialize_grads=True` its derivatives are zeros; `allow_unused=True` gives None.",
    "create_graph=True, materialize_grads=True",
    "create_graph=True",
)
