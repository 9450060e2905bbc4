"""In which order exercises are taught, and which of them a learner does first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from torchkata.course.course import Exercise
from torchkata.course.grader_facts import Facts


def in_order(exercises: Iterable[Exercise], facts: Mapping[str, Facts]) -> list[Exercise]:
    """Sort exercises module by module, as given; within one by level, each behind what it needs.

    Where two of a module wait for each other, which `kata prove` reports, their level decides.

    Args:
        exercises: their modules are in the course's order.
        facts: {exercise id: its facts}.
    """
    modules: dict[str, list[Exercise]] = {}
    for exercise in exercises:
        modules.setdefault(exercise.module, []).append(exercise)
    return [exercise for inside in modules.values() for exercise in _sorted(inside, facts)]


def learning_path(
    ordered: Sequence[Exercise], facts: Mapping[str, Facts], goals: Iterable[str]
) -> list[Exercise]:
    """The order in which a learner does exercises.

    First what leads to each goal, then the rest of the core path, then all else.

    Args:
        ordered: the exercises in the course's order.
        facts: {exercise id: its facts}.
        goals: ids of exercises, the nearest first.
    """
    known = {exercise.id: exercise for exercise in ordered}
    chosen: dict[str, Exercise] = {}
    for goal in goals:
        needed = _needed(goal, facts)
        chosen |= {name: exercise for name, exercise in known.items() if name in needed}
    chosen |= {name: exercise for name, exercise in known.items() if facts[name].core}
    return list((chosen | known).values())


def _sorted(exercises: Iterable[Exercise], facts: Mapping[str, Facts]) -> list[Exercise]:
    waiting = sorted(exercises, key=lambda exercise: (facts[exercise.id].level, exercise.id))
    ids, done = {exercise.id for exercise in waiting}, dict[str, Exercise]()
    while waiting:
        ready = [e for e in waiting if not (ids & set(facts[e.id].after)) - done.keys()]
        chosen = (ready or waiting)[0]
        done[chosen.id] = chosen
        waiting.remove(chosen)
    return list(done.values())


def _needed(goal: str, facts: Mapping[str, Facts]) -> set[str]:
    """An exercise and all that it comes after, directly or not."""
    needed, waiting = set[str](), [goal]
    while waiting:
        name = waiting.pop()
        if name in facts and name not in needed:
            needed.add(name)
            waiting += facts[name].after
    return needed
