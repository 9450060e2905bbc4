"""Observations: plain values that say what an answer did.

`plain` turns whatever an observe function returns into None, bool, int, float, complex, str,
Tensor, list, tuple, dict, or one of the three classes below. What it cannot read as such it names
and never believes: no method of a learner's object is called.
"""

from __future__ import annotations

import math
from typing import Any, Union

import msgspec
import numpy
import torch

MAX_DEPTH = 32
# Of one dict, and how many of them may be complex or above LARGEST: anyone can write down thousands
# of those that have the same hash, and each would be compared with all before it.
MAX_NAMES, MAX_ODD_NAMES = 4096, 16
# Of a tensor: torch makes some of more, and can do next to nothing with them.
MAX_DIMENSIONS = 16
# Beyond it, JSON has no integers that all programs read alike.
LARGEST = 2**53

# Python itself refuses to write longer integers down.
_MOST_BITS = 4096

_NUMBERS = (bool, int, float, complex)
_NAMED = (torch.dtype, torch.device, torch.layout)


class Raised(msgspec.Struct, frozen=True, tag_field="is", tag="raised"):
    """An exception, instead of what should have been seen.

    Attributes:
        type: the name of its class.
        message: str() of it.
        line: the line of the answer's file that led to it; None where the grader's own line failed
            on what the answer had returned.
        code: that line's text.
    """

    type: str
    message: str
    line: int | None = None
    code: str = ""


class Origin(msgspec.Struct, frozen=True):
    """What made the first nan or inf, where a line of the answer made it of finite numbers.

    Attributes:
        kind: nan or inf; a nan may be made of that inf.
        line: of the answer's file.
        code: that line's text.
        backward: whether its gradient did, on the way back.
    """

    kind: str
    line: int
    code: str = ""
    backward: bool = False


class Foreign(msgspec.Struct, frozen=True, tag_field="is", tag="foreign"):
    """A value that cannot be compared, by its kind: "a sparse tensor", "a numpy.ndarray"."""

    kind: str


class Elsewhere(msgspec.Struct, frozen=True, eq=False):
    """A tensor that is on another device than the run's."""

    device: str
    tensor: torch.Tensor


Plain = Union[
    None, bool, int, float, complex, str, torch.Tensor, list[Any], tuple[Any, ...], dict[Any, Any],
    Raised, Foreign, Elsewhere,
]  # fmt: skip


def plain(value: Any, device: str = "cpu", depth: int = 0) -> Plain:
    """Copy a value into plain data that later changes cannot reach.

    Args:
        value: anything.
        device: the type of the run's device; tensors elsewhere are marked.
        depth: how deep `value` is already.
    """
    if _is_too_long(value):
        return Foreign("an integer too long to compare")
    if value is None or type(value) in _NUMBERS:
        scalar: Plain = value
        return scalar
    if type(value) is numpy.float64:
        # Which is a Python float as well, and what numpy's functions return.
        return float.__pos__(value)
    if type(value) is str or type(value) in _NAMED:
        # A lone surrogate is no text that could be shown or stored.
        return str(value).encode("utf-8", "backslashreplace").decode()
    if issubclass(type(value), torch.Tensor):
        return _plain_tensor(value, device)
    if depth == MAX_DEPTH:
        return Foreign("a value nested too deep to compare")
    if issubclass(type(value), dict):
        return _plain_dict(value, device, depth)
    if type(value) is list:
        return [plain(item, device, depth + 1) for item in value]
    if issubclass(type(value), tuple):
        # A namedtuple and a torch.Size count as tuples.
        return tuple(plain(item, device, depth + 1) for item in tuple.__iter__(value))
    return Foreign(_kind(value))


def _plain_dict(value: dict[Any, Any], device: str, depth: int) -> Plain:
    items = list(dict.items(value))
    known = (*_NUMBERS, str, type(None))
    if any(type(key) not in known or _is_too_long(key) for key, _ in items):
        return Foreign("a dict whose keys are neither text nor numbers")
    if len(items) > MAX_NAMES or sum(_is_odd(key) for key, _ in items) > MAX_ODD_NAMES:
        return Foreign("a dict of more keys than can be compared")
    return {plain(key): plain(item, device, depth + 1) for key, item in items}


def _is_too_long(value: Any) -> bool:
    return type(value) is int and value.bit_length() > _MOST_BITS


def _is_odd(key: Any) -> bool:
    """Whether it is a name that may share its hash with many others, or that JSON cannot say."""
    if type(key) is float:
        return not math.isfinite(key)
    return type(key) is complex or (type(key) is int and abs(key) > LARGEST)


def _plain_tensor(tensor: torch.Tensor, device: str) -> Plain:
    if type(tensor) not in (torch.Tensor, torch.nn.Parameter):
        return Foreign(f"{_kind(tensor)}, which is another class than Tensor")
    if tensor.layout is not torch.strided:
        return Foreign(f"a tensor of layout {tensor.layout}")
    if tensor.dim() > MAX_DIMENSIONS:
        return Foreign(f"a tensor of {tensor.dim()} dimensions")
    if tensor.is_meta:
        return Foreign(
            "a tensor on the meta device, which holds no values: create it on the device of what "
            "you are given"
        )
    if tensor.is_quantized or tensor.is_nested:
        return Foreign("a quantized or nested tensor")
    values = tensor.detach().resolve_conj().resolve_neg().cpu()
    copy = values.contiguous().clone(memory_format=torch.contiguous_format)
    on_device = tensor.device.type == device
    return copy if on_device else Elsewhere(tensor.device.type, copy)


def _kind(value: Any) -> str:
    """The class of a value as a learner would call it, read without asking the value."""
    cls = type(value)
    module = type.__getattribute__(cls, "__module__")
    name = type.__getattribute__(cls, "__qualname__")
    article = "an" if str(name)[:1].lower() in "aeiou" else "a"
    known = module in ("builtins", "answer", "grader")
    return f"{article} {name}" if known else f"{article} {module}.{name}"
