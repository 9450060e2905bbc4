"""What several commands share: options, the course they are about, ending with one sentence."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from torchkata.course.course import Course, find_course
from torchkata.course.foreign_text import plain
from torchkata.course.grader import GraderError
from torchkata.course.installed_courses import (
    course_named,
    installed_course,
    installed_courses,
)
from torchkata.learning.workspace import NoWorkspace, find_workspace
from torchkata.text import messages
from torchkata.text.wrapping import shown

CourseOption = Annotated[
    Path | None,
    typer.Option(
        help="The folder that holds graders/, or an installed course; else the nearest one upwards."
    ),
]

YesOption = Annotated[bool, typer.Option("--yes", help="Write it, without being asked.")]

FROM_NOW_ON = (
    "All of this becomes code of the course: it then runs without walls, wherever the course does "
    "(kata prove, kata assign, pytest). Read it first.\n"
)


def stop(sentence: str, status: int) -> NoReturn:
    """End with one sentence for people; what it quotes of others stays within it."""
    note(sentence.replace("\n", " "))
    raise typer.Exit(status)


def note(sentence: str) -> None:
    """Say something besides, on standard error; what it quotes of others stays within it."""
    print(shown(plain(sentence), sys.stderr), file=sys.stderr)


def say_on_terminal(text: str) -> None:
    """Say what takes a while, where somebody looks on."""
    if sys.stderr.isatty():
        print(shown(text, sys.stderr), file=sys.stderr, flush=True)


def name_unusable(problems: Mapping[str, str]) -> None:
    """Name the exercises of a course that cannot be used, where the command goes on without them.

    Args:
        problems: {exercise: what is wrong with its files}.
    """
    for line in messages.unusable(problems):
        note(line)


def course_at(folder: Path | None) -> Course:
    """The course that a command is about."""
    course = Course(course_named(folder)) if folder else _nearest(Path.cwd())
    if not course.exercises:
        raise GraderError(f"{course.root} holds no exercise: there is no graders/*/*.py in it")
    return course


def modules_at_hand(folder: Path | None) -> list[str]:
    """The modules of the course that is named, else of the one that this folder is in or is for.

    Args:
        folder: the course, if it is named.

    Returns:
        An empty list where no course is named and this folder is in none.

    Raises:
        GraderError: the course that is named holds no exercise.
    """
    if folder:
        return course_at(folder).modules
    with contextlib.suppress(GraderError, OSError, ValueError):
        return _nearest(Path.cwd()).modules
    return []


def _nearest(here: Path) -> Course:
    """The course that a folder is in, or that its workspace is for; else somebody's own."""
    try:
        return find_course(here)
    except GraderError:
        with contextlib.suppress(NoWorkspace):
            return find_workspace(here).course
        if installed_courses():
            return Course(installed_course())
        raise


def sure(question: str, yes: bool) -> bool:
    """Whether to go on; somebody who cannot be asked has not agreed."""
    return yes or (sys.stdin.isatty() and typer.confirm(question))
