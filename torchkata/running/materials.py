"""What the cases of several graders are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import torch
from torch import nn

from torchkata.running.arguments import seed_torch

Model = TypeVar("Model", bound=nn.Module)


class SteadyDropout(nn.Dropout):
    """Drops the same units in its n-th call in training mode, whatever was drawn before."""

    calls = 0

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """As `nn.Dropout`: inputs and output have any shape, the same."""
        self.calls += self.training
        seed_torch(self.calls)
        return super().forward(inputs)


def with_old_gradients(model: Model, value: float = 0.7) -> Model:
    """Give all parameters of a model a gradient of `value` everywhere, as of earlier training."""
    for tensor in model.parameters():
        tensor.grad = torch.full_like(tensor, value)
    return model


def set_by_size(params: Iterable[nn.Parameter]) -> None:
    """Set parameters to numbers that follow from their size alone.

    How an answer initialised them, or in which order, does not matter then.
    """
    for param in params:
        generator = torch.Generator().manual_seed(param.numel())
        drawn = torch.randn(param.shape, generator=generator, dtype=torch.float64)
        param.data.copy_(drawn / 2)


def randn64(*shape: int) -> torch.Tensor:
    """Normal numbers that are drawn in float64, so that other processors draw the same bits."""
    return torch.randn(shape, dtype=torch.float64)


def mean_square(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """A loss function that is no module and names its arguments otherwise than torch does.

    Args:
        outputs, targets: of one shape; what comes back has the shape ().
    """
    return (outputs - targets).square().mean()
