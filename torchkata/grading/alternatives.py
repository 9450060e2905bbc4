"""A student's answer, rewritten as an alternative of the course.

It becomes code of the course, and runs as such: nothing in it may run when the file is loaded, and
what it needs goes below it, where no stub takes anything from.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from torchkata.course.answer_name import Definition
from torchkata.course.course import Exercise
from torchkata.course.source import definition_of
from torchkata.notebooks.dependencies import Cell, hand_in

# What may be called where a function or a class is defined, and nothing else.
_DECORATORS = frozenset(
    {"staticmethod", "classmethod", "property"}
    | {f"torch.{name}()" for name in ("no_grad", "inference_mode", "enable_grad")}
)
_PLAIN = (ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Dict, ast.UnaryOp)


class Rejected(Exception):
    """An answer that cannot be accepted; str() says why and what to do."""


def as_alternative(exercise: Exercise, text: str, name: str) -> str:
    """The definition under its new name and below it what it needs, to be added to the solution.

    Args:
        exercise: whose alternative it becomes.
        text: what was handed in.
        name: what the alternative is called.

    Raises:
        Rejected: a machine cannot take it over, or it would run code where the file is loaded.
    """
    found = hand_in(exercise.asked, [Cell("", text)])
    if found is None:
        raise Rejected("its definition is not one that can be taken over; add it by hand")
    if name in dir(builtins) or not name.isidentifier() or name.startswith("_"):
        raise Rejected(f"`{name}` is no name for an alternative; choose another --name")
    old = definition_of(text, exercise.asked).name
    tree = ast.parse(found.text)
    own = [one for one in tree.body if getattr(one, "name", None) != old]
    news = [one for one in own if not _is_there(one, exercise.solution)]
    _refuse_names(exercise, news, name)
    renamed = _renamed(definition_of(found.text, exercise.asked), name)
    for one in (renamed, *news):
        if line := next(_runs_when_loaded(one), ""):
            raise Rejected(f"`{line}` would run whenever the course is loaded; add it by hand")
    parts = [ast.unparse(ast.fix_missing_locations(one)) for one in (renamed, *news)]
    return "\n\n" + "\n\n\n".join(parts) + "\n"


def _renamed(node: Definition, name: str) -> Definition:
    node.name = name
    if ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    node.body.insert(0, ast.Expr(ast.Constant("Taken over from an answer that was handed in.")))
    return node


def _refuse_names(exercise: Exercise, news: Sequence[ast.stmt], name: str) -> None:
    there = _bound(ast.parse(exercise.solution).body)
    if clash := sorted((_bound(news) | {name}) & (there | set(dir(builtins)))):
        raise Rejected(f"`{clash[0]}` means something else in {exercise.solution_path.name}")
    if public := sorted(n for n in _bound(news, imports=False) if not n.startswith("_")):
        raise Rejected(f"its helper `{public[0]}` would be an alternative itself; add it by hand")


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
