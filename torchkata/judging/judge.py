"""From observations to a verdict: which cases agree, and which misconception explains the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from torchkata.course.grader import Grader
from torchkata.judging.comparison import Difference, agree, differences, relative
from torchkata.judging.observation import Origin, Plain, Raised
from torchkata.judging.relations import Relation, Sizes, later_only, relations

# A case, and the seed that its arguments were drawn from.
Key = tuple[str, int]
# What one answer did: {(case, seed): observation}.
Observations = Mapping[Key, Plain]
# The misconceptions' observations by name, made only where they are asked for.
KnownMistakes = Callable[[], Iterable[tuple[str, Observations]]]


class KnownPairs(Protocol):
    """Two misconceptions at once, by their names: what they do is observed where it is asked for.

    In an order that is always the same, since the first that agrees is told.
    """

    def __iter__(self) -> Iterator[tuple[tuple[str, str], Observations]]:
        """All of them."""

    def cheapest_first(self, keys: Sequence[Key]) -> list[Key]:
        """The same cases, in the order in which they are to be looked at."""


# A part of what is expected that four digits show.
_PLAIN_TO_SEE = 1e-2
# How many of the values that disagree are told of a case, about.
_TOLD = 3
_BY_EXCEPTION = {
    "Todo": "todo",
    "TimeLimit": "timeout",
    "MemoryError": "memory",
    "Crashed": "crashed",
    "FileMissing": "missing",
    "NameMissing": "missing",
    "NameImported": "missing",
    "NotCode": "missing",
    "InNoCell": "missing",
    "Rejected": "rejected",
}


@dataclass(frozen=True)
class Report:
    """What came back from running an answer, wherever it ran.

    Attributes:
        trouble: why no case was observed, if none was: the file did not load, or never ended. Of a
            program to be fixed that is as it was given, cases may be observed beside it.
        observations: {(case, seed): observation}.
        printed: {(case, seed): what it printed and what torch warned of}.
        forbidden: (line, dotted name) of each forbidden call that was noticed.
        written: the remarks whose patterns were found in its text.
        origins: {(case, seed): what made the first inf and the first nan}, of cases that show some.
        without_return: the name of the function that gives nothing back, if the answer is one.
    """

    trouble: Raised | None = None
    observations: dict[tuple[str, int], Plain] = field(default_factory=dict)
    printed: dict[tuple[str, int], str] = field(default_factory=dict)
    forbidden: list[tuple[int, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    origins: dict[tuple[str, int], list[Origin]] = field(default_factory=dict)
    without_return: str = ""


@dataclass(frozen=True)
class Failure:
    """One case and seed on which the answer disagrees with the reference.

    Attributes:
        case, seed: which.
        differences: what disagrees.
        printed: what the answer printed, and what torch warned of.
        origins: what made the first inf and the first nan, as far as that is known.
        expected: all that the reference's observation holds, with what agrees; None if not kept.
    """

    case: str
    seed: int
    differences: list[Difference]
    printed: str = ""
    origins: list[Origin] = field(default_factory=list)
    expected: Plain = None

    @property
    def apart(self) -> float:
        """How far its first values are off, as a part of what is expected.

        Infinite where it is another kind of difference than that of numbers.
        """
        return max(map(relative, self.differences[:_TOLD]))


@dataclass(frozen=True)
class Result:
    """The verdict on one answer, with all that a message needs.

    Attributes:
        exercise: its id.
        verdict: see `torchkata.judging.verdicts`.
        cases: {case: its own verdict}, in the grader's order.
        failures: where the answer disagrees, in order.
        misconception: the name of the misconception it agrees with in every case.
        second: the name of another one, where it agrees with the two together and with none alone;
            `misconception` is then the one that comes first in the code.
        facts: where no misconception agrees, what holds in every case and seed.
        trouble: why no case was observed.
        forbidden: forbidden calls that were noticed: a flag, not a verdict.
        note: the device where it was a little off, if it was judged on the CPU again.
        remark: where it passed, the name of what is said of the way in which it is written.
        without_return: the name of the function that gives nothing back where something should be.
    """

    exercise: str
    verdict: str
    cases: dict[str, str]
    failures: list[Failure] = field(default_factory=list)
    misconception: str | None = None
    second: str | None = None
    facts: list[Relation] = field(default_factory=list)
    trouble: Raised | None = None
    forbidden: list[tuple[int, str]] = field(default_factory=list)
    note: str = ""
    remark: str = ""
    without_return: str = ""

    @property
    def line(self) -> int | None:
        """The first line of the answer's file that raised something; None where none did."""
        raised = [self.trouble, *(failure.differences[0].got for failure in self.failures)]
        lines = (one.line for one in raised if isinstance(one, Raised))
        return next((line for line in lines if line), None)

    @property
    def right(self) -> int:
        """How many cases passed."""
        return sum(verdict == "passed" for verdict in self.cases.values())

    @property
    def unexplained(self) -> bool:
        """Whether it is wrong, and no misconception agrees."""
        unnamed = self.misconception is None and self.trouble is None
        return unnamed and _worth_naming(self.failures)


