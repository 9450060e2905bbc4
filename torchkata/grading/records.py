"""What is kept of a graded submission: a record, one file each, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import msgspec

SCHEMA = "torchkata/record/2"

# How well runs are walled off, the best first.
ASSURANCES = ("sandbox", "landlock", "limited")

_LONGEST_NAME = 100


class BadRecord(ValueError):
    """A file that is no record of this version; str() says what it is and what to do."""


class Graded(msgspec.Struct):
    """What became of one exercise of a submission.

    Attributes:
        exercise: its id.
        sha256: of the file's text; empty where there was none to read.
        verdict: see `torchkata.judging.verdicts.VERDICTS`; None where our own sandboxes failed.
        points: what it earned; None where our own sandboxes failed.
        of: what it could have earned.
        cases: {case: its own verdict}.
        misconception: the name of the one it agrees with, if there is one.
        flags: forbidden calls, as advice to the teacher.
        text: what the learner is told.
        seconds: how long running and judging it took.
        failure: what went wrong on our side; empty where nothing did.
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


class Record(msgspec.Struct):
    """One graded submission, with all that it takes to grade it again.

    Attributes:
        submission: what it is called in its batch.
        sha256: of all its files' texts together.
        assurance: how well the run was walled off.
        seeds: what the arguments were drawn from, one set for the whole batch.
        device, dtype, torch, platform: on what the numbers were computed.
        began: when, as ISO 8601 in UTC.
        seconds: how long it took.
        points, of: what it earned, and what it could have earned.
        exercises: in the course's order.
        note: why there was nothing to grade, if there was nothing; else what is to be known of it.
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
    schema: str = SCHEMA

    @property
    def failed(self) -> bool:
        """Whether an exercise is not graded yet, for reasons of ours."""
        return any(one.failure for one in self.exercises)


def path_of(folder: Path, submission: str) -> Path:
    """Where a submission's record lies, whatever the submission is called."""
    # In bytes, as file systems count: a name of Hangul would otherwise be too long.
    plain = re.sub(r"[^\w.-]", "_", submission)
    plain = plain.encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
    if plain != submission:
        plain += "-" + digest(submission)[:8]
    return folder / f"{plain}.json"


def write(path: Path, record: Any) -> None:
    """Write a record, or anything else that msgspec knows, whole or not at all."""
    text = msgspec.json.format(msgspec.json.encode(record), indent=2)
    write_bytes(path, text + b"\n")


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file that is never seen half written, even if the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".half-")
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path) -> Record:
    """Read a record.

    Raises:
        BadRecord: it is none, or of another version.
    """
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=dict[str, Any]).get("schema")
        if version != SCHEMA:
            raise BadRecord(f"{path} is of schema {version}; this version reads {SCHEMA}")
        return msgspec.json.decode(data, type=Record)
    except OSError as problem:
        raise BadRecord(f"{path} cannot be read: {problem.strerror}") from None
    except msgspec.DecodeError as problem:
        raise BadRecord(f"{path} is no record: {problem}") from None


def digest(text: str) -> str:
    """The SHA-256 of a text, whatever file names have put into it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def json_schema() -> str:
    """The published schema of a record."""
    return json.dumps(msgspec.json.schema(Record), indent=2) + "\n"
