"""The commands that make a folder to work in, and bring it up to date: init, update."""

from __future__ import annotations

import json
import os
import sys
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from torchkata.cli.options import CourseOption, name_unusable, stop
from torchkata.course.course import Course, find_course
from torchkata.course.grader import GraderError
from torchkata.course.installed_courses import course_named, installed_course, name_of
from torchkata.course.writing import is_taken, new_folder, write_bytes
from torchkata.learning import known_courses, known_facts
from torchkata.learning.workspace import COURSE, Workspace, find_workspace
from torchkata.learning.workspace_update import BESIDE, GIVEN, Arrived, bring
from torchkata.text import messages, shell
from torchkata.text.wrapping import shown

_TEMPLATES = files("torchkata") / "templates"
_LOCAL = (known_facts.FILE, COURSE)
_IGNORED = (
    ".kata/backups/",
    ".kata/new/",
    "plots/",
    ".vscode/",
    *(path.as_posix() for path in _LOCAL),
)
_FRAME = {
    "pytest.ini": (_TEMPLATES / "pytest.ini").read_text("utf-8"),
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
    """Make a folder with all exercises, to work in.

    Exit status: 0 made; 2 a wrong command, no course, or a folder that holds something.
    """
    found = _course(course)
    if not found.exercises:
        raise GraderError(f"{found.root} holds no exercise: there is no graders/*/*.py in it")
    try:
        arrived = build(found, Path(os.path.abspath(folder)))
    except Taken as taken:
        stop(f"kata init: {messages.is_taken(str(folder), taken.workspace)}", 2)
    except OSError as problem:
        stop(f"kata init: {problem}", 2)
    name_unusable(arrived.unusable)
    count = len(found.exercises) - len(arrived.unusable)
    where = "" if folder.resolve() == Path.cwd().resolve() else shell.typed(folder)
    print(shown(messages.is_ready(str(folder), where, count, len(found.modules))))


def update(course: CourseOption = None) -> None:
    """Bring new exercises and repaired texts; what you wrote is left alone.

    Exit status: 0 done, or nothing was to be done; 2 a wrong command, or no workspace here.
    """
    workspace = find_workspace(Path.cwd(), course_named(course) if course else None)
    if workspace.root == workspace.course.root:
        stop(f"kata update: {messages.is_a_course(str(workspace.root))}", 2)
    if not workspace.course.exercises:
        raise GraderError(f"{workspace.course.root} holds no exercise")
    try:
        arrived = bring(workspace)
        if course:
            _write_course(workspace.root, workspace.course)
    except OSError as problem:
        stop(f"kata update: {problem}", 2)
    name_unusable(arrived.unusable)
    beside = {name: (BESIDE / name).as_posix() for name in arrived.beside}
    said = messages.has_arrived(arrived.new, arrived.repaired, beside, arrived.gone)
    print(shown("\n".join(said), hanging=2))


def build(course: Course, out: Path) -> Arrived:
    """Make a workspace, whole or not at all, and say what is in it.

    Args:
        course: what it is for.
        out: a folder that is not there yet, or empty.

    Raises:
        Taken: the folder holds something.
        OSError: it cannot be written.
    """
    if is_taken(out):
        raise Taken((out / GIVEN.parent).is_dir() and (out / "exercises").is_dir())
    with new_folder(out) as half:
        (half / GIVEN.parent).mkdir(parents=True)
        arrived = bring(Workspace(half, course))
        page = Template((_TEMPLATES / "workspace.md").read_text("utf-8"))
        activate = f"{shell.activation(out)}\n".lstrip()
        readme = page.substitute(
            title=course.outline.title or course.root.name,
            source=_source(course),
            folder=shell.typed(Path(out.name)),
            activate=activate,
        )
        settings = {"README.md": readme, ".vscode/settings.json": _for_an_editor(out)}
        for name, text in {**_FRAME, **settings}.items():
            write_bytes(half / name, text.encode())
        _write_course(half, course)
    return arrived


def _source(course: Course) -> str:
    """Where new exercises of a course come from."""
    name = name_of(course.root)
    if name is None:
        return f"in the folder `{course.root.name}`: `git pull` there, if it is a clone"
    installed = f"`pip install -U {name or 'torchkata-course'}`"
    return f"{installed}, with what you installed it from"


def _write_course(root: Path, course: Course) -> None:
    """Let a workspace say which course it is for; one that says nothing is for the public one."""
    name = name_of(course.root)
    if name is None:
        known_courses.remember(course.root)
    if name != "":
        write_bytes(root / COURSE, (name or str(course.root)).encode())


def _course(given: Path | None) -> Course:
    """The course that is asked for, else the nearest one upwards, else the installed one."""
    if given:
        found = course_named(given)
        if not (found / "graders").is_dir():
            raise GraderError(f"no course in {given}; give the folder that holds `graders/`")
        return Course(found)
    try:
        return find_course(Path.cwd())
    except GraderError:
        return Course(installed_course())


def _for_an_editor(out: Path) -> str:
    """Settings with which VS Code finds the exercises, and the Python of this environment."""
    settings: dict[str, object] = {
        "python.testing.pytestEnabled": True,
        "python.testing.unittestEnabled": False,
        "python.testing.pytestArgs": ["exercises"],
    }
    if sys.prefix != sys.base_prefix:
        python = shell.near(Path(sys.executable), out)
        place = python if python.is_absolute() else Path("${workspaceFolder}", python)
        settings["python.defaultInterpreterPath"] = place.as_posix()
    return f"{json.dumps(settings, indent=2)}\n"
