"""The results of a class: records, points given by hand, and lateness, put together once.

Every export is made from these, so that a learner and a teacher see the same points.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from torchkata.grading import records
from torchkata.grading.assignment import Assignment
from torchkata.grading.manifest import Row, by_submission, time_of
from torchkata.grading.manifest import read as read_manifest
from torchkata.grading.overrides import Override, read_overrides
from torchkata.grading.records import ASSURANCES, Graded, Record, path_of, read_batch_info

_DAY = timedelta(days=1)
_CUT = {
    True: "points given by hand are cut for being late, too",
    False: "points given by hand are not cut for being late",
}


@dataclass(frozen=True)
class Earned:
    """What one exercise brought.

    Attributes:
        exercise: its id.
        verdict: see `torchkata.judging.verdicts.VERDICTS`; empty where it is not graded yet.
        points: what it earned, or was given by hand; None where it is not graded yet.
        of: what it could have earned.
        cases: {case: its own verdict}.
        text: what the learner is told.
        seconds: how long it took.
        by_hand: why a teacher gave these points, if one did.
        comment: what that teacher tells the student besides.
        misconceptions: the names of those that explain it: none, one, or two at once.
        ideas: what is misunderstood, by ids that are the same in all exercises.
        sha256: of the file's text; empty where there was none to read.
    """

    exercise: str
    verdict: str
    points: float | None
    of: float
    cases: Mapping[str, str]
    text: str
    seconds: float = 0.0
    by_hand: str = ""
    comment: str = ""
    misconceptions: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True)
class Result:
    """What one student has earned.

    Attributes:
        student: the id.
        name: as the manifest has it; empty where there is none.
        exercises: in the course's order; empty where nothing was handed in.
        handed_in: when, if that is known.
        late: by how much, beyond the due time or the student's own.
        penalty: the points that were taken off for it.
        note: why there was nothing to grade, if there was nothing.
        source: the file or folder of the download that it came from, as the manifest has it.
        submission: what the record is called that counts; empty where there is none.
        tries: how often something was handed in, as far as that is known.
    """

    student: str
    name: str = ""
    exercises: tuple[Earned, ...] = ()
    handed_in: datetime | None = None
    late: timedelta = timedelta()
    penalty: float = 0.0
    note: str = ""
    source: str = ""
    submission: str = ""
    tries: int = 0

    @property
    def of(self) -> float:
        """What could have been earned."""
        return math.fsum(one.of for one in self.exercises)

    @property
    def points(self) -> float | None:
        """What was earned, less the penalty; None where something is not graded yet, or nothing."""
        if not self.exercises or any(one.points is None for one in self.exercises):
            return None
        return _exact(_earned(self.exercises) - self.penalty)


@dataclass(frozen=True)
class Results:
    """A class.

    Attributes:
        title: of the assignment.
        students: ordered by id.
        began: when the first of them was graded, as ISO 8601 in UTC.
        assurance: how well the runs were walled off.
    """

    title: str
    students: tuple[Result, ...]
    began: str = ""
    assurance: str = ""
    exercises: Mapping[str, float] = field(default_factory=dict)


def load(folder: Path) -> Results:
    """The results that `kata grade --out` has written, with what belongs to them.

    Args:
        folder: holds `records/`, and may hold `overrides.csv` and `manifest.csv`.

    Raises:
        ValueError: it holds no records, or one of its files cannot be used; in one sentence.
    """
    kept = read_batch_info(folder)
    found = read_records(folder)
    if not found and (folder / "before").is_dir():
        raise ValueError(f"{folder} holds no records; those in {folder}/before are the last ones")
    if not found:
        raise ValueError(f"{folder} holds no records yet; kata grade ... --out {folder}")
    assignment = kept.assignment
    given = [
        replace(one, student=whose(one.student, assignment))
        for one in read_overrides(folder / "overrides.csv")
    ]
    listed = folder / "manifest.csv"
    manifest = by_submission(read_manifest(listed) if listed.exists() else [])
    known = {whose(name, assignment) for name in (*(one.submission for one in found), *manifest)}
    if strangers := sorted({one.student for one in given} - known):
        raise ValueError(f"overrides.csv names {strangers[0]}, who is in no record")
    _refuse_absent(found, manifest)
    extended = assignment.extensions if assignment and manifest else {}
    if strangers := sorted({whose(one, assignment) for one in extended} - known):
        raise ValueError(f"the assignment extends the time of {strangers[0]}, who is in no record")
    exercises = {one.exercise: one.of for record in found for one in record.exercises}
    if unknown := [one for one in given if one.exercise not in exercises]:
        who, what = unknown[0].student, unknown[0].exercise
        raise ValueError(f"overrides.csv names {what}, which {who} has no record of")
    _refuse_too_many(given, exercises)
    attempts = [_result(record, given, manifest, assignment, exercises) for record in found]
    rows = {whose(name, assignment): row for name, row in manifest.items()}
    best = _best_of_each([*attempts, *_without(attempts, rows, given, exercises)])
    tries = _tries(folder, attempts, manifest, assignment)
    best = [replace(one, tries=tries.get(one.student, 0)) for one in best]
    return Results(
        title=assignment.title if assignment else "torchkata",
        students=tuple(sorted(best, key=lambda result: result.student)),
        began=min(record.began for record in found),
        assurance=max((record.assurance for record in found), key=ASSURANCES.index),
        exercises=exercises,
    )


def _tries(
    folder: Path,
    attempts: Iterable[Result],
    manifest: Mapping[str, Row],
    assignment: Assignment | None,
) -> Mapping[str, int]:
    """{student: how often something was handed in}: records, and those that others replaced."""
    tries = Counter(one.student for one in attempts)
    # Each is called like the record that replaced it, and its own digest.
    replaced = Counter(
        path.stem[:-9] for path in (folder / "before" / "replaced").glob("*-????????.json")
    )
    for one in attempts:
        tries[one.student] += replaced[path_of(folder, one.submission).stem]
    for name, row in manifest.items():
        student = whose(name, assignment)
        tries[student] = max(tries[student], row.attempt)
    return tries


def read_records(folder: Path) -> list[Record]:
    """All records of a batch, ordered by what their submissions are called.

    Raises:
        BadRecord: one of them cannot be read.
    """
    paths = (folder / "records").glob("*.json")
    return sorted(map(records.read, paths), key=lambda record: record.submission)


def whose(submission: str, assignment: Assignment | None = None) -> str:
    """The student's id: all attempts are called `id@attempt`, and an id may have been changed."""
    identity = re.sub(r"@\d+$", "", submission)
    return assignment.renamed.get(identity, identity) if assignment else identity


