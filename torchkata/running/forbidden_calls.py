"""Calls an exercise asks to do without, noticed in the source and while running.

Advice for the learner and a flag for the teacher: anyone who wants to hide a call can.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import sys
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

from torch.overrides import TorchFunctionMode

from torchkata.course.lines import line_now
from torchkata.course.source import is_alternative

# (line, dotted name)
Call = tuple[int, str]


def calls_in(text: str, name: str, forbidden: Sequence[str]) -> list[Call]:
    """The forbidden names that an answer uses, by the names its imports give them.

    Alternatives beside it are left out: where the answer calls them, it is noticed while it runs.
    """
    tree = ast.parse(text)
    known = imported_names(tree)
    tree.body = [node for node in tree.body if not is_alternative(node, name)]
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            head, _, rest = ast.unparse(node).partition(".")
            dotted = ".".join(filter(None, [known.get(head, head), rest]))
            if dotted in forbidden:
                found.append((node.lineno, dotted))
    return sorted(found)


class Watch:
    """Collects forbidden calls, in `seen`: those in the source, and those made inside `with`."""

    def __init__(self, forbidden: Sequence[str], text: str, path: str, name: str) -> None:
        self.seen: list[Call] = []
        self._path = path
        self._objects = [(dotted, _resolve(dotted)) for dotted in forbidden]
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            self.seen.extend(calls_in(text, name, forbidden))
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Watch:
        if self._objects:
            self._stack.enter_context(_Functions(self))
        for dotted, value in self._objects:
            if isinstance(value, type):
                self._stack.enter_context(_watched_class(self, dotted, value))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def name_of(self, function: Any) -> str | None:
        """The forbidden name of a function, if it has one."""
        return next((dotted for dotted, value in self._objects if value is function), None)

    def note(self, dotted: str) -> None:
        """Remember a call, at the answer's line that led to it; others' calls do not count."""
        line = self._line()
        if line is not None and dotted not in (name for _, name in self.seen):
            self.seen.append((line, dotted))

    def _line(self) -> int | None:
        frame = sys._getframe(2)
        while frame.f_back is not None:
            if frame.f_code.co_filename == self._path:
                return line_now(frame)
            frame = frame.f_back
        return None


class _Functions(TorchFunctionMode):
    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        dotted = self._watch.name_of(func)
        if dotted is not None:
            self._watch.note(dotted)
        return func(*args, **(kwargs or {}))


@contextlib.contextmanager
def _watched_class(watch: Watch, dotted: str, cls: type) -> Iterator[None]:
    own = vars(cls).get("__init__")
    original = getattr(cls, "__init__")  # noqa: B009  (mypy: a subclass may have another)

    @functools.wraps(original)
    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        watch.note(dotted)
        original(self, *args, **kwargs)

    type.__setattr__(cls, "__init__", noted)
    try:
        yield
    finally:
        if own is None:
            type.__delattr__(cls, "__init__")
        else:
            type.__setattr__(cls, "__init__", own)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """{local name: dotted name} of everything a source imports."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known.update({alias.asname: alias.name for alias in node.names if alias.asname})
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return known


def _resolve(dotted: str) -> Any:
    """The object a dotted name stands for: an attribute of the longest module in it."""
    module, _, rest = dotted.rpartition(".")
    try:
        return getattr(importlib.import_module(module), rest)
    except ModuleNotFoundError:
        return getattr(_resolve(module), rest)
