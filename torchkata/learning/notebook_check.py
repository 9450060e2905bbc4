"""`torchkata.check`: the verdict on a function or class of a notebook, or of any running Python.

It judges what would be handed in: the text of the definition, and what it needs of the other cells
(notebooks/dependencies.py), as one file. Torch is imported with the first check, IPython never.
"""

from __future__ import annotations

import builtins
import contextlib
import difflib
import functools
import linecache
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torchkata.course.answer_name import Asked
from torchkata.course.course import Exercise
from torchkata.course.finding import NotFound, find
from torchkata.course.grader import GraderError
from torchkata.course.installed_courses import installed_course
from torchkata.course.lines import line_in
from torchkata.learning.check_result import Check, NotChecked
from torchkata.learning.progress import Entry
from torchkata.learning.tries import count, next_try
from torchkata.learning.workspace import NoWorkspace, find_workspace
from torchkata.notebooks.dependencies import HandIn
from torchkata.notebooks.script import answer_of, cells_of, script_from
from torchkata.text import messages, notebook_messages
from torchkata.text.wrapping import fitted

if TYPE_CHECKING:
    from torchkata.judging.judge import Result


def check(
    name: str | Callable[..., object],
    answer: object = None,
    *,
    device: str = "cpu",
    verbose: bool = False,
    course: str | Path | None = None,
) -> Check:
    """Check your answer to an exercise, as a file with it would be checked.

    Args:
        name: of the exercise, or a part of it that no other has; or your function or class itself,
            if it is called like the exercise.
        answer: a function or class; else what is defined here under the exercise's name.
        device: auto, cpu, cuda or mps.
        verbose: show every case.
        course: a folder with `graders/`; else the nearest one upwards, else the installed course.

    Raises:
        NotChecked: no exercise is meant, or the answer's text is not to be found.
    """
    if not isinstance(name, str):
        name, answer = _given(name, answer)
    exercise = _exercise(name, course)
    namespace = _namespace(answer, sys._getframe(1).f_globals)
    try:
        return _checked(exercise, answer, namespace, device, verbose)
    except (GraderError, ValueError) as problem:
        raise NotChecked(str(problem)) from None


def _given(answer: object, other: object) -> tuple[str, object]:
    """The name of an answer that was given in the place of a name, and the answer.

    Raises:
        NotChecked: it is neither a function nor a class.
    """
    if not isinstance(answer, (types.FunctionType, type)):
        raise NotChecked(notebook_messages.no_name(type(answer).__name__))
    return answer.__name__, answer if other is None else other


def _checked(
    exercise: Exercise, answer: object, namespace: dict[str, Any], device: str, verbose: bool
) -> Check:
    asked, script = exercise.asked, script_from(_cells(namespace))
    if answer is not None:
        asked = Asked(_name_of(answer, namespace))
    draft = answer_of(script, asked)
    if draft.text:
        return _judged(exercise, script, asked, draft, namespace, device, verbose)
    if answer is not None or callable(namespace.get(asked.name)):
        raise NotChecked(notebook_messages.NO_TEXT)
    return _undefined(exercise, namespace, script)


def _exercise(name: str, course: str | Path | None) -> Exercise:
    here, folder = Path.cwd(), Path(course).resolve() if course else None
    try:
        try:
            workspace = find_workspace(here, folder)
        except NoWorkspace:
            workspace = find_workspace(here, folder or installed_course())
        if not workspace.course.exercises:
            raise NotChecked(notebook_messages.no_exercises(str(workspace.course.root)))
        return find(workspace.course, name)
    except NotFound as problem:
        raise NotChecked(messages.not_found(problem)) from None
    except GraderError as problem:
        raise NotChecked(str(problem)) from None


def _namespace(answer: object, callers: dict[str, Any]) -> dict[str, Any]:
    """The globals that an answer given directly belongs to; else those of the caller."""
    if isinstance(answer, types.FunctionType):
        return answer.__globals__
    module = sys.modules.get(getattr(answer, "__module__", None) or "")
    theirs = vars(module) if module is not None and isinstance(answer, type) else {}
    return theirs if any(value is answer for value in theirs.values()) else callers


def _name_of(answer: object, namespace: Mapping[str, Any]) -> str:
    """The name in a notebook of what was given.

    Raises:
        NotChecked: it has no name there.
    """
    names = [getattr(answer, "__name__", ""), *namespace]
    found = next((name for name in names if namespace.get(name) is answer), None)
    if found is None:
        raise NotChecked(notebook_messages.NO_TEXT)
    return found


