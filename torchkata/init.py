"""The commands that make a folder to work in, and bring it up to date: init, update."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from torchkata.arrivals import BESIDE, GIVEN, Arrived, bring
from torchkata.cli import CourseOption, stop
from torchkata.course import Course, find_course
from torchkata.grader import GraderError
from torchkata.workspace import COURSE, Workspace, find_workspace, installed_course

_README = Path(__file__).with_name("templates") / "workspace.md"
_IGNORED = (".kata/backups/", ".kata/new/", COURSE.as_posix())
_FRAME = {
    "pytest.ini": "[pytest]\ntestpaths = exercises\naddopts = -p no:hypothesispytest\n",
    "conftest.py": 'pytest_plugins = ["torchkata.plugin"]\n',
    ".gitignore": "\n".join(["__pycache__/", ".pytest_cache/", *_IGNORED, ""]),
}


class Taken(Exception):
    """A folder that holds something already.

    Attributes:
        workspace: whether it is a workspace.
    """

    def __init__(self, workspace: bool) -> None:
        super().__init__()
        self.workspace = workspace


def add_to(app: typer.Typer) -> None:
    """Add these commands to `kata`."""
    app.command(rich_help_panel="Learn")(init)
    app.command(rich_help_panel="Learn")(update)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    course: CourseOption = None,
) -> None:
    """Make a folder with all exercises, to work in."""
    found = _course(course)
    if not found.exercises:
        raise GraderError(f"{found.root} holds no exercise: there is no graders/*/*.py in it")
    try:
        build(found, Path(os.path.abspath(folder)))
    except Taken as taken:
        stop(f"kata init: {_is_taken(folder, taken.workspace)}", 2)
    except OSError as problem:
        stop(f"kata init: {problem}", 2)
    print(_is_ready(folder, len(found.exercises), len(found.modules)))


def update(course: CourseOption = None) -> None:
    """Bring new exercises and repaired texts; what you wrote is left alone."""
    workspace = find_workspace(Path.cwd(), course.resolve() if course else None)
    if workspace.root == workspace.course.root:
        stop(f"kata update: {_is_a_course(workspace.root)}", 2)
    if not workspace.course.exercises:
        raise GraderError(f"{workspace.course.root} holds no exercise")
    try:
        arrived = bring(workspace)
    except OSError as problem:
        stop(f"kata update: {problem}", 2)
    print("\n".join(_has_arrived(arrived)))


def build(course: Course, out: Path) -> None:
    """Make a workspace, whole or not at all.

    Args:
        course: what it is for.
        out: a folder that is not there yet, or empty.

    Raises:
        Taken: the folder holds something.
        OSError: it cannot be written.
    """
    if os.path.lexists(out) and (not out.is_dir() or any(out.iterdir())):
        raise Taken((out / GIVEN.parent).is_dir() and (out / "exercises").is_dir())
    out.parent.mkdir(parents=True, exist_ok=True)
    # Where it will lie or beside it, so that it can be moved there.
    place = out if out.exists() else out.parent
    with tempfile.TemporaryDirectory(dir=place, prefix=".kata-init-") as folder:
        half = Path(folder, "workspace")
        (half / GIVEN.parent).mkdir(parents=True)
        bring(Workspace(half, course))
        readme = Template(_README.read_text("utf-8")).substitute(folder=_typed(Path(out.name)))
        for name, text in {**_FRAME, "README.md": readme}.items():
            (half / name).write_bytes(text.encode())
        if not _is_installed(course):
            (half / COURSE).write_text(str(course.root), encoding="utf-8")
        _move(half, out)


def _move(half: Path, out: Path) -> None:
    """Put what is finished where it belongs; an empty folder stays the one that shells stand in."""
    if not out.exists():
        half.rename(out)
        return
    moved: list[Path] = []
    try:
        for path in sorted(half.iterdir(), reverse=True):
            moved.append(path.rename(out / path.name))
    except OSError:
        for path in moved:
            path.rename(half / path.name)
        raise


def _course(given: Path | None) -> Course:
    """The course that is asked for, else the nearest one upwards, else the installed one."""
    if given:
        if not (given / "graders").is_dir():
            raise GraderError(f"no course in {given}; give the folder that holds `graders/`")
        return Course(given.resolve())
    try:
        return find_course(Path.cwd())
    except GraderError:
        return Course(installed_course())


def _is_installed(course: Course) -> bool:
    try:
        return course.root.resolve() == installed_course().resolve()
    except GraderError:
        return False


def _typed(path: Path) -> str:
    """A path as one types it into a shell."""
    text = str(path)
    return f'"{text}"' if os.name == "nt" and " " in text else shlex.quote(text)


# All that these commands say, so that it can be translated.


def _is_taken(folder: Path, workspace: bool) -> str:
    if workspace:
        return f"{folder} is a workspace already; to bring it up to date: kata update, in it"
    return f"{folder} holds something already; choose a name that is free"


def _is_ready(folder: Path, exercises: int, modules: int) -> str:
    go = "" if folder.resolve() == Path.cwd().resolve() else f"    cd {_typed(folder)}\n"
    count = f"{exercises} exercises in {modules} modules"
    return f"{folder} is ready: {count}. Now type:\n\n{go}    kata watch\n"


def _is_a_course(root: Path) -> str:
    return f"{root} is a course itself; in a clone, commit your work, then: git pull"


def _has_arrived(arrived: Arrived) -> Iterator[str]:
    if arrived == Arrived():
        yield "Everything is up to date."
    for said, names in (("New", arrived.new), ("Repaired", arrived.repaired)):
        if names:
            yield f"{said}: {', '.join(names)}"
    if arrived.beside:
        yield "Left alone, since your work is in it; the new text lies here:"
    for name in arrived.beside:
        yield f"  exercises/{name}: {(BESIDE / name).as_posix()}"
    if arrived.gone:
        yield f"No longer in the course; your files stay: {', '.join(arrived.gone)}"
