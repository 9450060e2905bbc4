"""How far a learner is: one small file beside the work. Losing it costs nothing but time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from torchkata.course.grader_facts import Facts
from torchkata.course.writing import write_bytes
from torchkata.learning.state_files import on_stderr, read_state

VERSION = 1
FILE = Path(".kata", "progress.json")


class Checked(msgspec.Struct):
    """The last verdict on an exercise, and what it was about.

    Attributes:
        file: the SHA-256 of the learner's file.
        grader: the digest of what it was judged by (`Exercise.digest`).
        verdict: one of `torchkata.judging.verdicts.VERDICTS`.
        text: what the learner was told.
        when: seconds since 1970.
    """

    file: str
    grader: str
    verdict: str
    text: str
    when: float


class Entry(msgspec.Struct):
    """What is known of one exercise.

    Attributes:
        facts: of its grader, as they were last read.
        checked: the last verdict.
        hints: how many hints were shown.
        gave_up: whether the solution was shown before it was passed.
        passed: when it was passed, and when it was passed again in a review.
        reviewing: whether it is asked again.
    """

    facts: Facts | None = None
    checked: Checked | None = None
    hints: int = 0
    gave_up: bool = False
    passed: list[float] = []
    reviewing: bool = False

    def note(self, checked: Checked) -> None:
        """Keep a verdict, and count it if it is a pass that counts."""
        self.checked = checked
        if checked.verdict == "passed" and (self.reviewing or not self.passed):
            self.passed.append(checked.when)
            self.reviewing = False


class Progress(msgspec.Struct):
    """All that is kept of a learner's work.

    Attributes:
        version: of this layout.
        exercises: {exercise id: what is known of it}.
        current: the exercise the learner is working on.
    """

    version: int = VERSION
    exercises: dict[str, Entry] = {}
    current: str = ""

    def entry(self, exercise: str) -> Entry:
        """What is known of an exercise, to be added to."""
        return self.exercises.setdefault(exercise, Entry())


def load(root: Path, tell: Callable[[str], None] = on_stderr) -> Progress:
    """Read a workspace's progress; where there is none, or it cannot be read, begin again.

    Args:
        root: the workspace.
        tell: is given one sentence about a file that cannot be read, which is kept beside.
    """
    return read_state(root, FILE, Progress, tell)


def save(root: Path, progress: Progress) -> None:
    """Write a workspace's progress, whole or not at all; where that is not allowed, do without."""
    with contextlib.suppress(OSError):
        write_bytes(root / FILE, msgspec.json.format(msgspec.json.encode(progress)))


@contextlib.contextmanager
def changing(root: Path) -> Iterator[Progress]:
    """Change a workspace's progress: read, and written at the end."""
    progress = load(root)
    yield progress
    save(root, progress)


def now() -> float:
    """The time, in seconds since 1970."""
    return time.time()
