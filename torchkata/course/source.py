"""Source text: deriving a stub, cutting a grader, applying an edit, telling a stub from an answer.

Everything here reads text; nothing is run.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import re
import textwrap
from collections.abc import Iterator
from functools import lru_cache

from torchkata.course.answer_name import (
    Asked,
    Definition,
    answer_among,
    bound_in,
    same_name,
)

TODO = "raise NotImplementedError"

# What of a grader holds an answer: all from the first of them on stays with the author.
_ANSWERS = ("grader.misconception", "grader.edit", "grader.edits", "grader.remark")


def definition_of(source: str, name: str | Asked) -> Definition:
    """The function or class in `source` that is named like the file, or that is asked for.

    Raises:
        LookupError: there is none.
    """
    asked = Asked(name) if isinstance(name, str) else name
    found = answer_among(bound_in(ast.parse(source).body), asked)
    if found is not None and isinstance(found.node, Definition):
        return found.node
    raise LookupError(f"no function or class is named {asked.name!r}")


def public_names(source: str) -> list[str]:
    """The public functions and classes that `source` defines, in order."""
    definitions = (node for node in ast.parse(source).body if isinstance(node, Definition))
    return [node.name for node in definitions if not node.name.startswith("_")]


def is_alternative(node: ast.stmt, name: str) -> bool:
    """Whether a statement defines something public that is not named like the file."""
    if not isinstance(node, Definition) or node.name.startswith("_"):
        return False
    return not same_name(name, node.name)


def derive_stub(source: str, name: str) -> str:
    """The solution with its answers taken out: docstrings, helpers and signatures stay.

    What is below the first alternative is the alternatives' own, and goes with them.
    """
    return _without_alternatives(_emptied(source, name), name)


def derive_start(source: str, name: str) -> str:
    """What a debugging exercise begins with: the (edited) solution without its alternatives."""
    return _without_alternatives(source, name)


def cut(grader_source: str) -> str:
    """A grader file up to its first misconception or remark: all that a sandbox or a pack gets.

    What misconceptions import from `graders` or `solutions` goes with them.
    """
    lines, body = grader_source.splitlines(keepends=True), ast.parse(grader_source).body
    seen = max((place for place, node in enumerate(body) if _is_look(node)), default=len(body))
    for place, node in enumerate(body):
        if _holds_an_answer(node) or (place > seen and _is_from_beside(node)):
            return _stripped_of_comments(lines[: _first_line(node) - 1])
    return grader_source


def apply_edit(source: str, name: str, old: str, new: str) -> str:
    """Exchange `old` for `new` in the reference's definition.

    A part of a line is found anywhere. A passage of several lines is found at any depth, and `new`
    goes there too: both are measured from the margin of `old`.

    Raises:
        ValueError: `old` does not occur exactly once.
    """
    before, inside, after = around(source, name)
    return before + exchanged(inside, old, new) + after


@lru_cache(maxsize=4)
def around(source: str, name: str) -> tuple[str, str, str]:
    """What is before a file's definition, the definition, and what is after it."""
    lines = source.splitlines(keepends=True)
    node = definition_of(source, name)
    start, end = _first_line(node) - 1, node.end_lineno
    return "".join(lines[:start]), "".join(lines[start:end]), "".join(lines[end:])


def exchanged(inside: str, old: str, new: str) -> str:
    """The text of a definition with `old` exchanged for `new`, as in `apply_edit`.

    Raises:
        ValueError: `old` does not occur exactly once.
    """
    several, depth = _is_long(old), _depth_of(inside, old)
    before, passage, after = inside.partition(_at(depth, old, old))
    instead = _at(depth, new, old if several else new)
    if not several:
        # Further lines are indented as the line that the first one is in.
        here = before.rpartition("\n")[2] + passage
        instead = instead.replace("\n", "\n" + here[: len(here) - len(here.lstrip())])
    return before + instead + after


def place_of(inside: str, old: str) -> int:
    """Where in the text of a definition the passage begins that an edit exchanges.

    Raises:
        ValueError: `old` does not occur exactly once.
    """
    return inside.index(_at(_depth_of(inside, old), old, old))


def imported_graders(grader_source: str) -> list[str]:
    """What a grader imports from `graders`, as dotted names within that folder, each once.

    Not parsed, since that takes long, and is asked of all graders where `kata` starts.
    """
    found = re.findall(r"^(?:from|import) graders\.([\w.]+)", grader_source, re.MULTILINE)
    return list(dict.fromkeys(found))


def without_docstrings(node: Definition) -> Definition:
    """A copy of a definition that says nothing about itself."""
    bare = copy.deepcopy(node)
    for part in ast.walk(bare):
        if isinstance(part, Definition) and part.body and _is_docstring(part.body[0]):
            part.body = part.body[1:] or [ast.Pass()]
    return bare


def digest(source: str, path: str = "<text>") -> str:
    """A digest of the syntax tree: equal for sources that differ in layout and comments alone.

    What the file says at its top is no part of it: in a notebook, it is in a cell of its own.

    Raises:
        SyntaxError: the source does not parse (ValueError for a NUL byte); `path` is named in it.
    """
    tree = ast.parse(source, path)
    tree.body = tree.body[ast.get_docstring(tree) is not None :]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def digest_or_none(source: str) -> str | None:
    """The digest of a source that parses: a program to be fixed may not."""
    try:
        return digest(source)
    except (SyntaxError, ValueError):
        return None


