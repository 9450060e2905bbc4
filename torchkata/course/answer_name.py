"""What of a file or a notebook is the answer: the one rule, for all that looks for it.

Everything here reads text; nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

Definition = ast.FunctionDef | ast.ClassDef

# How a name gets its value.
FUNCTION, CLASS, VALUE, IMPORT, DELETED = "function", "class", "value", "import", "deleted"

_DEFINED = re.compile(r"^(def|class)[ \t]++(\w++)", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """What an exercise asks for.

    Attributes:
        name: the reference's own spelling: `Adam`, where the file is `adam.py`.
        kind: `function` or `class`; empty where either will do.
    """

    name: str
    kind: str = ""


@dataclass(frozen=True)
class Bound:
    """A name that gets a value at the top of a file, even behind an `if` or `try`.

    Attributes:
        name: the name.
        kind: by what: a function, a class, a value, an import; or it is deleted.
        node: the statement.
    """

    name: str
    kind: str
    node: ast.stmt


Named = TypeVar("Named", bound=Bound)


def same_name(file_name: str, definition: str) -> bool:
    """Whether they are one name, as `early_stop` and `EarlyStop` are."""
    return plain_name(file_name) == plain_name(definition)


def answer_among(bound: Iterable[Named], asked: Asked) -> Named | None:
    """Which of the names that are given a value is the answer, in the order in which they are.

    The last with the reference's own spelling. Another spelling counts only where that name is
    absent, it is public, and it is a definition of the reference's kind. An import is no answer.
    """
    alike = [one for one in bound if same_name(asked.name, one.name) and one.kind != IMPORT]
    own = [one for one in alike if one.name == asked.name]
    if own:
        return own[-1] if own[-1].kind != DELETED else None
    kinds = (asked.kind,) if asked.kind else (FUNCTION, CLASS)
    last = {one.name: one for one in alike if not one.name.startswith("_")}
    others = [one for one in alike if last.get(one.name) is one and one.kind in kinds]
    return others[-1] if others else None


def asked_in(stub: str, file_name: str) -> Asked:
    """What a solution or a stub asks for; of a program to be fixed, which may not parse, too."""
    try:
        found = answer_among(bound_in(ast.parse(stub).body), Asked(file_name))
        pairs = [(found.kind, found.name)] if found else []
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pairs = [
            (FUNCTION if word == "def" else CLASS, name)
            for word, name in _DEFINED.findall(stub)
            if same_name(file_name, name) and not name.startswith("_")
        ]
    return Asked(pairs[-1][1], pairs[-1][0]) if pairs else Asked(file_name)


def bound_in(body: Sequence[ast.stmt]) -> Iterator[Bound]:
    """The names that statements give a value, in order; not those inside functions and classes."""
    for node in body:
        yield from (Bound(name, kind, node) for name, kind in _names(node))
        for part in _blocks(node):
            yield from bound_in(part)


def _names(node: ast.stmt) -> Iterator[tuple[str, str]]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name, FUNCTION
        case ast.ClassDef():
            yield node.name, CLASS
        case ast.Import() | ast.ImportFrom():
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], IMPORT
        case ast.Delete():
            yield from ((target.id, DELETED) for target in _targets(node.targets))
        case ast.Assign(targets, value):
            yield from _assigned(targets, value)
        case ast.AnnAssign(target, _, ast.expr() as value):
            yield from _assigned([target], value)
        case ast.AugAssign(target) | ast.For(target) | ast.AsyncFor(target):
            yield from ((one.id, VALUE) for one in _targets([target]))
        case ast.With(items) | ast.AsyncWith(items):
            names = [item.optional_vars for item in items if item.optional_vars]
            yield from ((one.id, VALUE) for one in _targets(names))


def _assigned(targets: Sequence[ast.expr], value: ast.expr) -> Iterator[tuple[str, str]]:
    for target in _targets(targets):
        # `half = half(x)` tries the answer, and is none.
        if not _calls(value, target.id):
            yield target.id, FUNCTION if isinstance(value, ast.Lambda) else VALUE


def _calls(value: ast.expr, name: str) -> bool:
    calls = (part.func for part in ast.walk(value) if isinstance(part, ast.Call))
    return any(isinstance(function, ast.Name) and function.id == name for function in calls)


def _targets(targets: Iterable[ast.expr]) -> Iterator[ast.Name]:
    for target in targets:
        if isinstance(target, ast.Name):
            yield target
        elif isinstance(target, (ast.Tuple, ast.List)):
            yield from _targets(target.elts)
        elif isinstance(target, ast.Starred):
            yield from _targets([target.value])


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """What is inside a statement and is run where the statement is."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return
    parts = [node, *getattr(node, "handlers", []), *getattr(node, "cases", [])]
    for part in parts:
        for field in ("body", "orelse", "finalbody"):
            yield getattr(part, field, [])


def plain_name(name: str) -> str:
    """What two spellings of one name have in common."""
    return name.replace("_", "").lower()
