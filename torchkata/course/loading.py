"""What is run of the text of one file: an answer (any implementation of an exercise), or a grader.

An answer is loaded the same way everywhere: nothing beside the file can be imported, and what it
defines belongs to a module of its own. That is a help to the honest, not a wall (see walls).
"""

from __future__ import annotations

import ast
import builtins
import difflib
import linecache
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torchkata.course.answer_name import (
    CLASS,
    FUNCTION,
    IMPORT,
    Asked,
    Bound,
    answer_among,
    bound_in,
)
from torchkata.course.data import reading
from torchkata.course.grader import Answer, Grader, GraderError
from torchkata.course.grader_facts import (
    does_not_parse,
    read_literals,
    refuse_computed_ideas,
    refuse_others,
    said_of,
)
from torchkata.course.lines import line_in
from torchkata.course.packages import PACKAGES

# What an answer may take of the engine, whatever the packages are.
_OURS, _TAKEN = "torchkata", frozenset({"data"})

# The same for every answer, so that what an answer shows does not depend on who wrote it.
MODULE = "answer"


class NotHandedIn(ImportError):
    """An answer imports something that is not handed in with it."""


class NameMissing(LookupError):
    """The file does not define what the exercise asks for; str() is a similar name, or empty."""


class NameImported(NameMissing):
    """The file imports what the exercise asks for, and defines no such thing."""


def load_answer(text: str, path: str, asked: Asked, packages: frozenset[str] = PACKAGES) -> Answer:
    """Run the text of a file and return the function or class that is its answer.

    Args:
        text: the file's text.
        path: what tracebacks call it.
        asked: what the exercise asks for.
        packages: what it may import besides the standard library.

    Raises:
        NameMissing: it defines no such function or class.
        BaseException: whatever the file itself raises.
    """
    defined = load_module(text, path, packages)
    bound = list(bound_in(ast.parse(text).body))
    found = answer_among(bound, asked) or answer_among(_unwritten(defined), asked)
    value = defined.get(found.name) if found else None
    own = [one for one in bound if one.name == (found.name if found else asked.name)]
    if own and own[-1].kind == IMPORT:
        raise NameImported(own[-1].name)
    if callable(value):
        answer: Answer = value
        return answer
    public = [key for key, value in defined.items() if callable(value) and key[0] != "_"]
    raise NameMissing(*difflib.get_close_matches(asked.name, public, n=1))


def _unwritten(defined: Mapping[str, Any]) -> list[Bound]:
    """What a file defines by `exec` or `globals()`, which its text does not show."""
    return [
        Bound(name, CLASS if isinstance(value, type) else FUNCTION, ast.Pass())
        for name, value in defined.items()
        if callable(value) and getattr(value, "__module__", None) == MODULE
    ]


def load_module(text: str, path: str, packages: frozenset[str] = PACKAGES) -> dict[str, Any]:
    """Run the text of a file as a module of its own, and return what it defines."""
    module = types.ModuleType(MODULE)
    module.__file__ = path
    module.__dict__["__builtins__"] = _builtins(packages)
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    # dataclasses and pickle look a class's module up by its name.
    sys.modules[MODULE] = module
    exec(compile(text, path, "exec", optimize=0), module.__dict__)
    return module.__dict__


def load_grader(
    text: str,
    path: str,
    packages: frozenset[str] | None = None,
    data: Mapping[str, Path] | None = None,
) -> Grader:
    """Run a grader file, whole or cut, and return its `grader`.

    Args:
        text: of the file.
        path: what errors call it.
        packages: what it may import besides the standard library; anything if not given.
        data: the files that it, and answers, may read: {name: where it is}.

    Raises:
        GraderError: with path and line, whatever is wrong with the file.
    """
    literals = read_literals(text, path)
    module = types.ModuleType("grader")
    module.__file__ = path
    if packages is not None:
        module.__dict__["__builtins__"] = _builtins(packages)
    # So that a learner can be shown the grader's line that failed, where the file is not at hand.
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    try:
        # Docstrings are what a learner reads, whatever PYTHONOPTIMIZE says.
        with reading(data or {}):
            exec(compile(text, path, "exec", optimize=0), module.__dict__)
        grader = module.__dict__.get("grader")
        if not isinstance(grader, Grader):
            raise GraderError("`grader` is no Grader any more; give it no other value")
        grader.check()
        grader.path, grader.module, grader.data = path, module, dict(data or {})
    except SyntaxError as problem:
        raise does_not_parse(path, problem) from problem
    except Exception as problem:
        raise GraderError(f"{path}:{line_in(problem, path) or 1}: {said_of(problem)}") from problem
    refuse_others(literals, grader, path)
    refuse_computed_ideas(text, path)
    return grader


def _builtins(packages: frozenset[str]) -> dict[str, Any]:
    def guarded_import(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: tuple[str, ...] = (),
        level: int = 0,
    ) -> types.ModuleType:
        root = name.partition(".")[0]
        taken = name == _OURS and _TAKEN.issuperset(fromlist or ())
        if level or not (taken or root in packages | sys.stdlib_module_names):
            raise NotHandedIn(root or ".")
        return builtins.__import__(name, globals, locals, fromlist, level)

    return {**vars(builtins), "__import__": guarded_import}
