"""What two mistakes of a course do at once, observed where it is asked for, and kept."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from torchkata.course.course import Exercise
from torchkata.course.pairs import Pair
from torchkata.judging.judge import Key
from torchkata.judging.observation import Plain, Raised
from torchkata.running.arguments import draw_case
from torchkata.running.isolation import undisturbed, workplace
from torchkata.running.runner import observe
from torchkata.running.time_limit import TimeLimit, time_limit


class Pairs:
    """All pairs of an exercise's edits that compose, in the order of `Exercise.pairs`.

    Args:
        exercise: whose they are.
        device: where their arguments are.
    """

    def __init__(self, exercise: Exercise, device: str = "cpu") -> None:
        self._exercise, self._device = exercise, device
        self._seconds: dict[str, float] = {}
        self._known: list[ByItself] | None = None

    def __iter__(self) -> Iterator[tuple[tuple[str, str], ByItself]]:
        if self._known is None:
            self._known = [ByItself(self._exercise, p, self._device) for p in self._exercise.pairs]
        for known in self._known:
            yield known.pair.names, known

    def cheapest_first(self, keys: Sequence[Key]) -> list[Key]:
        """By how long the reference takes; which pair is told does not depend on it."""
        return sorted(keys, key=lambda key: (self._time(key), key[1]))

    def _time(self, key: Key) -> float:
        case, _ = key
        if case not in self._seconds:
            begun = time.perf_counter()
            _ = ByItself(self._exercise, Pair(("", ""), self._exercise.solution), self._device)[key]
            self._seconds[case] = time.perf_counter() - begun
        return self._seconds[case]


class ByItself(Mapping[Key, Plain]):
    """What a pair does in each case by itself: loaded again, in a folder of its own.

    So nothing depends on which case is asked for first, or on a pair that does not end.
    """

    def __init__(self, exercise: Exercise, pair: Pair, device: str = "cpu") -> None:
        self.pair = pair
        self._exercise, self._device = exercise, device
        self._seen: dict[Key, Plain] = {}

    def __getitem__(self, key: Key) -> Plain:
        if key not in self._seen:
            self._seen[key] = self._observed(*key)
        return self._seen[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._seen)

    def __len__(self) -> int:
        return len(self._seen)

    def _observed(self, case: str, seed: int) -> Plain:
        grader, path = self._exercise.grader, f"<{self.pair.name}>"
        with workplace(), undisturbed():
            drawn = draw_case(grader, grader.cases[case], seed, self._device)
            try:
                with time_limit(grader.timeout, path), undisturbed():
                    answer = self._exercise.load(self.pair.text, path)[self._exercise.asked.name]
                    return observe(grader, answer, drawn)
            except TimeLimit:
                return Raised("TimeLimit", "")
            except Exception as problem:
                # Two edits that load alone need not load together.
                return Raised(type(problem).__name__, str(problem))


@lru_cache(maxsize=64)
def pairs_of(exercise: Exercise, device: str = "cpu") -> Pairs:
    """The pairs of an exercise, and what has been observed of them, in this process."""
    return Pairs(exercise, device)
