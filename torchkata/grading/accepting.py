"""An answer of a student's that is right becomes an alternative of the course."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torchkata.authoring.proof import prove
from torchkata.course.course import Course, Exercise
from torchkata.course.finding import find
from torchkata.course.writing import write_bytes
from torchkata.grading import records
from torchkata.grading.alternatives import Rejected, as_alternative
from torchkata.grading.grading_run import Worker, examine
from torchkata.grading.runs import fresh_seeds
from torchkata.notebooks.script import answer_of, is_script
from torchkata.running.files import read

# Fresh seeds on which an answer must pass, besides those it was graded on.
_ROUNDS = 5
_PROVED_ON = tuple(range(5))


@dataclass(frozen=True)
class Offer:
    """What would be taken into the course.

    Attributes:
        exercise: whose alternative it is.
        name: what the alternative is called.
        path: the solution's file.
        text: what is added to it.
    """

    exercise: Exercise
    name: str
    path: Path
    text: str


def offer(course: Course, path: Path, name: str, called: str = "") -> Offer:
    """An answer that passes behind the walls, as an alternative.

    Args:
        course: which is to have it.
        path: the record of the submission.
        name: what the exercise is called.
        called: what the alternative is to be called.

    Raises:
        NotFound: the course has no such exercise.
        ValueError: the record says nothing of that exercise, or its file is not there.
        Rejected: it does not pass, or it cannot be taken over by a machine.
        NoWalls: they are not available here.
    """
    exercise, record = course.own_exercise(find(course, name)), records.read(path)
    graded = [one for one in record.exercises if one.exercise == exercise.id]
    if not graded or not graded[0].sha256:
        raise ValueError(f"{path} holds no answer to {exercise.id}")
    file = read(path.resolve().parents[1] / "files" / f"{graded[0].sha256}.py")
    seeds = [*record.seeds]
    for _ in range(_ROUNDS):
        seeds += fresh_seeds()
    with Worker(packages=course.packages) as worker:
        result = examine(worker, exercise, file, seeds)
    if result.verdict != "passed":
        raise Rejected(
            f"{exercise.id} still says `{result.verdict}` of it. If it is right all the same, "
            "fix what the grader compares (kata replay --bundle shows the numbers), and try again"
        )
    text = file.text
    if is_script(text):
        text = answer_of(text, exercise.asked).text
    spelled = called or f"accepted_{graded[0].sha256[:6]}"
    return Offer(exercise, spelled, exercise.solution_path, as_alternative(exercise, text, spelled))


def take(given: Offer) -> None:
    """Write an alternative into the course, if all that is proved of the exercise stays so.

    Raises:
        Rejected: it does not; the course is as it was.
    """
    old = given.path.read_bytes()
    write_bytes(given.path, old.rstrip(b"\n") + b"\n" + given.text.encode())
    try:
        course = Course(given.path.parents[2])
        problems = prove(course.exercises[given.exercise.id], _PROVED_ON).problems
        if problems:
            raise Rejected(f"with it, the exercise is no longer proved: {problems[0]}")
    except BaseException:
        given.path.write_bytes(old)
        raise
