"""Observations as bytes, for walls and packs, parsed as hostile.

A frame is MAGIC, the length of the JSON (8 bytes, little endian), the JSON, and safetensors. The
JSON is a tree of the nodes below, and a tensor in it is the number of a tensor behind it.

Reading a frame takes work in proportion to its length, and no more of it than `Bounds` allow: all
workers of a batch share this process, and what one answer sent must not hold up another.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Union

import msgspec
import safetensors.torch
import torch

from torchkata.judging.observation import (
    LARGEST,
    MAX_DEPTH,
    MAX_DIMENSIONS,
    MAX_NAMES,
    MAX_ODD_NAMES,
    Elsewhere,
    Foreign,
    Plain,
    Raised,
)

MAGIC = b"KATA1\n"
MAX_BYTES = 16 * 2**20

# What is not tensors: names, numbers, and what was printed.
_MAX_TEXT = 2 * 2**20
_LONGEST_NUMBER = 1100
# How much is read between two looks at the clock.
_STRETCH = 1024
# How deep an observation is in a report.
_REPORT_DEPTH = 6

_HEAD = len(MAGIC) + 8


class BadFrame(ValueError):
    """Bytes that are not an observation."""


@dataclass(frozen=True)
class Bounds:
    """How much a frame may hold; the largest observation of this course has 2 000 values.

    Attributes:
        values: numbers, texts, tensors, and what holds them, all together.
        tensors: behind the JSON.
        header: bytes of their header.
        seconds: of this thread's time on a processor, so that a busy machine does not count.
    """

    values: int = 50_000
    tensors: int = 4096
    header: int = 2**20
    seconds: float = 5.0


OF_AN_ANSWER = Bounds()
# What a pack knows of an exercise: what all of its answers show.
OF_A_PACK = Bounds(values=10**6, tensors=10**5, header=2**24, seconds=60.0)


# They hold no circles, so that nobody need look for some among a hundred thousand of them.
class _Tensor(msgspec.Struct, tag_field="is", tag="tensor", gc=False):
    place: int
    dtype: str


class _Number(msgspec.Struct, tag_field="is", tag="number", gc=False):
    """A number that JSON has no word for: nan, inf, an integer above 2**53."""

    text: str


class _Complex(msgspec.Struct, tag_field="is", tag="complex", gc=False):
    real: float | _Number
    imag: float | _Number


class _Tuple(msgspec.Struct, tag_field="is", tag="tuple", gc=False):
    items: list[_Node]


class _List(msgspec.Struct, tag_field="is", tag="list", gc=False):
    items: list[_Node]


class _Dict(msgspec.Struct, tag_field="is", tag="dict", gc=False):
    pairs: list[tuple[_Node, _Node]]


class _Elsewhere(msgspec.Struct, tag_field="is", tag="elsewhere", gc=False):
    device: str
    tensor: _Tensor


class _Stored(msgspec.Struct, gc=False):
    """What the header of safetensors says of one tensor."""

    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


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


def decode(frame: bytes, bounds: Bounds = OF_AN_ANSWER) -> Plain:
    """Turn a frame back into a plain value.

    Args:
        frame: the bytes.
        bounds: how much they may hold.

    Raises:
        BadFrame: whatever is wrong with the bytes, or they hold more than that.
    """
    if len(frame) > MAX_BYTES or frame[: len(MAGIC)] != MAGIC:
        raise BadFrame("too long, or of another format")
    end = _HEAD + int.from_bytes(frame[len(MAGIC) : _HEAD], "little")
    if end > _HEAD + _MAX_TEXT:
        raise BadFrame("too many words")
    try:
        node = msgspec.json.decode(frame[_HEAD:end], type=_Node)
        return _Reader(_tensors(frame[end:], bounds), bounds).value(node, 0)
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
        case int() if abs(value) > LARGEST:
            return _Number(hex(value))
    return value


def _tensors(blob: bytes, bounds: Bounds) -> dict[str, torch.Tensor]:
    """The tensors behind the JSON, which are looked at before one of them is made."""
    length = int.from_bytes(blob[:8], "little")
    if length > bounds.header:
        raise BadFrame("too long a header")
    said = msgspec.json.decode(blob[8 : 8 + length], type=dict[str, _Stored])
    if len(said) > bounds.tensors:
        raise BadFrame("too many tensors")
    # One for the pairs of which complex numbers are made.
    if any(len(stored.shape) > MAX_DIMENSIONS + 1 for stored in said.values()):
        raise BadFrame("too many dimensions")
    loaded: dict[str, torch.Tensor] = safetensors.torch.load(blob)
    return loaded


class _Reader:
    """Turns nodes into values, and counts them.

    Args:
        tensors: those that they name.
        bounds: how much there may be.
    """

    def __init__(self, tensors: dict[str, torch.Tensor], bounds: Bounds) -> None:
        self._tensors, self._bounds = tensors, bounds
        self._read = 0
        self._until = time.thread_time() + bounds.seconds

    def value(self, node: _Node, depth: int) -> Plain:
        """The value of one node, and of all that it holds."""
        self._count(depth)
        match node:
            case _Tensor():
                return self._tensor(node)
            case _Elsewhere(device, tensor):
                return Elsewhere(device, self._tensor(tensor))
            case _List(items):
                return [self.value(item, depth + 1) for item in items]
            case _Tuple(items):
                return tuple(self.value(item, depth + 1) for item in items)
            case _Dict(pairs):
                return self._dict(pairs, depth)
            case _Complex(real, imag):
                return complex(_number(real), _number(imag))
            case _Number():
                return _number(node)
        plain: Plain = node
        return plain

    def _count(self, depth: int) -> None:
        if depth > MAX_DEPTH + _REPORT_DEPTH:
            raise BadFrame("nested too deep")
        self._read += 1
        if self._read > self._bounds.values:
            raise BadFrame("too many values")
        if self._read % _STRETCH == 0 and time.thread_time() > self._until:
            raise BadFrame("it takes too long to read")

    def _dict(self, pairs: list[tuple[_Node, _Node]], depth: int) -> dict[Any, Plain]:
        """A dict; its names are looked at before it is made."""
        if len(pairs) > MAX_NAMES:
            raise BadFrame("too many names")
        if sum(_is_odd(name) for name, _ in pairs) > MAX_ODD_NAMES:
            raise BadFrame("too many odd names")
        read = [(self.value(k, depth + 1), self.value(v, depth + 1)) for k, v in pairs]
        return dict(read)

    def _tensor(self, node: _Tensor) -> torch.Tensor:
        stored = self._tensors[str(node.place)]
        paired = node.dtype.startswith("torch.complex")
        tensor = torch.view_as_complex(stored) if paired else stored
        if str(tensor.dtype) != node.dtype:
            raise BadFrame(f"a tensor of {tensor.dtype} is said to be of {node.dtype}")
        return tensor


def _is_odd(name: _Node) -> bool:
    """Whether this is an odd name, as `observation` counts them.

    Raises:
        BadFrame: it is no name at all.
    """
    if not isinstance(name, (bool, int, float, str, _Number, _Complex, type(None))):
        raise BadFrame("names are strings and numbers")
    long = isinstance(name, int) and abs(name) > LARGEST
    return long or isinstance(name, (_Number, _Complex))


def _number(node: float | _Number) -> float:
    if not isinstance(node, _Number):
        return node
    if len(node.text) > _LONGEST_NUMBER:
        raise BadFrame("a number too long to compare")
    return int(node.text, 16) if "x" in node.text else float(node.text)


def _real(tensor: torch.Tensor) -> torch.Tensor:
    """safetensors knows no complex128: both complex types travel as pairs."""
    return torch.view_as_real(tensor).contiguous() if tensor.is_complex() else tensor
