"""The packages that a course declares: its answers may import them, wherever they run."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from importlib import metadata

# What an answer of any course may import, besides what comes with Python.
PACKAGES = frozenset({"torch", "numpy"})


def fault(name: str) -> str:
    """What is wrong with the name of a package in course.toml; empty if nothing is."""
    if not name.isidentifier():
        return f"{name!r} is no package's name; write the one that `import` takes, without a dot"
    known = name in PACKAGES | sys.stdlib_module_names | {"torchkata"}
    return f"{name!r} can be imported in any course; take it out" if known else ""


def is_installed(name: str) -> bool:
    """Whether a package can be imported here; it is not imported to see that."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def distributions(names: Iterable[str]) -> dict[str, str]:
    """{what pip calls it: its version} of packages; of one that no pip installed, its own name."""
    known, found = metadata.packages_distributions(), {}
    for name in names:
        called = known.get(name, [name])[0]
        found[called] = metadata.version(called) if name in known else ""
    return found
