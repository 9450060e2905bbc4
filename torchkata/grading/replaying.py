"""A verdict can be contested: grade again on the recorded seeds, and show the numbers."""

from __future__ import annotations

import io
import textwrap
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch

from torchkata.course.course import Course, Exercise
from torchkata.course.finding import find
from torchkata.grading import records
from torchkata.grading.grading_run import Terms, Worker, grade
from torchkata.grading.records import BadRecord, Graded, Record, read_batch_info
from torchkata.grading.submission import Submission
from torchkata.judging.judge import Observations, Report
from torchkata.judging.observation import Foreign, Plain, Raised, plain
from torchkata.running.arguments import draw
from torchkata.running.files import File, read
from torchkata.running.isolation import undisturbed, workplace
from torchkata.running.known_answers import reference_observations
from torchkata.sandbox.backends import BY_ASSURANCE

# Always the same, so that equal bundles are equal files.
_EPOCH = (2020, 1, 1, 0, 0, 0)

_SHOW = files("torchkata") / "templates" / "show.py"


def replay(
    course: Course, path: Path, name: str = "", bundle: Path | None = None
) -> Iterator[tuple[Graded, Graded]]:
    """What a record says of each exercise, and what comes out now.

    Args:
        course: whose exercises.
        path: the record, beside the folder `files` that its batch wrote.
        name: one exercise; all if empty.
        bundle: where to write arguments, got and expected of every case and seed, if anywhere.

    Raises:
        NotFound: the course has no such exercise.
        BadRecord: it is no record, or its files are not beside it.
        ValueError: it says nothing of that exercise.
        NoWalls: they are not available here.
    """
    wanted, record = find(course, name).id if name else "", records.read(path)
    chosen = [one for one in record.exercises if wanted in ("", one.exercise) and not one.failure]
    if not chosen:
        raise ValueError(f"{path} says nothing of {wanted or 'any exercise'}")
    files = {_exercise(course, one): _file(path, one) for one in chosen}
    kind, info = BY_ASSURANCE[record.assurance], read_batch_info(path.resolve().parents[1])
    terms = Terms(tuple(record.seeds), kind, record.device, assignment=info.assignment)
    with Worker(terms.walls, terms.device, packages=course.packages) as worker:
        again = grade(worker, Submission(record.submission, path), files, terms)
        if bundle is not None:
            _write(bundle, worker, record, files)
    yield from zip(chosen, again.exercises, strict=True)


def _exercise(course: Course, graded: Graded) -> Exercise:
    exercise = course.exercises.get(graded.exercise)
    if exercise is None:
        raise BadRecord(f"this course has no exercise {graded.exercise}")
    if other := {name for name, _ in graded.data.items() ^ exercise.data_digests.items()}:
        raise BadRecord(
            f"{graded.exercise} was graded with another data/{min(other)}; replay it with the "
            "course as it was then"
        )
    return exercise


def _file(path: Path, graded: Graded) -> File:
    """The text that was graded, found by its digest."""
    if not graded.sha256:
        kind = "FileMissing" if graded.verdict == "missing" else "Rejected"
        return File("", report=Report(Raised(kind, "as it was then")))
    kept = path.resolve().parents[1] / "files" / f"{graded.sha256}.py"
    file = read(kept)
    if file.report is not None or records.digest(file.text) != graded.sha256:
        raise BadRecord(f"{kept} is not the file that was graded; it should be beside the records")
    return file


def _write(bundle: Path, worker: Worker, record: Record, files: dict[Exercise, File]) -> None:
    cases = []
    for exercise, file in files.items():
        if file.report is None:
            report = worker.respond(exercise, file.text, record.seeds, record.device)
            got = report.observations
            cases += list(_cases(exercise, record, got))
    stored = io.BytesIO()
    torch.save(cases, stored)
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr(zipfile.ZipInfo("show.py", _EPOCH), _SHOW.read_text("utf-8"))
        archive.writestr(zipfile.ZipInfo("values.pt", _EPOCH), stored.getvalue())
        for exercise, file in files.items():
            archive.writestr(zipfile.ZipInfo(f"answers/{exercise.id}.py", _EPOCH), file.text)


def _cases(exercise: Exercise, record: Record, got: Observations) -> Iterator[dict[str, Any]]:
    expected = reference_observations(exercise, tuple(record.seeds), record.device)
    with workplace(), undisturbed():
        drawn = draw(exercise.grader, record.seeds, record.device)
    names = exercise.grader.argument_names()
    for one in drawn:
        if one.key in got:
            values = {n: _shown(v) for n, v in zip(names, one.arguments, strict=False)}
            yield {
                "exercise": exercise.id,
                "case": one.case.name,
                "seed": one.seed,
                "arguments": values,
                "got": _named(got[one.key]),
                "expected": _named(expected[one.key]),
            }


def _named(seen: Plain) -> dict[str, Any]:
    return _storable(seen) if isinstance(seen, dict) else {"result": _storable(seen)}


def _shown(value: Any) -> Any:
    """An argument as plain data; of a module, its state."""
    if isinstance(value, torch.nn.Module):
        return {"module": repr(value), **{n: v.clone() for n, v in value.state_dict().items()}}
    seen = plain(value)
    return textwrap.shorten(repr(value), 2000) if isinstance(seen, Foreign) else _storable(seen)


def _storable(value: Plain) -> Any:
    """Without classes of ours, so that plain torch can load it."""
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(item) for item in value]
    if isinstance(value, Raised):
        return f"raised {value.type}: {value.message}"
    known = value is None or isinstance(value, (bool, int, float, complex, str, torch.Tensor))
    return value if known else repr(value)
