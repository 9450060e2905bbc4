"""Which workspace a run of pytest is about: from its arguments, its root and its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from torchkata.learning.workspace import Workspace


def workspace_for(config: pytest.Config) -> Workspace:
    """The workspace that a run is about: the one that its arguments, it or its root are in.

    Else the only one that is directly in a folder that pytest was given.

    Raises:
        NoWorkspace: there is none, or several may be meant.
        GraderError: its course is not to be found.
        pytest.UsageError: arguments are in several.
    """
    from torchkata.course.course import Course
    from torchkata.learning.workspace import Workspace

    here, folder = config.invocation_params.dir, config.getoption("--course")
    if folder:
        root = (here / folder).resolve()
        return Workspace(root, Course(root))
    named = paths_given(config)
    places = {path.parent if path.suffix else path for path in named}
    given = {one.root: one for place in sorted(places) if (one := _around(place))}
    if len(given) > 1:
        raise pytest.UsageError(one_at_a_time(list(given), here))
    around = next(iter(given.values()), None) or _around(here) or _around(config.rootpath)
    return around or _below(named, here)


def paths_given(config: pytest.Config) -> list[Path]:
    """The files and folders that pytest was given, or took since it was given none."""
    here = config.invocation_params.dir
    return [here / argument.partition("::")[0] for argument in config.args]


def is_made(folder: Path) -> bool:
    """Whether a folder was made by `kata init` or `kata assign`."""
    kata = folder / ".kata"
    made = (kata / "given.json").is_file() or (kata / "pack").is_file()
    return made and (folder / "exercises").is_dir()


def is_course(folder: Path) -> bool:
    """Whether a folder is a course, or a pack of one, that one can work in."""
    return (folder / "graders").is_dir() and (folder / "exercises").is_dir()


def is_claimed(config: pytest.Config, folder: Path) -> bool:
    """Whether of a folder below pytest's root nothing but exercises is collected, if anything is.

    Its conftest.py and its tests are for a pytest that begins in it. In a project that configures
    pytest itself, a course is a part of that project.
    """
    if config.rootpath not in folder.parents:
        return False
    if any(path == folder or folder in path.parents for path in paths_given(config)):
        return False
    return is_made(folder) or (config.inipath is None and is_course(folder))


def one_at_a_time(roots: list[Path], here: Path) -> str:
    """Which workspaces there are, and how to run pytest on one of them.

    Args:
        roots: the workspaces.
        here: the folder in which pytest was typed.
    """
    from torchkata.text.messages import one_workspace

    shown = [root.relative_to(here) if here in root.parents else root for root in roots]
    return one_workspace([str(root) for root in shown], str(shown[0] / "exercises"))


def _around(start: Path) -> Workspace | None:
    from torchkata.learning.workspace import NoWorkspace, find_workspace

    try:
        return find_workspace(start)
    except NoWorkspace:
        return None


def _below(folders: list[Path], here: Path) -> Workspace:
    from torchkata.course.grader import GraderError
    from torchkata.learning.workspace import NoWorkspace, find_workspace

    inside = sorted(set(_folders_in(folders)))
    found = list(filter(is_made, inside)) or list(filter(is_course, inside))
    if len(found) > 1:
        raise NoWorkspace(one_at_a_time(found, here))
    try:
        return find_workspace(found[0] if found else here)
    except GraderError as reason:
        # What was not asked for by name does not stop a run that may be about something else.
        raise NoWorkspace(str(reason)) from None


def _folders_in(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from (one for one in folder.iterdir() if one.is_dir())
