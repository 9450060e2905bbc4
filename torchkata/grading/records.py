"""What is kept of graded submissions: a record each, and one file for their batch. No torch."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import msgspec

from torchkata.course.reading import from_json
from torchkata.course.writing import create_bytes, write_bytes
from torchkata.grading.assignment import Assignment

SCHEMA = "torchkata/record/3"
# Without the second of two mistakes at once, and without ideas.
_OLDER = ("torchkata/record/2",)
BATCH_SCHEMA = "torchkata/batch/1"
RUN_SCHEMA = "torchkata/run/1"

# How well runs are walled off, the best first.
Assurance = Literal["sandbox", "landlock", "account", "limited"]
ASSURANCES: tuple[Assurance, ...] = get_args(Assurance)

_LONGEST_NAME = 100
_LARGEST_BATCH = 1_000_000
# New records on their way into results, and the file in it that says where the old ones are kept.
_EXCHANGE, _KEPT_IN = ".exchange", "kept_in"

_Kind = TypeVar("_Kind")


class BadRecord(ValueError):
    """A file that is no record of this version; str() says what it is and what to do."""


class OtherVersion(BadRecord):
    """A file that another version of torchkata wrote, and this one cannot read."""


class Graded(msgspec.Struct):
    """What became of one exercise of a submission.

    Attributes:
        exercise: its id.
        sha256: of the file's text; empty where there was none to read.
        verdict: see `torchkata.judging.verdicts.VERDICTS`; None where our own sandboxes failed.
        points: what it earned; None where our own sandboxes failed.
        of: what it could have earned.
        cases: {case: its own verdict}.
        misconception: the name of the one it agrees with, if there is one; of two at once, the one
            that comes first in the code.
        flags: forbidden calls, as advice to the teacher.
        text: what the learner is told.
        seconds: how long running and judging it took.
        failure: what went wrong on our side; empty where nothing did.
        second: the name of the other misconception, where it agrees with two at once.
        ideas: what is misunderstood, by ids that are the same in all exercises.
        remark: the name of what is said of the way in which it is written; empty if nothing is.
        data: {data file that it was graded with: its SHA-256}.
    """

    exercise: str
    sha256: str
    verdict: str | None
    points: float | None
    of: float
    cases: dict[str, str]
    misconception: str | None
    flags: list[str]
    text: str
    seconds: float
    failure: str = ""
    second: str | None = None
    ideas: list[str] = []
    remark: str = ""
    data: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The misconceptions that explain it: none, one, or two at once."""
        return tuple(name for name in (self.misconception, self.second) if name)


class Record(msgspec.Struct):
    """One graded submission, with all that it takes to grade it again.

    Attributes:
        submission: what it is called in its batch.
        sha256: of all its files' texts together.
        assurance: how well the run was walled off.
        seeds: what the arguments were drawn from, one set for a whole run.
        device, dtype, torch, platform: on what the numbers were computed.
        began: when, as ISO 8601 in UTC.
        seconds: how long it took.
        points, of: what it earned, and what it could have earned.
        exercises: in the course's order.
        note: why there was nothing to grade, if there was nothing; else what is to be known of it.
        walls: what was between the answers and the machine; empty where no answer was run.
        course: the course's title and version, as far as it has such.
        host: the name of the machine that graded it.
        processor: which of torch's code that machine takes, and the name of its processor.
    """

    submission: str
    sha256: str
    assurance: str
    seeds: list[int]
    device: str
    dtype: str
    torch: str
    platform: str
    began: str
    seconds: float
    points: float
    of: float
    exercises: list[Graded]
    note: str = ""
    walls: str = ""
    course: str = ""
    host: str = ""
    processor: str = ""
    schema: str = SCHEMA

    @property
    def failed(self) -> bool:
        """Whether an exercise is not graded yet, for reasons of ours."""
        return any(one.failure for one in self.exercises)


class BatchInfo(msgspec.Struct):
    """What a batch keeps beside its records, so that it can go on where it was interrupted.

    Attributes:
        seeds: those of the last run, secret until all is graded; nobody else may read the file.
        course: a digest of all graders and solutions.
        assurance, device, feedback: its terms.
        assignment: what a teacher decided, if there is one.
        finished: whether all of that run is graded, so that what comes later is another run.
        place: the folder it was written in.
    """

    seeds: list[int]
    course: str
    assurance: str
    device: str
    feedback: str
    assignment: Assignment | None = None
    finished: bool = False
    place: str = ""
    schema: str = BATCH_SCHEMA


class RunInfo(msgspec.Struct):
    """What several machines agree on that grade one run.

    Attributes:
        seeds: what all of them draw from; nobody else may read the file.
        torch: the version that all of them compute with.
    """

    seeds: list[int]
    torch: str
    schema: str = RUN_SCHEMA


