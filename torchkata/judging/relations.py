"""Where no misconception agrees: what holds between got and expected, in every case and seed.

Facts, never guesses: a relation is told only if it holds for every observation there is, and if
they could have contradicted it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch

from torchkata.judging.comparison import Tolerance, agree
from torchkata.judging.observation import Plain

# {(case, seed): {what it is called: how large it is}}, of the arguments.
Sizes = Mapping[tuple[str, int], Mapping[str, int]]
Observations = Mapping[tuple[str, int], Plain]

_CLOSE = 1e-4
# Elements; what is larger, and of another size than it should be, is not looked into: one tensor of
# 16 MiB under each name of each case would take ten seconds.
_LARGEST = 2**14
_DTYPES = {torch.float64, torch.float32, torch.float16, torch.bfloat16}


@dataclass(frozen=True)
class Relation:
    """One fact about one named value.

    Attributes:
        kind: factor, size, sign, offset, transposed, late, early, dtype, constant, absent, alone,
            from, or later.
        name: the value's name in the observation.
        number: the factor or the offset; with `size`, that of the first case that shows it.
        size: what the factor is called among the arguments' sizes.
        right: with `alone` and `from`, the names that are right in every case, without those that
            never change; `name` is then the only one that is not, or the first of several behind
            them.
    """

    kind: str
    name: str
    number: float = 0.0
    size: str = ""
    right: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Pair:
    """Expected and got of one name in one case and seed, in float64."""

    key: tuple[str, int]
    expected: torch.Tensor
    got: torch.Tensor
    same_dtype: bool


def later_only(failures: Iterable[tuple[str, int]], expected: Observations) -> list[Relation]:
    """The fact that all cases are right on the first seed, and not when they come again."""
    first = next((seed for _, seed in expected), None)
    wrong = [seed for _, seed in failures]
    return [Relation("later", "")] if wrong and first not in wrong else []


def relations(
    expected: Observations,
    got: Observations,
    sizes: Sizes,
    tolerance: Mapping[str, Tolerance] | None = None,
) -> list[Relation]:
    """What holds in every case and seed, in the order of the observation's names.

    Args:
        expected: the reference's observations.
        got: the answer's, of the same cases and seeds.
        sizes: of the arguments of each.
        tolerance: the grader's, as in `comparison.differences`.
    """
    names = _shared_names(expected, got)

    def agrees(key: tuple[str, int], name: str) -> bool:
        wanted, seen = _value(expected, key, name), _value(got, key, name)
        return agree({name: wanted}, {name: seen}, tolerance)

    right = [name for name in names if all(agrees(key, name) for key in got)]
    wrong = [name for name in names if name not in right]
    found = [relation for name in wrong for relation in _of_name(name, expected, got, sizes)]
    if wrong and _gone(wrong[0], expected, got):
        found.insert(0, Relation("absent", wrong[0]))
    telling = tuple(name for name in right if _varies(name, expected))
    if any(
        len(seen) > len(names)
        for seen in (*expected.values(), *got.values())
        if isinstance(seen, dict)
    ):
        # What only some cases show may be wrong as well.
        return found
    if telling and len(wrong) == 1:
        found.append(Relation("alone", wrong[0], right=telling))
    elif telling and wrong and wrong == names[len(right) :]:
        found.append(Relation("from", wrong[0], right=telling))
    return found


def _gone(name: str, expected: Observations, got: Observations) -> bool:
    """Whether there is None in every case where there should be something."""
    wanted_none = any(_value(expected, key, name) is None for key in got)
    return not wanted_none and all(_value(got, key, name) is None for key in got)


def _varies(name: str, expected: Observations) -> bool:
    """Whether it takes more than a constant to get this right."""
    first, *others = (_value(expected, key, name) for key in expected)
    return not all(agree(first, other) for other in others)


def _of_name(
    name: str, expected: Observations, got: Observations, sizes: Sizes
) -> Iterator[Relation]:
    """The first relation that holds for a name, if one does."""
    pairs = [_pair(key, _value(expected, key, name), _value(got, key, name)) for key in got]
    known = [pair for pair in pairs if pair is not None]
    if len(known) < max(2, len(pairs)):
        return
    for find in (_constant, _dtype, _transposed, _scaled, _offset, _shifted):
        relation = find(name, known, sizes)
        if relation is not None:
            yield relation
            return


def _constant(name: str, pairs: list[_Pair], _: Sizes) -> Relation | None:
    first = pairs[0]
    same = all(_close(pair.got, first.got) for pair in pairs)
    differs = any(not _close(pair.expected, first.expected) for pair in pairs)
    return Relation("constant", name) if same and differs else None


def _dtype(name: str, pairs: list[_Pair], _: Sizes) -> Relation | None:
    right = all(_close(pair.expected, pair.got) for pair in pairs)
    other = not any(pair.same_dtype for pair in pairs)
    return Relation("dtype", name) if right and other else None


def _transposed(name: str, pairs: list[_Pair], _: Sizes) -> Relation | None:
    turned = all(pair.expected.dim() >= 2 and _close(pair.expected.mT, pair.got) for pair in pairs)
    seen = any(not _close(pair.expected, pair.got) for pair in pairs)
    return Relation("transposed", name) if turned and seen else None


def _scaled(name: str, pairs: list[_Pair], sizes: Sizes) -> Relation | None:
    factors = {pair.key: _factor(pair) for pair in pairs}
    known = {key: factor for key, factor in factors.items() if factor is not None}
    if len(known) < max(2, len(factors)):
        return None
    first = next(iter(known.values()))
    if all(math.isclose(factor, first, rel_tol=_CLOSE) for factor in known.values()):
        if math.isclose(first, 1, rel_tol=10 * _CLOSE):
            return None
        opposite = math.isclose(first, -1, rel_tol=_CLOSE)
        return Relation("sign", name) if opposite else Relation("factor", name, first)
    return _size(name, known, sizes)


def _size(name: str, factors: Mapping[tuple[str, int], float], sizes: Sizes) -> Relation | None:
    """The size among the arguments that each factor, or its inverse, is; seen with two at least."""
    shared = set.intersection(*(set(sizes.get(key, {})) for key in factors))
    for size in sorted(shared, key=lambda size: (len(size), size)):
        values = {key: sizes[key][size] for key in factors}
        if len(set(values.values())) < 2 or 0 in values.values():
            continue
        for power in (1, -1):
            if all(
                math.isclose(f, values[key] ** power, rel_tol=_CLOSE) for key, f in factors.items()
            ):
                key = next(key for key in factors if values[key] != 1)
                return Relation("size", name, factors[key], size)
    return None


def _offset(name: str, pairs: list[_Pair], _: Sizes) -> Relation | None:
    if any(pair.expected.shape != pair.got.shape or not pair.got.numel() for pair in pairs):
        return None
    number = float((pairs[0].got - pairs[0].expected).mean())
    scale = max(float(pair.expected.abs().max()) for pair in pairs)
    if abs(number) <= 10 * _CLOSE * scale:
        return None
    moved = all(_close(pair.expected + number, pair.got) for pair in pairs)
    return Relation("offset", name, number) if moved else None


def _shifted(name: str, pairs: list[_Pair], _: Sizes) -> Relation | None:
    steps = [(pair.expected, pair.got) for pair in pairs if pair.expected.shape == pair.got.shape]
    if len(steps) < len(pairs) or any(e.dim() == 0 or len(e) < 3 for e, _ in steps):
        return None
    if all(_close(e[:-1], g[1:]) and not _close(e, g) for e, g in steps):
        return Relation("late", name)
    if all(_close(e[1:], g[:-1]) and not _close(e, g) for e, g in steps):
        return Relation("early", name)
    return None


def _factor(pair: _Pair) -> float | None:
    """got / expected where that is one finite number other than 0 for all elements."""
    if pair.expected.shape != pair.got.shape or not pair.expected.numel():
        return None
    place = int(pair.expected.abs().argmax())
    largest = float(pair.expected.flatten()[place])
    if largest == 0 or not math.isfinite(largest):
        return None
    factor = float(pair.got.flatten()[place]) / largest
    fits = factor != 0 and math.isfinite(factor) and _close(pair.expected * factor, pair.got)
    return factor if fits else None


def _close(left: torch.Tensor, right: torch.Tensor) -> bool:
    """Whether two tensors are equal up to what float32 leaves of a calculation."""
    if left.shape != right.shape or not bool(left.isfinite().all() and right.isfinite().all()):
        return False
    scale = float(left.abs().max()) if left.numel() else 0.0
    return bool(((left - right).abs() <= _CLOSE * (left.abs() + 1e-2 * scale)).all())


def _pair(key: tuple[str, int], expected: Plain, got: Plain) -> _Pair | None:
    right, seen = _as_tensor(expected), _as_tensor(got)
    if right is None or seen is None or type(expected) is not type(got):
        return None
    if seen.numel() > max(_LARGEST, right.numel()):
        return None
    same = right.dtype == seen.dtype
    return _Pair(key, right.to(torch.float64), seen.to(torch.float64), same)


def _as_tensor(value: Plain) -> torch.Tensor | None:
    """Real numbers, and lists of them; nothing else has relations."""
    if isinstance(value, list) and value and all(type(item) is float for item in value):
        return torch.tensor(value, dtype=torch.float64)
    if type(value) is float:
        return torch.tensor(value, dtype=torch.float64)
    known = isinstance(value, torch.Tensor) and value.dtype in _DTYPES
    return value if known and isinstance(value, torch.Tensor) else None


def _shared_names(expected: Observations, got: Observations) -> list[str]:
    """The names that every observation on both sides has."""
    both = [*expected.values(), *got.values()]
    if not both or not all(isinstance(seen, dict) for seen in both):
        return []
    first = both[0]
    assert isinstance(first, dict)
    return [name for name in first if all(isinstance(s, dict) and name in s for s in both)]


def _value(observations: Observations, key: tuple[str, int], name: str) -> Plain:
    seen = observations[key]
    assert isinstance(seen, dict)
    value: Plain = seen[name]
    return value
