"""`torchkata.check`: the verdict on a function or class of a notebook, or of any running Python.

It judges what would be handed in: the text of the definition, and what it needs of the other cells
(notebooks/dependencies.py), as one file. Torch is imported with the first check, IPython never.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import linecache
import sys
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torchkata.course import source
from torchkata.course.answer_name import same_name
from torchkata.course.course import Exercise
from torchkata.course.finding import NotFound, find
from torchkata.course.grader import GraderError
from torchkata.learning.check_result import Check, NotChecked
from torchkata.learning.workspace import find_workspace, installed_course
from torchkata.notebooks.dependencies import Cell, HandIn, hand_in
from torchkata.text import messages, notebook_messages
from torchkata.text.wrapping import fitted

if TYPE_CHECKING:
    from torchkata.judging.judge import Result


def check(
    name: str,
    answer: object = None,
    *,
    device: str = "cpu",
    verbose: bool = False,
    course: str | Path | None = None,
) -> Check:
    """Check your answer to an exercise, as a file with it would be notebooks.

    Args:
        name: of the exercise, or a part of it that no other has.
        answer: a function or class; else what is defined here under the exercise's name.
        device: auto, cpu, cuda or mps.
        verbose: show every case.
        course: a folder with `graders/`; else the nearest one upwards, else the installed course.

    Raises:
        NotChecked: no exercise is meant, or the answer's text is not to be found.
    """
    exercise = _exercise(name, course)
    namespace = _namespace(answer, sys._getframe(1).f_globals)
    try:
        return _checked(exercise, answer, namespace, device, verbose)
    except (GraderError, ValueError) as problem:
        raise NotChecked(str(problem)) from None


def _checked(
    exercise: Exercise, answer: object, namespace: dict[str, Any], device: str, verbose: bool
) -> Check:
    wanted, cells = _spelling(exercise), _cells(namespace)
    own = _name_of(answer, namespace, wanted)
    if own is None:
        return _undefined(exercise, wanted, namespace, cells)
    draft = hand_in(own, namespace, cells)
    if draft is None:
        raise NotChecked(notebook_messages.NO_TEXT)
    if not same_name(wanted, own):
        draft.text += f"{wanted} = {own}\n"
    return _judged(exercise, draft, own, device, verbose)


def _exercise(name: str, course: str | Path | None) -> Exercise:
    here, folder = Path.cwd(), Path(course).resolve() if course else None
    try:
        try:
            workspace = find_workspace(here, folder)
        except GraderError:
            workspace = find_workspace(here, folder or installed_course())
        if not workspace.course.exercises:
            raise NotChecked(notebook_messages.no_exercises(str(workspace.course.root)))
        return find(workspace.course, name)
    except NotFound as problem:
        raise NotChecked(messages.not_found(problem)) from None
    except GraderError as problem:
        raise NotChecked(str(problem)) from None


def _namespace(answer: object, callers: dict[str, Any]) -> dict[str, Any]:
    """The globals that an answer given directly belongs to; else those of whoever asks."""
    if isinstance(answer, types.FunctionType):
        return answer.__globals__
    module = sys.modules.get(getattr(answer, "__module__", None) or "")
    theirs = vars(module) if module is not None and isinstance(answer, type) else {}
    return theirs if any(value is answer for value in theirs.values()) else callers


def _spelling(exercise: Exercise) -> str:
    """What the function or class is called: `Adam`, where the file is `adam.py`."""
    with contextlib.suppress(LookupError, SyntaxError):
        return source.definition_of(exercise.stub, exercise.name).name
    return exercise.name


def _name_of(answer: object, namespace: Mapping[str, Any], wanted: str) -> str | None:
    """The name in a notebook of what is to be judged; None if there is nothing of that name.

    Raises:
        NotChecked: something was given that has no name there.
    """
    if answer is not None:
        names = [getattr(answer, "__name__", ""), *namespace]
        own = (name for name in names if namespace.get(name) is answer)
        found = next(own, None)
        if found is None:
            raise NotChecked(notebook_messages.NO_TEXT)
        return found
    names = [name for name in namespace if same_name(wanted, name)]
    kinds = (types.FunctionType, type)
    names.sort(key=lambda name: (not isinstance(namespace[name], kinds), name != wanted))
    return next((name for name in names if callable(namespace[name])), None)


def _cells(namespace: Mapping[str, Any]) -> list[Cell]:
    """What was run in a notebook so far, in order; or the one file of a program."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None and shell.user_ns is namespace:
        texts = enumerate(shell.history_manager.input_hist_parsed)
        return [_cell(shell, number, text) for number, text in texts]
    path = namespace.get("__file__")
    return [Cell("", "".join(linecache.getlines(path)))] if path else []


