"""What a notebook would hand in: one file's text, put together from the cells that define it.

Names are followed through the syntax trees of the cells. Nothing is run here, and neither torch nor
IPython is imported.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import symtable
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

# What a value may be called with and still be the same wherever the file is loaded.
_MAKERS = frozenset({"float", "int", "complex", "bool", "str", "tuple", "list", "set", "dict"})
_CONSTANT = (
    ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp,
    ast.BinOp, ast.operator, ast.unaryop, ast.expr_context,
)  # fmt: skip
_DEFINITIONS = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass,
)  # fmt: skip
# IPython's own, which a file that is handed in finds nowhere.
_OF_IPYTHON = frozenset({"display", "get_ipython"})


@dataclass(frozen=True)
class Cell:
    """A piece of source that was run.

    Attributes:
        label: what it is called; empty for a whole file.
        text: its Python.
        above: how many lines of it stand above the text.
    """

    label: str
    text: str
    above: int = 0


@dataclass
class HandIn:
    """What would be handed in.

    Attributes:
        text: of the file.
        places: for each of its lines the cell and the line there it comes from.
        missing: {name: value} of what is used, and lies in no cell as something to hand in.
    """

    text: str = ""
    places: list[tuple[Cell, int]] = field(default_factory=list)
    missing: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Statement:
    """A statement at the top of a cell, and the names it deals with.

    Attributes:
        place: which cell it stands in, and where there.
        binds: the names it gives a value.
        touches: the names whose value it changes from within: `table["a"] = 1`.
        uses: the names it reads.
    """

    cell: Cell
    place: tuple[int, int]
    node: ast.stmt
    binds: frozenset[str]
    touches: frozenset[str]
    uses: frozenset[str]


def hand_in(name: str, namespace: Mapping[str, Any] | None, cells: Sequence[Cell]) -> HandIn | None:
    """The file that defines `name` and all it needs; None if no cell defines it.

    Args:
        name: of a function or class.
        namespace: what the cells have made; None if they were not run.
        cells: in the order in which they were run.
    """
    gathered = _Gathering(namespace, cells)
    main = gathered.definition(name, None)
    if main is None:
        return None
    # Once more from where it stands: what its own cell does to it belongs to it.
    gathered.take(name, main[-1])
    return gathered.written()


class _Gathering:
    """Follows names from statement to statement, each behind those it needs."""

    def __init__(self, namespace: Mapping[str, Any] | None, cells: Sequence[Cell]) -> None:
        self._namespace = namespace
        self._statements = [
            _Statement(cell, (number, index), *found)
            for number, cell in enumerate(cells)
            for index, found in enumerate(_statements(cell.text))
        ]
        self._chosen: dict[tuple[int, int], _Statement] = {}
        self._seen: set[tuple[str, int]] = set()
        self._missing: dict[str, Any] = {}

    def take(self, name: str, user: _Statement) -> None:
        """Take what defines a name that `user` uses, and what that needs in turn."""
        found = self.definition(name, user)
        if found is None:
            known = self._namespace or {}
            if name in known or name in _OF_IPYTHON:
                here = known.get(name, getattr(builtins, name, None))
                self._missing.setdefault(name, here)
            return
        new = [one for one in found if (name, one.place[0]) not in self._seen]
        self._seen |= {(name, one.place[0]) for one in found}
        for statement in new:
            for used in sorted(statement.uses - {name}):
                self.take(used, statement)
        for statement in new:
            self._chosen.setdefault(statement.place, statement)

    def definition(self, name: str, user: _Statement | None) -> list[_Statement] | None:
        """The statements that a name's value comes from, if they can be handed in."""
        here = self._of_cell(name, user.place[0]) if user else []
        for statement in reversed(self._statements):
            if statement in here:
                return here
            if name in statement.binds and self._agrees(name, statement):
                return [statement] if self._goes_along(statement) else here or None
        return self._starred(name)

    def written(self) -> HandIn:
        """The file: what must stand first, then each statement behind those it needs."""
        future = {ast.unparse(one.node): one for one in self._statements if _is_future(one.node)}
        others = [one for one in self._chosen.values() if not _is_future(one.node)]
        done = HandIn(missing=self._missing)
        lines: list[str] = []
        for statement in [*future.values(), *others]:
            for number, line in _lines(statement):
                lines.append(line)
                done.places.append((statement.cell, number + statement.cell.above))
        done.text = "\n".join(lines) + "\n"
        return done

    def _of_cell(self, name: str, number: int) -> list[_Statement]:
        """All that one cell does to a name."""
        inside = (one for one in self._statements if one.place[0] == number)
        return [one for one in inside if name in one.binds | one.touches]

    def _agrees(self, name: str, statement: _Statement) -> bool:
        """Whether the value that is there may come from this statement, and not from another."""
        if self._namespace is None:
            return True
        if name not in self._namespace:
            return False
        value, node = self._namespace[name], statement.node
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.decorator_list:
            return _comes_from(value, node, statement.cell)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            try:
                return bool(ast.literal_eval(node.value) == value)
            except Exception:
                # No literal, or a value that cannot be compared with one.
                return True
        return True

    def _goes_along(self, statement: _Statement) -> bool:
        """Whether it is an import, a function, a class or a constant."""
        node = statement.node
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            kinds = (types.FunctionType, type)
            made = [(self._namespace or {}).get(name) for name in statement.binds]
            return _is_constant(node.value) or all(isinstance(value, kinds) for value in made)
        return _only_defines(node)

    def _starred(self, name: str) -> list[_Statement] | None:
        """The `from module import *` that a name may have come from."""
        for statement in reversed(self._statements):
            node = statement.node
            starred = isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
            if starred and hasattr(sys.modules.get(getattr(node, "module", "")), name):
                return [statement]
        return None


