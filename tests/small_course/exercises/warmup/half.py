"""A small exercise for the engine's own tests."""

import torch


def half(x):
    """Halve every number.

    Args:
        x: any shape, floating point.

    Returns:
        A new tensor, shape and dtype of x.

    Example:
        >>> half(torch.tensor([4.0, 6.0]))
        tensor([2., 3.])

    Read: torch.Tensor, "arithmetic"
        https://docs.pytorch.org/docs/stable/tensors.html
    """
    raise NotImplementedError
