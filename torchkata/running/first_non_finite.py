"""Which line of an answer made the first nan or inf: one more run of a case, each operation seen.

Told of what was made of finite numbers alone, by a line of the answer: what a line writes down as
inf (a mask), and what the grader's own lines make, came from elsewhere.
"""

from __future__ import annotations

import contextlib
import linecache
import re
import sys
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from torchkata.course.lines import line_now
from torchkata.judging.observation import Elsewhere, Origin, Plain
from torchkata.running.isolation import undisturbed

# Whose values are whatever was in memory.
_UNSET = re.compile(r"aten::_?(new_)?(empty|resize)")


def shows(value: Plain, kind: str) -> bool:
    """Whether there is a nan, or an inf, anywhere in an observation.

    Args:
        value: the observation.
        kind: nan or inf.
    """
    if isinstance(value, dict):
        return any(shows(inner, kind) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return any(shows(inner, kind) for inner in value)
    return kind in _kinds([value.tensor if isinstance(value, Elsewhere) else value])


class Lookout:
    """Is shown each operation, those of the way back, too.

    Args:
        path: the answer's file, as tracebacks call it.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: dict[str, Origin | None] = {}

    @property
    def found(self) -> list[Origin]:
        """The first inf and the first nan, in the order in which they came."""
        return [origin for origin in self._seen.values() if origin is not None]

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if "nan" in self._seen:
            return func(*args, **kwargs)
        before = _kinds([*args, *kwargs.values()])
        made = func(*args, **kwargs)
        if not _UNSET.match(func.name()):
            self._note(before, _kinds([made]))
        return made

    def _note(self, before: set[str], after: set[str]) -> None:
        if "nan" in after and "nan" not in before:
            if "inf" not in before:
                self._seen.clear()
            self._seen["nan"] = self._origin("nan")
        elif "inf" in after and not before:
            self._seen.setdefault("inf", self._origin("inf"))

    def _origin(self, kind: str) -> Origin | None:
        node = torch._C._current_autograd_node()
        line = self._line() if node is None else self._line_of(node)
        if line is None:
            return None
        code = linecache.getline(self._path, line).strip()
        return Origin(kind, line, code, node is not None)

    def _line(self) -> int | None:
        """The innermost line of the answer that is running."""
        frame = sys._getframe()
        while frame.f_back is not None:
            if frame.f_code.co_filename == self._path:
                return line_now(frame)
            frame = frame.f_back
        return None

    def _line_of(self, node: Any) -> int | None:
        """The line of the answer whose gradient a step of the way back computes."""
        said = "".join(node.metadata.get("traceback_", ()))
        lines = re.findall(rf'File "{re.escape(self._path)}", line (\d+)', said)
        return int(lines[-1]) if lines else None


# Without a method of its own: TorchDispatchMode has one call torch._dynamo, whose import takes
# three seconds.
class _Operations(Lookout, TorchDispatchMode):
    pass


@contextlib.contextmanager
def looking(path: str) -> Iterator[Lookout]:
    """Look at all operations inside, and leave torch as it was.

    Args:
        path: the answer's file, as tracebacks call it.
    """
    with undisturbed():
        # So that each step of the way back knows the line that it is of.
        torch.set_anomaly_enabled(True, False)
        with _Operations(path) as lookout:
            yield lookout


def _kinds(values: Any) -> set[str]:
    """Which of nan and inf there are, in tensors, numbers, and lists of them."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, (list, tuple)):
            found |= _kinds(value)
        elif isinstance(value, (float, complex)):
            found |= _of_tensor(torch.tensor(value, dtype=torch.complex128))
        elif isinstance(value, torch.Tensor) and _can_hold(value):
            found |= _of_tensor(value)
    return found


def _can_hold(tensor: torch.Tensor) -> bool:
    numbers = tensor.is_floating_point() or tensor.is_complex()
    return numbers and tensor.layout is torch.strided and not tensor.is_meta


def _of_tensor(tensor: torch.Tensor) -> set[str]:
    there = {"nan": tensor.isnan(), "inf": tensor.isinf()}
    return {kind for kind, where in there.items() if bool(where.any())}
