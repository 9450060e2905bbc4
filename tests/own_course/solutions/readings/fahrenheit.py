"""Use the library of the house."""

import ourunits
import torch


def fahrenheit(x):
    """Say in degrees Fahrenheit what is given in degrees Celsius.

    Args:
        x: temperatures, shape (N,), N at least 2, float64.

    Returns:
        1.8 times x, plus 32: a tensor of the shape and dtype of x. Do not modify x. The package
        `ourunits` may be used.

    Example:
        >>> fahrenheit(torch.tensor([0.0, 100.0], dtype=torch.float64))
        tensor([ 32., 212.], dtype=torch.float64)

    Read: torch.add
        https://docs.pytorch.org/docs/stable/generated/torch.add.html
    """
    return ourunits.scaled(x, 1.8) + 32


def by_hand(x):
    """Without the library."""
    return 1.8 * x + 32


def with_add(x):
    """In one call of torch."""
    return torch.add(torch.tensor(32, dtype=x.dtype), x, alpha=1.8)
