"""How far a learner is: one small file beside the work. Losing it costs nothing but time.

It may go to another machine with git: no path and no code is in it, and each exercise has a line,
in the order of the alphabet, so that git merges what was done on both.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from torchkata.course.writing import write_bytes
from torchkata.learning.state_files import on_stderr, read_state

VERSION = 2
# An earlier version kept more, which is left out.
_READABLE = (1, 2)
FILE = Path(".kata", "progress.json")


class Checked(msgspec.Struct):
    """The last verdict on an exercise, and what it was about.

    Attributes:
        file: the SHA-256 of the learner's file.
        grader: the digest of what it was judged by (`Exercise.digest`).
        verdict: one of `torchkata.judging.verdicts.VERDICTS`.
        when: seconds since 1970.
    """

    file: str
    grader: str
    verdict: str
    when: float


class Entry(msgspec.Struct, omit_defaults=True):
    """What is known of one exercise.

    Attributes:
        checked: the last verdict.
        hints: how many hints were shown.
        gave_up: whether the solution was shown before it was passed.
        passed: when it was passed, and when it was passed again in a review.
        reviewing: whether it is asked again.
        tries: how often a changed answer was checked.
        tree: the digest of the last one's syntax tree.
        mistakes: {misconception: in how many tries it was told}.
        skipped: whether it comes last, until it is passed.
    """

    checked: Checked | None = None
    hints: int = 0
    gave_up: bool = False
    passed: list[float] = []
    reviewing: bool = False
    tries: int = 0
    tree: str = ""
    mistakes: dict[str, int] = {}
    skipped: bool = False

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

    Raises:
        GraderError: git has left both versions of a merge in it.
    """
    return read_state(root, FILE, Progress, tell, _READABLE)


def save(root: Path, progress: Progress) -> None:
    """Write a workspace's progress, whole or not at all; where that is not allowed, do without."""
    with contextlib.suppress(OSError):
        write_bytes(root / FILE, to_bytes(progress))


def to_bytes(progress: Progress) -> bytes:
    """The file's text: a line for each exercise, in the order of the alphabet."""
    encode = msgspec.json.encode
    lines = [encode(name) + b": " + encode(entry) for name, entry in progress.exercises.items()]
    exercises = b",\n".join(sorted(lines))
    head = b'{"version": %d,\n"current": %s,\n' % (VERSION, encode(progress.current))
    return head + b'"exercises": {\n' + exercises + b"\n}}\n"


@contextlib.contextmanager
def changing(root: Path) -> Iterator[Progress]:
    """Change a workspace's progress: read, and written at the end."""
    progress = load(root)
    yield progress
    save(root, progress)


def now() -> float:
    """The time, in seconds since 1970."""
    return time.time()
