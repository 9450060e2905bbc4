"""Grading a class again, on its own seeds: what would change for whom, and only then the change."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import structs

from torchkata.course.course import Course
from torchkata.grading import batch, records, runs
from torchkata.grading.assignment import Assignment, check, points_of, void_of
from torchkata.grading.grading_run import Terms
from torchkata.grading.records import BadRecord, Graded, Record, read_batch_info
from torchkata.grading.results import Results, load, read_records
from torchkata.grading.submission import Submission
from torchkata.running.files import read
from torchkata.sandbox.backends import BY_ASSURANCE

# What belongs to results besides the records.
_BESIDE = ("overrides.csv", "manifest.csv")


@dataclass(frozen=True)
class Change:
    """What becomes of one exercise of one student.

    Attributes:
        student, exercise: ids.
        before, after: verdict and points.
        by_hand: whether points that were given by hand do not change.
    """

    student: str
    exercise: str
    before: tuple[str, float | None]
    after: tuple[str, float | None]
    by_hand: bool = False


@contextlib.contextmanager
def regraded(
    course: Course, folder: Path, assignment: Assignment | None, workers: int
) -> Iterator[Path]:
    """Grade again what is in a folder, into one beside it that is there within `with`.

    Args:
        course: as it is now.
        folder: what `kata grade --out` wrote.
        assignment: instead of the one it was graded by, if any.
        workers: how many answers run at a time.

    Raises:
        ValueError: something there cannot be used, in one sentence.
        NoWalls: they are not available here.
    """
    folder = folder.resolve()
    kept, found = read_batch_info(folder), read_records(folder)
    given = assignment or kept.assignment
    counts = check(given, course) if given is not None else None
    # What is for practice only has no record.
    wanted_ids = {one.id for one in counts if one.grader.graded} if counts is not None else None
    _refuse_added(wanted_ids, found)
    found = [_of(record, wanted_ids) for record in found]
    wanted = Terms(
        tuple(kept.seeds), BY_ASSURANCE[kept.assurance], kept.device, kept.feedback, given
    )
    with tempfile.TemporaryDirectory(dir=folder, prefix=".regrade-") as name:
        new = Path(name)
        terms = runs.terms_of(new, course, wanted)
        info = structs.replace(read_batch_info(new), place=str(folder))
        records.write(new / "batch.json", info)
        for seeds, old in _runs(found).items():
            submissions = [_again(course, folder, new, record) for record in old.values()]
            for done in batch.run(submissions, replace(terms, seeds=seeds), new, workers):
                record = _with_unread(course, old[done.record.submission], done.record, given)
                records.write(records.path_of(new / "records", record.submission), record)
        for beside in _BESIDE:
            if (folder / beside).exists():
                shutil.copyfile(folder / beside, new / beside)
        yield new


def _runs(found: Iterable[Record]) -> dict[tuple[int, ...], dict[str, Record]]:
    """{seeds: {submission: record}}: what was graded in one run is graded again in one."""
    runs: dict[tuple[int, ...], dict[str, Record]] = defaultdict(dict)
    for record in found:
        runs[tuple(record.seeds)][record.submission] = record
    return runs


def changes(before: Results, after: Results) -> list[Change]:
    """What is another in the second than in the first, student by student."""
    now = {
        (one.student, earned.exercise): earned for one in after.students for earned in one.exercises
    }
    found = []
    for one in before.students:
        for was in one.exercises:
            new = now.get((one.student, was.exercise))
            after_all = (new.verdict, new.points) if new else ("no part of it", None)
            if (was.verdict, was.points) != after_all:
                stays = bool(new and new.by_hand)
                pair = (was.verdict, was.points), after_all
                found.append(Change(one.student, was.exercise, *pair, stays))
    return found


def take_over(new: Path, folder: Path) -> Path:
    """Put new records in the place of old ones, which are kept.

    Killed in between, the next command that reads the results goes on with it.

    Returns:
        Where the old ones are.
    """
    numbers = [int(path.name) for path in (folder / "before").glob("*") if path.name.isdigit()]
    old = folder / "before" / str(max(numbers, default=0) + 1)
    old.mkdir(parents=True)
    shutil.copy2(folder / "batch.json", old / "batch.json")
    records.begin_exchange(folder, new, old)
    return old


def results_of(folder: Path, new: Path) -> tuple[Results, Results]:
    """The results as they are, and as they would be."""
    return load(folder), load(new)


def _refuse_added(wanted: set[str] | None, found: Sequence[Record]) -> None:
    known = {one.exercise for record in found for one in record.exercises}
    if wanted and known and (added := sorted(wanted - known)):
        raise ValueError(
            f"the assignment has {added[0]} now, which was not graded; kata grade into a new --out"
        )


def _of(record: Record, wanted: set[str] | None) -> Record:
    """A record without exercises that the assignment no longer has."""
    kept = [one for one in record.exercises if wanted is None or one.exercise in wanted]
    return structs.replace(record, exercises=kept)


def _again(course: Course, folder: Path, new: Path, record: Record) -> Submission:
    """What was handed in, as it was kept, copied to where nothing else holds on to it."""
    files = {}
    for one in record.exercises:
        if one.exercise not in course.exercises:
            raise BadRecord(f"this course has no exercise {one.exercise}")
        if one.sha256:
            kept, copy = (place / "files" / f"{one.sha256}.py" for place in (folder, new))
            if not kept.is_file():
                raise BadRecord(f"{kept} is not there; it should be beside the records")
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(kept, copy)
            _refuse_another(copy, kept, one.sha256)
            files[course.exercises[one.exercise]] = copy
    return Submission(record.submission, new / "files", files, record.note)


def _refuse_another(copy: Path, kept: Path, sha256: str) -> None:
    file = read(copy)
    if file.report is not None or records.digest(file.text) != sha256:
        raise BadRecord(f"{kept} is not what was handed in: somebody has changed it since")


def _with_unread(course: Course, old: Record, new: Record, assignment: Assignment | None) -> Record:
    """A new record that has, too, what there was no text of to grade again."""
    graded = {one.exercise: one for one in new.exercises}
    whole = [graded.get(one.exercise) or _unread(course, one, assignment) for one in old.exercises]
    return structs.replace(
        new,
        sha256=old.sha256,
        exercises=whole,
        points=sum(one.points or 0 for one in whole),
        of=sum(one.of for one in whole),
    )


def _unread(course: Course, graded: Graded, assignment: Assignment | None) -> Graded:
    exercise = course.exercises[graded.exercise]
    void: Sequence[str] = list(void_of(assignment, exercise))
    cases = {case: verdict for case, verdict in graded.cases.items() if case not in void}
    return structs.replace(graded, of=points_of(assignment, exercise), cases=cases)
