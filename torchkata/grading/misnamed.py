"""Files that are not named like their exercise, and are meant for it all the same.

A browser saves a second download as `softmax (1).py`, and a mail program adds `.txt`. Such a file
is for the one exercise whose name is in its own, else for the one that it defines. Its text is
searched, and neither parsed nor run.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from torchkata.course.answer_name import Asked
from torchkata.course.course import Course, Exercise
from torchkata.course.finding import folded
from torchkata.course.grader import GraderError
from torchkata.notebooks.script import may_define
from torchkata.running.files import read

_ENDINGS = (".py", ".py.txt")
# Each is read, and searched once for each exercise.
_MOST_FILES = 40


def asked_of(exercise: Exercise) -> Asked:
    """What an exercise asks for; of one that cannot be used, that is told where it is graded."""
    try:
        return exercise.asked
    except GraderError:
        return Asked(exercise.name)


def misnamed(
    course: Course, files: Iterable[Path], wanted: Collection[Exercise], within: Path | None
) -> dict[Exercise, list[Path]]:
    """{exercise: the files that are for it and named otherwise}, those that define it first.

    Args:
        course: whose exercises.
        files: those that are named like no exercise, sorted.
        wanted: the exercises that count.
        within: the submission's folder.
    """
    found = defaultdict(list)
    for path in [path for path in files if _stem(path)][:_MOST_FILES]:
        text = read(path, within).text
        fitting = _by_name(path, course.exercises.values()) or _by_text(text, wanted)
        if len(fitting) == 1 and fitting[0] in wanted:
            rank = not may_define(text, asked_of(fitting[0]))
            found[fitting[0]].append((rank, path))
    return {exercise: [path for _, path in sorted(pairs)] for exercise, pairs in found.items()}


def _stem(path: Path) -> str:
    """A file's name without its ending; empty if it can be no answer."""
    name = folded(path.name)
    ending = next((end for end in _ENDINGS if name.endswith(end)), None)
    return name.removesuffix(ending) if ending else ""


def _by_name(path: Path, exercises: Iterable[Exercise]) -> list[Exercise]:
    """The exercises whose names are in a file's; of several, those with the longest name."""
    stem = _stem(path)
    inside = [
        exercise for exercise in exercises
        if re.search(rf"(?<![^\W_]){re.escape(folded(exercise.name))}(?![^\W\d_])", stem)
    ]  # fmt: skip
    longest = max((len(exercise.name) for exercise in inside), default=0)
    longest_ones = [exercise for exercise in inside if len(exercise.name) == longest]
    here = [exercise for exercise in longest_ones if exercise.module == path.parent.name]
    return here or longest_ones


def _by_text(text: str, exercises: Iterable[Exercise]) -> list[Exercise]:
    return [one for one in exercises if text and may_define(text, asked_of(one))]
