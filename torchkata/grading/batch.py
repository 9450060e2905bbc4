"""Grading many submissions: several workers, and nothing ever lost."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from torchkata.course.course import Exercise
from torchkata.course.grader import GraderError
from torchkata.course.writing import write_bytes
from torchkata.grading import records
from torchkata.grading.grading_run import Terms, Worker, digest_of, grade, not_graded, read_all
from torchkata.grading.records import BadRecord, Record
from torchkata.grading.runs import finish, fresh_seeds
from torchkata.grading.submission import Submission
from torchkata.running.files import File
from torchkata.sandbox.backends import NoWalls


@dataclass(frozen=True)
class Done:
    """One submission is graded.

    Attributes:
        record: what became of it.
        kept: whether it had been graded before, by a run that was interrupted.
        was: the points of another record that it replaces, which is kept in before/replaced.
    """

    record: Record
    kept: bool
    was: float | None = None


class Machines(Protocol):
    """Where answers run.

    Attributes:
        count: how many submissions are graded there at a time.
    """

    count: int

    def grade(self, submission: Submission, files: dict[Exercise, File], terms: Terms) -> Record:
        """Grade a submission, once there is room for it."""


def run(
    submissions: Sequence[Submission],
    terms: Terms,
    out: Path | None = None,
    workers: int = 1,
    machines: Machines | None = None,
) -> Iterator[Done]:
    """Grade submissions, in the order in which they are done. Each is written as it ends.

    Args:
        submissions: with names of their own.
        terms: those of the batch.
        out: where records and the submitted files go; None keeps nothing.
        workers: how many answers run at a time on this machine.
        machines: where they run instead.

    Raises:
        NoWalls: they are not available here, or answers could read what this run reads or writes.
    """
    terms.walls.keep_apart(_touched(submissions, out))
    # While one answer is judged, this process is in another folder; records are written then, too.
    out = out.resolve() if out else None
    count = machines.count if machines else min(workers, len(submissions))
    with ThreadPoolExecutor(count) as pool, contextlib.ExitStack() as stack:
        machines = machines or stack.enter_context(_here(pool, count, submissions, terms))
        waiting = [pool.submit(_grade, machines, one, terms, out) for one in submissions]
        stack.callback(lambda: [future.cancel() for future in waiting])
        failed = False
        for future in as_completed(waiting):
            done = future.result()
            failed |= done.record.failed
            yield done
    # Others may still grade their part of a run that has a name.
    if out is not None and not failed and not terms.run:
        finish(out)


@contextlib.contextmanager
def _here(
    pool: ThreadPoolExecutor, count: int, submissions: Sequence[Submission], terms: Terms
) -> Iterator[Machines]:
    """This machine, with so many workers."""
    inside = {exercise.course for one in submissions for exercise in one.files}
    packages = {name for course in inside for name in course.packages}
    # In threads that live as long as the pool: bubblewrap ends with the thread it began in.
    made = pool.map(lambda _: Worker(terms.walls, terms.device, packages=packages), range(count))
    with contextlib.ExitStack() as stack:
        yield _Here([stack.enter_context(worker) for worker in made])


class _Here:
    def __init__(self, workers: Sequence[Worker]) -> None:
        self.count = len(workers)
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for worker in workers:
            self._idle.put(worker)

    def grade(self, submission: Submission, files: dict[Exercise, File], terms: Terms) -> Record:
        worker = self._idle.get()
        try:
            return grade(worker, submission, files, terms)
        finally:
            self._idle.put(worker)


def _touched(submissions: Sequence[Submission], out: Path | None) -> list[Path]:
    """What a run reads and writes: submissions, their courses, and the results."""
    courses = {exercise.course.root for one in submissions for exercise in one.files}
    return [*courses, *(one.root for one in submissions), *filter(None, [out])]


def _grade(machines: Machines, submission: Submission, terms: Terms, out: Path | None) -> Done:
    try:
        return _graded(machines, submission, terms, out)
    except (GraderError, NoWalls, OSError):
        raise
    except Exception as problem:
        # What no submission should be able to do to us: it does not end the batch.
        record = not_graded(submission, terms, ascii(problem))
        if out is not None:
            records.write(records.path_of(out / "records", submission.name), record)
        return Done(record, False)


def _graded(machines: Machines, submission: Submission, terms: Terms, out: Path | None) -> Done:
    files = read_all(submission)
    path = records.path_of(out / "records", submission.name) if out else None
    old = _old(path)
    if old is not None and _still_valid(old, files, terms):
        return Done(old, True)
    replaced = old is not None and not old.failed
    if replaced and not terms.public:
        # What was told of the first may have said what its seeds draw.
        terms = replace(terms, seeds=fresh_seeds())
    record = machines.grade(submission, files, terms)
    if out is not None and path is not None:
        for file in files.values():
            _keep(out, file.text)
        if old is not None and replaced:
            records.write(out / "before" / "replaced" / f"{path.stem}-{old.sha256[:8]}.json", old)
        records.write(path, record)
    return Done(record, False, old.points if old is not None and replaced else None)


def _old(path: Path | None) -> Record | None:
    """The record that is there, if one can be read."""
    try:
        return records.read(path) if path is not None else None
    except BadRecord:
        return None


def _still_valid(record: Record, files: dict[Exercise, File], terms: Terms) -> bool:
    """Whether a record is whole, about these very bytes, and made on these terms.

    Its seeds may be those of an earlier run: equal bytes keep what they were given.
    """
    same = record.sha256 == digest_of(files) and len(record.exercises) == len(files)
    alike = (record.assurance, record.device) == (terms.walls.assurance, terms.device)
    return same and alike and not record.failed


def _keep(out: Path, text: str) -> None:
    """The file itself, named by its content, so that a verdict can be contested."""
    path = out / "files" / f"{records.digest(text)}.py"
    if not path.exists():
        write_bytes(path, text.encode("utf-8", "surrogatepass"), private=True)