def _result(
    record: Record,
    given: Iterable[Override],
    manifest: Mapping[str, Row],
    assignment: Assignment | None,
    exercises: Mapping[str, float],
) -> Result:
    student, row = whose(record.submission, assignment), manifest.get(record.submission)
    by_hand = {one.exercise: one for one in given if one.student == student}
    own = {one.exercise for one in record.exercises}
    beside = {name: exercises[name] for name in by_hand if name not in own}
    earned = tuple(_with(by_hand.get(one.exercise), one) for one in record.exercises)
    earned += _nothing(by_hand, beside, waits=False)
    handed_in = time_of(row)
    late = _late(assignment, student, handed_in)
    cut = assignment is not None and assignment.late is not None and assignment.late.by_hand
    counts = [one for one in earned if cut or not one.by_hand]
    share = _share(assignment, late)
    said = [_CUT[cut]] if share and any(one.by_hand for one in earned) else []
    return Result(
        student=student,
        name=row.name if row else "",
        exercises=earned,
        handed_in=handed_in,
        late=late,
        penalty=_exact(max(_earned(counts), 0.0) * share),
        note="; ".join(filter(None, [record.note, row.note if row else "", *said])),
        source=row.source if row else "",
        submission=record.submission,
    )


def _without(
    attempts: Iterable[Result],
    rows: Mapping[str, Row],
    given: Iterable[Override],
    exercises: Mapping[str, float],
) -> list[Result]:
    """Those of whom there is no record: nothing came in, or it is not graded yet."""
    there = {result.student for result in attempts}
    found = []
    for student, row in rows.items():
        by_hand = {one.exercise: one for one in given if one.student == student}
        if student not in there:
            waits = row.attempt > 0
            earned = _nothing(by_hand, exercises, waits) if by_hand or waits else ()
            said = "handed in, and not graded yet" if waits else "nothing was handed in"
            note, source = row.note or said, row.source
            found.append(Result(student, row.name, earned, note=note, source=source))
    return found


