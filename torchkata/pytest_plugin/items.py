"""What pytest collects: folders, files and cases, by what the graders say, not by what is there.

Everything that costs time (torch) is imported where it is first needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import pytest

if TYPE_CHECKING:
    from types import TracebackType

    from torchkata.course.course import Course, Exercise
    from torchkata.judging.judge import Result
    from torchkata.learning.tries import Try
    from torchkata.running.files import File

PLUGIN = "torchkata-practice"
# The workspaces that a run met below the folder that it began in.
CLAIMED = pytest.StashKey[list[Path]]()


class Practice(Protocol):
    """What items ask of the run that they belong to; see plugin.py."""

    course: Course
    named: bool

    @property
    def device(self) -> str:
        """The device answers run on."""

    def exercises(self, folder: Path) -> list[Exercise]:
        """The exercises of the module whose folder within exercises/ is given."""

    def file(self, exercise: Exercise) -> File:
        """What is where the answer should be."""

    def path(self, exercise: Exercise) -> Path:
        """Where the answer should be."""

    def seconds(self, exercise: Exercise) -> float:
        """How long the engine lets an answer run, for all its cases and seeds."""

    def result(self, exercise: Exercise) -> Result:
        """Judge an exercise, with all its cases, whichever of them were selected."""

    def tried(self, exercise: Exercise) -> Try:
        """What an exercise's answer is beside those before it."""


class Folder(pytest.Collector):
    """A folder. No pytest.Directory: of one, pytest loads each conftest.py in it and above it.

    One below the root of a run may be meant for a root alone, and one in exercises/ is a learner's.
    """

    @classmethod
    def from_parent(  # type: ignore[override]
        cls, parent: pytest.Collector, *, path: Path
    ) -> Self:
        """Make the node of a folder, named by its path."""
        root = parent.config.rootpath
        inside = path.relative_to(root) if root in path.parents else path
        return super().from_parent(parent, name=path.name, path=path, nodeid=inside.as_posix())


class Claimed(Folder):
    """A workspace below the folder that pytest began in."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Its exercises, if the run is about them."""
        self.config.stash.setdefault(CLAIMED, []).append(self.path)
        practice = self.config.pluginmanager.getplugin(PLUGIN)
        if practice is not None and practice.answers.parent == self.path:
            yield Modules.from_parent(self, path=practice.answers)


class Modules(Folder):
    """The folder exercises/."""

    def collect(self) -> Iterator[pytest.Collector]:
        """A folder per module of the course, whether it is here or not."""
        practice = practice_of(self.config)
        for module in practice.course.modules:
            yield Module.from_parent(self, path=self.path / module)


class Module(Folder):
    """A folder of exercises."""

    def collect(self) -> Iterator[pytest.Collector]:
        """A file per exercise of the module, whether it is here or not."""
        for exercise in practice_of(self.config).exercises(self.path):
            yield ExerciseFile.from_parent(self, path=self.path / exercise.relative.name)


class ExerciseFile(pytest.File):
    """A learner's file, read and run by the engine alone."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item per case."""
        from torchkata.course.grader import GraderError

        practice = practice_of(self.config)
        name = f"{self.path.parent.name}/{self.path.stem}"
        exercise = practice.course.exercises[name]
        try:
            cases = list(exercise.grader.cases)
        except GraderError as problem:
            raise self.CollectError(str(problem)) from None
        for case in cases:
            yield Case.from_parent(self, name=case, exercise=exercise)


class Case(pytest.Item):
    """One case of one exercise."""

    def __init__(self, *, exercise: Exercise, **rest: Any) -> None:
        super().__init__(**rest)
        self.exercise = exercise
        self._practice = practice_of(self.config)

    def runtest(self) -> None:
        """Judge the whole exercise, once, and report on this case."""
        result = self._practice.result(self.exercise)
        verdict = result.cases[self.name]
        if verdict == "todo":
            pytest.skip("todo")
        if verdict != "passed":
            raise NotPassed(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What a learner reads in an editor's panel: never a frame of the engine."""
        from torchkata.course.grader import GraderError
        from torchkata.text.explanations import of_case
        from torchkata.text.wrapping import fitted, terminal_width

        if isinstance(excinfo.value, NotPassed):
            tried = self._practice.tried(self.exercise)
            of = (self._result, self.exercise.grader, self.name, tried.told, tried.quiet)
            return fitted(of_case(*of), terminal_width(), fold=False)
        if isinstance(excinfo.value, GraderError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The line of the function in the learner's file."""
        from torchkata.course.source import line_of

        line = line_of(self._practice.file(self.exercise).text, self.exercise.name)
        return self._practice.path(self.exercise), line - 1, f"{self.exercise.id}: {self.name}"

    def verdict(self) -> dict[str, Any]:
        """The verdict as plain data."""
        from torchkata.text.explanations import render

        result = self._result
        besides = result.forbidden or result.note or result.remark
        quiet = {"passed": not besides, "todo": not self._practice.named}
        read = self.exercise.further_reading
        verbose = self.config.get_verbosity() > 0
        silent = quiet.get(result.verdict, False)
        tried = self._practice.tried(self.exercise)
        told = (self.exercise.grader, read, verbose, tried.told, tried.quiet)
        block = "" if silent else render(result, *told)
        return {
            "exercise": self.exercise.id,
            "case": result.cases[self.name],
            "verdict": result.verdict,
            "block": block,
            "path": str(self._practice.path(self.exercise)),
            "line": result.line or self.reportinfo()[1] + 1,
        }

    def landing(self) -> TracebackType | None:
        """Where a debugger should land, if the answer can be run at all."""
        from torchkata.running.arguments import draw_case
        from torchkata.running.practice import last_frame

        file, device = self._practice.file(self.exercise), self._practice.device
        if self._result.trouble is not None:
            return None
        seed = next(one.seed for one in self._result.failures if one.case == self.name)
        case = self.exercise.grader.cases[self.name]
        return last_frame(self.exercise, file, draw_case(self.exercise.grader, case, seed, device))

    @property
    def _result(self) -> Result:
        return self._practice.result(self.exercise)


class NotPassed(Exception):
    """A case did not pass; str() is its verdict."""


def practice_of(config: pytest.Config) -> Practice:
    """The run that a collector or an item belongs to."""
    practice: Practice = config.pluginmanager.getplugin(PLUGIN)
    return practice
