"""TODO: one line, what this exercise is about."""

import torch
from torch import nn


class ExerciseName(nn.Module):
    """TODO: say in one line what it is.

    TODO: what a learner must know to write it, and nothing that they are to find out.

    Args:
        features: how many numbers an example has, at least 1.

    Example:
        >>> ExerciseName(2)(torch.tensor([[1.0, -2.0]]))
        tensor([[ 1., -2.]], grad_fn=<MulBackward0>)

    Read: torch.nn.Module
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
    """

    def __init__(self, features):
        """Make a factor for each feature, `self.weight`, all 1 at first."""
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))

    def forward(self, x):
        """Multiply each feature by its factor.

        Args:
            x: examples, shape (N, C), float32.

        Returns:
            The products, of the shape and dtype of x. Do not modify x.
        """
        return x * self.weight


class WithMul(nn.Module):
    """Another right answer; there should be two at least."""

    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.full((features,), 1.0))

    def forward(self, x):
        return torch.mul(self.weight, x)
