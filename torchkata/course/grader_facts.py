"""What a grader file says of its exercise, read as text: nothing is run, and torch not imported.

This is the one reader of a grader's literals: `kata` shows what is read here, and a grader of which
it cannot be read is not loaded either (`loading.load_grader`), whatever asks for it.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Iterator
from typing import Any, get_type_hints

import msgspec

from torchkata.course.grader import Edit, Grader, GraderError

# The keywords of `Grader(...)` and the arguments of `grader.edit(...)` that are read, each as one
# may write it.
_KEYWORDS = {
    "points": "points=2",
    "level": "level=1",
    "core": "core=True",
    "after": 'after=("module/exercise",)',
    "hints": 'hints=("A question.", "Nearly the answer.")',
    "start": 'start="name_of_an_edit"',
}
_EDIT = {
    "name": 'name="name_of_an_edit"',
    "text": 'text="A sentence that would have helped."',
    "old": 'old="x / 2"',
    "new": 'new="x / 3"',
    "idea": 'idea="double_softmax"',
}


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """What a grader says of its exercise; see `torchkata.Grader` for what the values mean."""

    points: float
    level: int
    core: bool
    after: tuple[str, ...]
    hints: tuple[str, ...]


class Literals(Values, frozen=True, kw_only=True):
    """The values in a grader's `Grader(...)`.

    Attributes:
        line: where it begins.
        start: what the learner begins with: the name of an edit, a text, or None.
    """

    line: int
    start: str | None


# {level: about how many minutes an exercise takes of it}
_MINUTES = {1: 5, 2: 10, 3: 15, 4: 25, 5: 40}


def minutes_of(level: int) -> int:
    """About how many minutes an exercise of a level takes."""
    return _MINUTES[level]


class Facts(Values, frozen=True, kw_only=True):
    """The plain facts of one exercise, as they are kept in a learner's workspace.

    Attributes:
        digest: of the grader and the solution: another one means that verdicts are out of date.
        has_bug: whether the learner begins with a program that has a bug.
        stub: what the learner begins with.
    """

    digest: str
    has_bug: bool
    stub: str


_TYPES = get_type_hints(Edit) | get_type_hints(Literals)


def read_literals(text: str, path: str) -> Literals:
    """Read the values in a grader's `Grader(...)`.

    Args:
        text: of the grader, whole or cut. What is below the `Grader(...)` is not looked at.
        path: what an error calls it.

    Raises:
        GraderError: with path and line: one is not written out, or out of its range.
    """
    call = _call(text, path)
    given = dict(_given(call, path))
    try:
        # So that what is out of range is told in the words of the grader itself.
        grader = Grader(*[None for _ in call.args], **given)
    except (GraderError, TypeError) as problem:
        raise GraderError(f"{path}:{call.lineno}: {said_of(problem)}") from None
    return Literals(line=call.lineno, **{name: getattr(grader, name) for name in _KEYWORDS})


def refuse_others(literals: Literals, grader: Grader, path: str) -> None:
    """Raise GraderError where a grader that was run has other values than were read."""
    for name in _KEYWORDS:
        if getattr(grader, name) != getattr(literals, name):
            raise _no_literal(path, literals.line, name)


def read_edit(text: str, path: str, name: str) -> Edit:
    """Read the edit that a grader's `start` names.

    Raises:
        GraderError: with path and line: there is none of this name, or it is not written out.
    """
    for call in _edits(text, path):
        given = dict(zip(_EDIT, call.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        if _means(given.get("name"), name):
            given.setdefault("idea", ast.Constant(""))
            # Of the others, one that is not given is no literal either, as the call itself is none.
            parts = {part: _literal(part, given.get(part, call), path, call) for part in _EDIT}
            sentence = " ".join(parts.pop("text").split())
            # Without the further sentences, which the stub does not need.
            return Edit(text=sentence, line=call.lineno, **parts)
    wanted = f'write one out: grader.edit("{name}", ...)'
    raise GraderError(f"{path}:1: start={name!r} names no edit of this grader; {wanted}")


def refuse_computed_ideas(text: str, path: str) -> None:
    """Raise GraderError, with path and line, where an `idea` of a misconception is no literal."""
    for call in ast.walk(ast.parse(text)) if "idea" in text else ():
        match call:
            case ast.Call(ast.Attribute(ast.Name("grader"), "edit" | "misconception")):
                for keyword in call.keywords:
                    if keyword.arg == "idea":
                        _literal("idea", keyword.value, path, keyword)


def does_not_parse(path: str, problem: SyntaxError | ValueError) -> GraderError:
    """What is said of a grader that is not Python; of a NUL byte, Python gives no line."""
    line, said = getattr(problem, "lineno", None) or 1, getattr(problem, "msg", str(problem))
    return GraderError(f"{path}:{line}: {said}")


def said_of(problem: Exception) -> str:
    """An exception in a sentence."""
    known = isinstance(problem, GraderError)
    return str(problem) if known else f"{type(problem).__name__}: {problem}"


def _call(text: str, path: str) -> ast.Call:
    # All that comes after it takes longer to parse than to leave out.
    end = text.find("\n)\n", text.find("grader = Grader("))
    with contextlib.suppress(SyntaxError, ValueError):
        if call := _call_in(ast.parse(text[: end + 3] if end > 0 else "")):
            return call
    try:
        call = _call_in(ast.parse(text))
    except (SyntaxError, ValueError) as problem:
        raise does_not_parse(path, problem) from problem
    if call is None:
        raise GraderError(f"{path}:1: no `grader = Grader(...)`; every grader file has one")
    return call


def _call_in(tree: ast.Module) -> ast.Call | None:
    """The `Grader(...)` or `torchkata.Grader(...)` that is given the name `grader`."""
    for node in tree.body:
        match node:
            case ast.Assign([ast.Name("grader")], ast.Call() as call) | ast.AnnAssign(
                ast.Name("grader"), _, ast.Call() as call
            ) if ast.unparse(call.func).rpartition(".")[2] == "Grader":
                return call
    return None


def _edits(text: str, path: str) -> Iterator[ast.Call]:
    """The statements `grader.edit(...)` of a grader."""
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError) as problem:
        raise does_not_parse(path, problem) from problem
    for node in statements:
        match node:
            case ast.Expr(ast.Call(ast.Attribute(ast.Name("grader"), "edit")) as call):
                yield call


def _given(call: ast.Call, path: str) -> Iterator[tuple[str, Any]]:
    """The values of the keywords that are read, and None for those that no grader has."""
    known = inspect.signature(Grader).parameters
    for keyword in call.keywords:
        if keyword.arg is None:
            raise _no_literal(path, keyword.value.lineno, f"**{ast.unparse(keyword.value)}")
        if keyword.arg in _KEYWORDS:
            yield keyword.arg, _literal(keyword.arg, keyword.value, path, keyword)
        elif keyword.arg not in known:
            yield keyword.arg, None


def _literal(name: str, node: ast.expr, path: str, at: ast.keyword | ast.Call) -> Any:
    try:
        value = ast.literal_eval(node)
        msgspec.convert(value, _TYPES[name])
    except (ValueError, TypeError):
        raise _no_literal(path, at.lineno, name) from None
    return value


def _means(node: ast.expr | None, name: str) -> bool:
    """Whether an expression is this very text, written out."""
    return isinstance(node, ast.Constant) and node.value == name


def _no_literal(path: str, line: int, name: str) -> GraderError:
    like = (_KEYWORDS | _EDIT).get(name, _KEYWORDS["points"])
    reason = "kata reads graders without running them"
    return GraderError(f"{path}:{line}: `{name}` must be a literal, such as {like} ({reason})")
