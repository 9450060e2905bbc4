"""torchkata: PyTorch exercises, graded by observation.

The engine's rooms, each importing only from those above it (docs/design.md):

1. the vocabulary, and exercises on disk: verdicts, grader, source, cells, ipynb, answer, course
2. the judge: observation, encoding, comparison, relations, judge, values, texts
3. where they run: drawing, recording, isolation, forbidden, respond, reading, submission, practice
4. behind walls: protocol, lock, errand, alone, inside, conversation, bubblewrap, walls
5. for authors: catalogue, mutants, proof
6. what teachers keep: records, assignment, kept, spreadsheet, manifest
7. for teachers: grading, batch, replay, sheets, pack
8. for a class: archives, roster, handins, metadata, downloads, attempts, overrides, results
9. to mend and hand on grades: regrade, accept, exporters
10. for learners: facts, progress, workspace, warm, pictures, plots, study, overview
11. in notebooks: deadline, checked, notebook
12. at a terminal: items, plugin, keys, screen, follow, arrivals
13. commands: doctor, cli, learn, watch, init, teach, collect, mend, export, author, start
"""

from typing import TYPE_CHECKING, Any

from torchkata.grader import Grader, GraderError

if TYPE_CHECKING:
    from torchkata.notebook import check

__all__ = ["Grader", "GraderError", "check"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import what only notebooks need where it is first asked for."""
    if name == "check":
        from torchkata.notebook import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
