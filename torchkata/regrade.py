"""Grading a class again, on its own seeds: what would change for whom, and only then the change."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from torchkata import batch, records
from torchkata.assignment import Assignment, check, points_of, void_of
from torchkata.course import Course
from torchkata.grading import Terms
from torchkata.kept import kept_at
from torchkata.records import BadRecord, Graded, Record
from torchkata.results import Results, load, read_records
from torchkata.submission import Submission
from torchkata.walls import BY_ASSURANCE

# What belongs to results besides the records.
_BESIDE = ("overrides.csv", "manifest.csv")


@dataclass(frozen=True)
class Change:
    """What becomes of one exercise of one student.

    Attributes:
        student, exercise: ids.
        before, after: verdict and points.
        by_hand: whether points that were given by hand stay as they are.
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
    """Grade again what lies in a folder, into one beside it that is there within `with`.

    Args:
        course: as it is now.
        folder: what `kata grade --out` wrote.
        assignment: instead of the one it was graded by, if any.
        workers: how many answers run at a time.

    Raises:
        ValueError: something there cannot be used, in one sentence.
        NoWalls: they cannot be had here.
    """
    folder = folder.resolve()
    kept, found = kept_at(folder), read_records(folder)
    given = assignment or kept.assignment
    if given is not None:
        check(given, course)
    wanted = Terms(
        tuple(kept.seeds), BY_ASSURANCE[kept.assurance], kept.device, kept.feedback, given
    )
    with tempfile.TemporaryDirectory(dir=folder, prefix=".regrade-") as name:
        new = Path(name)
        terms = batch.terms_of(new, course, wanted)
        submissions = [_again(course, folder, record) for record in found]
        old = {record.submission: record for record in found}
        for done in batch.run(submissions, terms, new, workers):
            record = _with_unread(course, old[done.record.submission], done.record, given)
            records.write(records.path_of(new / "records", record.submission), record)
        for beside in _BESIDE:
            if (folder / beside).exists():
                shutil.copyfile(folder / beside, new / beside)
        yield new


def changes(before: Results, after: Results) -> list[Change]:
    """What is another in the second than in the first, student by student."""
    now = {
        (one.student, earned.exercise): earned for one in after.students for earned in one.exercises
    }
    found = []
    for one in before.students:
        for was in one.exercises:
            new = now[one.student, was.exercise]
            pair = (was.verdict, was.points), (new.verdict, new.points)
            if pair[0] != pair[1]:
                found.append(Change(one.student, was.exercise, *pair, bool(new.by_hand)))
    return found


def take_over(new: Path, folder: Path) -> Path:
    """Put new records in the place of old ones, which are kept.

    Returns:
        Where the old ones are.
    """
    number = sum(1 for _ in (folder / "before").glob("*")) + 1
    old = folder / "before" / str(number)
    shutil.copytree(folder / "records", old / "records")
    shutil.copyfile(folder / "batch.json", old / "batch.json")
    for path in sorted((new / "records").glob("*.json")):
        path.replace(folder / "records" / path.name)
    (new / "batch.json").replace(folder / "batch.json")
    return old


def results_of(folder: Path, new: Path) -> tuple[Results, Results]:
    """The results as they are, and as they would be."""
    return load(folder), load(new)


def _again(course: Course, folder: Path, record: Record) -> Submission:
    """What was handed in, as it was kept."""
    files = {}
    for one in record.exercises:
        if one.exercise not in course.exercises:
            raise BadRecord(f"this course has no exercise {one.exercise}")
        if one.sha256:
            path = folder / "files" / f"{one.sha256}.py"
            if not path.is_file():
                raise BadRecord(f"{path} is not there; it should lie beside the records")
            files[course.exercises[one.exercise]] = path
    return Submission(record.submission, folder / "files", files, record.note)


def _with_unread(course: Course, old: Record, new: Record, assignment: Assignment | None) -> Record:
    """A new record that has, too, what there was no text of to grade again."""
    graded = {one.exercise: one for one in new.exercises}
    whole = [graded.get(one.exercise) or _unread(course, one, assignment) for one in old.exercises]
    return replace(
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
    return replace(graded, of=points_of(assignment, exercise), cases=cases)
