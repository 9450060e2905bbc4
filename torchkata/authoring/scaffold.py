"""What is written for an author: the beginning of a new exercise, and the list of all."""

from __future__ import annotations

import ast
import re
from importlib.resources import files
from pathlib import Path

from torchkata.course.course import Course, Exercise
from torchkata.course.order import in_order
from torchkata.course.source import definition_of

# What a sentence begins with that its author is still to write.
TO_WRITE = "TODO: "

BEGIN, END = "<!-- exercises: written by `kata prove --write` -->", "<!-- end of exercises -->"


def begin(course: Course, name: str) -> list[Path]:
    """Write the two files of a new exercise, ready to be filled in, and return their paths.

    Args:
        course: where it goes.
        name: `module/exercise`, both in lower case with underscores.

    Raises:
        ValueError: it is not such a name, or there is such an exercise.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*", name):
        raise ValueError(f"{name!r} is no exercise name: write module/exercise")
    exercise = Exercise(course, *name.split("/"))
    paths = [exercise.solution_path, exercise.grader_path]
    for path in paths:
        if path.exists():
            raise ValueError(f"{path} is there already; choose another name")
    templates = files("torchkata") / "templates"
    for path, template in zip(paths, ("solution.py", "grader.py"), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (templates / template).read_text("utf-8")
        path.write_text(text.replace("exercise_name", exercise.name), encoding="utf-8")
    return paths


def with_list(readme: str, course: Course) -> str:
    """A page with its list of exercises brought up to date, if it has one."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return readme
    return f"{before}{BEGIN}\n{_table(course)}\n{END}{after}"


def _table(course: Course) -> str:
    facts = {exercise.id: exercise.facts for exercise in course.exercises.values()}
    rows = map(_row, in_order(course.exercises.values(), facts))
    return "\n".join(["| exercise | what it asks for | level |", "|---|---|---|", *rows])


def _row(exercise: Exercise) -> str:
    docstring = ast.get_docstring(definition_of(exercise.solution, exercise.asked)) or ""
    path = exercise.stub_path.relative_to(exercise.course.list_path.parent).as_posix()
    level = exercise.facts.level
    return f"| [{exercise.id}]({path}) | {docstring.splitlines()[0]} | {level} of 5 |"
