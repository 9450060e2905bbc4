"""An answer of a student's that is right becomes an alternative of the course."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torchkata.authoring.proof import prove
from torchkata.course.course import Course, Exercise
from torchkata.course.finding import find
from torchkata.course.source import definition_of
from torchkata.course.writing import write_bytes
from torchkata.grading import records
from torchkata.grading.batch import fresh_seeds
from torchkata.grading.grading_run import Worker, examine
from torchkata.notebooks.dependencies import Cell, hand_in
from torchkata.notebooks.script import answer_of, is_script
from torchkata.running.files import read

# Fresh seeds on which an answer must pass, besides those it was graded on.
_ROUNDS = 5
_PROVED_ON = tuple(range(5))


class Rejected(Exception):
    """An answer that cannot be accepted; str() says why and what to do."""


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
        NoWalls: they cannot be had here.
    """
    exercise, record = find(course, name), records.read(path)
    graded = [one for one in record.exercises if one.exercise == exercise.id]
    if not graded or not graded[0].sha256:
        raise ValueError(f"{path} holds no answer to {exercise.id}")
    file = read(path.resolve().parents[1] / "files" / f"{graded[0].sha256}.py")
    seeds = [*record.seeds]
    for _ in range(_ROUNDS):
        seeds += fresh_seeds()
    with Worker() as worker:
        result = examine(worker, exercise, file, seeds)
    if result.verdict != "passed":
        raise Rejected(
            f"{exercise.id} still says `{result.verdict}` of it. If it is right all the same, "
            "mend what the grader compares (kata replay --bundle shows the numbers), and try again"
        )
    text = file.text
    if is_script(text):
        text = answer_of(text, exercise.asked).text
    spelled = called or f"accepted_{graded[0].sha256[:6]}"
    return Offer(exercise, spelled, exercise.solution_path, _alternative(exercise, text, spelled))


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


def _alternative(exercise: Exercise, text: str, name: str) -> str:
    """The definition under its new name, with what it needs, to stand below the solution."""
    node = definition_of(text, exercise.asked)
    found = hand_in(exercise.asked, [Cell("", text)])
    if found is None:
        raise Rejected("its definition is not one that can be taken over; add it by hand")
    if name in dir(builtins) or not name.isidentifier() or name.startswith("_"):
        raise Rejected(f"`{name}` is no name for an alternative; choose another --name")
    tree = ast.parse(found.text)
    there = _bound(ast.parse(exercise.solution).body)
    own = [one for one in tree.body if getattr(one, "name", None) != node.name]
    news = [one for one in own if not _is_there(one, exercise.solution)]
    if clash := sorted((_bound(news) | {name}) & (there | set(dir(builtins)))):
        raise Rejected(f"`{clash[0]}` means something else in {exercise.solution_path.name}")
    if public := sorted(n for n in _bound(news, imports=False) if not n.startswith("_")):
        raise Rejected(f"its helper `{public[0]}` would be an alternative itself; add it by hand")
    renamed = definition_of(found.text, exercise.asked)
    renamed.name = name
    if ast.get_docstring(renamed) is not None:
        renamed.body = renamed.body[1:] or [ast.Pass()]
    renamed.body.insert(0, ast.Expr(ast.Constant("Taken over from an answer that was handed in.")))
    parts = [ast.unparse(ast.fix_missing_locations(one)) for one in (*news, renamed)]
    return "\n\n" + "\n\n\n".join(parts) + "\n"


def _is_there(node: ast.stmt, solution: str) -> bool:
    return any(ast.dump(node) == ast.dump(one) for one in ast.parse(solution).body)


def _bound(body: Sequence[ast.stmt], imports: bool = True) -> set[str]:
    names: set[str] = set()
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif imports and isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return names
