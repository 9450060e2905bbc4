"""Squared where errors are small, absolute where they are large."""

import torch
import torch.nn.functional as F


def huber_loss(prediction, target, delta):
    """Average the Huber loss of all entries: outliers do not pull as hard as with squared errors.

    The loss of an entry depends on its error alone, prediction - target. Where that is from
    `-delta` to `delta`, the loss is *half* the squared error. Beyond, on either side, it is a
    straight line, which goes on where the parabola ends: without a jump, and without a bend.

    Args:
        prediction: numbers, shape (N,) or (N, D), float32 or float64. Do not modify it.
        target: numbers of the shape and dtype of `prediction`. Do not modify it.
        delta: up to where errors are squared, a Python float from 0.1 to 10.

    Returns:
        The mean over all entries, a scalar tensor (shape `()`) of the dtype of `prediction`;
        gradients flow back from it to `prediction`.

    Example: one error of 0.5, and one of 3.
        >>> huber_loss(torch.tensor([0.5]), torch.tensor([0.0]), 2.0)
        tensor(0.1250)
        >>> huber_loss(torch.tensor([3.0]), torch.tensor([0.0]), 2.0)
        tensor(4.)

    Read: torch.nn.HuberLoss
        https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html
    """
    raise NotImplementedError
