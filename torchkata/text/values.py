"""Values and differences as text: expected, got, where, by how much."""

from __future__ import annotations

import torch

from torchkata.judging.comparison import Difference, excesses, furthest, widened
from torchkata.judging.observation import Elsewhere, Foreign, Plain

# Two lists that are longer than this together are told by their lengths alone.
_LONGEST_LISTS = 120


def describe(difference: Difference) -> str:
    """One named value that disagrees, in one line."""
    name = f"{difference.name}: " if difference.name else ""
    return name + _BY_KIND[difference.kind](difference)


def counted(count: Plain, noun: str) -> str:
    """A number and its noun: 1 case, 2 cases."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def is_nan(difference: Difference) -> bool:
    """Whether there is a nan where none is expected, of two values that numbers are in."""
    right, seen = (_numbers(value).isnan() for value in (difference.expected, difference.got))
    return bool((seen & ~right).any())


def _numbers(value: Plain) -> torch.Tensor:
    if isinstance(value, Elsewhere):
        value = value.tensor
    known = value if isinstance(value, torch.Tensor) else torch.tensor(value)
    return widened(known)


def _names(difference: Difference) -> str:
    return f"expected the names {_listed(difference.expected)}, got {_listed(difference.got)}"


def _types(difference: Difference) -> str:
    return f"expected {_kind(difference.expected)}, got {_kind(difference.got)}"


def _devices(difference: Difference) -> str:
    return f"{_types(difference)}: create it on the device of what you are given"


def _dtypes(difference: Difference) -> str:
    return f"expected dtype {_dtype(difference.expected)}, got {_dtype(difference.got)}"


def _shapes(difference: Difference) -> str:
    return f"expected shape {_shape(difference.expected)}, got {_shape(difference.got)}"


def _lengths(difference: Difference) -> str:
    expected, got = difference.expected, difference.got
    assert isinstance(expected, list)
    assert isinstance(got, list)
    if all(type(item) in (str, int, bool) for item in (*expected, *got)):
        both = f"expected {expected}, got {got}"
        if len(both) <= _LONGEST_LISTS:
            return both
    return f"expected {counted(len(expected), 'item')}, got {len(got)}"


def _values(difference: Difference) -> str:
    expected, got = difference.expected, difference.got
    if isinstance(expected, Elsewhere) and isinstance(got, Elsewhere):
        expected, got = expected.tensor, got.tensor
    if not isinstance(expected, torch.Tensor) or not isinstance(got, torch.Tensor):
        return "expected {}, got {}".format(*_pair(expected, got))
    if expected.dim() == 0:
        return "expected {}, got {}".format(*_pair(expected.item(), got.item()))
    if difference.kind == "finite":
        right, seen = widened(expected), widened(got)
        both_nan, both_finite = right.isnan() & seen.isnan(), right.isfinite() & seen.isfinite()
        off = ((right != seen) & ~both_nan & ~both_finite).to(torch.float64)
    else:
        off = excesses(expected, got, difference.bounds)
    return _elements(expected, got, torch.where(off > 0.99, off, torch.zeros_like(off)))


def _elements(expected: torch.Tensor, got: torch.Tensor, off: torch.Tensor) -> str:
    """How many elements differ, the worst, and the first.

    Args:
        expected, got: any shape.
        off: which elements disagree: 0 where they agree.
    """
    count = int((off > 0).sum())
    worst, first = furthest(expected, got, off), int((off > 0).to(torch.int8).argmax())
    values = _pair(expected.flatten()[worst].item(), got.flatten()[worst].item())
    where = f"{count} of {expected.numel()} values differ, "
    # Where all differ, the first says nothing.
    said = worst == first or count == expected.numel()
    start = "" if said else f"; the first is at {_place(expected, first)}"
    return (
        where + "worst at {}: expected {}, got {}".format(_place(expected, worst), *values) + start
    )


_BY_KIND = {
    "names": _names,
    "type": _types,
    "device": _devices,
    "dtype": _dtypes,
    "shape": _shapes,
    "length": _lengths,
    "finite": _values,
    "value": _values,
}


def _place(tensor: torch.Tensor, flat: int) -> str:
    # Not torch.unravel_index: its first call imports sympy, which takes a second.
    place: list[int] = []
    for size in reversed(tensor.shape):
        flat, index = divmod(flat, size)
        place.insert(0, index)
    return str(place)


def _pair(expected: Plain, got: Plain) -> tuple[str, str]:
    """Two values with as many digits as it takes to tell them apart, and at least 4."""
    if not isinstance(expected, (float, complex)) or not isinstance(got, (float, complex)):
        return repr(expected), repr(got)
    # Nobody is helped by the sign of a zero.
    expected, got = expected + 0.0, got + 0.0
    pairs = ((f"{expected:.{digits}g}", f"{got:.{digits}g}") for digits in range(4, 18))
    return next((pair for pair in pairs if pair[0] != pair[1]), (repr(expected), repr(got)))


def _kind(value: Plain) -> str:
    if isinstance(value, Foreign):
        return value.kind
    if isinstance(value, Elsewhere):
        return f"a Tensor on {value.device}"
    if value is None:
        return "None"
    name = type(value).__name__
    return f"an {name}" if name == "int" else f"a {name}"


def _dtype(value: Plain) -> str:
    return str(value.dtype).removeprefix("torch.") if isinstance(value, torch.Tensor) else ""


def _shape(value: Plain) -> str:
    return str(tuple(value.shape)) if isinstance(value, torch.Tensor) else ""


def _listed(names: Plain) -> str:
    return ", ".join(map(str, names)) if isinstance(names, list) and names else "none"
