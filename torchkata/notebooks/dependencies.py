"""What a notebook would hand in: one file's text, put together from the cells that define it.

Names are followed through the syntax trees of the cells. Nothing is run here, and neither torch nor
IPython is imported.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import symtable
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from torchkata.course.answer_name import (
    DELETED,
    IMPORT,
    Asked,
    Bound,
    answer_among,
    bound_in,
)
from torchkata.course.packages import PACKAGES

# What a value may be called with and still be the same wherever the file is loaded.
_MAKERS = frozenset({"float", "int", "complex", "bool", "str", "tuple", "list", "set", "dict"})
_CONSTANT = (
    ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp,
    ast.BinOp, ast.operator, ast.unaryop, ast.expr_context,
)  # fmt: skip
_DEFINITIONS = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass,
)  # fmt: skip
_CHANGING = frozenset({
    "append", "extend", "insert", "remove", "pop", "popitem", "clear", "update", "add", "discard",
    "sort", "reverse", "setdefault",
})  # fmt: skip
# IPython's own, which a file that is handed in finds nowhere.
_OF_IPYTHON = frozenset({"display", "get_ipython"})

_Place = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """A piece of source that was run.

    Attributes:
        label: what it is called; empty for a whole file.
        text: its Python.
        above: how many lines of it are above the text.
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
        missing: what is used, and is in no cell as something to hand in.
        begin: where the answer's definition begins.
    """

    text: str = ""
    places: list[tuple[Cell, int]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    begin: tuple[Cell, int] | None = None


@dataclass(frozen=True)
class _Statement:
    """A statement at the top of a cell, and the names it deals with.

    Attributes:
        place: which cell it is in, and where there.
        binds: the names it gives a value.
        touches: the names whose value it changes from within: `table["a"] = 1`.
        uses: the names it reads.
    """

    cell: Cell
    place: _Place
    node: ast.stmt
    binds: frozenset[str]
    touches: frozenset[str]
    uses: frozenset[str]


@dataclass(frozen=True)
class _Found(Bound):
    """A name that gets a value, and the statement of a cell that gives it."""

    statement: _Statement


def hand_in(asked: Asked, cells: Sequence[Cell]) -> HandIn | None:
    """The file that defines the answer and all it needs; None if no cell defines it.

    What the answer's own cell does to a name counts before what other cells do; of others, the last
    counts. Of a cell that is not the answer's own, imports, functions, classes and constants go
    along.

    Args:
        asked: which function or class.
        cells: in the order in which they are run.
    """
    gathered = _Gathering(cells)
    found = answer_among(gathered.bound(), asked)
    if found is None:
        return None
    gathered.begin_with(found.name, found.statement)
    return gathered.written(found.statement)


class _Gathering:
    """Follows names from statement to statement, each behind those it needs."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._statements = [
            _Statement(cell, (number, index), *found)
            for number, cell in enumerate(cells)
            for index, found in enumerate(_statements(cell.text))
        ]
        self._home = -1
        # Each statement that is taken, with the names that it is taken for.
        self._chosen: dict[_Place, tuple[_Statement, set[str]]] = {}
        self._seen: set[tuple[str, _Place]] = set()
        self._missing: dict[str, None] = {}

    def bound(self) -> Iterator[_Found]:
        """All names that are given a value, in order."""
        for statement in self._statements:
            for one in bound_in([statement.node]):
                yield _Found(one.name, one.kind, one.node, statement)

    def begin_with(self, name: str, main: _Statement) -> None:
        """Take the answer: all that its own cell and later ones do to it, and what that needs."""
        self._home = main.place[0]
        here = self._of_cell(name, self._home)
        self._take_all(name, [*here, *self._touched_later(name, here)])

    def written(self, main: _Statement) -> HandIn:
        """The file: what must be first, then each statement behind those it needs."""
        future = {ast.unparse(one.node): one for one in self._statements if _is_future(one.node)}
        done = HandIn(missing=list(self._missing), begin=(main.cell, _line(main)))
        pairs = [(one, set[str]()) for one in future.values()]
        pairs += [pair for pair in self._chosen.values() if not _is_future(pair[0].node)]
        lines: list[str] = []
        for statement, names in pairs:
            for number, line in _lines(statement, names):
                lines.append(line)
                done.places.append((statement.cell, number + statement.cell.above))
        done.text = "\n".join(lines) + "\n"
        return done

    def _take(self, name: str, user: _Statement) -> None:
        """Take what defines a name that `user` uses, and what that needs in turn."""
        found = self._sources(name, user)
        if found:
            self._take_all(name, found)
        elif found is None:
            self._missing[name] = None

    def _take_all(self, name: str, found: Sequence[_Statement]) -> None:
        new = [one for one in found if (name, one.place) not in self._seen]
        self._seen |= {(name, one.place) for one in new}
        if new and _needs_itself(name, new[0]):
            self._take_all(name, self._before(name, new[0]))
        for statement in new:
            for used in sorted(statement.uses - {name}):
                self._take(used, statement)
        for statement in new:
            self._chosen.setdefault(statement.place, (statement, set()))[1].add(name)

    def _sources(self, name: str, user: _Statement) -> list[_Statement] | None:
        """The statements that a name's value comes from, if they can be handed in."""
        here = self._of_cell(name, user.place[0])
        at_home = self._of_cell(name, self._home)
        if any(name in one.binds for one in at_home):
            return at_home
        binding = [one for one in self._statements if name in one.binds]
        if not binding:
            return here or self._starred(name)
        last = binding[-1]
        if last in here:
            return here
        if not self._goes_along(name, last):
            return here or None
        if isinstance(last.node, ast.Import):
            # `import xml.dom` and `import xml.sax` are both the name's.
            return [*(one for one in binding[:-1] if _imports_a_part(one.node)), last]
        return [last, *self._touched_later(name, [last])]

    def _before(self, name: str, statement: _Statement) -> list[_Statement]:
        """What gave a name its value before a statement that uses the name and binds it again."""
        earlier = (one for one in self._statements if one.place < statement.place)
        return [one for one in earlier if name in one.binds][-1:]

    def _of_cell(self, name: str, number: int) -> list[_Statement]:
        """All that one cell does to a name."""
        inside = (one for one in self._statements if one.place[0] == number)
        return [one for one in inside if name in one.binds | one.touches]

    def _touched_later(self, name: str, found: Sequence[_Statement]) -> list[_Statement]:
        """What cells below do to a value from within, with nothing but names and constants."""
        last = found[-1].place
        later = (one for one in self._statements if one.place[0] > last[0])
        return [one for one in later if name in one.touches and _sets_plainly(one.node)]

    def _goes_along(self, name: str, statement: _Statement) -> bool:
        """Whether it is an import, a function, a class or a constant."""
        node = statement.node
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            return _is_constant(node.value) and not self._changes(name, statement)
        return _only_defines(node)

    def _changes(self, name: str, statement: _Statement) -> bool:
        """Whether a constant is changed from within by what does not go along."""
        later = (one for one in self._statements if one.place > statement.place)
        return any(name in one.touches and not _sets_plainly(one.node) for one in later)

    def _starred(self, name: str) -> list[_Statement] | None:
        """The `from module import *` that a name may have come from; nothing for Python's own."""
        for statement in reversed(self._statements):
            node = statement.node
            starred = isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
            if starred and _has(getattr(node, "module", None) or "", name):
                return [statement]
        return [] if hasattr(builtins, name) and name not in _OF_IPYTHON else None


