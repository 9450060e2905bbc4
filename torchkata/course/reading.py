"""JSON and TOML of files and of other processes, read such that nothing in it is a surprise."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

NESTED = "it is nested too deeply"

_Kind = TypeVar("_Kind")


def from_json(data: bytes, kind: type[_Kind]) -> _Kind:
    """Read JSON as `kind`.

    Raises:
        msgspec.DecodeError: it is none, or of another kind, or nested deeper than Python goes.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except RecursionError:
        raise msgspec.DecodeError(NESTED) from None


def from_toml(path: Path, kind: type[_Kind]) -> _Kind:
    """Read a TOML file as `kind`.

    Raises:
        ValueError: in one sentence: it is none, or of another kind, or cannot be read.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except OSError as problem:
        raise ValueError(f"{path} cannot be read: {problem.strerror}") from None
    except (ValueError, RecursionError) as problem:
        said = NESTED if isinstance(problem, RecursionError) else problem
        raise ValueError(f"{path}: {said}") from None
