"""JSON of files and of other processes, read such that nothing in it is a surprise."""

from __future__ import annotations

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
