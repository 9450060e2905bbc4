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
    raise NotImplementedError
