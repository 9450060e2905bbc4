"""Whether an answer is written as a remark says: its text is read where the answer runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from torchkata.course.answer_name import Asked, answer_among, bound_in
from torchkata.course.grader import Grader
from torchkata.running.forbidden_calls import imported_names

# What a pattern calls any expression.
_ANY = "_"


def patterns_of(grader: Grader) -> dict[str, tuple[str, ...]]:
    """{remark: its patterns}, which is all that is needed of them where an answer is run."""
    return {name: remark.written for name, remark in grader.remarks.items()}


def holds(text: str, asked: Asked, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns is found in an answer, or in what it uses of its file.

    Args:
        text: of the file; of one that cannot be read as Python, nothing is found.
        asked: which function or class.
        patterns: as `Grader.remark` has them.
    """
    try:
        tree = ast.parse(text)
        known = imported_names(tree)
        nodes = [node for part in _reached(tree, asked) for node in ast.walk(part)]
        return any(_all_found(pattern, nodes, known) for pattern in patterns)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _reached(tree: ast.Module, asked: Asked) -> Iterator[ast.stmt]:
    """The statements that define the answer, and those that define what it uses."""
    bound = list(bound_in(tree.body))
    found = answer_among(bound, asked)
    waiting, seen = [found.name] if found else [], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            nodes = [one.node for one in bound if one.name == name]
            yield from nodes
            inner = (part for node in nodes for part in ast.walk(node))
            waiting += [part.id for part in inner if isinstance(part, ast.Name)]


def _all_found(pattern: str, nodes: Iterable[ast.AST], known: Mapping[str, str]) -> bool:
    """Whether each part of a pattern is found somewhere."""
    statement = ast.parse(pattern).body[0]
    wanted: ast.AST = statement.value if isinstance(statement, ast.Expr) else statement
    together = isinstance(wanted, ast.BoolOp) and isinstance(wanted.op, ast.And)
    parts = wanted.values if isinstance(wanted, ast.BoolOp) and together else [wanted]
    return all(any(_fits(part, node, known) for node in nodes) for part in parts)


def _fits(pattern: ast.AST, node: ast.AST, known: Mapping[str, str]) -> bool:
    if isinstance(pattern, ast.Name) and pattern.id == _ANY:
        return isinstance(node, ast.expr)
    if isinstance(pattern, ast.Expr) and _is_anything(pattern.value):
        return True
    if isinstance(node, ast.Name) and node.id in known:
        # As it would be written without the import; names in that are nobody's any more.
        return _fits(pattern, ast.parse(known[node.id], mode="eval").body, {})
    return type(pattern) is type(node) and all(
        _alike(value, getattr(node, name), known)
        for name, value in ast.iter_fields(pattern)
        if name != "ctx"
    )


def _alike(pattern: Any, value: Any, known: Mapping[str, str]) -> bool:
    """Whether one field of a node fits; of a list, its beginning, and keywords in any order."""
    if isinstance(pattern, list):
        keywords = [one for one in pattern if isinstance(one, ast.keyword)]
        rest = [one for one in pattern if not isinstance(one, ast.keyword)]
        return (
            len(rest) <= len(value)
            and all(_alike(*pair, known) for pair in zip(rest, value, strict=False))
            and all(any(_fits(one, given, known) for given in value) for one in keywords)
        )
    if isinstance(pattern, ast.AST):
        return isinstance(value, ast.AST) and _fits(pattern, value, known)
    return type(pattern) is type(value) and bool(pattern == value)


def _is_anything(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
