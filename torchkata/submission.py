"""A submission: a folder laid out like `exercises/`, or single files, read as bytes.

Nothing in it is parsed, imported or followed here.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from torchkata.course import Course, Exercise
from torchkata.ipynb import names_in
from torchkata.reading import NOTEBOOK, read
from torchkata.source import same_name

# Each may take seconds to read, if somebody wants it to.
_MOST_NOTEBOOKS = 10


@dataclass(frozen=True)
class Submission:
    """What one person handed in.

    Attributes:
        name: what it is called in records, unique in its batch.
        root: its folder, or its only file.
        files: where the answers to its exercises should lie.
        note: why there is nothing in it to grade, if there is nothing.
    """

    name: str
    root: Path
    files: dict[Exercise, Path] = field(default_factory=dict)
    note: str = ""


def find(
    course: Course, path: Path, wanted: Collection[Exercise] | None = None
) -> dict[Exercise, Path]:
    """Which exercises a submission answers, and where.

    Args:
        course: whose exercises.
        path: a folder laid out like `exercises/` (every exercise of the modules in it counts), or
            one that holds files named like their exercises, or such a file.
        wanted: if given, these exercises count, and no others.

    Raises:
        ValueError: there is nothing at `path`, or no one exercise is named so.
    """
    if not os.path.lexists(path):
        raise ValueError(f"there is no {path}")
    if path.is_dir():
        base = _base(course, path)
        places = ((e, _place(course, base, e, wanted)) for e in course.exercises.values())
        found = {exercise: place for exercise, place in places if place is not None}
        found = _with_notebooks(course, path, _notebooks(base), found, wanted)
        if not found:
            raise ValueError(f"{path} holds no exercise of this course; lay it out like exercises/")
        return found
    if path.suffix == NOTEBOOK:
        found = _with_notebooks(course, path, [path], dict.fromkeys(wanted or (), path), wanted)
        if not found:
            raise ValueError(f"{path.name} defines nothing that is asked for in this course")
        return found
    named = [exercise for exercise in course.exercises.values() if exercise.name == path.stem]
    inside = [exercise for exercise in named if exercise.module == path.parent.name]
    chosen = inside or named
    if len(chosen) != 1:
        raise ValueError(f"{path.name} is the name of {len(chosen)} exercises; name the module too")
    return {chosen[0]: path}


def find_all(
    course: Course, paths: Sequence[Path], wanted: Collection[Exercise] | None = None
) -> list[Submission]:
    """The submissions at some paths, each of which is one, or a folder of several.

    Raises:
        ValueError: there is nothing at a path, or two submissions have one name.
    """
    found = []
    for path in paths:
        if not os.path.lexists(path):
            raise ValueError(f"there is no {path}")
        for root in _roots(course, path.resolve()):
            found.append(_submission(course, root, wanted))
    return _with_names_of_their_own(found)


def _submission(course: Course, root: Path, wanted: Collection[Exercise] | None) -> Submission:
    if root.is_symlink():
        return Submission(root.name, root, note="it is a link, and not followed")
    try:
        return Submission(root.name, root, find(course, root, wanted))
    except ValueError as problem:
        return Submission(root.name, root, note=str(problem).replace(str(root), root.name))


def _roots(course: Course, path: Path) -> Iterator[Path]:
    """`path` itself, or what lies in it, if that looks like submissions."""
    inside = [] if not path.is_dir() or _holds_answers(course, path) else _visible(path)
    handed_in = [
        one for one in inside if one.is_dir() or one.suffix in (".py", NOTEBOOK) or one.is_symlink()
    ]
    if not handed_in or _holds_answers(course, _base(course, path)):
        yield path
    else:
        yield from handed_in


def _base(course: Course, path: Path) -> Path:
    """Where the modules lie: people hand in the whole course, or pack a folder into another."""
    inside = [one for one in _visible(path) if one.is_dir() and not one.is_symlink()]
    wrapped = inside if len(inside) == 1 and len(_visible(path)) == 1 else []
    candidates = [path, path / "exercises", *wrapped, *(one / "exercises" for one in wrapped)]
    return next((folder for folder in candidates if _holds_answers(course, folder)), path)


def _holds_answers(course: Course, folder: Path) -> bool:
    exercises = course.exercises.values()
    files = {f"{module}{NOTEBOOK}" for module in course.modules}
    files |= {f"{e.name}{ending}" for e in exercises for ending in (".py", NOTEBOOK)}
    return any((folder / module).is_dir() for module in course.modules) or any(
        os.path.lexists(folder / name) for name in files
    )


def _notebooks(base: Path) -> list[Path]:
    """The notebooks of a submission: where the modules lie, or in one of them."""
    found = [*base.glob(f"*{NOTEBOOK}"), *base.glob(f"*/*{NOTEBOOK}")]
    return sorted(path for path in found if not path.name.startswith("."))[:_MOST_NOTEBOOKS]


def _with_notebooks(
    course: Course,
    root: Path,
    notebooks: Sequence[Path],
    found: dict[Exercise, Path],
    wanted: Collection[Exercise] | None,
) -> dict[Exercise, Path]:
    """The same, with a notebook where that has the answer, and no file that was worked on has."""
    files = {path: read(path, root if root.is_dir() else None) for path in notebooks}
    defined = {path: names_in(file.text) for path, file in files.items() if file.report is None}
    for exercise in course.exercises.values() if wanted is None else wanted:
        within = [
            path for path, names in defined.items()
            if any(same_name(exercise.name, name) for name in names)
        ]  # fmt: skip
        # The notebook of the module before others, which may hold a copy.
        within.sort(key=lambda path: exercise.module not in (path.stem, path.parent.name))
        # One that cannot be read is what was handed in, if it is called like the module.
        broken = [
            path for path in notebooks if path not in defined and path.stem == exercise.module
        ]
        place = found.get(exercise)
        untouched = place is None or place in notebooks or read(place, root).text in (
            "", exercise.stub,
        )  # fmt: skip
        if untouched and (within or broken):
            found[exercise] = (within or broken)[0]
    return {e: found[e] for e in course.exercises.values() if e in found}


def _place(
    course: Course, base: Path, exercise: Exercise, wanted: Collection[Exercise] | None
) -> Path | None:
    """Where an exercise's answer should lie; None if this submission is not about it."""
    counts = (base / exercise.module).is_dir() if wanted is None else exercise in wanted
    alone = base / exercise.relative.name
    namesakes = [one for one in course.exercises.values() if one.name == exercise.name]
    if os.path.lexists(alone) and len(namesakes) == 1 and (counts or wanted is None):
        return alone
    return base / exercise.relative if counts else None


def _visible(folder: Path) -> list[Path]:
    hidden = (".", "__")
    return sorted(one for one in folder.iterdir() if not one.name.startswith(hidden))


def _with_names_of_their_own(found: list[Submission]) -> list[Submission]:
    count = Counter(one.name for one in found)
    named = [
        replace(one, name=f"{one.root.parent.name}/{one.name}") if count[one.name] > 1 else one
        for one in found
    ]
    for name, times in Counter(one.name for one in named).items():
        if times > 1:
            raise ValueError(f"{times} submissions are called {name}; grade them apart")
    return named
