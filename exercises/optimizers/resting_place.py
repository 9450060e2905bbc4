"""Weight decay moves the place where training comes to rest: by how much?"""

import torch


def resting_place(curvature, best, weight_decay):
    """Predict where SGD with weight decay comes to rest.

    The loss is a bowl: it is 0 where each parameter has its best value, and rises on both sides,

        loss = sum of curvature / 2 * (param - best) ** 2

    Without weight decay, `torch.optim.SGD([param], lr=lr)` goes to `best`, however steep or flat
    the bowl is, if it has time enough and `lr` is small enough. With `weight_decay=weight_decay` it
    comes to rest elsewhere, at a place that depends neither on `lr` nor on where it began. Which?
    Try it with torch before you write it down: a tutorial calls a weight decay of 0.1 usual. (In
    the flattest bowls here SGD would take a million steps, so they need more than a loop.)

    Args:
        curvature: how fast the loss rises in each parameter, 0 or above, shape (P,).
        best: where the loss is smallest, any numbers, shape (P,).
        weight_decay: as torch.optim.SGD takes it, 0 or above; where it is 0, no curvature is.

    Returns:
        Where each parameter rests in the end, shape (P,); nothing that was given is changed.

    Example: no weight decay, and then one that is as large as the curvature.
        >>> resting_place(torch.tensor([2.0, 0.5]), torch.tensor([3.0, -4.0]), 0.0)
        tensor([ 3., -4.])
        >>> resting_place(torch.tensor([1.0]), torch.tensor([3.0]), 1.0)
        tensor([1.5000])

    Read: torch.optim.SGD, the lines of its algorithm
        https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    raise NotImplementedError
