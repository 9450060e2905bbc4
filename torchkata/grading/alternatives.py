"""A student's answer, rewritten as an alternative or a misconception of the course.

It becomes code of the course, and runs as such: nothing in it may run when the file is loaded, and
what it needs goes below it, where no stub takes anything from.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torchkata.course.answer_name import Definition
from torchkata.course.course import Exercise
from torchkata.course.source import definition_of
from torchkata.notebooks.dependencies import Cell, hand_in
from torchkata.running.forbidden_calls import imported_names

# What may be called where a function or a class is defined, and nothing else.
_DECORATORS = frozenset(
    {"staticmethod", "classmethod", "property"}
    | {f"torch.{name}()" for name in ("no_grad", "inference_mode", "enable_grad")}
)
_PLAIN = (ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Dict, ast.UnaryOp)


_TAKEN = "Taken over from an answer that was handed in."
_MARK = "grader.misconception"


class Rejected(Exception):
    """An answer that cannot be accepted; str() says why and what to do."""


@dataclass(frozen=True)
class _Home:
    """The file that an answer is added to: what is in it, and what it is called."""

    text: str
    name: str


def as_alternative(exercise: Exercise, text: str, name: str) -> str:
    """The definition under its new name and below it what it needs, to be added to the solution.

    Args:
        exercise: whose alternative it becomes.
        text: what was handed in.
        name: what the alternative is called.

    Raises:
        Rejected: a machine cannot take it over, or it would run code where the file is loaded.
    """
    if name in dir(builtins) or not name.isidentifier() or name.startswith("_"):
        raise Rejected(f"`{name}` is no name for an alternative; choose another --name")
    home = _Home(exercise.solution, exercise.solution_path.name)
    answer, *news = _taken(exercise, text, name, home, _TAKEN)
    if public := sorted(n for n in _bound(news, imports=False) if not n.startswith("_")):
        raise Rejected(f"its helper `{public[0]}` would be an alternative itself; add it by hand")
    return _written(answer, *news)


def as_misconception(exercise: Exercise, text: str, name: str, sentence: str) -> str:
    """The definition as a misconception and below it what it needs, to be added to the grader.

    Args:
        exercise: whose misconception it becomes.
        text: what was handed in.
        name: what the misconception is called.
        sentence: its docstring.

    Raises:
        Rejected: as above.
    """
    home = _Home(exercise.grader_path.read_text("utf-8"), exercise.grader_path.name)
    answer, *news = _taken(exercise, text, name, home, sentence)
    assert isinstance(answer, Definition)
    answer.decorator_list.insert(0, ast.parse(_MARK, mode="eval").body)
    return _written(answer, *news)


def uses(text: str, exercise: Exercise) -> list[ast.stmt]:
    """What an answer uses of its file besides its own definition.

    Raises:
        Rejected: a machine cannot tell.
    """
    found = hand_in(exercise.asked, [Cell("", text)])
    if found is None:
        raise Rejected("its definition is not one that can be taken over; add it by hand")
    own = definition_of(found.text, exercise.asked).name
    return [one for one in ast.parse(found.text).body if getattr(one, "name", None) != own]


def is_there(node: ast.stmt, text: str) -> bool:
    """Whether a file has a statement already, or imports the same under the same names."""
    tree = ast.parse(text)
    wanted, known = imported_names(ast.Module([node], [])), imported_names(tree)
    if wanted and isinstance(node, (ast.Import, ast.ImportFrom)):
        return wanted.items() <= known.items()
    return any(ast.dump(node) == ast.dump(one) for one in tree.body)


def _taken(exercise: Exercise, text: str, name: str, home: _Home, docstring: str) -> list[ast.stmt]:
    """The definition under its new name, and what of its needs the file does not have."""
    news = [one for one in uses(text, exercise) if not is_there(one, home.text)]
    _refuse_names(home, news, name)
    renamed = _renamed(definition_of(text, exercise.asked), name, docstring)
    for one in (renamed, *news):
        if line := next(_runs_when_loaded(one), ""):
            raise Rejected(f"`{line}` would run whenever the course is loaded; add it by hand")
    return [renamed, *news]


def _written(*parts: ast.stmt) -> str:
    texts = [ast.unparse(ast.fix_missing_locations(one)) for one in parts]
    return "\n\n" + "\n\n\n".join(texts) + "\n"


def _renamed(node: Definition, name: str, docstring: str) -> Definition:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id == node.name:
            part.id = name
    node.name = name
    if ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    node.body.insert(0, ast.Expr(ast.Constant(docstring)))
    return node


def _refuse_names(home: _Home, news: Sequence[ast.stmt], name: str) -> None:
    there = _bound(ast.parse(home.text).body)
    if clash := sorted((_bound(news) | {name}) & (there | set(dir(builtins)))):
        raise Rejected(f"`{clash[0]}` means something else in {home.name}")


def _runs_when_loaded(node: ast.AST) -> Iterator[str]:
    """The passages of a statement that call something when the file is loaded."""
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)):
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from _unlike_decorators(node.decorator_list)
        yield from _unlike_plain([*node.args.defaults, *filter(None, node.args.kw_defaults)])
        yield from _that_call([node.args, *filter(None, [node.returns])])
    elif isinstance(node, ast.ClassDef):
        yield from _unlike_decorators(node.decorator_list)
        yield from _unlike_plain([*node.bases, *(one.value for one in node.keywords)])
        for inner in node.body:
            yield from _runs_when_loaded(inner)
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        yield from _unlike_plain([node.value])
        yield from _that_call([node])
    elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        yield _line(node)


def _unlike_decorators(nodes: Sequence[ast.expr]) -> Iterator[str]:
    yield from (f"@{_line(node)}" for node in nodes if ast.unparse(node) not in _DECORATORS)


def _unlike_plain(nodes: Sequence[ast.expr]) -> Iterator[str]:
    """Values that are more than names and literals."""
    for node in nodes:
        inner = [one for one in ast.walk(node) if isinstance(one, ast.expr)]
        if not all(isinstance(one, _PLAIN) for one in inner):
            yield _line(node)


def _that_call(nodes: Sequence[ast.AST]) -> Iterator[str]:
    calls = (one for node in nodes for one in ast.walk(node) if isinstance(one, ast.Call))
    yield from (_line(call) for call in calls)


def _line(node: ast.AST) -> str:
    return ast.unparse(node).partition("\n")[0]


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
