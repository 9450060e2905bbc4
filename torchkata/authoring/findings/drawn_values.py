"""What the cases of an exercise draw: by argument, the numbers, dtypes and sizes in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader

from torchkata.course.course import Exercise
from torchkata.running.arguments import Drawn, draw, parts_of
from torchkata.running.isolation import undisturbed, workplace


def drawn_by(exercise: Exercise, seeds: Iterable[int]) -> list[dict[str, Any]]:
    """{argument: value} for every case and seed; a dict's entries are arguments, too."""
    with workplace(), undisturbed():
        drawn = draw(exercise.grader, seeds)
        names = exercise.grader.argument_names()
        return [named_arguments(names, one) for one in drawn]


def named_arguments(names: list[str], drawn: Drawn) -> dict[str, Any]:
    """The arguments of one case by name; a dict of settings by its keys, too."""
    found = dict(zip(names, drawn.arguments, strict=False))
    for value in list(found.values()):
        if isinstance(value, dict):
            found = {key: inner for key, inner in value.items() if isinstance(key, str)} | found
    return found


def numbers_in(value: Any) -> Iterator[float]:
    """All numbers in an argument."""
    if isinstance(value, torch.Tensor):
        if not value.is_complex():
            yield from value.detach().double().flatten().tolist()
    elif isinstance(value, (int, float)):
        yield float(value)
    else:
        for inner in parts_of(value):
            yield from numbers_in(inner)


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """All tensors in an argument, but for those of a model or an optimizer."""
    if isinstance(value, torch.Tensor):
        yield value
    else:
        for inner in parts_of(value):
            yield from tensors_in(inner)


def length_of(value: Any) -> int | None:
    """How many things a list or a loader gives; None of what is neither."""
    return len(value) if isinstance(value, (list, DataLoader)) else None
