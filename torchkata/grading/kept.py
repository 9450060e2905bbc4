"""What a batch keeps beside its records. Read without torch."""

from __future__ import annotations

from pathlib import Path

import msgspec

from torchkata.grading.assignment import Assignment

_SCHEMA = "torchkata/batch/1"


class Kept(msgspec.Struct):
    """What a batch keeps beside its records, so that it can go on where it was interrupted.

    Attributes:
        seeds: secret until all is graded; nobody else may read the file.
        course: a digest of all graders and solutions.
        assurance, device, feedback: its terms.
        assignment: what a teacher decided, if there is one.
    """

    seeds: list[int]
    course: str
    assurance: str
    device: str
    feedback: str
    assignment: Assignment | None = None
    schema: str = _SCHEMA


def kept_at(out: Path) -> Kept:
    """What a batch has kept beside its records.

    Raises:
        ValueError: it cannot be read.
    """
    path = out / "batch.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError) as problem:
        raise ValueError(
            f"{path} cannot be read ({problem}): not what kata grade --out wrote"
        ) from None