def import_of(name: str, cells: Iterable[Cell]) -> HandIn | None:
    """The last import that gives a name its value; None if there is none."""
    for cell in reversed([*cells]):
        for node, *_ in reversed(_statements(cell.text)):
            if any(one.name == name and one.kind == IMPORT for one in bound_in([node])):
                place = cell, node.lineno + cell.above
                return HandIn(f"{ast.unparse(node)}\n", [place], [], place)
    return None


def parses(text: str) -> bool:
    """Whether a text is Python."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _has(module: str, name: str) -> bool:
    known = PACKAGES | sys.stdlib_module_names
    try:
        return module.partition(".")[0] in known and hasattr(importlib.import_module(module), name)
    except Exception:
        # It is not there, whatever it says of that.
        return False


def _only_defines(node: ast.stmt) -> bool:
    """Whether a statement imports or defines, even behind an `if` or `try`, and does no more."""
    if isinstance(node, ast.Try):
        handlers = [statement for handler in node.handlers for statement in handler.body]
        inside = [*node.body, *handlers, *node.orelse, *node.finalbody]
        return all(map(_only_defines, inside))
    if isinstance(node, ast.If):
        return all(map(_only_defines, [*node.body, *node.orelse]))
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        return _is_constant(node.value)
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


def _sets_plainly(node: ast.stmt) -> bool:
    """Whether it sets an attribute or an entry to something that goes along."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        return _is_constant(node.value)
    match node:
        case ast.Expr(ast.Call(ast.Name("setattr"), [_, *values])):
            return all(map(_is_constant, values))
    return False


