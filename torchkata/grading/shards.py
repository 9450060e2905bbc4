"""One part of a class for each machine of several, which need nothing but a folder in common."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from torchkata.grading import records
from torchkata.grading.records import digest
from torchkata.grading.submission import Submission

# Where schedulers name the job that a task is part of.
_JOBS = ("SLURM_ARRAY_JOB_ID", "AWS_BATCH_JOB_ID")


@dataclass(frozen=True)
class Shard:
    """A part of all submissions.

    Attributes:
        number: which part, from 1 on.
        count: how many parts there are.
    """

    number: int
    count: int

    def __str__(self) -> str:
        return f"shard {self.number} of {self.count}"

    def has(self, submission: str) -> bool:
        """Whether a submission is in it: its name decides, so that a late one moves no other."""
        return int(digest(submission), 16) % self.count == self.number - 1


def shard_of(text: str) -> Shard:
    """The shard that is written `I/N`.

    Raises:
        ValueError: it is none.
    """
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    number, count = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= count:
        raise ValueError(
            f"--shard {text} is none of 1/N to N/N; what a scheduler counts from 0 needs 1 more"
        )
    return Shard(number, count)


def job_of(environment: Mapping[str, str]) -> str:
    """What the scheduler calls the job that this task is a part of; empty where none says it."""
    named = filter(None, map(environment.get, _JOBS))
    # AWS writes the number of the task behind it.
    return next(named, "").partition(":")[0]


def own(shard: Shard, submissions: Iterable[Submission]) -> list[Submission]:
    """Those of a shard."""
    return [one for one in submissions if shard.has(one.name)]


def count_done(out: Path, submissions: Iterable[Submission]) -> int:
    """How many of all submissions have a record, whichever machine wrote it."""
    place = out / "records"
    return sum(os.path.exists(records.path_of(place, one.name)) for one in submissions)
