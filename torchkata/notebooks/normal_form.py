"""What is left of an answer when its names, comments and layout do not count.

Two answers of one form are one program, written with other words. Nothing is run here.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from torchkata.course.answer_name import Asked, Bound, answer_among, bound_in
from torchkata.notebooks.dependencies import parses
from torchkata.notebooks.script import cells_of, is_script

_IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class NormalForm:
    """An answer, and what it needs of its file.

    Attributes:
        nodes: how many nodes its syntax tree has, as Python's `ast` has them.
        digest: the same for all answers of one form.
    """

    nodes: int
    digest: str


def normal_form(text: str, asked: Asked) -> NormalForm | None:
    """The form of an answer; None where the text does not define it, or is no Python.

    Names that the text itself gives to something are numbered as they come, and what an import
    names is written out. Comments, docstrings, type hints, the order of definitions, and what the
    answer does not need, are left out.

    Args:
        text: a file, or the script of a notebook.
        asked: which of its functions or classes is the answer.
    """
    try:
        bound = list(bound_in(ast.parse(_python_of(text)).body))
        answer = answer_among(bound, asked)
        return _form(_needed(answer.node, bound)) if answer else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _python_of(text: str) -> str:
    """A file's text; of a notebook, that of the cells that are Python."""
    if not is_script(text):
        return text
    return "\n".join(cell.text for cell in cells_of(text) if parses(cell.text))


def _needed(answer: ast.stmt, bound: Sequence[Bound]) -> list[ast.stmt]:
    """The answer's statement, and those at the top that it uses, in the order of their use."""
    named = {one.name: one.node for one in bound}
    found = {id(answer): answer}
    waiting = [answer]
    for node in waiting:
        names = dict.fromkeys(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
        new = {id(named[name]): named[name] for name in names if name in named}
        waiting += (one for key, one in new.items() if key not in found)
        found |= new
    return list(found.values())


def _form(needed: Sequence[ast.stmt]) -> NormalForm:
    parts = [part for node in needed for part in ast.walk(node)]
    imported = dict(path for part in parts for path in _imported(part))
    plain = _Plain(frozenset(name for part in parts for name in _given(part)), imported)
    trees = [plain.visit(node) for node in needed if not isinstance(node, _IMPORTS)]
    nodes = sum(1 for tree in trees for _ in ast.walk(tree))
    dumped = "\n".join(map(ast.dump, trees)).encode("utf-8", "surrogatepass")
    return NormalForm(nodes, hashlib.sha256(dumped).hexdigest())


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """(name, what it is in full) of each name that an import gives."""
    for alias in node.names if isinstance(node, _IMPORTS) else ():
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, f"{'.' * node.level}{node.module}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            top = alias.name.partition(".")[0]
            yield top, top


def _given(node: ast.AST) -> Iterator[str]:
    """The name that a node gives to something."""
    match node:
        case ast.Name(name, ast.Store() | ast.Del()) | ast.arg(name) | ast.ClassDef(name):
            yield name
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ExceptHandler(_, str(name)):
            yield name
        case ast.MatchAs(_, str(name)) | ast.MatchStar(str(name)):
            yield name


class _Plain(ast.NodeTransformer):
    """Takes out of a tree what does not count."""

    def __init__(self, given: frozenset[str], imported: Mapping[str, str]) -> None:
        self._given, self._imported = given, imported
        self._numbers: dict[str, str] = {}
        self._paths = set(imported.values())

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Exchange the names that a node holds as strings, and go on inside."""
        for field in ("name", "arg", "rest"):
            if isinstance(value := getattr(node, field, None), str) and _is_own(node):
                setattr(node, field, self._called(value))
        for field in ("annotation", "returns", "type_comment"):
            if hasattr(node, field):
                setattr(node, field, None)
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            node.names = sorted(map(self._called, node.names))
        if isinstance(body := getattr(node, "body", None), list):
            body[:] = [one for one in body if not _says_nothing(one)] or [ast.Pass()]
        return super().generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A name of the file's own by its number, one that is imported in full."""
        return ast.Name(self._called(node.id), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`F.softmax` and `torch.nn.functional.softmax` are one."""
        value = self.visit(node.value)
        if not isinstance(value, ast.Name) or value.id not in self._paths:
            return ast.Attribute(value, node.attr, node.ctx)
        self._paths.add(path := f"{value.id}.{node.attr}")
        return ast.Name(path, node.ctx)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Its methods keep their names, which others call them by."""
        kinds = ast.FunctionDef, ast.AsyncFunctionDef
        methods = [one for one in node.body if isinstance(one, kinds)]
        names = [one.name for one in methods]
        seen = self.generic_visit(node)
        for one, name in zip(methods, names, strict=True):
            one.name = name
        return seen

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """`x: int = 1` is `x = 1`; without a value, it says nothing."""
        plain = ast.Assign([node.target], node.value) if node.value else ast.Pass()
        return self.generic_visit(plain)

    def _called(self, name: str) -> str:
        if name in self._imported:
            return self._imported[name]
        if name not in self._given:
            return name
        return self._numbers.setdefault(name, f"_{len(self._numbers)}")


def _is_own(node: ast.AST) -> bool:
    """Whether its string is a name of the file's own; a keyword's and an import's is another's."""
    return not isinstance(node, (ast.keyword, ast.alias))


def _says_nothing(node: ast.AST) -> bool:
    """Whether a statement does nothing: a docstring, an import, a type alone."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, _IMPORTS) or (isinstance(node, ast.AnnAssign) and node.value is None)
