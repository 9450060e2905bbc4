"""Courses that were installed with pip: the public one, and those that `kata build-course` packs.

They are data below share/, where nothing is importable and answers behind walls cannot read them.
"""

from __future__ import annotations

import contextlib
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from torchkata.course.engine_wheel import SHELF
from torchkata.course.grader import GraderError

_PUBLIC = "torchkata-course"


def installed_course() -> Path:
    """The installed course that is meant where none is named: somebody's own before the public one.

    Raises:
        GraderError: there is none, or it is not clear which.
    """
    own = installed_courses()
    # With answers, for who grades: what learners get of the same course is there besides.
    chosen = [path for path in own.values() if (path / "solutions").is_dir()] or [*own.values()]
    if len(chosen) > 1:
        names = ", ".join(own)
        raise GraderError(f"several courses are installed; say which: --course NAME, of {names}")
    return chosen[0] if chosen else public_course()


def public_course() -> Path:
    """Where the course is that was installed with `pip install torchkata-course`.

    Raises:
        GraderError: it was not.
    """
    for share in _shares():
        if (share / _PUBLIC / "graders").is_dir():
            return share / _PUBLIC
    raise GraderError("no course is installed; pip install torchkata-course")


def installed_courses() -> dict[str, Path]:
    """{name: folder} of the installed courses that somebody made with `kata build-course`."""
    found = [path for share in _shares() for path in sorted((share / SHELF).glob("*/graders"))]
    return {path.parent.name: path.parent for path in found}


def all_installed() -> list[Path]:
    """The folders of all installed courses, the public one last, if it is there."""
    found = [*installed_courses().values()]
    with contextlib.suppress(GraderError):
        found.append(public_course())
    return found


def course_called(name: str) -> Path:
    """The folder of an installed course, by what pip calls it.

    Raises:
        GraderError: it is not installed.
    """
    found = public_course() if name == _PUBLIC else installed_courses().get(name)
    if found is None:
        raise GraderError(f"the course {name} is not installed; pip install {name}")
    return found


def course_named(named: Path) -> Path:
    """The folder that is meant by `--course`: as it was typed, or an installed course's by name."""
    return (
        named.resolve() if named.exists() else installed_courses().get(str(named), named.resolve())
    )


def name_of(course: Path) -> str | None:
    """What a workspace calls its course, if that is installed: empty for the public one."""
    for name, folder in installed_courses().items():
        if folder.resolve() == course.resolve():
            return name
    try:
        return "" if course.resolve() == public_course().resolve() else None
    except GraderError:
        return None


def _shares() -> Iterator[Path]:
    for scheme in (None, f"{sysconfig.get_default_scheme()}_user", "posix_user", "nt_user"):
        paths = sysconfig.get_paths() if scheme is None else _paths(scheme)
        yield Path(paths.get("data", ""), "share")


def _paths(scheme: str) -> dict[str, str]:
    return sysconfig.get_paths(scheme) if scheme in sysconfig.get_scheme_names() else {}
