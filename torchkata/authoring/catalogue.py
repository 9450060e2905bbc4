"""Every sentence that a learner reads, by a key that stays: what a translation is made from."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib.resources import files

from torchkata.course import source
from torchkata.course.course import Course, Exercise

# The room whose strings are what the tool says.
_ROOM = files("torchkata") / "text"
# Strings that only set out others: blanks, signs, names of things.
_FEWEST_WORDS = 2


def of_course(course: Course, exercises: Iterable[Exercise]) -> dict[str, str]:
    """{exercise/kind/name: sentence} of exercises, and {module/page: text} of their modules.

    Raises:
        GraderError: an exercise cannot be used.
    """
    chosen = list(exercises)
    found = {key: text for one in chosen for key, text in _of_exercise(one)}
    for module, place in {one.module: one.stub_path.parent for one in reversed(chosen)}.items():
        page = place / "README.md"
        if page.is_file():
            found[f"{module}/page"] = page.read_text("utf-8")
    return found


def of_engine() -> dict[str, str]:
    """{engine/module/name: sentence}: what the tool says, with what is filled in in braces."""
    found: dict[str, str] = {}
    for path in sorted(_ROOM.iterdir(), key=lambda one: one.name):
        if path.name.endswith(".py"):
            module = path.name.removesuffix(".py")
            for owner, text in _of_module(ast.parse(path.read_text("utf-8"))):
                same = sum(key.rpartition(".")[0] == f"engine/{module}/{owner}" for key in found)
                found[f"engine/{module}/{owner}.{same + 1}"] = text
    return found


def _of_exercise(exercise: Exercise) -> Iterator[tuple[str, str]]:
    text, grader = exercise.stub, exercise.grader
    if source.digest_or_none(text) is None:
        # A program to fix that does not parse says what its solution says.
        text = source.derive_start(exercise.solution, exercise.name)
    stub = ast.parse(text)
    yield f"{exercise.id}/title", ast.get_docstring(stub) or ""
    for node in ast.walk(stub):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and (said := ast.get_docstring(node)):
            yield f"{exercise.id}/docstring/{node.name}", said
    for number, hint in enumerate(grader.hints, 1):
        yield f"{exercise.id}/hint/{number}", hint
    for name, case in grader.cases.items():
        yield f"{exercise.id}/case/{name}", case.text
    for name, misconception in grader.misconceptions.items():
        yield f"{exercise.id}/misconception/{name}", misconception.text
        for number, sentence in enumerate(misconception.more, 2):
            yield f"{exercise.id}/misconception/{name}/{number}", sentence
    for name, remark in grader.remarks.items():
        yield f"{exercise.id}/remark/{name}", remark.text


def _of_module(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The sentences of a module, each with the function or the constant that it is in."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield from ((node.name, text) for text in _strings(node))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield from ((ast.unparse(target), text) for text in _strings(node.value))


def _strings(node: ast.AST) -> Iterator[str]:
    """The strings within a node that are sentences, in the order of the file, no docstrings."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
        node = ast.Module(node.body[1:], [])
    if isinstance(node, ast.JoinedStr):
        text = "".join(_filled(part) for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from _strings(child)
        return
    if len([word for word in text.split() if word[0].isalpha()]) >= _FEWEST_WORDS:
        yield text


def _filled(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return f"{{{ast.unparse(part.value)}}}" if isinstance(part, ast.FormattedValue) else ""