def _nothing(
    by_hand: Mapping[str, Override], exercises: Mapping[str, float], waits: bool
) -> tuple[Earned, ...]:
    """What stands for exercises without a record."""
    missing: tuple[str, float | None] = ("", None) if waits else ("missing", 0.0)
    return tuple(
        Earned(name, missing[0], one.points, of, {}, "", 0.0, one.reason, one.comment)
        if (one := by_hand.get(name))
        else Earned(name, *missing, of, {}, "")
        for name, of in exercises.items()
    )


def _refuse_absent(found: Iterable[Record], manifest: Mapping[str, Row]) -> None:
    """Refuse what would give somebody another's grade: a record where nothing came in.

    Raises:
        ValueError: in one sentence.
    """
    for one in found:
        row = manifest.get(one.submission)
        handed_in = any(graded.sha256 for graded in one.exercises)
        if row is not None and row.attempt == 0 and handed_in:
            raise ValueError(
                f"{one.submission} has a record, and manifest.csv says that nothing came in from "
                "there; remove the record that is wrong, or correct manifest.csv"
            )


def _refuse_too_many(given: Iterable[Override], exercises: Mapping[str, float]) -> None:
    """Refuse points above the maximum where nobody said that they are meant.

    Raises:
        ValueError: in one sentence.
    """
    for one in given:
        if one.points > exercises[one.exercise] and not one.above_maximum:
            raise ValueError(
                f"overrides.csv gives {one.student} {one.points:g} of "
                f"{exercises[one.exercise]:g} points for {one.exercise}; if that is meant, add a "
                "column above_maximum, and write yes there"
            )


def _best_of_each(attempts: Iterable[Result]) -> list[Result]:
    """Of each student's attempts the one with most points, and of equal ones the first."""
    best: dict[str, Result] = {}
    for one in attempts:
        if one.student not in best or _rank(one) > _rank(best[one.student]):
            best[one.student] = one
    return list(best.values())


def _rank(result: Result) -> float:
    """What is not graded yet may turn out to be the best."""
    waits = bool(result.exercises) and result.points is None
    return math.inf if waits else -1.0 if result.points is None else result.points


def _with(given: Override | None, graded: Graded) -> Earned:
    return Earned(
        exercise=graded.exercise,
        verdict=graded.verdict or "",
        points=graded.points if given is None else given.points,
        of=graded.of,
        cases=graded.cases,
        text=graded.text,
        seconds=graded.seconds,
        by_hand=given.reason if given else "",
        comment=given.comment if given else "",
        misconceptions=graded.names,
        ideas=tuple(graded.ideas),
        sha256=graded.sha256,
    )


def _late(assignment: Assignment | None, student: str, handed_in: datetime | None) -> timedelta:
    if assignment is None or handed_in is None:
        return timedelta()
    extended = {whose(one, assignment): until for one, until in assignment.extensions.items()}
    until = extended.get(student, assignment.due)
    return max(handed_in - until, timedelta()) if until else timedelta()


def _share(assignment: Assignment | None, late: timedelta) -> float:
    """Which part of what was earned is taken off."""
    policy = assignment.late if assignment else None
    if policy is None or late <= timedelta(minutes=policy.grace_minutes):
        return 0.0
    return min(policy.per_day * math.ceil(late / _DAY), policy.at_most) / 100


def _earned(exercises: Iterable[Earned]) -> float:
    return math.fsum(one.points or 0.0 for one in exercises)


def _exact(points: float) -> float:
    """Points as records have them: to four places."""
    return round(points, 4)
