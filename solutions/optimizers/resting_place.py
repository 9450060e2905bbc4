"""Weight decay changes where training comes to rest: by how much?"""

import torch


def resting_place(curvature, best, weight_decay):
    """Predict where SGD with weight decay comes to rest.

    The loss is shaped like a bowl: it is 0 where each parameter has its best value, and rises on
    both sides,

        loss = sum of curvature / 2 * (param - best) ** 2

    Without weight decay, `torch.optim.SGD([param], lr=lr)` goes to `best`, however steep or flat
    the bowl is, if it takes enough steps and `lr` is small enough. With `weight_decay=weight_decay`
    it comes to rest at another value, which depends neither on `lr` nor on where it began. At which
    one? Try it with torch before you write it down, for example with a weight decay of 0.1, which
    some tutorials call a usual value. (In the flattest bowls here SGD would take a million steps,
    so a loop is not enough for them.)

    Args:
        curvature: how steeply the bowl rises in each parameter (the second derivative of the loss),
            0 or above, and at least 0.000001 if `weight_decay` is 0, shape (P,), float32.
        best: where the loss is smallest, any numbers, shape (P,), float32.
        weight_decay: as torch.optim.SGD takes it, 0 or above.

    Returns:
        The value at which each parameter comes to rest, shape (P,), float32. Do not modify the
        arguments.

    Example: no weight decay, and then one that is as large as the curvature.
        >>> resting_place(torch.tensor([2.0, 0.5]), torch.tensor([3.0, -4.0]), 0.0)
        tensor([ 3., -4.])
        >>> resting_place(torch.tensor([2.0]), torch.tensor([3.0]), 2.0)
        tensor([1.5000])

    Read: torch.optim.SGD, the lines of its algorithm
        https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    return best * curvature / (curvature + weight_decay)


def where_the_sum_is_smallest(curvature, best, weight_decay):
    """One Newton step of the loss with its penalty, which is exact in a bowl."""
    gradient_at_best = weight_decay * best
    return best - gradient_at_best / (curvature + weight_decay)


def by_training(curvature, best, weight_decay):
    """Let torch go there, each parameter at the largest pace that is sure to arrive."""
    params = [torch.zeros_like(value).requires_grad_() for value in best]
    groups = [
        {"params": [param], "lr": 1 / float(steep + weight_decay)}
        for param, steep in zip(params, curvature, strict=True)
    ]
    optimizer = torch.optim.SGD(groups, weight_decay=weight_decay)
    for _ in range(3):
        optimizer.zero_grad()
        (curvature / 2 * (torch.stack(params) - best) ** 2).sum().backward()
        optimizer.step()
    return torch.stack(params).detach()


def one_by_one(curvature, best, weight_decay):
    """Between 0 and `best`, in proportion to how strongly each of the two pulls."""
    places = [
        target / (1 + weight_decay / steep) if steep > 0 else 0 * target
        for steep, target in zip(curvature, best, strict=True)
    ]
    return torch.stack(places)