def _only_defines(node: ast.stmt) -> bool:
    """Whether a statement imports or defines, be it behind an `if` or `try`, and does no more."""
    if isinstance(node, ast.Try):
        handlers = [statement for handler in node.handlers for statement in handler.body]
        inside = [*node.body, *handlers, *node.orelse, *node.finalbody]
        return all(map(_only_defines, inside))
    if isinstance(node, ast.If):
        return all(map(_only_defines, [*node.body, *node.orelse]))
    # `type Pair = ...`, which this Python may not know yet.
    return isinstance(node, _DEFINITIONS) or type(node).__name__ == "TypeAlias"


def _is_constant(node: ast.expr) -> bool:
    """Whether a value is written down: literals, sums of them, names with dots, float("inf")."""
    if isinstance(node, ast.Lambda):
        return True
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        known = name in _MAKERS or name.startswith("math.")
        return known and not node.keywords and all(map(_is_constant, node.args))
    parts = ast.iter_child_nodes(node)
    return isinstance(node, _CONSTANT) and all(
        _is_constant(part) if isinstance(part, ast.expr) else isinstance(part, _CONSTANT)
        for part in parts
    )


def _comes_from(value: Any, node: ast.FunctionDef | ast.ClassDef, cell: Cell) -> bool:
    """Whether a function or class is what a definition in a cell has made."""
    if isinstance(value, type) != isinstance(node, ast.ClassDef):
        return False
    code = _code_of(value)
    text = "".join(linecache.getlines(code.co_filename)) if code else ""
    if code is None or not text:
        return True
    same_text = text.strip() == cell.text.strip()
    return same_text and node.lineno <= code.co_firstlineno <= (node.end_lineno or 0)


def _code_of(value: Any) -> types.CodeType | None:
    if isinstance(value, type):
        own = [one for one in vars(value).values() if inspect.isfunction(one)]
        here = [one for one in own if one.__qualname__.startswith(f"{value.__qualname__}.")]
        return here[0].__code__ if here else None
    return value.__code__ if inspect.isfunction(value) else None


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _lines(statement: _Statement) -> Iterator[tuple[int, str]]:
    """(number, text) of each line of a statement, decorators included."""
    node = statement.node
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    lines = statement.cell.text.split("\n")[first - 1 : node.end_lineno]
    if not decorators:
        # Others may stand on the same line: `a = 1; b = 2`.
        lines = (ast.get_source_segment(statement.cell.text, node) or "").split("\n")
    yield from enumerate(lines, start=first)


@lru_cache(maxsize=4096)
def _statements(
    text: str,
) -> tuple[tuple[ast.stmt, frozenset[str], frozenset[str], frozenset[str]], ...]:
    """Each statement at the top of a text, with the names it binds, touches and uses."""
    try:
        return tuple((node, *_names(node)) for node in ast.parse(text).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # A cell that is no Python has done nothing.
        return ()


def _names(node: ast.stmt) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    table = symtable.symtable(ast.unparse(node), "<cell>", "exec")
    bound = (s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported())
    # `del x` counts as an assignment there.
    binds = frozenset() if isinstance(node, ast.Delete) else frozenset(bound)
    return binds, frozenset(_touched(node)) - binds, frozenset(_used(table))


def _touched(node: ast.stmt) -> Iterator[str]:
    """The names that stand to the left of a dot or a bracket that is assigned to."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return
    for part in ast.walk(node):
        if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store):
            inner: ast.expr = part
            while isinstance(inner, (ast.Attribute, ast.Subscript)):
                inner = inner.value
            if isinstance(inner, ast.Name):
                yield inner.id


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    """The names that a statement and all scopes in it look up among the globals."""
    at_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (at_top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _used(child)