def _cell(shell: Any, number: int, text: str) -> Cell:
    """A cell; of one that is timed or captured, what stands below that line."""
    label = f"cell [{number}]"
    with contextlib.suppress(SyntaxError, ValueError):
        match ast.parse(text).body:
            case [
                ast.Expr(
                    ast.Call(
                        ast.Attribute(attr="run_cell_magic"),
                        [ast.Constant("time" | "capture"), _, ast.Constant(str(body))],
                    )
                )
            ]:
                return Cell(label, shell.transform_cell(body), above=1)
    return Cell(label, text)


def _undefined(
    exercise: Exercise, wanted: str, namespace: Mapping[str, Any], cells: Sequence[Cell]
) -> Check:
    from torchkata.judging.judge import Result

    kinds = (types.FunctionType, type)
    defined = [name for name, value in namespace.items() if isinstance(value, kinds)]
    near = difflib.get_close_matches(wanted, defined, n=1)
    cases = dict.fromkeys(exercise.grader.cases, "missing")
    result = Result(exercise.id, "missing", cases)
    return _shown(
        result, [notebook_messages.undefined(wanted, near, exercise.name, _labelled(cells))], []
    )


def _judged(exercise: Exercise, draft: HandIn, own: str, device: str, verbose: bool) -> Check:
    from torchkata.running.device import pick_device
    from torchkata.text import explanations

    untouched = _is_stub(exercise, draft.text)
    text = exercise.stub if untouched else draft.text
    result, others = _in_cells(_examined(exercise, text, pick_device(device), draft), draft, own)
    in_cells = _labelled(cell for cell, _ in draft.places)
    if untouched:
        said = [notebook_messages.not_begun(own, bool(exercise.grader.start), in_cells)]
        return _shown(result, said, [])
    said = [notebook_messages.not_handed_in(*pair, in_cells) for pair in draft.missing.items()]
    block = explanations.render(result, exercise.grader, exercise.further_reading, verbose)
    return _shown(result, said, [*block.split("\n")[1:], *notebook_messages.indented(others)])


def _labelled(cells: Iterable[Cell]) -> bool:
    """Whether they are a notebook's, and not a file."""
    return any(cell.label for cell in cells)


def _shown(result: Result, said: list[str], block: list[str]) -> Check:
    from torchkata.text import explanations

    lines = [explanations.heading(result), *notebook_messages.indented(said), *block]
    return Check(result.exercise, result.verdict, fitted("\n".join(lines)), result.cases)


def _is_stub(exercise: Exercise, text: str) -> bool:
    """Whether nothing but what the learner was given would be handed in."""
    with contextlib.suppress(SyntaxError, ValueError):
        given = {ast.dump(node) for node in ast.parse(exercise.stub).body}
        return all(ast.dump(node) in given for node in ast.parse(text).body)
    return False


def _examined(exercise: Exercise, text: str, device: str, draft: HandIn) -> Result:
    """Judge a text as it would be in a new process, and leave this one as it was."""
    from torchkata.running.captured import Prints
    from torchkata.running.files import File
    from torchkata.running.practice import SEEDS, examine

    prints, file = Prints(), File(f"<{exercise.id}>", text)
    try:
        with (
            _as_new(),
            contextlib.redirect_stdout(prints),
            contextlib.redirect_stderr(prints),
        ):
            return examine(exercise, file, SEEDS, device, prints.since)
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
    step, line = stopped.__traceback__, None
    while step is not None:
        line = step.tb_lineno if step.tb_frame.f_code.co_filename == path else line
        step = step.tb_next
    if line is None:
        return notebook_messages.stopped(None, "")
    return notebook_messages.stopped(
        draft.places[line - 1][1], draft.text.split("\n")[line - 1].strip()
    )


def _in_cells(result: Result, draft: HandIn, own: str) -> tuple[Result, list[str]]:
    """The same with each line's number in its cell, and in which cells that is, if in others."""
    import msgspec

    from torchkata.judging.observation import Raised

    at_home, others = draft.places[-1][0], dict[str, None]()

    def moved(line: int) -> int:
        cell, number = draft.places[line - 1]
        if cell is not at_home:
            others[notebook_messages.elsewhere(number, cell.label)] = None
        return number

    def placed(value: Any) -> Any:
        if isinstance(value, Raised) and value.line is not None:
            return msgspec.structs.replace(value, line=moved(value.line))
        return value

    failures = [
        replace(f, differences=[replace(d, got=placed(d.got)) for d in f.differences])
        for f in result.failures
    ]
    forbidden = [(moved(line), name) for line, name in result.forbidden]
    trouble = placed(result.trouble)
    done = replace(result, failures=failures, forbidden=forbidden, trouble=trouble)
    return done, list(others)
