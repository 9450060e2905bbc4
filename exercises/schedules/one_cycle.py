"""Up, then down, while the momentum does the opposite: OneCycleLR by hand."""

import math

import torch


def one_cycle(step, total, max_lr):
    """Compute what OneCycleLR sets for one step of the training.

    OneCycleLR plans the whole training in advance: `total` steps, the last of which is step
    `total - 1`, since steps are counted from 0. The learning rate goes up from `max_lr / 25`, and
    is `max_lr` when 3/10 of the training are over, at step `0.3 * total - 1` (which need not be a
    whole number). Then it goes down, and in the last step it is a ten-thousandth of what it was in
    step 0. The momentum does the opposite: it goes down from 0.95 to 0.85 while the learning rate
    goes up, and back up to 0.95. All four curves are half a wave of a cosine, flat at both ends.

    This is `torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr, total_steps=total)` with SGD.

    Args:
        step: an int, from 0 to `total - 1`.
        total: an int, 4 or above.
        max_lr: a float above 0.

    Returns:
        The learning rate and the momentum, a tuple of two floats.

    Raises:
        ValueError: `step` is `total` or above; the plan is over by then.

    Example:
        >>> for step in (0, 2, 9):
        ...     lr, momentum = one_cycle(step, 10, 1.0)
        ...     print(round(lr, 6), round(momentum, 6))
        0.04 0.95
        1.0 0.85
        4e-06 0.95

    Read: torch.optim.lr_scheduler.OneCycleLR
        https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html
    """
    raise NotImplementedError
