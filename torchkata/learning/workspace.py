"""Where a learner works: a clone of a course, or a folder made by `kata init`. Without torch."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from torchkata.course.course import Course, Exercise
from torchkata.course.grader import GraderError
from torchkata.course.grader_facts import Facts
from torchkata.course.installed_courses import installed_courses, public_course
from torchkata.course.order import in_order, learning_path
from torchkata.learning import known_courses, known_facts
from torchkata.learning.progress import FILE, Progress

# Where a workspace says which course it is for, if that is not the installed one.
COURSE = FILE.with_name("course")


class NoWorkspace(GraderError):
    """A folder that belongs to none."""


@dataclass(frozen=True)
class Workspace:
    """A folder with `exercises/` to be solved, and the course that judges them.

    Attributes:
        root: where `exercises/` and the progress are.
        course: which may be the same folder, or one that was installed.
    """

    root: Path
    course: Course

    def path(self, exercise: Exercise) -> Path:
        """The learner's file."""
        return self.root / "exercises" / exercise.relative

    def shown(self, exercise: Exercise) -> str:
        """The learner's file as they would type it from the workspace."""
        return f"exercises/{exercise.id}.py"

    @cached_property
    def facts(self) -> dict[str, Facts]:
        """{exercise id: its facts}, of those that can be used."""
        return {name: facts for name, facts in self._read.items() if isinstance(facts, Facts)}

    @cached_property
    def unusable(self) -> dict[str, str]:
        """{exercise id: what is wrong with its files}, of those that cannot be used."""
        return {name: str(why) for name, why in self._read.items() if isinstance(why, GraderError)}

    @cached_property
    def _read(self) -> dict[str, Facts | GraderError]:
        """{exercise id: its facts, as they were kept where they are still current; or no facts}."""
        known = known_facts.load(self.root)
        exercises = self.course.exercises.values()
        return {exercise.id: _current(exercise, known.get(exercise.id)) for exercise in exercises}

    def facts_of(self, exercise: Exercise) -> Facts:
        """The facts of an exercise, read again if it could not be used before.

        Raises:
            GraderError: it still cannot.
        """
        return self.facts.get(exercise.id) or exercise.facts

    @property
    def usable(self) -> list[Exercise]:
        """All exercises that can be used, in the order of the course."""
        return [e for e in self.course.exercises.values() if e.id in self.facts]

    @cached_property
    def ordered(self) -> list[Exercise]:
        """All exercises that can be used, in the order in which the course teaches them."""
        return in_order(self.usable, self.facts)

    @cached_property
    def learning_path(self) -> list[Exercise]:
        """The same in the order in which to do them: first what leads to the course's goals."""
        return learning_path(self.ordered, self.facts, self.course.outline.goals)


def verdict_of(workspace: Workspace, progress: Progress, exercise: Exercise) -> str | None:
    """The last verdict, if neither the file nor its grader has changed since; else None."""
    entry = progress.exercises.get(exercise.id)
    if entry is None or entry.checked is None:
        return None
    same = entry.checked.file == hash_of(workspace.path(exercise))
    same = same and entry.checked.grader == workspace.facts[exercise.id].digest
    return entry.checked.verdict if same else None


def hash_of(path: Path) -> str:
    """The SHA-256 of a file; empty where there is none to read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def find_workspace(start: Path, course: Path | None = None) -> Workspace:
    """The workspace that a folder belongs to.

    Args:
        start: a folder in it.
        course: a course to work on instead of the one that belongs to it; it is known from then on.

    Raises:
        NoWorkspace: there is none at or above `start`.
        GraderError: its course is not to be found, or was never named on this machine.
    """
    if course is not None:
        known_courses.remember(course)
    for folder in (start, *start.parents):
        if (folder / "graders").is_dir():
            return Workspace(folder, Course(course or folder))
        if (folder / FILE.parent).is_dir() and (folder / "exercises").is_dir():
            return Workspace(folder, Course(course or _course_of(folder)))
    if course is not None:
        return Workspace(course, Course(course))
    raise NoWorkspace(
        f"there are no exercises at or above {start}; make a folder for them: kata init my-kata"
    )


def _course_of(folder: Path) -> Path:
    """The course that a workspace was made for."""
    try:
        said = (folder / COURSE).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return public_course()
    named = Path(said)
    if not named.is_absolute():
        return _installed(said)
    if (named / "graders").is_dir():
        if known_courses.is_known(named):
            return named
        raise GraderError(
            f"{folder} says that its course is {named}, which was never used on this machine; a "
            "course is run, so if you trust it, type once: "
            f"kata update --course {shlex.quote(str(named))}"
        )
    raise GraderError(
        f"the course of {folder} is no longer in {named}; type once where it is now: "
        "kata update --course DIR"
    )


def _installed(name: str) -> Path:
    """An installed course that a workspace calls by its name."""
    if found := installed_courses().get(name):
        return found
    raise GraderError(f"the course {name} is not installed here; pip install {name}")


def _current(exercise: Exercise, known: Facts | None) -> Facts | GraderError:
    try:
        if known is not None and known.digest == exercise.digest:
            return known
        return exercise.facts
    except GraderError as problem:
        return problem
