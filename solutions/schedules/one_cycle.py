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
    if step >= total:
        raise ValueError(f"step {step} is beyond the {total} steps of the plan")
    first, top, last = max_lr / 25, 0.3 * total - 1, total - 1
    if step <= top:
        share = (1 - math.cos(math.pi * step / top)) / 2
        low = first
    else:
        share = (1 + math.cos(math.pi * (step - top) / (last - top))) / 2
        low = first / 10_000
    return low + share * (max_lr - low), 0.95 - 0.1 * share


def from_here_to_there(step, total, max_lr):
    """Say what each part goes from and to, and go there along a cosine."""
    if not step < total:
        raise ValueError(step)
    top = 0.3 * total - 1
    begin, high, end = (max_lr / 25, 0.95), (max_lr, 0.85), (max_lr / 250_000, 0.95)
    if step <= top:
        start, goal, progress = begin, high, step / top
    else:
        start, goal, progress = high, end, (step - top) / (total - 1 - top)
    left = math.cos(math.pi / 2 * progress) ** 2
    lr, momentum = (left * a + (1 - left) * b for a, b in zip(start, goal, strict=True))
    return lr, momentum


def with_torch(step, total, max_lr):
    """Let torch go there, with a parameter that never moves; it raises the ValueError itself."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0, momentum=0.5)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr, total_steps=total)
    for _ in range(step):
        optimizer.step()
        scheduler.step()
    (group,) = optimizer.param_groups
    if step >= total:
        raise ValueError(step)
    return group["lr"], group["momentum"]
