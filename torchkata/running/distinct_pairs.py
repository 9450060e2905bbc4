"""Which two mistakes at once are something of their own, and which are one mistake, or none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Literal

import torch

from torchkata.course.course import Exercise
from torchkata.judging.comparison import differences, widened
from torchkata.judging.judge import Key, Observations, agree_on
from torchkata.judging.observation import Plain, Raised
from torchkata.running.known_answers import mistakes, reference_observations
from torchkata.running.known_pairs import ByItself, pairs_of

# What a pair is: the reference again; something that fails by exceptions alone, which names
# nothing; a single mistake again, or an earlier pair; or none of these.
Kind = Literal["reference", "raises", "known", "distinct"]

# Sums of agreeing observations differ by less, whatever the dtype.
_NEAR = 0.03


def sorted_out(
    exercise: Exercise, seeds: tuple[int, ...], device: str = "cpu"
) -> Iterator[tuple[ByItself, Kind]]:
    """All pairs of an exercise in their order, each with what it is on these seeds.

    Cases are looked at one after another, up to what decides.
    """
    expected = reference_observations(exercise, seeds, device)
    first, *_ = keys = pairs_of(exercise, device).cheapest_first(list(expected))
    known = [(_sum(seen[first]), seen) for _, seen in mistakes(exercise, seeds, device)]
    for _, pair in pairs_of(exercise, device):
        kind = _against_the_reference(exercise, keys, expected, pair)
        if kind == "distinct":
            total = _sum(pair[first])
            if any(
                math.isclose(total, other, rel_tol=_NEAR, abs_tol=_NEAR)
                and agree_on(keys, exercise.grader, pair, expected, seen)
                for other, seen in known
            ):
                kind = "known"
            else:
                known.append((total, pair))
        yield pair, kind


def _against_the_reference(
    exercise: Exercise, keys: list[Key], expected: Observations, pair: Observations
) -> Kind:
    kind: Kind = "reference"
    for key in keys:
        if differences(expected[key], pair[key], exercise.grader.tolerance):
            if not isinstance(pair[key], Raised):
                return "distinct"
            kind = "raises"
    return kind


def _sum(seen: Plain) -> float:
    """The sum of all finite numbers in an observation, without their signs."""
    if isinstance(seen, torch.Tensor):
        values = widened(seen).abs()
        return float(values[values.isfinite()].sum())
    if isinstance(seen, Mapping):
        return math.fsum(_sum(value) for value in seen.values())
    if isinstance(seen, (list, tuple)):
        return math.fsum(_sum(value) for value in seen)
    return abs(float(seen)) if isinstance(seen, (int, float)) and math.isfinite(seen) else 0.0
