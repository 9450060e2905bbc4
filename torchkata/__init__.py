"""torchkata: PyTorch exercises, graded by observation.

`check` is for notebooks, `data` for cases and answers, all else here for authors of exercises:
`Grader` and `GraderError`, what graders look at (torchkata.running.observers) and what their cases
are made of (torchkata.running.materials). Nothing else is public. docs/design.md tells what each
folder in here holds.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from torchkata.course.changed_entries import changed_entries
from torchkata.course.grader import Grader, GraderError

if TYPE_CHECKING:
    from torchkata.learning.data_files import data
    from torchkata.learning.notebook_check import check
    from torchkata.running.materials import (
        SteadyDropout,
        mean_square,
        randn64,
        set_by_size,
        with_old_gradients,
    )
    from torchkata.running.observers import (
        after_training,
        called,
        has_graph,
        held_by,
        parts,
        snapshot,
        sum_along,
        training_steps,
        unchanged,
        value_and_gradient,
    )

__all__ = [
    "Grader",
    "GraderError",
    "SteadyDropout",
    "after_training",
    "called",
    "changed_entries",
    "check",
    "data",
    "has_graph",
    "held_by",
    "mean_square",
    "parts",
    "randn64",
    "set_by_size",
    "snapshot",
    "sum_along",
    "training_steps",
    "unchanged",
    "value_and_gradient",
    "with_old_gradients",
]
__version__ = "0.2.0"

# What loads torch is imported where it is first asked for: most commands need none of it.
_LAZY = {
    "torchkata.running.materials": (
        *("SteadyDropout", "mean_square", "randn64", "set_by_size", "with_old_gradients"),
    ),
    "torchkata.running.observers": (
        *("after_training", "called", "has_graph", "held_by", "parts"),
        *("snapshot", "sum_along", "training_steps", "unchanged", "value_and_gradient"),
    ),
    "torchkata.learning.data_files": ("data",),
    "torchkata.learning.notebook_check": ("check",),
}


def __getattr__(name: str) -> Any:
    """Import a name of `_LAZY` from where it is."""
    for module, names in _LAZY.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """All names, those that are imported later among them."""
    return sorted({*globals(), *__all__})
