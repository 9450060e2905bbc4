"""The one comparison: does what was got agree with what was expected, and where does it not?

In this order: names, type, dtype, shape, the mask of non-finite values, closeness. The tolerance is
the grader's or that of the expected dtype, never the answer's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from torchkata.judging.observation import Elsewhere, Foreign, Plain, Raised

Tolerance = tuple[float, float]

# (relative, absolute): at least 30 times the spread between right answers that was measured.
_TOLERANCES: dict[torch.dtype, Tolerance] = {
    torch.float64: (1e-9, 1e-12),
    torch.complex128: (1e-9, 1e-12),
    torch.float32: (1e-4, 1e-6),
    torch.complex64: (1e-4, 1e-6),
    torch.float16: (1e-2, 1e-3),
    torch.bfloat16: (3e-2, 1e-2),
}
# A Python number may have been a float32 before `.item()`.
_PYTHON_NUMBER: Tolerance = (1e-4, 1e-6)


@dataclass(frozen=True)
class Difference:
    """One named value that disagrees.

    Attributes:
        name: where it is in the observation: `gradient`, `state[0].bias`; empty for all of it.
        kind: what disagrees: raised, names, type, device, dtype, shape, finite, or value.
        expected, got: the two values at `name`.
        excess: how many tolerances they are apart; infinite unless `kind` is value.
        bounds: the grader's tolerance for `name`; None for the dtype's.
    """

    name: str
    kind: str
    expected: Plain
    got: Plain
    excess: float = math.inf
    bounds: Tolerance | None = None


def differences(
    expected: Plain, got: Plain, tolerance: Mapping[str, Tolerance] | None = None
) -> list[Difference]:
    """Compare two observations; an empty list says that they agree.

    Args:
        expected: what sets types, dtypes, shapes and tolerances.
        got: what is compared with it.
        tolerance: {top-level name: (relative, absolute)} where the dtype's will not do.
    """
    return list(_compare(expected, got, tolerance or {}, same_message=False))


def agree(expected: Plain, got: Plain, tolerance: Mapping[str, Tolerance] | None = None) -> bool:
    """Whether two observations agree so closely that one answer's mistake is the other's.

    Two exceptions must say the same, besides being of one type.
    """
    return next(_compare(expected, got, tolerance or {}, same_message=True), None) is None


def _compare(
    expected: Plain, got: Plain, tolerance: Mapping[str, Tolerance], *, same_message: bool
) -> Iterator[Difference]:
    if isinstance(expected, Raised) or isinstance(got, Raised):
        yield from _exceptions(expected, got, same_message)
    elif isinstance(expected, dict) and isinstance(got, dict):
        yield from _dicts("", expected, got, tolerance)
    else:
        yield from _walk("", expected, got, None)


def _exceptions(expected: Plain, got: Plain, same_message: bool) -> Iterator[Difference]:
    same = isinstance(expected, Raised) and isinstance(got, Raised) and expected.type == got.type
    if same and same_message:
        same = _message(expected) == _message(got)
    if not same:
        yield Difference("", "raised", expected, got)


def _message(value: Plain) -> str | None:
    return value.message if isinstance(value, Raised) else None


def _walk(name: str, expected: Plain, got: Plain, bounds: Tolerance | None) -> Iterator[Difference]:
    match expected, got:
        case (Elsewhere(), Elsewhere()) if expected.device == got.device:
            yield from _tensors(name, expected.tensor, got.tensor, bounds)
        case (Elsewhere(), torch.Tensor()) | (torch.Tensor() | Elsewhere(), Elsewhere()):
            yield Difference(name, "device", expected, got)
        case (torch.Tensor(), torch.Tensor()):
            yield from _tensors(name, expected, got, bounds)
        case (dict(), dict()):
            everywhere = dict.fromkeys(map(str, expected), bounds) if bounds else {}
            yield from _dicts(name, expected, got, everywhere)
        case (list(), list()):
            yield from _sequences(name, expected, got, bounds)
        case (tuple(), tuple()):
            yield from _sequences(name, expected, got, bounds)
        case _:
            yield from _scalars(name, expected, got, bounds)


def _dicts(
    name: str, expected: dict[Any, Plain], got: dict[Any, Plain], tolerance: Mapping[str, Any]
) -> Iterator[Difference]:
    if expected.keys() != got.keys():
        yield Difference(name, "names", list(expected), list(got))
        return
    for key, value in expected.items():
        inner = f"{name}.{key}" if name else str(key)
        yield from _walk(inner, value, got[key], tolerance.get(str(key)))


def _sequences(
    name: str, expected: Sequence[Plain], got: Sequence[Plain], bounds: Tolerance | None
) -> Iterator[Difference]:
    if len(expected) != len(got):
        yield Difference(name, "length", list(expected), list(got))
        return
    for place, pair in enumerate(zip(expected, got, strict=True)):
        yield from _walk(f"{name}[{place}]", *pair, bounds)


def _scalars(
    name: str, expected: Plain, got: Plain, bounds: Tolerance | None
) -> Iterator[Difference]:
    if type(expected) is not type(got) or isinstance(expected, Foreign):
        yield Difference(name, "type", expected, got)
    elif isinstance(expected, (float, complex)):
        right, seen = (torch.tensor(value, dtype=torch.complex128) for value in (expected, got))
        for found in _tensors(name, right, seen, bounds or _PYTHON_NUMBER):
            yield replace(found, expected=expected, got=got)
    elif expected != got:
        yield Difference(name, "value", expected, got)


def _tensors(
    name: str, expected: torch.Tensor, got: torch.Tensor, bounds: Tolerance | None
) -> Iterator[Difference]:
    if expected.dtype != got.dtype:
        yield Difference(name, "dtype", expected, got)
    elif expected.shape != got.shape:
        yield Difference(name, "shape", expected, got)
    elif torch.equal(expected, got):
        return
    elif not _same_non_finite(expected, got):
        yield Difference(name, "finite", expected, got)
    else:
        excess = float(excesses(expected, got, bounds).max()) if expected.numel() else 0.0
        if not excess <= 1:
            yield Difference(name, "value", expected, got, excess, bounds)


def excesses(
    expected: torch.Tensor, got: torch.Tensor, bounds: Tolerance | None = None
) -> torch.Tensor:
    """How many tolerances each element is off, as float64; equal non-finite elements are at 0."""
    if not (expected.is_floating_point() or expected.is_complex()):
        # Through int64, since not every small type can be compared as it is.
        unequal = expected.to(torch.int64) != got.to(torch.int64)
        return torch.where(unequal, math.inf, 0.0).to(torch.float64)
    relative, absolute = bounds or _TOLERANCES.get(expected.dtype, _TOLERANCES[torch.bfloat16])
    right, seen = widened(expected), widened(got)
    off = (seen - right).abs() / (absolute + relative * right.abs()).clamp_min(1e-300)
    # inf - inf is nan: where both are the same inf or both nan, nothing is off.
    return off if bool(right.isfinite().all()) else torch.where(right.isfinite(), off, 0.0)


def relative(difference: Difference) -> float:
    """How far two values are apart, as a part of the expected one where it is largest.

    Infinite where it is another kind of difference than that of numbers.
    """
    expected, got = difference.expected, difference.got
    if isinstance(expected, Elsewhere) and isinstance(got, Elsewhere):
        expected, got = expected.tensor, got.tensor
    if math.isinf(difference.excess):
        return math.inf
    right, seen = (widened(torch.as_tensor(value)) for value in (expected, got))
    known = right.isfinite()
    scale = right[known].abs().max()
    return float((seen - right)[known].abs().max() / scale.clamp_min(1e-300))


def furthest(expected: torch.Tensor, got: torch.Tensor, off: torch.Tensor) -> int:
    """Where in two flattened tensors the values are furthest apart, of those that disagree.

    Args:
        expected, got: any shape; what is not finite on one side alone is further than all else.
        off: which elements disagree: 0 where they agree.
    """
    apart = (widened(got) - widened(expected)).abs().nan_to_num(nan=math.inf)
    return int(torch.where(off > 0, apart, -1.0).argmax())


def widened(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor in float64 or complex128: not every small type knows what is finite."""
    return tensor.to(torch.complex128 if tensor.is_complex() else torch.float64)


def _same_non_finite(expected: torch.Tensor, got: torch.Tensor) -> bool:
    """Whether nan, inf and -inf are in the same places."""
    if not (expected.is_floating_point() or expected.is_complex()):
        return True
    both = [widened(expected), widened(got)]
    if expected.is_complex():
        both = [torch.view_as_real(tensor) for tensor in both]
    finite = [tensor.isfinite() for tensor in both]
    if bool((finite[0] & finite[1]).all()):
        return True
    # Each with 0 where it is finite, and nan as something that equals itself.
    masked = [
        torch.where(known, 0.0, values).nan_to_num(nan=1.0)
        for known, values in zip(finite, both, strict=True)
    ]
    return torch.equal(*masked)