def further_reading(source: str, name: str) -> str:
    """What the docstring says behind "Read: ": the page that explains more; empty if nothing."""
    docstring = ast.get_docstring(definition_of(source, name)) or ""
    lines = [line for line in docstring.splitlines() if line.startswith("Read: ")]
    return lines[0].removeprefix("Read: ") if lines else ""


def without_return(source: str, name: str | Asked) -> str:
    """The name of the answer, or of its `forward`, where it is without a `return` of a value.

    Args:
        source: of the answer.
        name: of the answer.

    Returns:
        Empty where there is a `return` or a `yield`, and where there is no such definition.
    """
    try:
        found: ast.stmt = definition_of(source, name)
    except (LookupError, SyntaxError):
        return ""
    if isinstance(found, ast.ClassDef):
        methods = (one for one in found.body if isinstance(one, ast.FunctionDef))
        found = next((one for one in methods if one.name == "forward"), found)
    if not isinstance(found, ast.FunctionDef):
        return ""
    gives = any(_gives_back(node) for node in _own(found))
    return "" if gives else found.name


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """What is in a function, and in no other within it."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _own(node)


def _gives_back(node: ast.AST) -> bool:
    if isinstance(node, ast.Return):
        return node.value is not None
    return isinstance(node, (ast.Yield, ast.YieldFrom))


def marks_of(node: ast.stmt) -> list[str]:
    """What a statement is decorated with, called or not: `grader.misconception`, for example."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return [ast.unparse(mark.func if isinstance(mark, ast.Call) else mark) for mark in decorators]


@lru_cache(maxsize=4)
def line_of(source: str, name: str) -> int:
    """The line of the function or class named like the file; 1 where it cannot be told."""
    try:
        return definition_of(source, name).lineno
    except (LookupError, SyntaxError, ValueError, RecursionError, MemoryError):
        return 1


def _is_long(old: str) -> bool:
    """Whether a passage has several lines."""
    return "\n" in textwrap.dedent(old).strip()


def _depth_of(inside: str, old: str) -> int:
    """How deep the passage is that an edit exchanges, for one of several lines."""
    depths = range(0, 24, 4) if _is_long(old) else [0]
    found = [depth for depth in depths for _ in range(inside.count(_at(depth, old, old)))]
    if len(found) != 1:
        raise ValueError(
            f"{old!r} occurs {len(found)} times in the reference; it must occur exactly once"
        )
    return found[0]


def _at(depth: int, passage: str, measure: str) -> str:
    """A passage moved to a depth, from the margin that all lines of `measure` share."""
    lines = [line for line in measure.splitlines() if line.strip()]
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines), default=0)
    kept = [line[margin:] if not line[:margin].strip() else line for line in passage.splitlines()]
    return textwrap.indent("\n".join(kept).strip("\n"), " " * depth)


def _first_line(node: ast.stmt) -> int:
    """Where a statement begins, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _without_alternatives(source: str, name: str) -> str:
    """Leave out the first public definition of another name, and all below it but the answer."""
    lines, body = source.splitlines(), ast.parse(source).body
    first = next((i for i, node in enumerate(body) if is_alternative(node, name)), len(body))
    for node in reversed(body[first:]):
        if not _is_named(node, name):
            del lines[_first_line(node) - 1 : node.end_lineno]
    return _with_two_blank_lines(lines)


def _is_named(node: ast.stmt, name: str) -> bool:
    return isinstance(node, Definition) and same_name(name, node.name)


def _with_two_blank_lines(lines: list[str]) -> str:
    """Runs of more than two blank lines become two; one newline ends the text."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or kept[-2:] != ["", ""]:
            kept.append(line.rstrip())
    return "\n".join(kept).strip("\n") + "\n"


def _emptied(source: str, name: str) -> str:
    """Exchange the answer for `raise NotImplementedError`, in a class method by method."""
    lines = source.splitlines()
    node = definition_of(source, name)
    parts = [node] if isinstance(node, ast.FunctionDef) else list(node.body)
    for part in reversed(parts):
        if isinstance(part, ast.FunctionDef):
            _empty(lines, part)
        elif not _is_docstring(part):
            del lines[_first_line(part) - 1 : part.end_lineno]
    return "\n".join(lines)


def _empty(lines: list[str], function: ast.FunctionDef) -> None:
    """Empty one function; a private method is the answer's own and goes as a whole."""
    if function.name.startswith("_") and not function.name.endswith("__"):
        del lines[_first_line(function) - 1 : function.end_lineno]
        return
    first, *rest = function.body
    body = rest if _is_docstring(first) else function.body
    start = _first_line(body[0]) if body else (first.end_lineno or 0) + 1
    while body and lines[start - 2].lstrip().startswith("#"):
        start -= 1
    lines[start - 1 : function.end_lineno] = [" " * first.col_offset + TODO]


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _holds_an_answer(node: ast.stmt) -> bool:
    """Whether it registers a misconception, edits or a remark."""
    marks = marks_of(node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        marks.append(ast.unparse(node.value.func))
    return any(mark in _ANSWERS for mark in marks)


def _is_look(node: ast.stmt) -> bool:
    """`@grader.case` or `@grader.observe` above a function."""
    return any(mark in ("grader.case", "grader.observe") for mark in marks_of(node))


def _is_from_beside(node: ast.stmt) -> bool:
    """`from graders.module.file import ...`, or the same from `solutions`."""
    name = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    return name.split(".")[0] in ("graders", "solutions")


def _stripped_of_comments(lines: list[str]) -> str:
    """Without the blank lines and comments at the end: they speak of what was cut."""
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    return "".join(lines)
