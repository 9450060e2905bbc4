"""A wrong answer of a class becomes the beginning of a misconception; its sentence is not written.

It becomes code of the course, as an alternative does that is taken over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torchkata.authoring.edits import edit_between
from torchkata.authoring.scaffold import TO_WRITE
from torchkata.course.course import Course, Exercise
from torchkata.course.finding import find
from torchkata.course.grader import GraderError
from torchkata.course.writing import write_bytes
from torchkata.grading import records
from torchkata.grading.alternatives import Rejected, as_misconception, is_there, uses
from torchkata.notebooks.script import answer_of, is_script
from torchkata.running.files import read

_SENTENCE = f"{TO_WRITE}say what is seen, then what usually causes it (as where ...), what to do."


@dataclass(frozen=True)
class Beginning:
    """What would be added to a grader.

    Attributes:
        exercise: whose misconception it is.
        name: what it is called until its author has a better name.
        path: the grader's file.
        text: what is added to it.
    """

    exercise: Exercise
    name: str
    path: Path
    text: str


def begin_misconception(course: Course, name: str, path: Path) -> Beginning:
    """An answer that was graded as a misconception: as an edit where it is one, else as it is.

    Args:
        course: which is to have it.
        name: of the exercise.
        path: the record of a submission that has such an answer.

    Raises:
        NotFound: the course has no such exercise.
        ValueError: the record has no answer to it, or its file is not there.
        Rejected: a machine cannot take it over.
    """
    exercise, record = course.own_exercise(find(course, name)), records.read(path)
    graded = next((one for one in record.exercises if one.exercise == exercise.id), None)
    if graded is None or not graded.sha256:
        raise ValueError(f"{path} holds no answer to {exercise.id}")
    kept = path.resolve().parents[1] / "files" / f"{graded.sha256}.py"
    file = read(kept)
    if file.report is not None or records.digest(file.text) != graded.sha256:
        raise ValueError(f"{kept} is not the file that was graded; it should be beside the records")
    text = answer_of(file.text, exercise.asked).text if is_script(file.text) else file.text
    called = f"unnamed_{graded.sha256[:6]}"
    return Beginning(exercise, called, exercise.grader_path, _written(exercise, text, called))


def write(beginning: Beginning) -> None:
    """Add it to the grader, if that can still be loaded.

    Raises:
        Rejected: it cannot; the grader is as it was.
    """
    path, exercise = beginning.path, beginning.exercise
    old = path.read_bytes()
    write_bytes(path, old.rstrip(b"\n") + b"\n" + beginning.text.encode())
    try:
        _ = Course(exercise.course.root).exercises[exercise.id].grader
    except BaseException as problem:
        path.write_bytes(old)
        if isinstance(problem, GraderError):
            raise Rejected(f"with it, the grader cannot be used: {problem}") from None
        raise


def _written(exercise: Exercise, text: str, name: str) -> str:
    known = all(is_there(one, exercise.solution) for one in uses(text, exercise))
    edit = edit_between(exercise.solution, text, exercise.asked) if known else None
    if edit is None:
        return as_misconception(exercise, text, name, _SENTENCE)
    old, new = map(_literal, edit)
    return (
        f'\n\ngrader.edit(\n    "{name}",\n    "{_SENTENCE}",\n    old={old},\n    new={new},\n)\n'
    )


def _literal(passage: str) -> str:
    """A passage as the graders write them: several lines between three quotes."""
    if "\n" not in passage or '"""' in passage or "\\" in passage:
        return repr(passage)
    lines = "\n".join(f"    {line}" if line else "" for line in passage.splitlines())
    return f'"""\n{lines}\n    """'
