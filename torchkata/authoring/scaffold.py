"""What is written for an author: the beginning of a new exercise, and the list of all."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import keyword
import re
import sys
from collections.abc import Collection, Iterator
from enum import StrEnum, auto
from importlib.resources import files
from pathlib import Path

from torchkata.authoring.new_course import begin_course, page_of, with_module
from torchkata.course.course import Course, Exercise
from torchkata.course.order import in_order
from torchkata.course.outline import FILE
from torchkata.course.source import definition_of
from torchkata.course.writing import write_bytes

# Folders of a course, which graders import from.
_OWN = ("exercises", "graders", "solutions")


class Kind(StrEnum):
    """What an exercise asks for: a function, a class, a prediction, or a bug to be fixed."""

    BUILD = auto()
    CLASS = auto()
    PREDICT = auto()
    FIX = auto()


# What a sentence begins with that its author is still to write.
TO_WRITE = "TODO: "

BEGIN, END = "<!-- exercises: written by `kata prove --write` -->", "<!-- end of exercises -->"


def begin(course: Course, name: str, kind: Kind = Kind.BUILD) -> list[Path]:
    """Write the two files of a new exercise, ready to be filled in.

    Of a new module, its page is begun, and it gets its line in course.toml.

    Args:
        course: where it goes; its folder need not be there yet, and is then begun.
        name: `module/exercise`, both in lower case with underscores.
        kind: what is asked for.

    Returns:
        What is to be filled in.

    Raises:
        ValueError: it is not such a name, or cannot be one, or there is such an exercise.
    """
    exercise = named(course, name)
    if not (course.root / "graders").is_dir():
        begin_course(course.root)
    for path, part in zip(_paths(exercise), ("solution", "grader"), strict=True):
        text = (files("torchkata") / "templates" / f"{kind}_{part}.py").read_text("utf-8")
        text = text.replace("ExerciseName", class_name(exercise.name))
        write_bytes(path, text.replace("exercise_name", exercise.name).encode())
    return [*_paths(exercise), *begin_module(exercise)]


def named(course: Course, name: str) -> Exercise:
    """The exercise that a name is for, which is not there yet.

    Raises:
        ValueError: it is no such name, or cannot be one, or there is such an exercise.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*", name):
        raise ValueError(f"{name!r} is no exercise name: write module/exercise")
    for part in name.split("/"):
        if why := _unusable(part):
            raise ValueError(f"{part!r} is {why}; choose another name")
    exercise = Exercise(course, *name.split("/"))
    for path in _paths(exercise):
        if path.exists():
            raise ValueError(f"{path} is there already; choose another name")
    return exercise


def _unusable(part: str) -> str:
    """Why neither a module nor an exercise can have a name; empty where one can."""
    if keyword.iskeyword(part) or keyword.issoftkeyword(part):
        return "a keyword of Python"
    if part in dir(builtins):
        return "a builtin of Python, which it would hide"
    if part in sys.stdlib_module_names or part in _OWN or _is_installed(part):
        return "a module, which it would hide"
    return ""


def _is_installed(name: str) -> bool:
    """Whether a package or module of this name is installed, rather than a folder in the way."""
    found = importlib.util.find_spec(name)
    return found is not None and found.origin is not None


def class_name(name: str) -> str:
    """`BatchNorm` for `batch_norm`."""
    return "".join(word.capitalize() for word in name.split("_"))


def _paths(exercise: Exercise) -> tuple[Path, Path]:
    return exercise.solution_path, exercise.grader_path


def begin_module(exercise: Exercise) -> Iterator[Path]:
    """Begin the page of a module that has none, and name the module in course.toml."""
    page = exercise.stub_path.with_name("README.md")
    if not page.exists():
        write_bytes(page, page_of(exercise.module).encode())
        yield page
    outline = exercise.course.root / FILE
    if outline.is_file():
        text = outline.read_text("utf-8")
        if (named := with_module(text, exercise.module)) != text:
            write_bytes(outline, named.encode())


def with_list(readme: str, course: Course, unusable: Collection[Exercise] = ()) -> str:
    """A page with its list of exercises brought up to date, if it has one.

    Args:
        readme: the page.
        course: whose exercises.
        unusable: those of which the row stays that is there.
    """
    before, begin, rest = readme.partition(BEGIN)
    table, end, after = rest.partition(END)
    if not begin or not end:
        return readme
    return f"{before}{BEGIN}\n{_table(course, unusable, table.splitlines())}\n{END}{after}"


def _table(course: Course, unusable: Collection[Exercise], old: list[str]) -> str:
    chosen = [exercise for exercise in course.exercises.values() if exercise in course.own]
    usable = [exercise for exercise in chosen if exercise not in unusable]
    facts = {exercise.id: exercise.facts for exercise in usable}
    rows = [*map(_row, in_order(usable, facts))]
    rows += [row for row in old for one in unusable if row.startswith(f"| [{one.id}](")]
    return "\n".join(["| exercise | what it asks for | level |", "|---|---|---|", *rows])


def _row(exercise: Exercise) -> str:
    docstring = ast.get_docstring(definition_of(exercise.solution, exercise.asked)) or ""
    path = exercise.stub_path.relative_to(exercise.course.list_path.parent).as_posix()
    level = exercise.facts.level
    return f"| [{exercise.id}]({path}) | {docstring.splitlines()[0]} | {level} of 5 |"
