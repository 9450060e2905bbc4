"""Warm up in a straight line, then go down half a cosine: the learning rate of any step."""

import math

import torch


def warmup_cosine(step, total, warmup, max_lr, min_lr):
    """Compute the learning rate of one step of the training.

    Steps are counted from 0. The curve has three parts:

    - before step `warmup`: a straight line that would be 0 one step before the first, and reaches
      `max_lr` at step `warmup`. So step 0 already learns something;
    - from step `warmup` to step `total`: half a wave of a cosine, which begins flat at `max_lr`,
      falls fastest in the middle, and ends flat at `min_lr`;
    - after step `total`: `min_lr`.

    Args:
        step: an int, 0 or above; it may be larger than `total`.
        total: the step that the cosine ends at, an int above `warmup`.
        warmup: how many steps come before the cosine, an int, 0 or above.
        max_lr: the largest learning rate, a float above 0.
        min_lr: the one at the end, a float, 0 or above, below `max_lr`.

    Returns:
        A float.

    Example:
        >>> [round(warmup_cosine(step, 8, 3, 0.4, 0.1), 3) for step in range(10)]
        [0.1, 0.2, 0.3, 0.4, 0.371, 0.296, 0.204, 0.129, 0.1, 0.1]

    Read: torch.optim.lr_scheduler.CosineAnnealingLR, whose formula this is for the second part
        https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
    """
    if step < warmup:
        return max_lr * (step + 1) / (warmup + 1)
    if step > total:
        return min_lr
    progress = (step - warmup) / (total - warmup)
    return min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * progress)) / 2


def as_a_mixture(step, total, warmup, max_lr, min_lr):
    """Mix the two learning rates, with a share that goes from 1 to 0."""
    if step < warmup:
        return (step + 1) * (max_lr / (warmup + 1))
    progress = min((step - warmup) / (total - warmup), 1.0)
    share = math.cos(math.pi / 2 * progress) ** 2
    return share * max_lr + (1 - share) * min_lr


def with_torch(step, total, warmup, max_lr, min_lr):
    """Let two schedulers of torch follow each other, with a parameter that never moves."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=max_lr)
    schedulers = torch.optim.lr_scheduler
    rise = schedulers.LambdaLR(optimizer, lambda now: min((now + 1) / (warmup + 1), 1.0))
    fall = schedulers.CosineAnnealingLR(optimizer, total - warmup, eta_min=min_lr)
    both = schedulers.SequentialLR(optimizer, [rise, fall], [warmup])
    for _ in range(min(step, total)):
        optimizer.step()
        both.step()
    return optimizer.param_groups[0]["lr"]
