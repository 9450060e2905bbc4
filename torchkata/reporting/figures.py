"""The figures of a class, computed from plain numbers: no records, no words, no HTML."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence

# Of fewer students, a coefficient says nothing.
FEWEST = 10
# Of the width of a bar in the distribution of points, in shares of what could be earned.
BARS = 10
# Below this share of their squares, what differs is rounding.
_ROUNDING = 1e-12


def share(points: float, of: float) -> float:
    """What was earned, as a part of what could be earned; 0 where nothing could be."""
    return points / of if of else 0.0


def facility(points: Sequence[float], of: float) -> float | None:
    """How much of an exercise was earned on average, from 0 to 1; None of nobody, or for nothing.

    Args:
        points: of each who handed in something.
        of: what could be earned.
    """
    return math.fsum(points) / len(points) / of if points and of else None


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's, from -1 to 1; None of fewer than ten, or where one of the two does not vary."""
    if len(xs) < FEWEST:
        return None
    dx, dy = _deviations(xs), _deviations(ys)
    across = _products(dx, dx) * _products(dy, dy)
    return _products(dx, dy) / math.sqrt(across) if across else None


def separation(own: Sequence[float], totals: Sequence[float]) -> float | None:
    """The corrected item-total correlation: of an exercise with the points of all others.

    Args:
        own: each student's points for the exercise.
        totals: their points for all exercises, this one too.
    """
    return correlation(own, [total - one for one, total in zip(own, totals, strict=True)])


def distribution(shares: Sequence[float]) -> list[int]:
    """How many earned how much: of less than a tenth, less than two tenths, ..., the last with 1.

    What is below 0 or above 1 counts with the first or the last.
    """
    bars = [0] * BARS
    for one in shares:
        # Nine tenths of points is 0.8999999999999999 as a sum of them.
        bars[min(max(int(one * BARS + 1e-9), 0), BARS - 1)] += 1
    return bars


def _deviations(values: Sequence[float]) -> list[float]:
    """From the mean; all 0 where they differ by rounding alone."""
    mean = math.fsum(values) / len(values)
    found = [value - mean for value in values]
    varies = _products(found, found) > _ROUNDING * _products(values, values)
    return found if varies else [0.0] * len(values)


def _products(xs: Sequence[float], ys: Sequence[float]) -> float:
    return float(sum(map(operator.mul, xs, ys)))
