"""Observations as bytes, for walls and packs, parsed as hostile.

A frame is MAGIC, the length of the JSON (8 bytes, little endian), the JSON, and safetensors. The
JSON is a tree of the nodes below, and a tensor in it is the number of a tensor behind it.
"""

from __future__ import annotations

import math
from typing import Any, Union

import msgspec
import safetensors.torch
import torch

from torchkata.judging.observation import MAX_DEPTH, Elsewhere, Foreign, Plain, Raised

MAGIC = b"KATA1\n"
MAX_BYTES = 16 * 2**20

# What is not tensors: names, numbers, and what was printed.
_MAX_TEXT = 2 * 2**20
_LONGEST_NUMBER = 1100
# How deep an observation lies in a report.
_REPORT_DEPTH = 6

_HEAD = len(MAGIC) + 8


class BadFrame(ValueError):
    """Bytes that are not an observation."""


class _Tensor(msgspec.Struct, tag_field="is", tag="tensor"):
    place: int
    dtype: str


class _Number(msgspec.Struct, tag_field="is", tag="number"):
    """A number that JSON has no word for: nan, inf, an integer above 2**53."""

    text: str


class _Complex(msgspec.Struct, tag_field="is", tag="complex"):
    real: float | _Number
    imag: float | _Number


class _Tuple(msgspec.Struct, tag_field="is", tag="tuple"):
    items: list[_Node]


class _List(msgspec.Struct, tag_field="is", tag="list"):
    items: list[_Node]


class _Dict(msgspec.Struct, tag_field="is", tag="dict"):
    pairs: list[tuple[_Node, _Node]]


class _Elsewhere(msgspec.Struct, tag_field="is", tag="elsewhere"):
    device: str
    tensor: _Tensor


_Node = Union[
    None, bool, int, float, str, _Number, _Complex, _Tensor, _Tuple, _List, _Dict, _Elsewhere,
    Raised, Foreign,
]  # fmt: skip


def encode(value: Plain) -> bytes:
    """Turn a plain value into a frame, without loss."""
    tensors: list[torch.Tensor] = []
    text = msgspec.json.encode(_node(value, tensors))
    blob = safetensors.torch.save({str(place): _real(t) for place, t in enumerate(tensors)})
    return MAGIC + len(text).to_bytes(8, "little") + text + blob


def decode(frame: bytes) -> Plain:
    """Turn a frame back into a plain value.

    Raises:
        BadFrame: whatever is wrong with the bytes.
    """
    if len(frame) > MAX_BYTES or frame[: len(MAGIC)] != MAGIC:
        raise BadFrame("too long, or of another format")
    end = _HEAD + int.from_bytes(frame[len(MAGIC) : _HEAD], "little")
    if end > _HEAD + _MAX_TEXT:
        raise BadFrame("too many words")
    try:
        node = msgspec.json.decode(frame[_HEAD:end], type=_Node)
        return _value(node, safetensors.torch.load(frame[end:]), 0)
    except Exception as problem:
        # Whatever a parser makes of hostile bytes, it is one thing to us.
        raise BadFrame(f"{type(problem).__name__}: {problem}") from None


def _node(value: Plain, tensors: list[torch.Tensor]) -> Any:
    match value:
        case torch.Tensor():
            tensors.append(value)
            return _Tensor(len(tensors) - 1, str(value.dtype))
        case Elsewhere():
            return _Elsewhere(value.device, _node(value.tensor, tensors))
        case list():
            return _List([_node(item, tensors) for item in value])
        case tuple():
            return _Tuple([_node(item, tensors) for item in value])
        case dict():
            return _Dict([(_node(k, tensors), _node(v, tensors)) for k, v in value.items()])
        case complex():
            return _Complex(_node(value.real, tensors), _node(value.imag, tensors))
        case float() if not math.isfinite(value):
            return _Number(repr(value))
        case int() if abs(value) > 2**53:
            return _Number(hex(value))
    return value


def _value(node: _Node, tensors: dict[str, torch.Tensor], depth: int) -> Plain:
    if depth > MAX_DEPTH + _REPORT_DEPTH:
        raise BadFrame("nested too deep")
    match node:
        case _Tensor(place, dtype):
            return _tensor(tensors[str(place)], dtype)
        case _Elsewhere(device, tensor):
            return Elsewhere(device, _tensor(tensors[str(tensor.place)], tensor.dtype))
        case _List(items):
            return [_value(item, tensors, depth + 1) for item in items]
        case _Tuple(items):
            return tuple(_value(item, tensors, depth + 1) for item in items)
        case _Dict(pairs):
            read = [(_value(k, {}, depth + 1), _value(v, tensors, depth + 1)) for k, v in pairs]
            return dict(read)
        case _Complex(real, imag):
            return complex(_number(real), _number(imag))
        case _Number():
            return _number(node)
    plain: Plain = node
    return plain


def _number(node: float | _Number) -> float:
    if not isinstance(node, _Number):
        return node
    if len(node.text) > _LONGEST_NUMBER:
        raise BadFrame("a number too long to compare")
    return int(node.text, 16) if "x" in node.text else float(node.text)


def _real(tensor: torch.Tensor) -> torch.Tensor:
    """safetensors knows no complex128: both complex types travel as pairs."""
    return torch.view_as_real(tensor).contiguous() if tensor.is_complex() else tensor


def _tensor(stored: torch.Tensor, dtype: str) -> torch.Tensor:
    tensor = torch.view_as_complex(stored) if dtype.startswith("torch.complex") else stored
    if str(tensor.dtype) != dtype:
        raise BadFrame(f"a tensor of {tensor.dtype} is said to be of {dtype}")
    return tensor
