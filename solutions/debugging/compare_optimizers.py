"""Four optimizers start at the same place: which one gets down first?"""

import torch


def compare_optimizers(loss_fn, start, lr, steps):
    """Let each of four optimizers take some steps from one place, and report the losses.

    The exercise starts with a version of this function that has one bug: in the example below,
    RMSprop's second loss is 8.88, where 7.84 is right. The losses of the other three are right.
    Find the bug and fix it.

    Args:
        loss_fn: `loss_fn(point)` is the loss at a place, a scalar tensor (shape `()`).
        start: where all four begin, shape (N,), float32 or float64. Do not modify it.
        lr: the learning rate of all four, a float above 0. All their other settings are at their
            defaults.
        steps: how many, an int, 1 or above.

    Returns:
        A dict with the keys "SGD", "Adagrad", "RMSprop" and "Adam". Each value is a list of Python
        floats: the loss before each step.

    Example:
        >>> def loss_fn(point):
        ...     return (point**2).sum()
        >>> curves = compare_optimizers(loss_fn, torch.tensor([3.0]), lr=0.02, steps=2)
        >>> {name: [round(loss, 2) for loss in losses] for name, losses in curves.items()}
        {'SGD': [9.0, 8.29], 'Adagrad': [9.0, 8.88], 'RMSprop': [9.0, 7.84], 'Adam': [9.0, 8.88]}

    Read: torch.optim, "Algorithms"
        https://docs.pytorch.org/docs/stable/optim.html#algorithms
    """
    kinds = {
        "SGD": torch.optim.SGD,
        "Adagrad": torch.optim.Adagrad,
        "RMSprop": torch.optim.RMSprop,
        "Adam": torch.optim.Adam,
    }
    curves = {}
    for name, kind in kinds.items():
        point = start.clone().requires_grad_()
        optimizer = kind([point], lr=lr)
        curves[name] = []
        for _ in range(steps):
            optimizer.zero_grad()
            loss = loss_fn(point)
            loss.backward()
            optimizer.step()
            curves[name].append(loss.item())
    return curves


def one_after_the_other(loss_fn, start, lr, steps):
    """Write four optimizers out, each with a copy of its own."""

    def curve(build):
        point = torch.nn.Parameter(start.detach().clone())
        optimizer, losses = build([point], lr), []
        for _ in range(steps):
            loss = loss_fn(point)
            losses.append(loss.item())
            point.grad = None
            loss.backward()
            optimizer.step()
        return losses

    return {
        "SGD": curve(torch.optim.SGD),
        "Adagrad": curve(torch.optim.Adagrad),
        "RMSprop": curve(torch.optim.RMSprop),
        "Adam": curve(torch.optim.Adam),
    }


def by_the_names(loss_fn, start, lr, steps):
    """Look the classes up by their names, so that no name has another's class."""
    curves = {name: [] for name in ("SGD", "Adagrad", "RMSprop", "Adam")}
    for name, losses in curves.items():
        point = start.clone().requires_grad_(True)
        optimizer = getattr(torch.optim, name)(params=[point], lr=lr)
        while len(losses) < steps:
            loss = loss_fn(point)
            (point.grad,) = torch.autograd.grad(loss, point)
            optimizer.step()
            losses.append(float(loss))
    return curves