def judge(
    exercise: str,
    grader: Grader,
    report: Report,
    expected: Observations,
    mistakes: KnownMistakes,
    sizes: Callable[[], Sizes] = dict,
    pairs: KnownPairs | None = None,
) -> Result:
    """Judge what an answer did.

    Args:
        exercise: its id.
        grader: its grader, for the cases and the tolerances.
        report: what came back.
        expected: the reference's observations, on the same cases and seeds.
        mistakes: the misconceptions' observations, called only where the answer is wrong.
        sizes: those of the arguments, called only where no misconception explains it.
        pairs: two misconceptions at once, tried only where no single one explains it; None to try
            none.
    """
    if report.trouble is not None:
        verdict = verdict_of(report.trouble)
        cases = dict.fromkeys(grader.cases, verdict)
        # Of a program to be fixed, that nobody has touched yet.
        shown = _failures(grader, report, expected) if report.observations else []
        return Result(exercise, verdict, cases, shown, trouble=report.trouble)
    failures = _failures(grader, report, expected)
    cases = {name: _of_case(name, failures) for name in grader.cases}
    verdict = next((verdict for verdict in cases.values() if verdict != "passed"), "passed")
    told = _worth_naming(failures)
    name = named(grader, report.observations, expected, mistakes) if told else None
    second = None
    if told and name is None and pairs is not None:
        name, second = paired(grader, report.observations, expected, pairs) or (None, None)
    verdict = "wrong" if name else verdict
    facts = []
    if verdict == "wrong" and name is None:
        facts = later_only([(one.case, one.seed) for one in failures], expected)
        facts = facts or relations(expected, report.observations, sizes(), grader.tolerance)
    forbidden = report.forbidden
    result = Result(exercise, verdict, cases, failures, name, second, facts, forbidden=forbidden)
    lacking = report.without_return if any(map(_lacks, failures)) else ""
    return replace(result, remark=_remark(grader, result, report), without_return=lacking)


def _lacks(failure: Failure) -> bool:
    """Whether None came back where something should: it is seen, or the grader's line fails."""
    return any(
        (one.got is None and one.expected is not None)
        or (isinstance(one.got, Raised) and one.got.line is None and "None" in one.got.message)
        for one in failure.differences
    )


def _remark(grader: Grader, result: Result, report: Report) -> str:
    """The first remark that a right answer is written as; what is not right has more to be told."""
    if result.verdict != "passed" or result.forbidden:
        return ""
    return next((name for name in grader.remarks if name in report.written), "")


def most_telling(failures: Sequence[Failure]) -> list[Failure]:
    """Failures, the one that is to be told first in front.

    That is the first at which something is seen: another kind of value, or a number that is off by
    more than its last digits; where there is none, the one that is furthest off.
    """
    plain = [one for one in failures if one.apart >= _PLAIN_TO_SEE]
    first = (plain or sorted(failures, key=lambda one: -one.apart))[:1]
    return [*first, *(one for one in failures if one not in first)]


def named(
    grader: Grader, observations: Observations, expected: Observations, mistakes: KnownMistakes
) -> str | None:
    """The misconception that agrees with the observations in every case and seed, if one does."""
    for name, wrong in mistakes():
        if wrong is observations or agree_on(observations, grader, observations, expected, wrong):
            return name
    return None


def paired(
    grader: Grader, observations: Observations, expected: Observations, pairs: KnownPairs
) -> tuple[str, str] | None:
    """The pair of misconceptions that agrees with the observations in every case and seed, if any.

    Never by exceptions alone: two of them may say the same for many reasons. And never a pair that
    is the reference again.
    """
    apart = [
        key
        for key, seen in observations.items()
        if differences(expected[key], seen, grader.tolerance)
    ]
    telling = [key for key in apart if not isinstance(observations[key], Raised)]
    if not telling:
        return None
    first = pairs.cheapest_first(telling)
    keys = dict.fromkeys([*first, *apart, *observations])
    for names, wrong in pairs:
        if agree_on(keys, grader, observations, expected, wrong) and any(
            differences(expected[key], wrong[key], grader.tolerance) for key in first
        ):
            return names
    return None


def agree_on(
    keys: Iterable[Key],
    grader: Grader,
    observations: Observations,
    expected: Observations,
    wrong: Observations,
) -> bool:
    """Whether a mistake does the same as an answer, asked up to the first case where it does not.

    Where the reference raises, an answer that does so too is right in whatever words.
    """
    return all(
        agree(wrong[key], observations[key], grader.tolerance)
        or _both_raise(expected[key], wrong[key], observations[key])
        for key in keys
    )


def _both_raise(expected: Plain, wrong: Plain, seen: Plain) -> bool:
    return isinstance(expected, Raised) and not (
        differences(expected, wrong) or differences(expected, seen)
    )


def verdict_of(raised: Raised) -> str:
    """The verdict on an answer that raised something the reference does not raise."""
    return _BY_EXCEPTION.get(raised.type, "error")


def _failures(grader: Grader, report: Report, expected: Observations) -> list[Failure]:
    found = []
    for key, wanted in expected.items():
        apart = differences(wanted, report.observations[key], grader.tolerance)
        if apart:
            printed, origins = report.printed.get(key, ""), report.origins.get(key, [])
            found.append(Failure(*key, apart, printed, origins, wanted))
    return found


def _of_case(case: str, failures: list[Failure]) -> str:
    for failure in failures:
        if failure.case == case:
            got = failure.differences[0].got
            return verdict_of(got) if isinstance(got, Raised) else "wrong"
    return "passed"


def _worth_naming(failures: list[Failure]) -> bool:
    """Something disagrees, and it is not an answer that was not begun or did not end."""
    gots = [failure.differences[0].got for failure in failures]
    return bool(gots) and not any(
        isinstance(got, Raised) and verdict_of(got) in ("todo", "timeout", "memory") for got in gots
    )
