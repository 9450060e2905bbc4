"""What a finding is, which kinds there are, and how an author says "not here, because ..."."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from torchkata.course.course import Exercise

# The kind of a reason that is needed no more.
UNNEEDED = "needless reason"

# What must hold of every exercise: {kind: what is asked}.
CONTRACTS = {
    "few cases": "three cases at least",
    "few misconceptions": "four misconceptions at least; six are better",
    "few alternatives": "two alternatives at least",
    "no example": "an example (`>>>`) in the docstring",
    "wrong example": "examples that print what the reference gives",
    "no page to read": "a last paragraph `Read: ...` with an https address below it (not opened)",
    "no module page": "`exercises/<module>/README.md`",
    "not written": "no `TODO: ` that `kata new` left, in the solution, the grader and the page",
    "other signature": "the same arguments for the reference, the alternatives and misconceptions",
    "argument changed": "a reference that leaves its data alone; what is trained may change",
    "setting changed": "a reference that sets nothing for others: dtype, threads, folder, ...",
    "not finite": "numbers, unless the sentence of the case says nan or inf",
    "stub": "a stub that defines what is asked for, unsolved, and nothing else",
    "answer given away": "no line of the reference, and no sentence of a misconception, in what a "
    "pack gives out",
    "cut grader": "a grader whose part above the first misconception works alone: one file, with "
    "torch, numpy, torchkata and Python's own packages",
}
# What authors forget; `grader.not_here(finding, reason=...)` sets one aside.
ASKED = {
    "bound not drawn": "each number and bound in `Args` is reached by an argument of some case "
    "(above 0: by 0.1 or less)",
    "sign not drawn": "floats below 0 are drawn, where `Args` does not exclude them",
    "dtype not drawn": "each dtype that `Args` allows is drawn, and two where it allows any",
    "dtype not said": "`Args` says which dtype a tensor of floats has",
    "dimensions not drawn": "two numbers of dimensions, where `Args` leaves it open: `(N, ...)`",
    "size not drawn": "two sizes for each letter of a shape, 1 among them unless `Args` says at "
    "least 2, say; two lengths of a list, 1 among them where `Args` says at least one",
    "generator seeded": "a reference that seeds nobody's generator, if that is not the task",
    "example not a case": "each call in the docstring's example is a case too",
    "promise not observed": "what several docstrings promise in the same words is observed in all "
    "of them, if it has a name in most",
    "change within a tolerance": "whether something was changed is exact: `changed_entries`, "
    "`torch.equal` or `is`, no difference",
    "exception alone": "a misconception is told from the reference by numbers, or by an exception "
    "of its own line; one that is raised while the grader looks at it has many causes",
    UNNEEDED: "a reason given to `grader.not_here` has its finding",
}
KINDS = CONTRACTS | ASKED


@dataclass(frozen=True)
class Finding:
    """One thing that an author is to change, or to give a reason for.

    Attributes:
        kind: a key of KINDS.
        subject: what it is about, among findings of this kind; empty where there is only one.
        path, line: where.
        said: what was found, and what to do.
    """

    kind: str
    subject: str
    path: str
    line: int
    said: str

    @property
    def id(self) -> str:
        """What `grader.not_here` calls it."""
        return f"{self.kind}: {self.subject}" if self.subject else self.kind

    def __str__(self) -> str:
        may_be = self.kind in ASKED and self.kind != UNNEEDED
        instead = f"; or grader.not_here({json.dumps(self.id)}, reason=...)" if may_be else ""
        return f"{self.path}:{self.line}: {self.said}{instead}"


def without_reasons(exercise: Exercise, found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that the grader gives no reason for, and its reasons that have no finding."""
    reasons = {reason.finding: reason for reason in exercise.grader.reasons}
    used = set()
    for finding in found:
        if finding.kind in ASKED and finding.id in reasons:
            used.add(finding.id)
        else:
            yield finding
    for name, reason in reasons.items():
        if name not in used:
            said = f"not_here({name!r}, ...) sets no finding aside; delete it"
            yield Finding(UNNEEDED, name, str(exercise.grader_path), reason.line, said)
