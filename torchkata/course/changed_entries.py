"""Whether an argument was changed in place: exact, never within a tolerance.

Many graders ask it, and a grader is one file, so it is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

# What a look calls their number: this, and the argument's name.
CHANGED = "entries changed in "


def changed_entries(before: Any, now: Any) -> int:
    """Count the entries of a tensor that are not bit for bit what they were; 0 if none is.

    Args:
        before: a copy that was made before the answer ran: a tensor, or a list or dict of tensors
            and other values.
        now: what the answer was given. If the shape or dtype of a tensor is another one now, all of
            its entries count, and one at least; so do those that are missing or new.
    """
    import torch

    if isinstance(before, torch.Tensor) and isinstance(now, torch.Tensor):
        return _of_tensors(before, now)
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        names = dict.fromkeys([*before, *now])
        return sum(changed_entries(before.get(name), now.get(name)) for name in names)
    if isinstance(before, (list, tuple)) and isinstance(now, (list, tuple)):
        pairs = zip(before, now, strict=False)
        rest = [*before[len(now) :], *now[len(before) :]]
        return sum(changed_entries(*pair) for pair in pairs) + sum(map(_size, rest))
    different = type(before) is not type(now) or before != now
    return max(_size(before), _size(now)) if different else 0


def _of_tensors(before: torch.Tensor, now: torch.Tensor) -> int:
    if now.shape != before.shape or now.dtype != before.dtype:
        return max(now.numel(), 1)
    old, new = _bits(before), _bits(now)
    return 0 if old.equal(new) else int((old != new).any(dim=1).sum())


def _size(value: Any) -> int:
    """How many entries a value has, one at least."""
    import torch

    if isinstance(value, torch.Tensor):
        return max(value.numel(), 1)
    if isinstance(value, (Mapping, list, tuple)):
        inner: Iterable[Any] = value.values() if isinstance(value, Mapping) else value
        return max(sum(map(_size, inner)), 1)
    return 1


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    """The bytes of each entry, one row for each: nan equals itself, and 0 is not -0."""
    import torch

    rows = tensor.detach().resolve_conj().resolve_neg().reshape(-1, 1).contiguous()
    return rows.view(torch.uint8)
