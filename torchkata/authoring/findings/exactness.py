"""How a grader looks at an answer: observations of a change that a tolerance would hide."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from torchkata.authoring.findings.kinds import Finding
from torchkata.course.course import Exercise

_OF_A_CHANGE = re.compile(r"\b(un)?change[ds]?\b|\bdiffer|\bmodified\b|\bleft alone\b|\bafterwards")
_COPIES = ("clone", "copy", "deepcopy", "state_dict")
_CLOSE = ("allclose", "isclose")


def within_a_tolerance(exercise: Exercise) -> Iterator[Finding]:
    """Observations named like a change that are computed by a difference from a copy."""
    for function in ast.walk(ast.parse(exercise.cut_grader)):
        if isinstance(function, ast.FunctionDef):
            for name, line in _inexact(function):
                said = f"{name!r} is a difference, and a small change is within its tolerance"
                yield Finding(
                    "change within a tolerance", name, str(exercise.grader_path), line,
                    f"{said}; count changed_entries(before, now), or ask torch.equal or `is`",
                )  # fmt: skip


def _inexact(function: ast.FunctionDef) -> Iterator[tuple[str, int]]:
    values = _assigned(function)
    copies = {name for name, value in values.items() if _is_copy(value)}
    for name, value in _entries(function):
        if isinstance(value, ast.Name) and value.id in values:
            value = values[value.id]
        if _OF_A_CHANGE.search(name) and _is_difference(value, copies):
            yield name, value.lineno


def _entries(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """The named values of an observation: entries of dicts, and of `seen[name] = value`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None:
                    yield _words(key), value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            yield _words(node.targets[0].slice), node.value


def _words(key: ast.expr) -> str:
    if isinstance(key, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "..." for p in key.values)
    return str(key.value) if isinstance(key, ast.Constant) else ""


def _assigned(function: ast.FunctionDef) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _is_copy(value: ast.expr) -> bool:
    calls = (node.func for node in ast.walk(value) if isinstance(node, ast.Call))
    return any(ast.unparse(call).rpartition(".")[2] in _COPIES for call in calls)


def _is_difference(value: ast.expr, copies: set[str]) -> bool:
    """Whether a copy is subtracted, or compared by closeness, somewhere in a value."""
    for node in ast.walk(value):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            if not _counts(node) and _names(node) & copies:
                return True
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in _CLOSE and _names(node) & copies:
                return True
    return False


def _counts(node: ast.BinOp) -> bool:
    """A difference of lengths is exact."""
    return all(ast.unparse(side).startswith(("len(", "id(")) for side in (node.left, node.right))


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
