"""The loss of regression, where predictions and targets may differ in shape."""

import torch
import torch.nn.functional as F


def mean_squared_error(prediction, target):
    """Average the squared errors of N predictions, each beside its own target.

    The last layer of a regression model is often `nn.Linear(features, 1)`, which gives one column,
    shape (N, 1). Targets are often a plain list of numbers, shape (N,). Either one may have either
    shape here: prediction n belongs to target n in any case, and there are N errors.

    Args:
        prediction: N numbers, shape (N,) or (N, 1), float32 or float64; N may be 1. Do not modify
            it.
        target: N numbers, shape (N,) or shape (N, 1), of the dtype of `prediction`. Do not
            modify it.

    Returns:
        The mean of (prediction - target) ** 2 over the N examples, a scalar tensor (shape `()`) of
        the dtype of `prediction`; gradients flow back from it to `prediction`.

    Example: a column of predictions and a plain list of targets; the errors are 0 and 2.
        >>> mean_squared_error(torch.tensor([[1.0], [5.0]]), torch.tensor([1.0, 3.0]))
        tensor(2.)

    Read: torch.nn.MSELoss
        https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
    """
    raise NotImplementedError
