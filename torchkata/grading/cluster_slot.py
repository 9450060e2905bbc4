"""What runs on a node of a Ray cluster: walls, and a judge beside them. JSON comes in and goes out.

Nothing of a submission is pickled, and no exception: Ray would load either on the other side.
"""

from __future__ import annotations

import platform
from dataclasses import replace
from pathlib import Path

import msgspec
import torch

from torchkata.course.course import Course, Exercise
from torchkata.course.grader import GraderError
from torchkata.course.reading import from_json
from torchkata.grading.assignment import Assignment
from torchkata.grading.grading_run import Terms, Worker, grade
from torchkata.grading.records import Record
from torchkata.grading.runs import digest_of_course
from torchkata.grading.submission import Submission
from torchkata.judging.judge import Report
from torchkata.judging.observation import Raised
from torchkata.running.files import File
from torchkata.sandbox.backends import BY_ASSURANCE, NoWalls


class Begin(msgspec.Struct):
    """What holds for all that a slot grades.

    Attributes:
        course: the folder of the course, the same on every machine.
        digest: that of the course on the machine that hands out the work.
        torch: its version of torch.
        packages: what the answers may import, as the course declares it.
        assurance, device, feedback, assignment, public: see `Terms`.
    """

    course: str
    digest: str
    torch: str
    packages: list[str]
    assurance: str
    device: str
    feedback: str
    assignment: Assignment | None
    public: bool


class Begun(msgspec.Struct):
    """What a slot answers to that.

    Attributes:
        host: the machine that it is on.
        refusal: why it cannot be used; empty if it can.
    """

    host: str
    refusal: str = ""


class JobFile(msgspec.Struct):
    """A file of a submission, read.

    Attributes:
        path: where it was.
        text: what it says, in UTF-8.
        trouble: why it cannot be run, if it cannot.
    """

    path: str
    text: bytes
    trouble: Raised | None


class Job(msgspec.Struct):
    """One submission.

    Attributes:
        submission, note, collected: see `Submission`.
        seeds: what it is graded on.
        files: {exercise: its file}.
    """

    submission: str
    note: str
    collected: str
    seeds: list[int]
    files: dict[str, JobFile]


class Reply(msgspec.Struct):
    """What became of a job.

    Attributes:
        record: how it was graded; None where it was not.
        problem: why not.
        ends: whether nothing else can be graded either.
    """

    record: Record | None = None
    problem: str = ""
    ends: bool = False


class Slot:
    """Grades one submission at a time, behind walls of its own, on whatever node it is."""

    def begin(self, data: bytes) -> bytes:
        """See that this node fits the run, and begin walls; `Begin` in, `Begun` out."""
        try:
            refusal = self._begin(from_json(data, Begin))
        except Exception as problem:
            refusal = str(problem) if isinstance(problem, NoWalls) else ascii(problem)
        return msgspec.json.encode(Begun(platform.node(), refusal))

    def grade(self, data: bytes) -> bytes:
        """Grade a submission; `Job` in, `Reply` out."""
        try:
            return msgspec.json.encode(Reply(self._grade(from_json(data, Job))))
        except (GraderError, NoWalls) as problem:
            reply = Reply(problem=str(problem), ends=True)
        except Exception as problem:
            reply = Reply(problem=ascii(problem))
        return msgspec.json.encode(reply)

    def _begin(self, asked: Begin) -> str:
        if asked.torch != torch.__version__:
            return f"it has torch {torch.__version__}, and not {asked.torch}"
        root = Path(asked.course)
        if not (root / "graders").is_dir() and not (root / "recorded").is_dir():
            return f"it has no course at {root}; every machine needs it at the same place"
        self._course = Course(root)
        if digest_of_course(self._course) != asked.digest:
            return f"its course at {root} is another"
        kind = BY_ASSURANCE[asked.assurance]
        kind.keep_apart([root])
        self._terms = Terms((), kind, asked.device, asked.feedback, asked.assignment, asked.public)
        self._worker = Worker(kind, asked.device, asked.packages)
        return ""

    def _grade(self, job: Job) -> Record:
        files = {self._course.exercises[name]: _file(one) for name, one in job.files.items()}
        paths: dict[Exercise, Path] = {exercise: Path(one.path) for exercise, one in files.items()}
        submission = Submission(job.submission, Path(), paths, job.note, job.collected)
        terms = replace(self._terms, seeds=tuple(job.seeds))
        return grade(self._worker, submission, files, terms)


def _file(one: JobFile) -> File:
    text = one.text.decode("utf-8", "surrogatepass")
    return File(one.path, text, Report(one.trouble) if one.trouble else None)


def as_job_file(file: File) -> JobFile:
    """A file that was read, as it crosses to a node."""
    trouble = file.report.trouble if file.report else None
    return JobFile(file.path, file.text.encode("utf-8", "surrogatepass"), trouble)