def path_of(folder: Path, submission: str) -> Path:
    """Where a submission's record is, whatever the submission is called."""
    # In bytes, as file systems count: a name of Hangul would otherwise be too long.
    plain = re.sub(r"[^\w.-]", "_", submission)
    plain = plain.encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
    if plain != submission:
        plain += "-" + digest(submission)[:8]
    return folder / f"{plain}.json"


def write(path: Path, record: Any) -> None:
    """Write a record, or anything else that msgspec knows, whole or not at all."""
    write_bytes(path, _as_text(record), private=True)


def create(path: Path, record: Any) -> bool:
    """Write it if nothing is there yet; of several machines that begin at once, one does.

    Returns:
        Whether this one did.
    """
    return create_bytes(path, _as_text(record))


def _as_text(record: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def read(path: Path) -> Record:
    """Read a record, of this version or of the one before, as one of this version.

    Raises:
        OtherVersion: it is of another version.
        BadRecord: it is none.
    """
    try:
        return msgspec.structs.replace(read_as(path, Record, SCHEMA, _OLDER), schema=SCHEMA)
    except OSError as problem:
        raise BadRecord(f"{path} cannot be read: {problem.strerror}") from None
    except msgspec.DecodeError as problem:
        raise BadRecord(f"{path} is no record: {problem}") from None


def read_batch_info(out: Path) -> BatchInfo:
    """Read what a batch keeps beside its records.

    An exchange of records that was interrupted is finished first.

    Raises:
        ValueError: it cannot be read, or is of another version.
    """
    path = out / "batch.json"
    try:
        _finish_exchange(out)
        return read_as(path, BatchInfo, BATCH_SCHEMA)
    except (OSError, msgspec.DecodeError) as problem:
        raise ValueError(
            f"{path} cannot be read ({problem}): not what kata grade --out wrote"
        ) from None


def begin_exchange(folder: Path, new: Path, old: Path) -> None:
    """Put the records of one folder in the place of another's, whose own go into a third.

    It happens in one step: what is left to move is moved now, or by anyone who reads them next.

    Args:
        folder: the results.
        new: holds what is to be there, on the same file system.
        old: where the records that are there now are kept; below `folder`.
    """
    write_bytes(new / _KEPT_IN, str(old.relative_to(folder)).encode())
    new.rename(folder / _EXCHANGE)
    _finish_exchange(folder)


def _finish_exchange(folder: Path) -> None:
    """Move what is left to be moved; each step leaves a state from which this goes on."""
    new = folder / _EXCHANGE
    if not new.is_dir():
        return
    old = folder / (new / _KEPT_IN).read_text()
    if (folder / "records").exists() and not (old / "records").exists():
        (folder / "records").rename(old / "records")
    for name in ("records", "batch.json"):
        if (new / name).exists():
            (new / name).replace(folder / name)
    for path in (new / "files").glob("*.py"):
        path.replace(folder / "files" / path.name)
    shutil.rmtree(new)


def was_written_in(folder: Path) -> bool:
    """Whether `kata grade --out` wrote results there, and nobody else a file of that name."""
    path = folder / "batch.json"
    # Somebody else's may be a pipe, or endless.
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST_BATCH:
        return False
    try:
        return read_as(path, BatchInfo, BATCH_SCHEMA).place == str(folder)
    except (OSError, ValueError, msgspec.DecodeError, RecursionError):
        return False


def read_as(path: Path, kind: type[_Kind], schema: str, older: tuple[str, ...] = ()) -> _Kind:
    """Read a file of JSON that names its own version.

    Args:
        path: the file.
        kind: what it holds.
        schema: the version that is read.
        older: those before it that lack nothing but what has a default.

    Raises:
        OtherVersion: it names another.
        BadRecord: it names none.
        OSError, msgspec.DecodeError: it cannot be read.
    """
    data = path.read_bytes()
    version = from_json(data, dict[str, Any]).get("schema")
    if not isinstance(version, str):
        raise BadRecord(f"{path} names no schema, so torchkata did not write it")
    if version not in (schema, *older):
        raise OtherVersion(
            f"{path} is of schema {version}; this version reads {schema}: "
            "use the version of torchkata that wrote it"
        )
    return from_json(data, kind)


def digest(text: str) -> str:
    """The SHA-256 of a text, whatever file names have put into it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Versioned(msgspec.Struct):
    schema: str = ""


def is_older(path: Path) -> bool:
    """Whether a record that can be read lacks what this version keeps.

    Raises:
        OSError, msgspec.DecodeError: it cannot be read.
    """
    return from_json(path.read_bytes(), _Versioned).schema in _OLDER


def json_schema() -> str:
    """The published schema of a record."""
    return json.dumps(msgspec.json.schema(Record), indent=2) + "\n"
