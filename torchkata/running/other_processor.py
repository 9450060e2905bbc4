"""What another processor draws: float32 numbers that differ from ours in their last bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

# Operations of torch whose result is nothing but random numbers, each with its in-place form.
_DRAWS = {
    *("rand", "rand_like", "uniform", "uniform_", "randn", "randn_like", "normal", "normal_"),
    *("exponential", "exponential_", "log_normal", "log_normal_", "cauchy", "cauchy_"),
}


class OtherProcessor(TorchDispatchMode):
    """Inside it, every second number that is drawn in float32 is one ulp nearer to 0.

    A seed gives the same numbers on every processor, up to the last bits of float32. Not all of
    them are changed, since a factor that all share would cancel where something is divided.
    """

    def __init__(self) -> None:
        # By name, since mypy takes super()'s for untyped code of ours.
        TorchDispatchMode.__init__(self)

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run one operation of torch."""
        made = func(*args, **(kwargs or {}))
        if func.overloadpacket.__name__ in _DRAWS and made.dtype == torch.float32:
            _round_otherwise(made)
        return made


def _round_otherwise(drawn: torch.Tensor) -> None:
    chosen = torch.arange(drawn.numel(), device=drawn.device).reshape(drawn.shape) % 2 == 0
    nearer = torch.nextafter(drawn, torch.zeros_like(drawn))
    drawn.copy_(torch.where(chosen, nearer, drawn))
