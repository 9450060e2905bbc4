"""How large may the learning rate be before training diverges?"""

import torch


def stability_limit(loss_fn, params, momentum):
    """Work out the learning rate above which gradient descent diverges.

    Close to a minimum a loss is a bowl, and how steep it is depends on the direction. The curvature
    along a direction is its second derivative; the largest one, over all directions in the space of
    all numbers of all parameters together, is the sharpness. It is the largest eigenvalue of the
    Hessian, the matrix of second derivatives. For one number and the loss 5 w^2 it is 10: plain
    gradient descent w <- w - lr * 10 w comes closer with an lr of 0.199, and moves away with 0.201.

    With momentum, as `torch.optim.SGD(params, lr, momentum=...)` has it, steps go back and forth
    across the steepest direction, and partly cancel there: the limit is 1 + momentum times as
    large.

    Args:
        loss_fn: takes no argument, and computes the loss from `params` as they are: a scalar tensor
            (shape `()`), float64. It need not be a bowl: in some directions it may curve down at
            `params`. The sharpness is above 0, and all other eigenvalues are at most 0.8 times as
            far from 0.
        params: a list of at least one tensor that requires a gradient, float64, of any shape; a
            few dozen numbers in all. The loss may be a straight line along some of them, or not
            depend on them. Do not modify them, nor their `.grad`.
        momentum: a float from 0.0 up to, but not including, 1.0; without dampening and Nesterov.

    Returns:
        The limit of the lr at `params`, a Python float, right to at least 3 digits.

    Example: the curvatures are 2 and 10.
        >>> w = torch.tensor([3.0, 1.0], dtype=torch.float64, requires_grad=True)
        >>> def bowl():
        ...     return w[0] ** 2 + 5 * w[1] ** 2
        >>> round(stability_limit(bowl, [w], momentum=0.0), 4)
        0.2
        >>> round(stability_limit(bowl, [w], momentum=0.9), 4)
        0.38

    Read: Why Momentum Really Works, "First Steps: Gradient Descent"
        https://distill.pub/2017/momentum/
    """
    gradients = torch.autograd.grad(loss_fn(), params, create_graph=True, materialize_grads=True)
    slopes = torch.cat([gradient.flatten() for gradient in gradients])
    rows = []
    for slope in slopes:
        row = torch.autograd.grad(slope, params, retain_graph=True, materialize_grads=True)
        rows.append(torch.cat([part.flatten() for part in row]))
    sharpness = torch.linalg.eigvalsh(torch.stack(rows)).max()
    return 2 * (1 + momentum) / sharpness.item()


def by_power_iteration(loss_fn, params, momentum):
    """Never write the matrix down: multiply a vector by it again and again."""
    gradients = torch.autograd.grad(loss_fn(), params, create_graph=True, allow_unused=True)
    pairs = [(g, p) for g, p in zip(gradients, params, strict=True) if g is not None]
    gradients = [g for g, _ in pairs if g.requires_grad]
    used = [p for g, p in pairs if g.requires_grad]
    generator = torch.Generator().manual_seed(0)
    vector = [torch.randn(p.shape, generator=generator, dtype=p.dtype) for p in used]
    size = 0.0
    for _ in range(60):
        length = torch.sqrt(sum((v * v).sum() for v in vector))
        vector = [v / length for v in vector]
        along = sum((g * v).sum() for g, v in zip(gradients, vector, strict=True))
        product = torch.autograd.grad(along, used, retain_graph=True)
        size = sum((p * v).sum() for p, v in zip(product, vector, strict=True)).item()
        vector = list(product)
    return 2 * (1 + momentum) / size


def by_the_largest_singular_value(loss_fn, params, momentum):
    """Put the matrix together block by block; its norm is the sharpness, by what is promised."""
    blocks = []
    first = torch.autograd.grad(loss_fn(), params, create_graph=True, allow_unused=True)
    for gradient, param in zip(first, params, strict=True):
        flat = torch.zeros_like(param) if gradient is None else gradient
        for slope in flat.reshape(-1).unbind():
            rows = [None] * len(params)
            if slope.grad_fn is not None:
                rows = torch.autograd.grad(slope, params, retain_graph=True, allow_unused=True)
            filled = [p.detach() * 0 if r is None else r for r, p in zip(rows, params, strict=True)]
            blocks.append(torch.cat([row.reshape(-1) for row in filled]))
    sharpness = torch.linalg.matrix_norm(torch.stack(blocks), ord=2)
    return float(2 * (1 + momentum) / sharpness)
