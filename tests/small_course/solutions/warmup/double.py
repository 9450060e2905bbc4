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
    return 2 * x


def by_addition(x):
    """Add it to itself."""
    return x + x


def by_doubling_twice_and_halving(x):
    """Go a long way round."""
    return 4 * x / 2
