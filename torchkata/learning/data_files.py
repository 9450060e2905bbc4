"""`torchkata.data`: where a data file of the course is, for cases, answers and notebooks."""

from __future__ import annotations

from pathlib import Path

from torchkata.course.data import checked, current, found_in


def data(name: str) -> Path:
    """Where a file of the course's `data/` is.

    In a case or an answer, it is a file of that exercise: one that course.toml names below
    `[data]`, and the grader or the docstring names, too. Elsewhere, as in a cell of a notebook, it
    is a file of the course that belongs to the current folder, or of the installed one.

    Args:
        name: the file's name, as "digits.bin".

    Returns:
        A path to read from: `torchkata.data("digits.bin").read_bytes()`.

    Raises:
        FileNotFoundError: there is no such file.
        GraderError: the course is at fault: a file is missing, or has changed.
    """
    files = current()
    return found_in(_of_course(name) if files is None else files, name)


def _of_course(name: str) -> dict[str, Path]:
    # Behind the walls nothing of this is needed, and not all of it is there.
    from torchkata.course.installed_courses import installed_course
    from torchkata.learning.workspace import NoWorkspace, find_workspace

    try:
        course = find_workspace(Path.cwd()).course
    except NoWorkspace:
        course = find_workspace(Path.cwd(), installed_course()).course
    return checked(course.root, course.outline.data, name)