def _cells(namespace: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, source) of what was run in a notebook so far; or the one file of a program."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None and shell.user_ns is namespace:
        # As it was typed: what is left of it is decided as for a notebook that is handed in.
        texts = enumerate(shell.history_manager.input_hist_raw)
        return [(f"cell [{number}]", text) for number, text in texts if number]
    path = namespace.get("__file__")
    return [("", "".join(linecache.getlines(path)))] if path else []


def _undefined(exercise: Exercise, namespace: Mapping[str, Any], script: str) -> Check:
    from torchkata.judging.judge import Result

    wanted, kinds = exercise.asked.name, (types.FunctionType, type)
    defined = [name for name, value in namespace.items() if isinstance(value, kinds)]
    near = difflib.get_close_matches(wanted, defined, n=1)
    cases = dict.fromkeys(exercise.grader.cases, "missing")
    result = Result(exercise.id, "missing", cases)
    said = notebook_messages.undefined(wanted, near, exercise.name, _in_cells(script))
    return _shown(result, [said], [])


def _judged(
    exercise: Exercise,
    script: str,
    asked: Asked,
    draft: HandIn,
    namespace: Mapping[str, Any],
    device: str,
    verbose: bool,
) -> Check:
    from torchkata.running.device import pick_device
    from torchkata.text import explanations

    result = _examined(exercise, script, asked, pick_device(device), draft)
    in_cells = _in_cells(script)
    if result.verdict == "todo" and result.trouble is not None:
        fix = bool(exercise.grader.start)
        said = [notebook_messages.not_begun(asked.name, fix, in_cells)]
        return _shown(result, said, [*explanations.symptoms(result, exercise.grader)])
    missing = [name for name in draft.missing if name in namespace or hasattr(builtins, name)]
    said = [
        notebook_messages.not_handed_in(name, namespace.get(name), in_cells) for name in missing
    ]
    tried = next_try(_entry(exercise.id), exercise.facts, draft.text)
    told = filter(None, (result.misconception, result.second))
    count(_entry(exercise.id), tried, told)
    block = explanations.render(
        result, exercise.grader, exercise.further_reading, verbose, tried.told, tried.quiet
    )
    return _shown(result, said, block.split("\n")[1:])


@functools.cache
def _entry(exercise: str) -> Entry:
    """What this process knows of the tries at an exercise."""
    return Entry()


def _in_cells(script: str) -> bool:
    """Whether it is a notebook's, and not a program's."""
    return any(cell.label for cell in cells_of(script))


def _shown(result: Result, said: list[str], block: list[str]) -> Check:
    from torchkata.text import explanations

    lines = [explanations.heading(result), *notebook_messages.indented(said), *block]
    return Check(result.exercise, result.verdict, fitted("\n".join(lines)), result.cases)


def _examined(exercise: Exercise, script: str, asked: Asked, device: str, draft: HandIn) -> Result:
    """Judge a script as it would be in a new process, and leave this one as it was."""
    from torchkata.running.captured import Prints
    from torchkata.running.files import File
    from torchkata.running.practice import examine

    prints, file = Prints(), File(f"<{exercise.id}>", script)
    try:
        with (
            _as_new(),
            contextlib.redirect_stdout(prints),
            contextlib.redirect_stderr(prints),
        ):
            return examine(exercise, file, (), device, prints.since, asked)
    except KeyboardInterrupt as stopped:
        raise KeyboardInterrupt(_where(stopped, file.path, draft)) from None


@contextlib.contextmanager
def _as_new() -> Iterator[None]:
    """Torch's settings as a new process has them, and everything as it was at the end."""
    import numpy
    import torch

    from torchkata.course.loading import MODULE
    from torchkata.running.isolation import undisturbed

    device, module = torch.get_default_device(), sys.modules.get(MODULE)
    numbers = numpy.random.get_state()
    gpus = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
    try:
        with undisturbed(), torch.random.fork_rng(gpus):
            torch.set_default_dtype(torch.float32)
            torch.set_default_device(None)
            yield
    finally:
        torch.set_default_device(None if device.type == "cpu" else device)
        numpy.random.set_state(numbers)
        sys.modules.pop(MODULE, None)
        if module is not None:
            sys.modules[MODULE] = module


def _where(stopped: BaseException, path: str, draft: HandIn) -> str:
    line = line_in(stopped, path)
    if line is None:
        return notebook_messages.stopped(None, "")
    cell, number = draft.places[line - 1]
    return notebook_messages.stopped(number - cell.above, draft.text.split("\n")[line - 1].strip())
