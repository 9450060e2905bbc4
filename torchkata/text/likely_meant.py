"""What was likely meant, where Python or torch does not know a name or a line.

Only the texts of the message and of the line are at hand: what an answer defined is not.
"""

from __future__ import annotations

import inspect
import keyword
import re
import sys
from collections.abc import Iterator
from difflib import get_close_matches

import torch

from torchkata.judging.observation import Raised

# What tutorials call modules: {name: how it is imported}.
_IMPORTS = {
    "F": "import torch.nn.functional as F",
    "nn": "from torch import nn",
    "optim": "from torch import optim",
    "np": "import numpy as np",
    "numpy": "import numpy",
    "torch": "import torch",
    "math": "import math",
    "random": "import random",
    "copy": "import copy",
    "DataLoader": "from torch.utils.data import DataLoader",
    "Tensor": "from torch import Tensor",
}
# Where a function or a class is looked for whose argument is misspelt.
_MODULES = (torch.nn.functional, torch.optim, torch.nn, torch)

_NO_NAME = re.compile(r"name '(\w+)' is not defined")
_NO_MEMBER = re.compile(r"module '(torch[\w.]*|math|numpy)' has no attribute '(\w+)'")
_NO_ATTRIBUTE = re.compile(r"'(\w+)' object has no attribute '(\w+)'")
_NO_ARGUMENT = re.compile(r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'")
_FIRST = re.compile(r"[a-z]+\b")
_ASSIGNED = re.compile(r"return\s+(\w+)\s*=(?!=)")
# How alike two names have to be, of 1; a function has few arguments, a module many members.
_NEAR, _NEAR_ARGUMENT = 0.75, 0.55
_SHORT = 4


def meant(got: Raised) -> Iterator[str]:
    """What was likely meant by a name that there is not; nothing where no other is near."""
    if got.type == "NameError" and (found := _NO_NAME.fullmatch(got.message)):
        yield from _of_name(found[1], got.code)
    elif found := _NO_MEMBER.fullmatch(got.message):
        yield from _of_member(found[1], found[2])
    elif found := _NO_ATTRIBUTE.fullmatch(got.message):
        yield from _of_attribute(found[1], found[2], got.code)
    elif found := _NO_ARGUMENT.fullmatch(got.message):
        yield from _near(found[2], _arguments_of(found[1]), _NEAR_ARGUMENT)


def _of_name(name: str, code: str) -> Iterator[str]:
    if name in _IMPORTS:
        yield f"`{name}` is not imported: write `{_IMPORTS[name]}` at the top."
    elif "self." in code:
        yield f"If it is an attribute, it is `self.{name}` inside a method."


def _of_member(module: str, name: str) -> Iterator[str]:
    elsewhere = next((one.__name__ for one in _MODULES if hasattr(one, name)), "")
    if elsewhere and module.startswith("torch"):
        yield f"`{name}` is in `{elsewhere}`."
    else:
        yield from _near(name, dir(sys.modules.get(module)))


def _of_attribute(kind: str, name: str, code: str) -> Iterator[str]:
    known = torch.Tensor if kind == "Tensor" else getattr(torch.optim, kind, None)
    if known is not None:
        yield from _near(name, dir(known))
    elif f"self.{name}" in code:
        yield f"`self.{name}` was never set: `__init__` can do so, as by `self.{name} = ...`."


def _arguments_of(function: str) -> list[str]:
    found = next((vars(one)[function] for one in _MODULES if function in vars(one)), None)
    try:
        return list(inspect.signature(found).parameters) if callable(found) else []
    except ValueError:
        return []


def _near(name: str, known: list[str], alike: float = _NEAR) -> Iterator[str]:
    public = {one.lower(): one for one in known if not one.startswith("_")}
    low = name.lower()
    found = [low] if low in public else []
    if len(low) >= _SHORT:
        begun = (one for one in public if len(one) >= _SHORT and low.startswith(one))
        found += [*get_close_matches(low, public, 1, alike), *sorted(begun, key=len)]
    yield from (f"Did you mean `{public[one]}`?" for one in found[:1])


def of_line(code: str) -> Iterator[str]:
    """What is likely wrong with a line that is no Python: of a notebook, a prompt, a misspelling.

    Args:
        code: the line, without its indentation.
    """
    if code.startswith((">>>", "...")):
        yield "`>>>` and `...` are what Python's prompt shows: leave them out."
    elif code.startswith(("%", "!")):
        yield "Lines with `%` or `!` work in a notebook only: take it out."
    elif found := _ASSIGNED.match(code):
        yield f"After `return` comes a value: leave out `{found[1]} =`."
    elif (found := _FIRST.match(code)) and not keyword.iskeyword(found[0]):
        # Letters in another order before all else: `form` is `from`, not `for`.
        mixed = [one for one in keyword.kwlist if sorted(one) == sorted(found[0])]
        near = mixed or get_close_matches(found[0], keyword.kwlist, 1, 0.8)
        yield from (f"Did you mean `{one}`?" for one in near)