def _imports_a_part(node: ast.stmt) -> bool:
    """Whether it is an import such as `import xml.dom`."""
    return isinstance(node, ast.Import) and any(
        "." in alias.name and alias.asname is None for alias in node.names
    )


def _needs_itself(name: str, statement: _Statement) -> bool:
    """Whether it gives a name a value that is made of the one before: `f = compile(f)`."""
    node = statement.node
    if name not in statement.binds:
        return False
    parts: list[ast.AST] = list(getattr(node, "decorator_list", []))
    match node:
        case ast.AugAssign():
            return True
        case ast.Assign(_, value) | ast.AnnAssign(_, _, ast.expr() as value):
            parts.append(value)
        case ast.ClassDef():
            parts += [*node.bases, *node.keywords]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            parts.append(node.args)
    return any(isinstance(x, ast.Name) and x.id == name for p in parts for x in ast.walk(p))


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _line(statement: _Statement) -> int:
    """Where a statement begins in its cell, decorators included."""
    decorators: list[ast.expr] = getattr(statement.node, "decorator_list", [])
    first = min([statement.node.lineno, *(decorator.lineno for decorator in decorators)])
    return first + statement.cell.above


def _lines(statement: _Statement, names: set[str]) -> Iterator[tuple[int, str]]:
    """(number, text) of each line of a statement, decorators included.

    Of an import, what gives one of `names` a value, if there are such.
    """
    node = statement.node
    narrow = _narrowed(node, names)
    if narrow is not None:
        yield node.lineno, narrow
        return
    first = _line(statement) - statement.cell.above
    lines = statement.cell.text.split("\n")[first - 1 : node.end_lineno]
    if not getattr(node, "decorator_list", []):
        # Others may be on the same line: `a = 1; b = 2`.
        lines = (ast.get_source_segment(statement.cell.text, node) or "").split("\n")
    yield from enumerate(lines, start=first)


def _narrowed(node: ast.stmt, names: set[str]) -> str | None:
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or not names:
        return None
    kept = [a for a in node.names if (a.asname or a.name.partition(".")[0]) in names]
    if not kept or len(kept) == len(node.names):
        return None
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import(kept))
    return ast.unparse(ast.ImportFrom(node.module, kept, node.level))


_Names = tuple[frozenset[str], frozenset[str], frozenset[str]]
_Named = tuple[ast.stmt, frozenset[str], frozenset[str], frozenset[str]]


@lru_cache(maxsize=4096)
def _statements(text: str) -> tuple[_Named, ...]:
    """Each statement at the top of a text, with the names it binds, touches and uses."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # A cell that is no Python has done nothing.
        return ()
    return tuple((node, *names) for node in body if (names := _names(node)) is not None)


def _names(node: ast.stmt) -> _Names | None:
    try:
        table = symtable.symtable(ast.unparse(node), "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Such as `await` at the margin, which only a notebook runs.
        return None
    binds = frozenset(one.name for one in bound_in([node]) if one.kind != DELETED)
    return binds, frozenset(_touched(node)) - binds, frozenset(_used(table))


def _touched(node: ast.stmt) -> Iterator[str]:
    """The names whose value is changed from within: by a dot, a bracket, or a method that does."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return
    for part in ast.walk(node):
        match part:
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                inner: ast.expr = part
                while isinstance(inner, (ast.Attribute, ast.Subscript)):
                    inner = inner.value
                if isinstance(inner, ast.Name):
                    yield inner.id
            case ast.Call(ast.Name("setattr"), [ast.Name(name), *_]):
                yield name
            case ast.Call(ast.Attribute(ast.Name(name), method)) if method in _CHANGING:
                yield name


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    """The names that a statement and all scopes in it look up among the globals."""
    at_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (at_top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _used(child)
