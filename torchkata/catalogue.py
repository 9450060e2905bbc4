"""The list of exercises in a course's README, written from the exercises themselves."""

from __future__ import annotations

import ast

from torchkata.course import Course, Exercise, order
from torchkata.source import definition_of

BEGIN, END = "<!-- exercises: written by `kata prove --write` -->", "<!-- end of exercises -->"


def with_list(readme: str, course: Course) -> str:
    """A README with its list of exercises brought up to date, if it has one."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return readme
    return f"{before}{BEGIN}\n{_table(course)}\n{END}{after}"


def _table(course: Course) -> str:
    ordered = order(list(course.exercises.values()))
    rows = [
        _row(exercise)
        for module in course.modules
        for exercise in ordered
        if exercise.module == module
    ]
    return "\n".join(["| exercise | what it asks for | level |", "|---|---|---|", *rows])


def _row(exercise: Exercise) -> str:
    docstring = ast.get_docstring(definition_of(exercise.solution, exercise.name)) or ""
    path = exercise.stub_path.relative_to(exercise.course.root).as_posix()
    level = exercise.grader.level
    return f"| [{exercise.id}]({path}) | {docstring.splitlines()[0]} | {level} of 5 |"
