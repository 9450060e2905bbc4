"""The notebooks of a pack: per exercise what is asked, a cell for the answer, and one to check it.

An nbgrader course can import them: their cells carry its metadata (nbgraderformat, version 3).
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterable
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from torchkata.course.course import Exercise
from torchkata.course.source import TODO
from torchkata.grading.assignment import Assignment, points_of
from torchkata.notebooks.script import answer_id

_BEGIN = """\
# {module}

Write each answer in the cell below its text, run that cell, and run the check below it, as often as
you like. What is handed in is what a cell defines: the function or class, and what it uses of
the imports, functions, classes and constants in other cells. Nothing else of a notebook is run."""

_INSTALL = """\
# In Colab, first put the pack's folder, as one .zip file, among the files on the left: this
# installs what is in it, and keeps the torch that is there. Elsewhere it does nothing.
import importlib.util
import shutil
from pathlib import Path

if importlib.util.find_spec("torchkata") is None:
    for archive in Path().glob("*.zip"):
        shutil.unpack_archive(archive)
for wheel in Path().glob("*/engine/torchkata-*.whl"):
    %cd -q {wheel.parents[1]}
if importlib.util.find_spec("torchkata") is None:
    %pip install -q -r requirements.txt"""

_PROMPT = """\
## {name}

{text}

*{points:g} {unit}*"""

_CHECK = 'check("{exercise}").expect_passed()'
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook_of(module: str, exercises: Iterable[Exercise], assignment: Assignment) -> bytes:
    """The notebook of a module, the same bytes for the same course and assignment."""
    cells = [
        new_markdown_cell(_BEGIN.format(module=module), id="begin"),
        new_code_cell(_INSTALL, id="install"),
        new_code_cell("from torchkata import check", id="import-check"),
    ]
    for exercise in exercises:
        cells += _cells(exercise, points_of(assignment, exercise))
    made = new_notebook(cells=cells)
    made.metadata = {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    nbformat.validate(made)
    text: str = nbformat.writes(made)
    return f"{text}\n".encode()


def _cells(exercise: Exercise, points: float) -> list[Any]:
    text, stub = parts(exercise.stub)
    identity = answer_id(exercise.module, exercise.name)
    said = {"name": exercise.name, "text": text, "points": points}
    prompt = _PROMPT.format(**said, unit="point" if points == 1 else "points")
    checking = f"check-{identity}"[:64]
    # nbgrader empties a cell to be answered that has no such marks: a bug to fix stays unmarked.
    marked, own = _marked(stub), {"nbgrader": _nbgrader(identity)}
    return [
        new_markdown_cell(prompt, id=f"text-{identity}"[:64]),
        new_code_cell(marked, id=identity, metadata=own if marked != stub else {}),
        new_code_cell(
            _CHECK.format(exercise=exercise.id),
            id=checking,
            metadata={"nbgrader": _nbgrader(checking, points)},
        ),
    ]


def parts(stub: str) -> tuple[str, str]:
    """What a stub's file asks at its top, and the code below that, which may not parse."""
    tokens = tokenize.generate_tokens(io.StringIO(stub).readline)
    first = next(one for one in tokens if one.type not in (tokenize.COMMENT, tokenize.NL))
    if first.type != tokenize.STRING:
        return "", stub.strip()
    below = "\n".join(stub.splitlines()[first.end[0] :])
    return inspect.cleandoc(ast.literal_eval(first.string)), below.strip()


def _marked(stub: str) -> str:
    """A stub in which nbgrader sees what is to be written."""
    return re.sub(
        rf"^( *)({TODO}.*)$", r"\1### BEGIN SOLUTION\n\1\2\n\1### END SOLUTION", stub, flags=re.M
    )


def _nbgrader(identity: str, points: float | None = None) -> dict[str, Any]:
    """A cell to be answered; with points, one that tests."""
    kind = {"grade": points is not None, "solution": points is None, "locked": points is not None}
    own = {"schema_version": 3, "grade_id": identity, "task": False, **kind}
    return own if points is None else {**own, "points": points}
