"""What a grader file says of its exercise, read as text: nothing is run, and torch not imported."""

from __future__ import annotations

import ast
import contextlib
import hashlib
from typing import Any

import msgspec

from torchkata.course import source
from torchkata.course.course import Exercise
from torchkata.course.grader import GraderError


class Facts(msgspec.Struct, frozen=True):
    """The plain facts of one exercise; see `torchkata.Grader` for what they mean.

    Attributes:
        digest: of the grader and the solution: another one means that verdicts are out of date.
        mend: whether the learner begins with a program that has a bug.
        stub: what the learner begins with; empty where that is not plain to see.
    """

    digest: str
    points: float
    level: int
    core: bool
    after: tuple[str, ...]
    hints: tuple[str, ...]
    mend: bool
    stub: str


def digest_of(exercise: Exercise) -> str:
    """A digest of all that a verdict on this exercise rests on, besides the answer."""
    texts = [exercise.grader_path.read_bytes()]
    for path in (exercise.solution_path, exercise.recorded_path):
        if path.is_file():
            texts.append(path.read_bytes())
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def read_facts(exercise: Exercise) -> Facts:
    """Read an exercise's facts from its grader file.

    Raises:
        GraderError: they are no plain values, or there is no `grader = Grader(...)`.
    """
    text = exercise.grader_path.read_text(encoding="utf-8")
    try:
        given = _keywords(text)
    except (SyntaxError, ValueError) as problem:
        raise GraderError(f"{exercise.grader_path}: {problem}") from None
    return Facts(
        digest=digest_of(exercise),
        points=given["points"],
        level=given["level"],
        core=given.get("core", False),
        after=tuple(given.get("after", ())),
        hints=tuple(given["hints"]),
        mend=given.get("start") is not None,
        stub=_stub(exercise, text, given.get("start")),
    )


def _stub(exercise: Exercise, grader: str, start: str | None) -> str:
    if exercise.packed:
        return exercise.stub
    if start is None:
        return source.derive_stub(exercise.solution, exercise.name)
    if "\n" in start:
        return start
    for node in ast.walk(ast.parse(grader)):
        with contextlib.suppress(ValueError):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "grader.edit":
                given = _edit(node)
                if given["name"] == start:
                    old, new = given["old"], given["new"]
                    text = source.apply_edit(exercise.solution, exercise.name, old, new)
                    return source.derive_start(text, exercise.name)
    return ""


def _edit(call: ast.Call) -> dict[str, str]:
    """The arguments of `grader.edit`, where they are plain texts.

    Raises:
        ValueError: they are not.
    """
    given = dict(zip(("name", "text", "old", "new"), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return {name: ast.literal_eval(value) for name, value in given.items()}


def _keywords(text: str) -> dict[str, Any]:
    """The arguments of the file's `Grader(...)`, as far as they are plain values."""
    # All that stands behind it takes longer to parse than to leave away.
    end = text.find("\n)\n", text.find("grader = Grader("))
    for node in ast.parse(text[: end + 3] if end > 0 else text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            name = node.value.func
            if isinstance(name, ast.Name) and name.id == "Grader":
                return dict(_plain(node.value))
    raise ValueError("there is no `grader = Grader(...)` in it")


def _plain(call: ast.Call) -> list[tuple[str, Any]]:
    wanted = ("points", "level", "core", "after", "hints", "start")
    return [(k.arg, ast.literal_eval(k.value)) for k in call.keywords if k.arg in wanted]
