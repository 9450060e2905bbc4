"""TODO: one line, what this exercise is about."""

import torch


def exercise_name(x):
    """TODO: say in one line what it does.

    The exercise starts with a version of this function that has one bug: TODO: say what is seen of
    it. What else it does is right. Find the bug and fix it.

    Args:
        x: TODO: what it is, shape (N,), at least one number, float32.

    Returns:
        The mean of x, a tensor of shape (). Do not modify x.

    Example:
        >>> exercise_name(torch.tensor([1.0, 2.0]))
        tensor(1.5000)

    Read: torch.mean
        https://docs.pytorch.org/docs/stable/generated/torch.mean.html
    """
    total = x.sum()
    return total / len(x)


def with_mean(x):
    """Another right answer; there should be two at least."""
    return x.mean()
