"""A submission: a folder laid out like `exercises/`, or single files, read as bytes.

Nothing in it is parsed, imported or followed here.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from torchkata.course import Course, Exercise
from torchkata.judge import Report
from torchkata.observation import Raised

MAX_BYTES = 256 * 1024


@dataclass(frozen=True)
class File:
    """What was found where an answer should lie.

    Attributes:
        path: where that is.
        text: what it says.
        report: why it cannot be run, if it cannot.
    """

    path: str
    text: str = ""
    report: Report | None = None


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


def read(path: Path, within: Path | None = None) -> File:
    """Read an answer's file: a regular one of one link, at most 256 KiB, in UTF-8.

    Args:
        path: where it should lie.
        within: the submission's folder; behind it no link is followed, be it to a folder.
    """
    try:
        descriptor = _open(path, within)
    except FileNotFoundError:
        return _unusable(path, "FileMissing", "")
    except OSError as problem:
        said = _link(path, within) or str(problem.strerror)
        return _unusable(path, "Rejected", said)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            return _unusable(path, "Rejected", "no ordinary file")
        data = _read(descriptor, MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(data) > MAX_BYTES:
        return _unusable(path, "Rejected", f"larger than {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        return _unusable(path, "Rejected", f"not UTF-8 in line {line}; save it as UTF-8")
    return File(str(path), text)


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
        if not found:
            raise ValueError(f"{path} holds no exercise of this course; lay it out like exercises/")
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
    handed_in = [one for one in inside if one.is_dir() or one.suffix == ".py" or one.is_symlink()]
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
    return any((folder / module).is_dir() for module in course.modules) or any(
        os.path.lexists(folder / exercise.relative.name) for exercise in exercises
    )


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


def _open(path: Path, within: Path | None) -> int:
    # Not followed and not waited for: a link or a pipe is no answer.
    flags = os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK")
    if within is None or within == path or os.open not in os.supports_dir_fd:
        return os.open(path, flags)
    *folders, name = path.relative_to(within).parts
    folder = os.open(within, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for part in folders:
            outer = folder
            folder = os.open(part, flags | os.O_DIRECTORY, dir_fd=outer)
            os.close(outer)
        return os.open(name, flags, dir_fd=folder)
    finally:
        os.close(folder)


def _link(path: Path, within: Path | None) -> str:
    """What is said of a path that is a link, or behind one; else nothing."""
    if path.is_symlink():
        return "a link"
    inner = path.relative_to(within).parents if within and within != path else []
    return "behind a link" if any((within / p).is_symlink() for p in inner if within) else ""


def _unusable(path: Path, kind: str, message: str) -> File:
    return File(str(path), report=Report(Raised(kind, message)))


def _read(descriptor: int, size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := os.read(descriptor, size - len(data))):
        data += piece
    return data


def _flag(name: str) -> int:
    """A flag of os.open, where the system has it."""
    return int(getattr(os, name, 0))
