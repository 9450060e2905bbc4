"""What `Args` allow and no case draws: numbers, dtypes, dimensions and sizes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import torch

from torchkata.authoring.findings.docstrings import FLOATS, Argument, Bound, arguments_of
from torchkata.authoring.findings.drawn_values import (
    drawn_by,
    length_of,
    numbers_in,
    tensors_in,
)
from torchkata.authoring.findings.kinds import Finding
from torchkata.course.course import Exercise

# A number above 0, say, reaches its bound by as much.
_NEAR = 0.1
_CLOSE = 1e-6
# Of the largest size, or the distance of two numbers, this much.
_NEARLY = 0.9
_FAR = 10.0


def never_drawn(exercise: Exercise, seeds: Iterable[int]) -> Iterator[Finding]:
    """What the docstring says of its arguments, and no case draws on any of the seeds."""
    drawn, path = drawn_by(exercise, seeds), str(exercise.solution_path)
    arguments = [one for one in arguments_of(exercise) if any(one.name in row for row in drawn)]
    sizes = _sizes(arguments, drawn)
    for argument in arguments:
        values = [row[argument.name] for row in drawn if argument.name in row]
        asked = (
            ("bound not drawn", _bounds(argument, values, sizes)),
            ("sign not drawn", _signs(argument, values)),
            ("dtype not drawn", _dtypes(argument, values)),
            ("dtype not said", _silent(argument, values)),
            ("dimensions not drawn", _dimensions(argument, values)),
            ("size not drawn", _lengths(argument, values)),
        )
        for kind, found in asked:
            for subject, said in found:
                yield Finding(kind, f"{argument.name}, {subject}", path, argument.line, said)
    yield from _letters(arguments, sizes, path)


Found = Iterator[tuple[str, str]]


def _bounds(argument: Argument, values: list[Any], sizes: dict[str, set[int]]) -> Found:
    numbers = [number for value in values for number in numbers_in(value)]
    for bound in argument.bounds:
        if bound.kind == "letter":
            reached = all(bound.number in sizes.get(one, ()) for one in _each(bound.letter))
        else:
            reached = not numbers or _reaches(bound, numbers)
        if not reached:
            said = f"no case reaches {bound.words!r}, which is said of `{argument.name}`"
            yield bound.words, f"{said}; draw it in a case"


def _reaches(bound: Bound, numbers: list[float]) -> bool:
    finite, limit = [number for number in numbers if math.isfinite(number)], bound.number
    room = _NEAR * max(1.0, abs(limit))
    if all(number == int(number) for number in finite):
        room = max(room, 1.0)
    if bound.kind == "above":
        return any(limit < number <= limit + room for number in finite)
    if bound.kind == "below":
        return any(limit - room <= number < limit for number in finite)
    if bound.kind == "size":
        return max(map(abs, finite), default=0.0) >= _NEARLY * limit
    if bound.kind == "apart":
        return bool(finite) and max(finite) - min(finite) >= _NEARLY * limit
    if bound.kind == "far":
        return any(abs(number) <= limit / _FAR or number >= limit * _FAR for number in finite)
    return any(math.isclose(number, limit, rel_tol=_CLOSE) for number in finite)


def _signs(argument: Argument, values: list[Any]) -> Found:
    tensors = [one for value in values for one in tensors_in(value) if one.is_floating_point()]
    if tensors and not argument.never_below_0 and not any((one < 0).any() for one in tensors):
        said = f"`{argument.name}` may be below 0, and is so in no case: an `abs()` passes"
        yield "below 0", f"{said}; draw such numbers, or say from where on they are"


def _dtypes(argument: Argument, values: list[Any]) -> Found:
    drawn = {_name(tensor) for value in values for tensor in tensors_in(value)}
    if not drawn:
        return
    for name in sorted(argument.dtypes - drawn):
        yield name, f"`{argument.name}` may be {name}, and no case draws it so; let one do so"
    floats = drawn & set(FLOATS)
    if argument.any_floats and len(floats) == 1:
        said = f"`{argument.name}` may have any floats, and all cases draw {floats.pop()}"
        yield "any floats", f"{said}; draw another dtype in one"


def _silent(argument: Argument, values: list[Any]) -> Found:
    drawn = {_name(tensor) for value in values for tensor in tensors_in(value)}
    said = argument.dtypes or argument.any_floats or argument.dtype_of_another
    if drawn & set(FLOATS) and not said:
        drew = " and ".join(sorted(drawn & set(FLOATS)))
        yield "floats", f"`Args` does not say which dtype `{argument.name}` has; cases draw {drew}"


def _dimensions(argument: Argument, values: list[Any]) -> Found:
    drawn = {tensor.dim() for value in values for tensor in tensors_in(value)}
    if argument.any_dimensions and len(drawn) == 1:
        said = f"`{argument.name}` may have any number of dimensions, and all cases draw"
        yield "any dimensions", f"{said} {drawn.pop()}; draw another number in one"


def _lengths(argument: Argument, values: list[Any]) -> Found:
    lengths = {length for value in values if (length := length_of(value)) is not None}
    if argument.at_least_one and lengths and 1 not in lengths:
        said = f"`{argument.name}` may hold one thing alone, and does so in no case"
        yield "at least one", f"{said}; draw that"
    elif len(lengths) == 1:
        said = f"`{argument.name}` has the length {lengths.pop()} in all cases"
        yield "length", f"{said}; draw another in one"


def _letters(arguments: list[Argument], sizes: dict[str, set[int]], path: str) -> Iterator[Finding]:
    bounds = [bound for one in arguments for bound in one.bounds if bound.kind == "letter"]
    larger = {one for bound in bounds if bound.number > 1 for one in _each(bound.letter)}
    for letter, drawn in sizes.items():
        line = next(one.line for one in arguments if letter in one.shape)
        if len(drawn) == 1:
            said = f"{letter} is {min(drawn)} in all cases; draw another size in one"
            yield Finding("size not drawn", letter, path, line, said)
        elif 1 not in drawn and letter not in larger:
            said = f"{letter} is 1 in no case: a `squeeze()` passes; draw that, or say "
            said += f"`{letter} at least {min(drawn)}`"
            yield Finding("size not drawn", f"{letter}, 1", path, line, said)


def _sizes(arguments: list[Argument], drawn: list[dict[str, Any]]) -> dict[str, set[int]]:
    """{letter of a shape: the sizes that are drawn for it}."""
    found: dict[str, set[int]] = defaultdict(set)
    for argument in arguments:
        rows = [row[argument.name] for row in drawn if argument.name in row]
        for tensor in (tensor for value in rows for tensor in tensors_in(value)):
            for letter, size in _named_sizes(argument.shape, tensor):
                found[letter].add(size)
    return found


def _named_sizes(shape: list[str], tensor: torch.Tensor) -> Iterator[tuple[str, int]]:
    """(Letter, size) of a tensor whose shape was given; of (N, ...), N alone."""
    begin = shape[: shape.index("...")] if "..." in shape else shape
    if begin != shape or len(shape) == tensor.dim():
        yield from ((one, n) for one, n in zip(begin, tensor.shape, strict=False) if one.isalpha())


def _each(letters: str) -> list[str]:
    return letters.replace(" and ", ", ").split(", ")


def _name(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
