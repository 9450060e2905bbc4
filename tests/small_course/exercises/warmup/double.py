"""A second small exercise."""

import torch


def double(x):
    """Double every number.

    Args:
        x: any shape, floating point.

    Returns:
        A new tensor, shape and dtype of x.

    Example:
        >>> double(torch.tensor([4.0]))
        tensor([8.])
    """
    return 2 + x
