"""Whether an argument was changed in place: exact, never within a tolerance.

Many graders ask it, and a grader is one file, so it is here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def changed_entries(before: torch.Tensor, now: torch.Tensor) -> int:
    """Count the entries of a tensor that are not bit for bit what they were; 0 if none is.

    Args:
        before: a copy that was made before the answer ran.
        now: the tensor that the answer was given. If its shape or dtype is another one now, all of
            its entries count, and one at least.
    """
    if now.shape != before.shape or now.dtype != before.dtype:
        return max(now.numel(), 1)
    return int((_bits(before) != _bits(now)).any(dim=1).sum())


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    """The bytes of each entry, one row for each: nan equals itself, and 0 is not -0."""
    import torch

    rows = tensor.detach().resolve_conj().resolve_neg().reshape(-1, 1).contiguous()
    return rows.view(torch.uint8)
