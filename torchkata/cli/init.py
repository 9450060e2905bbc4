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
from torchkata.course.writing import is_taken, new_folder, write_bytes
from torchkata.learning import known_courses, known_facts
from torchkata.learning.workspace import COURSE, Workspace, find_workspace, installed_course
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
    workspace = find_workspace(Path.cwd(), course.resolve() if course else None)
    if workspace.root == workspace.course.root:
        stop(f"kata update: {messages.is_a_course(str(workspace.root))}", 2)
    if not workspace.course.exercises:
        raise GraderError(f"{workspace.course.root} holds no exercise")
    try:
        arrived = bring(workspace)
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
        readme = page.substitute(folder=shell.typed(Path(out.name)), activate=activate)
        settings = {"README.md": readme, ".vscode/settings.json": _for_an_editor(out)}
        for name, text in {**_FRAME, **settings}.items():
            write_bytes(half / name, text.encode())
        if not _is_installed(course):
            (half / COURSE).write_text(str(course.root), encoding="utf-8")
            known_courses.remember(course.root)
    return arrived


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
