"""Is what is said after a pass said of right answers, and of those alone that are written so?"""

from __future__ import annotations

from collections.abc import Iterator

from torchkata.course.answer_name import Asked
from torchkata.course.course import Exercise
from torchkata.course.grader import Remark
from torchkata.course.source import public_names
from torchkata.judging.comparison import differences
from torchkata.running.known_answers import observe_known, reference_observations
from torchkata.running.remarks import holds


def problems_of_remarks(exercise: Exercise, seed: int, device: str = "cpu") -> Iterator[str]:
    """What is wrong with the remarks of a grader on one seed, a sentence each.

    Args:
        exercise: whose remarks.
        seed: what the arguments are drawn from.
        device: where they go.
    """
    for remark in exercise.grader.remarks.values():
        yield from _rejected(exercise, remark, seed, device)
        yield from _unwritten(exercise, remark)


def _rejected(exercise: Exercise, remark: Remark, seed: int, device: str) -> Iterator[str]:
    assert remark.answer is not None, "only a pack has none"
    seen = observe_known(exercise, remark.answer, (seed,), device)
    for key, wanted in reference_observations(exercise, (seed,), device).items():
        if apart := differences(wanted, seen[key], exercise.grader.tolerance):
            yield (
                f"remark {remark.name} is rejected: {key[0]}: {apart[0].name} ({apart[0].kind}), "
                f"seed {seed}; a remark is a right answer, so make it one, or a misconception"
            )
            return


def _unwritten(exercise: Exercise, remark: Remark) -> Iterator[str]:
    """Where its patterns are missing from its own answer, or found in another right one."""
    grader = exercise.grader_path.read_text("utf-8")
    if not holds(grader, Asked(remark.name), remark.written):
        patterns = " or ".join(map(repr, remark.written))
        yield f"remark {remark.name}: its own answer holds no {patterns}; correct one of the two"
    for name in public_names(exercise.solution):
        found = [one for one in remark.written if holds(exercise.solution, Asked(name), [one])]
        if found:
            yield (
                f"remark {remark.name}: {found[0]!r} is found in {name}, of which nothing is to be "
                "said; name what that does not hold, or make it the remark's own answer"
            )
