"""Grading many submissions: one set of fresh seeds, several workers, and nothing ever lost."""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import structs

from torchkata.course.course import Course, Exercise
from torchkata.course.grader import GraderError
from torchkata.course.writing import write_bytes
from torchkata.grading import records
from torchkata.grading.grading_run import Terms, Worker, digest_of, grade, not_graded, read_all
from torchkata.grading.records import (
    BadRecord,
    BatchInfo,
    OtherVersion,
    Record,
    read_batch_info,
)
from torchkata.grading.submission import Submission
from torchkata.running.files import File
from torchkata.sandbox.backends import NoWalls

SEEDS = 2


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


def fresh_seeds() -> tuple[int, ...]:
    """Seeds that nobody knows."""
    return tuple(secrets.randbits(32) for _ in range(SEEDS))


def terms_of(out: Path | None, course: Course, wanted: Terms) -> Terms:
    """The terms of a run: those it began with, where it was interrupted and goes on.

    What is graded into results whose run is finished is another run, on seeds of its own: what
    students were told of the first says nothing of them.

    Args:
        out: where the records go; None if nothing is kept.
        course: whose exercises.
        wanted: the terms that were asked for.

    Raises:
        ValueError: what is at `out` began on other terms, or is of another version.
    """
    if out is None:
        return wanted
    new = BatchInfo(
        list(wanted.seeds),
        _digest(course),
        wanted.walls.assurance,
        wanted.device,
        wanted.feedback,
        wanted.assignment,
        place=str(out.resolve()),
    )
    path = out / "batch.json"
    if not path.exists():
        records.write(path, new)
        os.chmod(path, 0o600)
        return wanted
    old = read_batch_info(out)
    _refuse_other_versions(out)
    for name in ("course", "assurance", "device", "feedback", "assignment"):
        if getattr(old, name) != getattr(new, name):
            again = f"kata regrade {out}, or " if name in ("course", "assignment") else ""
            raise ValueError(f"{out} was begun with another {name}; {again}choose another --out")
    if not old.finished:
        return replace(wanted, seeds=tuple(old.seeds))
    records.write(path, structs.replace(old, seeds=list(wanted.seeds), finished=False))
    return wanted


def _finish(out: Path) -> None:
    """Say that a run is finished; what comes later is another one."""
    path = out / "batch.json"
    if path.is_file():
        records.write(path, structs.replace(read_batch_info(out), finished=True))


def _refuse_other_versions(out: Path) -> None:
    """Refuse records that would be overwritten since they cannot be read; damaged ones may be."""
    for path in sorted((out / "records").glob("*.json")):
        try:
            records.read(path)
        except OtherVersion:
            raise
        except BadRecord:
            continue


def run(
    submissions: Sequence[Submission], terms: Terms, out: Path | None = None, workers: int = 1
) -> Iterator[Done]:
    """Grade submissions, in the order in which they are done. Each is written as it ends.

    Args:
        submissions: with names of their own.
        terms: those of the batch.
        out: where records and the submitted files go; None keeps nothing.
        workers: how many answers run at a time.

    Raises:
        NoWalls: they are not available here, or answers could read what this run reads or writes.
    """
    inside = {exercise.course for one in submissions for exercise in one.files}
    packages = {name for course in inside for name in course.packages}
    terms.walls.keep_apart(_touched(submissions, out))
    # While one answer is judged, this process is in another folder; records are written then, too.
    out = out.resolve() if out else None
    with ThreadPoolExecutor(workers) as pool, contextlib.ExitStack() as stack:
        # In threads that live as long as the pool: bubblewrap ends with the thread it began in.
        made = pool.map(
            lambda _: Worker(terms.walls, terms.device, packages=packages),
            range(min(workers, len(submissions))),
        )
        idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for worker in made:
            idle.put(stack.enter_context(worker))
        waiting = [pool.submit(_grade, idle, one, terms, out) for one in submissions]
        stack.callback(lambda: [future.cancel() for future in waiting])
        failed = False
        for future in as_completed(waiting):
            done = future.result()
            failed |= done.record.failed
            yield done
    if out is not None and not failed:
        _finish(out)


def _touched(submissions: Sequence[Submission], out: Path | None) -> list[Path]:
    """What a run reads and writes: submissions, their courses, and the results."""
    courses = {exercise.course.root for one in submissions for exercise in one.files}
    return [*courses, *(one.root for one in submissions), *filter(None, [out])]


def _grade(
    idle: queue.SimpleQueue[Worker], submission: Submission, terms: Terms, out: Path | None
) -> Done:
    try:
        return _graded(idle, submission, terms, out)
    except (GraderError, NoWalls, OSError):
        raise
    except Exception as problem:
        # What no submission should be able to do to us: it does not end the batch.
        record = not_graded(submission, terms, ascii(problem))
        if out is not None:
            records.write(records.path_of(out / "records", submission.name), record)
        return Done(record, False)


def _graded(
    idle: queue.SimpleQueue[Worker], submission: Submission, terms: Terms, out: Path | None
) -> Done:
    files = read_all(submission)
    path = records.path_of(out / "records", submission.name) if out else None
    old = _old(path)
    if old is not None and _still_valid(old, files, terms):
        return Done(old, True)
    replaced = old is not None and not old.failed
    if replaced and not terms.public:
        # What was told of the first may have said what its seeds draw.
        terms = replace(terms, seeds=fresh_seeds())
    worker = idle.get()
    try:
        record = grade(worker, submission, files, terms)
    finally:
        idle.put(worker)
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


def _digest(course: Course) -> str:
    """Of all graders and answers; a half-written one stops nothing, and counts as it is."""
    texts = []
    for exercise in course.exercises.values():
        graders = "\n".join(map(_text, [exercise.grader_path, *_shared_by(exercise)]))
        texts.append(f"{exercise.id}\n{graders}\n{_answers(exercise)}")
        texts += [f"{name} {digest}" for name, digest in exercise.course.outline.data.items()]
    return records.digest("\n".join(texts))


def _shared_by(exercise: Exercise) -> list[Path]:
    try:
        return exercise.shared_paths
    except GraderError:
        return []


def _answers(exercise: Exercise) -> str:
    """The solution; of a pack, a digest of what it showed."""
    if not exercise.packed:
        return _text(exercise.solution_path) if exercise.solution_path.is_file() else ""
    return hashlib.sha256(exercise.recorded_path.read_bytes()).hexdigest()


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace")
