"""What `torchkata.check` says besides what is said about an answer."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_VARIABLE = (
    "`{name}` is a variable of this {whole} and is not handed in: make it an argument, or define "
    "it in the function's own {part}."
)
_MODULE = (
    "`{name}` is imported in no {part} that is handed in: write `{imports}` in the function's own "
    "{part}."
)
_DEFINITION = (
    "`{name}` is defined in no {part} of this {whole} and is not handed in: copy it into the "
    "function's own {part}, or do without it."
)
_UNDEFINED = "`{name}` is not defined here yet: write it{again}."
_SIMILAR = "There is a `{near}`, but no `{name}`: rename it, or write check({exercise!r}, {near})."
_TODO = "Not begun. Write it where `{name}` is defined{again}."
_FIX = "Unchanged, so nothing is fixed yet. Change it where `{name}` is defined{again}."
_AGAIN = ", and run that cell"
_NO_EXERCISES = "{folder} holds no exercises: there is no graders/ in it"
_NO_NAME = (
    "check takes the name of an exercise, or a function or class called like it, and was given "
    "{kind}: check('name'), and for an answer under another name check('name', answer)"
)
_NOT_PASSED = "{exercise} is not passed yet"
_STOPPED = "stopped in line {line}: {code}"
_INTERRUPTED = "stopped before it was done"

NO_TEXT = (
    "the text of this function or class is not to be found: define it with `def` or `class` at the "
    "margin of a cell or a file, and run that again"
)


def not_handed_in(name: str, value: Any, in_cells: bool) -> str:
    """What is said of a name that an answer uses and that would not be handed in with it.

    Args:
        name: the name.
        value: what it means here.
        in_cells: whether it was written in cells, and not in a file.
    """
    words = (
        {"whole": "notebook", "part": "cell"} if in_cells else {"whole": "program", "part": "file"}
    )
    if isinstance(value, types.ModuleType):
        path = value.__name__
        imports = f"import {path}" if path == name else f"import {path} as {name}"
        return _MODULE.format(name=name, imports=imports, **words)
    sentence = _DEFINITION if callable(value) and hasattr(value, "__name__") else _VARIABLE
    return sentence.format(name=name, **words)


def undefined(name: str, near: Sequence[str], exercise: str, in_cells: bool) -> str:
    """What is said where nothing is defined under an exercise's name.

    Args:
        name: which the function or class should have.
        near: what is defined here, and is named nearly so.
        exercise: its name.
        in_cells: whether there are cells.
    """
    if near:
        return _SIMILAR.format(near=near[0], name=name, exercise=exercise)
    return _UNDEFINED.format(name=name, again=_AGAIN if in_cells else "")


def not_begun(name: str, fix: bool, in_cells: bool) -> str:
    """What is said of an answer that is still what the learner was given."""
    return (_FIX if fix else _TODO).format(name=name, again=_AGAIN if in_cells else "")


def no_exercises(folder: str) -> str:
    """That a folder is no course."""
    return _NO_EXERCISES.format(folder=folder)


def no_name(kind: str) -> str:
    """That something else was given than a name, or an answer."""
    return _NO_NAME.format(kind=kind)


def not_passed(exercise: str) -> str:
    """What an error in a cell says that should have passed."""
    return _NOT_PASSED.format(exercise=exercise)


def stopped(line: int | None, code: str) -> str:
    """Where an answer was when the learner stopped it."""
    return _INTERRUPTED if line is None else _STOPPED.format(line=line, code=code)


def indented(sentences: Iterable[str]) -> Iterator[str]:
    """Sentences as lines of an explanation."""
    for sentence in sentences:
        yield f"  {sentence}"
