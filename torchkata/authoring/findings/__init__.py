"""What `kata prove` asks of an exercise besides the strength of its grader.

Contracts, and what authors forget: each finding has a file, a line, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torchkata.authoring.findings.bounds import never_drawn
from torchkata.authoring.findings.contracts import of_files
from torchkata.authoring.findings.doc_examples import no_cases, wrong_examples
from torchkata.authoring.findings.exactness import within_a_tolerance
from torchkata.authoring.findings.exceptions import by_exception_alone
from torchkata.authoring.findings.kinds import Finding, without_reasons
from torchkata.authoring.findings.promises import not_observed
from torchkata.authoring.findings.references import by_seeding, of_reference
from torchkata.course.course import Exercise


def findings(exercise: Exercise, seeds: Sequence[int], device: str = "cpu") -> list[Finding]:
    """All that is to be changed in an exercise, but for what its grader gives a reason for.

    Raises:
        GraderError: the exercise cannot be used at all.
    """
    found = [*contracts(exercise), *_forgotten(exercise, seeds, device)]
    return list(without_reasons(exercise, found))


def contracts(exercise: Exercise) -> Iterator[Finding]:
    """What breaks a contract; no reason is good enough for that.

    Raises:
        GraderError: the exercise cannot be used at all.
    """
    yield from of_files(exercise)
    yield from wrong_examples(exercise)
    yield from of_reference(exercise)


def _forgotten(exercise: Exercise, seeds: Sequence[int], device: str) -> Iterator[Finding]:
    yield from by_seeding(exercise)
    yield from no_cases(exercise, seeds)
    yield from never_drawn(exercise, seeds)
    yield from not_observed(exercise)
    yield from within_a_tolerance(exercise)
    yield from by_exception_alone(exercise, seeds, device)
