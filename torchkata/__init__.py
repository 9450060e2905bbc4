"""torchkata: PyTorch exercises, graded by observation.

`Grader`, `GraderError` and `changed_entries` are for authors of exercises, `check` is for
notebooks; nothing else is public. docs/design.md tells what each folder in here holds.
"""

from typing import TYPE_CHECKING, Any

from torchkata.course.changed_entries import changed_entries
from torchkata.course.grader import Grader, GraderError

if TYPE_CHECKING:
    from torchkata.learning.notebook_check import check

__all__ = ["Grader", "GraderError", "changed_entries", "check"]
__version__ = "0.2.0"


def __getattr__(name: str) -> Any:
    """Import what only notebooks need where it is first asked for."""
    if name == "check":
        from torchkata.learning.notebook_check import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
