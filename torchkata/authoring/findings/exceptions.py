"""Misconceptions that only an exception tells from the reference, raised by what looks at them.

An exception of the answer's own line is as good as a number: its type and message have to agree.
What is raised while the grader looks at what came back has many causes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torchkata.authoring.findings.kinds import Finding
from torchkata.course.course import Exercise
from torchkata.course.grader import Answer
from torchkata.course.lines import lines_of
from torchkata.judging.comparison import agree
from torchkata.judging.observation import Raised
from torchkata.running.arguments import draw_case, seed_for_observing
from torchkata.running.isolation import undisturbed, workplace
from torchkata.running.known_answers import mistakes, reference_observations

Key = tuple[str, int]


def by_exception_alone(
    exercise: Exercise, seeds: Sequence[int], device: str = "cpu"
) -> Iterator[Finding]:
    """Misconceptions that raise wherever they are not like the reference, on every seed."""
    known, answers = exercise.grader.misconceptions, dict(exercise.wrong_answers())
    for name, raised in _raising(exercise, seeds, device).items():
        key = next((key for key in raised if not _in_answer(exercise, name, answers, key)), None)
        if key:
            said = f"{name} differs from the reference by {raised[key]} alone, raised by what"
            yield Finding(
                "exception alone", name, str(exercise.grader_path), known[name].line,
                f"{said} looks at it (case {key[0]!r}), and so may other mistakes; observe what "
                "it returns before it is used",
            )  # fmt: skip


def _raising(exercise: Exercise, seeds: Sequence[int], device: str) -> dict[str, dict[Key, str]]:
    """{misconception: {case and seed: what it raises}}, of those that never show anything else."""
    found: dict[str, dict[Key, str]] = {name: {} for name in exercise.grader.misconceptions}
    for seed in seeds:
        expected = reference_observations(exercise, (seed,), device)
        for name, seen in mistakes(exercise, (seed,), device):
            for key, wanted in expected.items():
                if name in found and not agree(wanted, seen[key], exercise.grader.tolerance):
                    got = seen[key]
                    if isinstance(got, Raised):
                        found[name][key] = got.type
                    else:
                        del found[name]
    return found


def _in_answer(exercise: Exercise, name: str, answers: dict[str, Answer], key: Key) -> bool:
    """Whether what a misconception raises comes out of its own lines."""
    grader, length = exercise.grader, exercise.cut_grader.count("\n")
    with workplace(), undisturbed():
        drawn = draw_case(grader, grader.cases[key[0]], key[1])
        seed_for_observing(drawn)
        try:
            grader.look(answers[name], *drawn.arguments)
        except Exception as problem:
            for file, line in lines_of(problem):
                if file in (f"<{name}>", str(exercise.solution_path)):
                    return True
                if file == grader.path and line > length:
                    return True
    return False
