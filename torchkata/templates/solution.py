"""One line: what this exercise is about."""

import torch


def exercise_name(x):
    """Say in one line what it does.

    Say what a learner must know to write it, and nothing that they are to find out.

    Args:
        x: what it is, shape (N,), its range.

    Returns:
        What comes back, its shape and dtype; what is left unchanged.

    Example:
        >>> exercise_name(torch.tensor([1.0, 2.0]))
        tensor([2., 4.])

    Read: torch.Tensor
        https://docs.pytorch.org/docs/stable/tensors.html
    """
    return 2 * x


def by_addition(x):
    """Another right answer; there should be two at least."""
    return x + x
