"""What a grader file says of its exercise, read as text: nothing is run, and torch not imported."""

from __future__ import annotations

import ast
import hashlib
from typing import Any

import msgspec

from torchkata.course import Exercise
from torchkata.grader import GraderError


class Facts(msgspec.Struct, frozen=True):
    """The plain facts of one exercise; see `torchkata.Grader` for what they mean.

    Attributes:
        digest: of the grader and the solution: another one means that verdicts are out of date.
    """

    digest: str
    points: float
    level: int
    core: bool
    after: tuple[str, ...]
    hints: tuple[str, ...]
    mend: bool


def digest_of(exercise: Exercise) -> str:
    """A digest of all that a verdict on this exercise rests on, besides the answer."""
    texts = [exercise.grader_path.read_bytes()]
    if exercise.solution_path.is_file():
        texts.append(exercise.solution_path.read_bytes())
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
    )


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
