"""On what terms and seeds a run is graded: every machine that takes part agrees on them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from pathlib import Path

import msgspec
import torch
from msgspec import structs

from torchkata.course.course import Course, Exercise
from torchkata.course.grader import GraderError
from torchkata.grading import records
from torchkata.grading.grading_run import Terms
from torchkata.grading.records import (
    RUN_SCHEMA,
    BadRecord,
    BatchInfo,
    OtherVersion,
    RunInfo,
    read_as,
    read_batch_info,
)

SEEDS = 2


def fresh_seeds() -> tuple[int, ...]:
    """Seeds that nobody knows."""
    return tuple(secrets.randbits(32) for _ in range(SEEDS))


def terms_of(out: Path | None, course: Course, wanted: Terms, run: str = "") -> Terms:
    """The terms of a run: those it began with, where it was interrupted and goes on.

    What is graded into results whose run is finished is another run, on seeds of its own: what
    students were told of the first says nothing of them.

    Args:
        out: where the records go; None if nothing is kept.
        course: whose exercises.
        wanted: the terms that were asked for.
        run: by what several machines call the run that each of them grades a part of. Its seeds
            are those of the first of them that began, whenever the others come.

    Raises:
        ValueError: what is at `out` began on other terms, or is of another version.
    """
    if out is None:
        return wanted
    new = BatchInfo(
        list(wanted.seeds),
        digest_of_course(course),
        wanted.walls.assurance,
        wanted.device,
        wanted.feedback,
        wanted.assignment,
        # A run that has a name keeps its seeds by that; what comes without one is another.
        finished=bool(run),
        place=str(out.resolve()),
    )
    path = out / "batch.json"
    began = records.create(path, new)
    old = new if began else read_batch_info(out)
    _refuse_other_versions(out)
    _refuse_other_terms(out, old, new)
    if run:
        return replace(wanted, seeds=_seeds_of(out, run, wanted), run=run)
    if not old.finished:
        return replace(wanted, seeds=tuple(old.seeds))
    records.write(path, structs.replace(old, seeds=list(wanted.seeds), finished=False))
    return wanted


def _refuse_other_terms(out: Path, old: BatchInfo, new: BatchInfo) -> None:
    for name in ("course", "assurance", "device", "feedback", "assignment"):
        if getattr(old, name) != getattr(new, name):
            again = f"kata regrade {out}, or " if name in ("course", "assignment") else ""
            raise ValueError(f"{out} was begun with another {name}; {again}choose another --out")


def _seeds_of(out: Path, run: str, wanted: Terms) -> tuple[int, ...]:
    """The seeds of a run that has a name: those of the machine that wrote them first."""
    path = records.path_of(out / "runs", run)
    here = RunInfo(list(wanted.seeds), str(torch.__version__))
    records.create(path, here)
    try:
        kept = read_as(path, RunInfo, RUN_SCHEMA)
    except (OSError, msgspec.DecodeError) as problem:
        raise ValueError(f"{path} cannot be read ({problem}); choose another --run") from None
    if kept.torch != here.torch:
        raise ValueError(
            f"the run {run} was begun with torch {kept.torch}, and this machine has {here.torch}; "
            "install the same everywhere"
        )
    return tuple(kept.seeds)


def finish(out: Path) -> None:
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


def digest_of_course(course: Course) -> str:
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
