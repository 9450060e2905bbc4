"""Misconceptions that are told from the reference by an exception alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torchkata.authoring.findings.kinds import Finding
from torchkata.course.course import Exercise
from torchkata.judging.comparison import agree
from torchkata.judging.judge import Observations
from torchkata.judging.observation import Raised
from torchkata.running.known_answers import mistakes, reference_observations


def by_exception_alone(
    exercise: Exercise, seeds: Sequence[int], device: str = "cpu"
) -> Iterator[Finding]:
    """Misconceptions that raise wherever they are not like the reference, on every seed."""
    known = exercise.grader.misconceptions
    raised: dict[str, set[str]] = {name: set() for name in known}
    for seed in seeds:
        expected = reference_observations(exercise, (seed,), device)
        for name, seen in mistakes(exercise, (seed,), device):
            raised[name] |= set(_apart(exercise, expected, seen))
    for name, types in raised.items():
        if types and "" not in types:
            said = f"{name} differs from the reference by {' and '.join(sorted(types))} alone"
            yield Finding(
                "exception alone", name, str(exercise.grader_path), known[name].line,
                f"{said}, and so may other mistakes; add a case in which it returns something",
            )  # fmt: skip


def _apart(exercise: Exercise, expected: Observations, seen: Observations) -> Iterator[str]:
    """What is raised in each case that tells an answer from the reference; empty for numbers."""
    for key, wanted in expected.items():
        if not agree(wanted, seen[key], exercise.grader.tolerance):
            got = seen[key]
            yield got.type if isinstance(got, Raised) else ""
