"""The loss of a training whose targets are not to be believed entirely."""

import torch
from torch import nn


def smoothed_criterion(epsilon, weight, ignore_index):
    """Build an `nn.CrossEntropyLoss` that smooths its targets.

    With label smoothing the model is not asked to be wholly sure: `epsilon` of each target is
    shared out evenly among all C classes, the right one too, and the rest stays with the right one
    (cross_entropy/smooth_target does that by hand). The loss object does it itself, from class
    numbers, if it is told to. Here it also weighs its classes, leaves out the targets
    `ignore_index`, and averages over the batch.

    Args:
        epsilon: how much is shared out, a float from 0 to 1.
        weight: how much each class counts, a list of C positive numbers, floats or whole numbers.
            Do not modify it.
        ignore_index: the target to leave out, an integer: -100, 255, or a class.

    Returns:
        An `nn.CrossEntropyLoss`. It is called with float32 logits of shape (N, C) and targets of
        shape (N,), integers in [0, C) or equal to `ignore_index`. It may be on the CPU: it is moved
        to the device of the logits with `.to(device)`.

    Example: two classes that count the same; the second target is left out.
        >>> loss_fn = smoothed_criterion(0.5, [1.0, 1.0], 255)
        >>> loss_fn(torch.tensor([[2.0, 0.0], [0.0, 9.0]]), torch.tensor([0, 255]))
        tensor(0.6269)

    Read: torch.nn.CrossEntropyLoss, "label_smoothing"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    raise NotImplementedError
