"""A submission: a folder laid out like `exercises/`, or a single file, read as bytes.

Nothing in it is parsed, imported or followed here.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
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


def read(path: Path) -> File:
    """Read an answer's file: a regular one of one link, at most 256 KiB, in UTF-8."""
    try:
        # Not followed and not waited for: a link or a pipe is no answer.
        descriptor = os.open(path, os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK"))
    except FileNotFoundError:
        return _unusable(path, "FileMissing", "")
    except OSError as problem:
        return _unusable(path, "Rejected", "a link" if path.is_symlink() else str(problem.strerror))
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


def find(course: Course, path: Path) -> dict[Exercise, Path]:
    """Which exercises a submission answers, and where.

    Args:
        course: whose exercises.
        path: a folder laid out like `exercises/` (every exercise of the modules in it counts), or
            a single file named like its exercise.

    Raises:
        ValueError: there is nothing at `path`, or no one exercise is named so.
    """
    if path.is_dir():
        exercises = course.exercises.values()
        found = [exercise for exercise in exercises if (path / exercise.module).is_dir()]
        if not found:
            raise ValueError(f"{path} holds no module of this course; lay it out like exercises/")
        return {exercise: path / exercise.relative for exercise in found}
    if not path.exists():
        raise ValueError(f"there is no {path}")
    named = [exercise for exercise in course.exercises.values() if exercise.name == path.stem]
    inside = [exercise for exercise in named if exercise.module == path.parent.name]
    chosen = inside or named
    if len(chosen) != 1:
        raise ValueError(f"{path.name} is the name of {len(chosen)} exercises; name the module too")
    return {chosen[0]: path}


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
