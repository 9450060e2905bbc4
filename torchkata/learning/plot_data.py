"""Which of an answer's numbers are worth a picture, and which numbers are in it.

A picture is worth it where the text can name only one number of many: a course over steps, a
curve, a table, a number in each case. Nothing is drawn here (plots.py does), and torch is not
imported with this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torchkata.course.grader import Grader
    from torchkata.judging.comparison import Difference
    from torchkata.judging.judge import Failure, Result

Numbers = NDArray[np.float64]

# Fewer numbers say no more than the text does.
_CURVE, _STEPS, _CELLS, _BARS = 8, 3, 6, 2
_MOST_POINTS, _MOST_ROWS, _MOST_BARS = 2000, 100, 12
# How far two paths must be apart, as a part of their extent, for one to see it.
_SEEN = 0.01
# Beyond this, numbers count as infinite: an axis needs differences of them.
_LARGEST, _TOO_LARGE = 1e30, 10**31
_KINDS = ("value", "finite")
# `params after step 12[0]`, `loss of epoch 2`
_STEP = re.compile(r"(?P<before>.*?\b(?P<unit>step|epoch|call) )(?P<number>\d+)(?P<after>.*)")
# `lr of the steps`
_ALONG = re.compile(r"\b(step|epoch|call)s?\b")
# `lrs[7]`
_INDEX = re.compile(r"(?P<before>.*)\[(?P<number>\d+)\](?P<after>)(?P<unit>)")


@dataclass(frozen=True)
class Picture:
    """What is to be drawn.

    Attributes:
        kind: curve, path, heat or bars.
        exercise: its id.
        case: which case; empty where it is about several.
        name: of the value that differs.
        expected, got: the numbers; of a path, one row for each step.
        places: of each number or row: a step, an index, a case.
        along: what the places are: step, epoch, call, index, case.
        shape: of a path, that of the value at each step.
        lengths: of a curve, how many numbers were expected and got, if that differs.
        loss: of a path of two numbers, what they go down, if the grader knows it.
    """

    kind: str
    exercise: str
    case: str
    name: str
    expected: Numbers
    got: Numbers
    places: Sequence[int | str] = ()
    along: str = ""
    shape: tuple[int, ...] = ()
    lengths: tuple[int, ...] = ()
    loss: Callable[..., Any] | None = None


def choose(result: Result, grader: Grader) -> Picture | None:
    """The picture that says most about what is wrong; None if none says more than the text."""
    from torchkata.judging.judge import most_telling

    found = [
        next(picture, None)
        for failure in most_telling(result.failures)
        for picture in (kind(result.exercise, failure) for kind in (_courses, _curves, _tables))
    ]
    pictures = [_on_its_loss(picture, grader) for picture in found if picture is not None]
    with_loss = [picture for picture in pictures if picture.loss]
    return next(iter([*with_loss, *pictures, *_by_case(result)]), None)


def numbers(value: Any) -> Numbers | None:
    """A float tensor, a number or a list of numbers as an array; None for all else."""
    import torch

    if isinstance(value, torch.Tensor):
        counts = value.dim() == 0 and value.dtype != torch.bool and not value.is_complex()
        if not value.is_floating_point() and not counts:
            return None
        return _bounded(value.detach().to(torch.float64).numpy())
    if type(value) is int:
        # Which may be too large for a float.
        value = float(min(max(value, -_TOO_LARGE), _TOO_LARGE))
    if type(value) is float:
        return _bounded(np.array(value))
    if isinstance(value, (list, tuple)):
        inside = [numbers(item) for item in value]
        plain = [item for item in inside if item is not None and item.ndim == 0]
        return np.array(plain) if len(plain) == len(value) else None
    return None


def worst(expected: Numbers, got: Numbers) -> int:
    """Where in the flattened numbers they are furthest apart; not to be finite is further."""
    return int(_apart(expected, got).argmax())


def _bounded(values: Numbers) -> Numbers:
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(values) > _LARGEST, np.copysign(np.inf, values), values)


def _apart(expected: Numbers, got: Numbers) -> Numbers:
    with np.errstate(invalid="ignore"):
        off = np.abs(got - expected).ravel()
    same = np.isnan(expected.ravel()) & np.isnan(got.ravel()) | (expected.ravel() == got.ravel())
    return np.where(same, 0.0, np.where(np.isfinite(off), off, np.inf))


def _pair(difference: Difference) -> tuple[Numbers, Numbers] | None:
    """Both sides as numbers, if there is something to see; what agrees is shown as equal."""
    expected, got = numbers(difference.expected), numbers(difference.got)
    if expected is None or got is None or not np.isfinite(expected).any() or not got.size:
        return None
    if difference.kind in _KINDS and expected.shape == got.shape:
        got = np.where(_agrees(difference, expected), expected, got)
    return expected, got


def _agrees(difference: Difference, expected: Numbers) -> NDArray[np.bool_]:
    """Where the judge sees no difference."""
    from torch import Tensor

    from torchkata.judging.comparison import excesses

    right, seen = difference.expected, difference.got
    if not isinstance(right, Tensor) or not isinstance(seen, Tensor):
        return np.zeros(expected.shape, dtype=bool)
    near: NDArray[np.bool_] = (excesses(right, seen, difference.bounds) <= 1).numpy()
    return near & np.isfinite(expected)


def _courses(exercise: str, failure: Failure) -> Iterator[Picture]:
    """Values whose names carry the number of a step, or an index; the longest course first."""
    groups: dict[tuple[str, str, str], dict[int, tuple[Numbers, Numbers]]] = {}
    for difference in failure.differences:
        matched = _STEP.fullmatch(difference.name) or _INDEX.fullmatch(difference.name)
        pair = _pair(difference) if matched and difference.kind in _KINDS else None
        if matched and pair:
            key = (matched["before"], matched["after"], matched["unit"])
            groups.setdefault(key, {}).setdefault(int(matched["number"]), pair)
    for key, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        ordered = dict(sorted(group.items()))
        picture = _whole(exercise, failure, key[0], ordered)
        picture = picture or _course(exercise, failure.case, key, ordered)
        if picture is not None:
            yield picture


def _whole(
    exercise: str, failure: Failure, name: str, group: dict[int, tuple[Numbers, Numbers]]
) -> Picture | None:
    """A list of numbers with what agrees, so that one sees where the two part and meet again."""
    whole = failure.expected.get(name) if isinstance(failure.expected, dict) else None
    expected = numbers(whole) if isinstance(whole, (list, tuple)) else None
    if expected is None or expected.size < _CURVE or len(group) < _STEPS:
        return None
    got = expected.copy()
    for place, (_, seen) in group.items():
        got[place] = seen
    return _thinned(exercise, failure.case, name, expected, got)


def _course(
    exercise: str,
    case: str,
    key: tuple[str, str, str],
    group: dict[int, tuple[Numbers, Numbers]],
) -> Picture | None:
    before, after, unit = key
    places, pairs = list(group), list(group.values())
    shapes = {side.shape for pair in pairs for side in pair}
    if len(shapes) != 1 or len(places) < _STEPS:
        return None
    expected, got = (np.stack([pair[side] for pair in pairs]) for side in (0, 1))
    (shape,) = shapes
    expected, got = (side.reshape(len(places), -1) for side in (expected, got))
    name = f"{before}N{after}" if unit else before
    if expected.shape[1] == 1 and (unit or places[-1] + 1 >= _CURVE):
        sides = expected.ravel(), got.ravel()
        return Picture("curve", exercise, case, name, *sides, places, unit or "index")
    if unit and expected.shape[1] > 1:
        return Picture("path", exercise, case, name, expected, got, places, unit, shape)
    return None


def _on_its_loss(picture: Picture, grader: Grader) -> Picture:
    """A path of two numbers with the loss that they go down, where one sees the paths part.

    Of more than two numbers, a plane would show a part of the loss only.
    """
    if picture.kind != "path" or picture.expected.shape[1] != 2:
        return picture
    apart, extent = _apart(picture.expected, picture.got).max(), np.ptp(picture.expected)
    if not apart > _SEEN * extent:
        return picture
    return replace(picture, loss=grader.cases[picture.case].loss)


def _curves(exercise: str, failure: Failure) -> Iterator[Picture]:
    """One-dimensional values, of one length or, where a step is missing or too many, of two."""
    for difference in failure.differences:
        pair = _pair(difference) if difference.kind in (*_KINDS, "shape", "length") else None
        if pair is None:
            continue
        expected, got = pair
        if difference.kind in _KINDS:
            expected, got = expected.squeeze(), got.squeeze()
        if expected.ndim == got.ndim == 1 and min(expected.size, got.size) >= _CURVE:
            yield _thinned(exercise, failure.case, difference.name, expected, got)


def _thinned(exercise: str, case: str, name: str, expected: Numbers, got: Numbers) -> Picture:
    """A curve of not too many points, the worst among them."""
    length = max(expected.size, got.size)
    places = np.unique(np.linspace(0, length - 1, min(length, _MOST_POINTS)).astype(int))
    lengths = (expected.size, got.size) if expected.size != got.size else ()
    if not lengths:
        places = np.union1d(places, [worst(expected, got)])
    right, seen = (np.append(side, [np.nan] * (length - side.size)) for side in (expected, got))
    named = _ALONG.search(name)
    return Picture(
        "curve", exercise, case, name, right[places], seen[places], places.tolist(),
        named[1] if named else "index", lengths=lengths,
    )  # fmt: skip


def _tables(exercise: str, failure: Failure) -> Iterator[Picture]:
    """Tables; of more dimensions, the one that holds the worst number."""
    for difference in failure.differences:
        pair = _pair(difference) if difference.kind in _KINDS else None
        if pair is None or pair[0].ndim < 2 or pair[0].shape != pair[1].shape:
            continue
        place = np.unravel_index(worst(*pair), pair[0].shape)[:-2]
        expected, got = pair[0][place], pair[1][place]
        if min(expected.shape) > 1 and expected.size >= _CELLS:
            where = f"[{', '.join(map(str, place))}]" if place else ""
            name = difference.name + where
            yield Picture("heat", exercise, failure.case, name, *_coarse(expected, got))


def _coarse(expected: Numbers, got: Numbers) -> tuple[Numbers, Numbers]:
    """Of each of at most 100 times 100 patches, the number that is furthest off."""
    if max(expected.shape) <= _MOST_ROWS:
        return expected, got
    cut: Callable[..., list[Numbers]] = np.array_split
    rows, columns = (min(size, _MOST_ROWS) for size in expected.shape)
    sides: tuple[list[list[float]], list[list[float]]] = [], []
    for right, seen in zip(cut(expected, rows), cut(got, rows), strict=True):
        patches = list(zip(cut(right, columns, axis=1), cut(seen, columns, axis=1), strict=True))
        chosen = [worst(*patch) for patch in patches]
        for side in (0, 1):
            sides[side].append([p[side].flat[i] for p, i in zip(patches, chosen, strict=True)])
    return np.array(sides[0]), np.array(sides[1])


def _by_case(result: Result) -> Iterator[Picture]:
    """One number in each of several cases."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for failure in result.failures:
        for difference in failure.differences:
            pair = _pair(difference) if difference.kind in _KINDS else None
            if pair and pair[0].ndim == pair[1].ndim == 0:
                cases = found.setdefault(difference.name, {})
                cases.setdefault(failure.case, (float(pair[0]), float(pair[1])))
    for name, cases in found.items():
        if len(cases) >= _BARS:
            shown = list(cases)[:_MOST_BARS]
            expected, got = (np.array([cases[case][side] for case in shown]) for side in (0, 1))
            yield Picture("bars", result.exercise, "", name, expected, got, shown, "case")
