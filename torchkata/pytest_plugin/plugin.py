"""The pytest plugin: each case of an exercise is an ordinary item at a line of the learner's file.

pytest itself never imports a learner's file: it would run `exit()` in it, and an endless loop.
Everything that costs time (torch) is imported where it is first needed.
"""

from __future__ import annotations

import gc
import os
import secrets
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from torchkata.pytest_plugin import github, last_resort
from torchkata.pytest_plugin.items import CLAIMED, PLUGIN, Case, Claimed, Module, Modules
from torchkata.pytest_plugin.place import is_claimed, one_at_a_time, paths_given, workspace_for

if TYPE_CHECKING:
    from torchkata.course.course import Exercise
    from torchkata.judging.judge import Result
    from torchkata.learning.tries import Try
    from torchkata.learning.workspace import Workspace
    from torchkata.running.files import File

_LETTERS = {"passed": ".", "todo": "t", "wrong": "F", "error": "E"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of a practice run."""
    group = parser.getgroup("torchkata")
    group.addoption("--submission", metavar="PATH", help="answers to judge, instead of exercises/")
    group.addoption("--course", metavar="DIR", help="the folder that holds graders/")
    group.addoption(
        "--seed", metavar="N", help="what arguments are drawn from: N|random; else 0 and 1"
    )
    group.addoption("--device", default="auto", metavar="D", help="auto, cpu, cuda or mps")


def pytest_configure(config: pytest.Config) -> None:
    """Take part where there is a workspace; a course is one, too."""
    from torchkata.course.grader import GraderError
    from torchkata.learning.workspace import NoWorkspace

    try:
        workspace = workspace_for(config)
    except NoWorkspace as reason:
        config.pluginmanager.register(Outside(config, str(reason)))
        return
    except GraderError as problem:
        raise pytest.UsageError(str(problem)) from None
    if config.getoption("--seed") == "random":
        config.option.seed = str(secrets.randbits(32))
    if not (config.getoption("--seed") or "0").isdigit():
        raise pytest.UsageError("--seed takes a number or `random`")
    if "torch" not in sys.modules:
        # None of what is imported from here on is garbage; see Practice.pytest_collection.
        gc.disable()
    config.pluginmanager.register(Practice(config, workspace), PLUGIN)


@pytest.hookimpl(tryfirst=True)
def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect nothing but exercises of a workspace below the folder that pytest began in."""
    claimed = is_claimed(parent.config, path)
    return Claimed.from_parent(parent, path=path) if claimed else None


class Outside:
    """One run of pytest that is about no workspace."""

    def __init__(self, config: pytest.Config, reason: str) -> None:
        self.config, self.reason = config, reason

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say why nothing was collected, to somebody who meant exercises."""
        config, below = self.config, self.config.stash.get(CLAIMED, [])
        given = any("exercises" in path.parts for path in paths_given(config))
        meant = given or below or config.getoption("--submission")
        if meant and not terminalreporter._session.testscollected:
            reason = one_at_a_time(below, config.invocation_params.dir) if below else self.reason
            terminalreporter.write_line(f"torchkata: {reason}")


class Practice:
    """One run of pytest over a workspace."""

    def __init__(self, config: pytest.Config, workspace: Workspace) -> None:
        self.config, self.workspace, self.course = config, workspace, workspace.course
        self.answers = workspace.root / "exercises"
        self.reports: dict[str, dict[str, Any]] = {}
        self._letters: dict[str, str] = {}
        self._results: dict[str, Result] = {}
        self._tries: dict[str, Try] = {}
        self._device: str | None = None
        self._paths = self._submitted()
        self.named = self._is_named()
        if self._is_away() and config.args_source is not config.ArgsSource.ARGS:
            config.args[:] = [str(self.answers)]
        config.args[:] = [self._as_exercise(argument) for argument in config.args]

    @property
    def device(self) -> str:
        """The device answers run on."""
        if self._device is None:
            from torchkata.running.device import pick_device

            try:
                self._device = pick_device(self.config.getoption("--device"))
            except ValueError as problem:
                raise pytest.UsageError(f"--device: {problem}") from None
        return self._device

    def exercises(self, folder: Path) -> list[Exercise]:
        """The exercises of the module whose folder within exercises/ is given."""
        found = self.course.exercises.values()
        return [e for e in found if self.answers / e.module == folder and e.id in self._paths]

    def file(self, exercise: Exercise) -> File:
        """What is where the answer should be."""
        from torchkata.running.files import read

        return read(self._paths[exercise.id])

    def path(self, exercise: Exercise) -> Path:
        """Where the answer should be."""
        return self._paths[exercise.id]

    def result(self, exercise: Exercise) -> Result:
        """Judge an exercise, with all its cases, whichever of them were selected."""
        from torchkata.running.practice import examine

        if exercise.id not in self._results:
            file, seeds = self.file(exercise), self._seeds()
            result = examine(exercise, file, seeds, self.device, self._printed)
            self._results[exercise.id] = result
            self._tries[exercise.id] = self._try(exercise, file.text, result)
        return self._results[exercise.id]

    def seconds(self, exercise: Exercise) -> float:
        """How long the engine lets an answer run, for all its cases and seeds."""
        from torchkata.running.known_answers import seeds_at_home

        return exercise.grader.timeout * len(self._seeds() or seeds_at_home(exercise))

    def _seeds(self) -> list[int]:
        """What arguments are drawn from; none for those of practice."""
        given = self.config.getoption("--seed")
        return [int(given), int(given) + 1] if given else []

    def tried(self, exercise: Exercise) -> Try:
        """What an exercise's answer is beside those before it."""
        return self._tries[exercise.id]

    def _try(self, exercise: Exercise, text: str, result: Result) -> Try:
        """Count a try, where that decides what is told next; in a submission, nothing does."""
        from torchkata.learning import progress, tries

        name = result.misconception
        decides = exercise.facts.has_bug or (name and exercise.grader.misconceptions[name].more)
        if self.config.getoption("--submission") or not decides or result.verdict == "passed":
            return tries.Try()
        with progress.changing(self.workspace.root) as known:
            entry = known.entry(exercise.id)
            tried = tries.next_try(entry, exercise.facts, text)
            tries.count(entry, tried, filter(None, (name, result.second)))
        return tried

    def pytest_report_header(self) -> str:
        """Say what this run is."""
        seed = self.config.getoption("--seed")
        drawn = f", seed {seed}" if seed else ""
        return f"torchkata: practice on {self.device}{drawn}; a verdict here is no grade"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Keep what was imported for exercises out of later collections of garbage.

        At its end, pytest makes two of them: a quarter of a second with torch.
        """
        try:
            return (yield)
        finally:
            if not gc.isenabled():
                gc.freeze()
                gc.enable()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect exercises/ and its folders by what the graders say."""
        if path == self.answers:
            return Modules.from_parent(parent, path=path)
        if path.parent == self.answers:
            return Module.from_parent(parent, path=path)
        return None

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave graders and solutions alone: neither holds tests."""
        inside = {self.course.root / "graders", self.course.root / "solutions"}
        return True if inside & {collection_path, *collection_path.parents} else None

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Keep every other plugin's hands off what is in exercises/."""
        collected = yield
        return [] if self.answers in file_path.parents else collected

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Keep the cases of an exercise in one process: they are judged together."""
        from xdist.scheduler import LoadFileScheduling

        return LoadFileScheduling(config, log) if config.getoption("dist") == "load" else None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Have pytest-timeout ask us about exercises, where it is there."""
        if self.config.pluginmanager.hasplugin("timeout"):
            for item in items:
                if isinstance(item, Case):
                    item.add_marker(pytest.mark.timeout(last_resort.GRACE, func_only=False))

    @pytest.hookimpl(optionalhook=True)
    def pytest_timeout_set_timer(self, item: pytest.Item) -> bool | None:
        """Look on while an answer runs, unless somebody wants to look themselves."""
        if not isinstance(item, Case):
            return None
        if not self.config.getoption("usepdb"):
            last_resort.look_on(self, item, last_resort.limit(self, item))
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Write the verdict onto the report, as plain data that travels between processes."""
        report = yield
        if isinstance(item, Case) and call.when == "call" and item.exercise.id in self._results:
            vars(report)["kata"] = item.verdict()
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_exception_interact(
        self, node: Any, call: pytest.CallInfo[Any]
    ) -> Generator[None, None, None]:
        """Let a debugger land in the learner's code."""
        if isinstance(node, Case) and call.excinfo is not None and self.config.getoption("usepdb"):
            landing = node.landing()
            if landing is not None:
                problem = call.excinfo.value.with_traceback(landing)
                call.excinfo = pytest.ExceptionInfo.from_exception(problem)
        return (yield)

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Count by verdict. (pytest has a section of its own for what it calls `error`.)"""
        kata = getattr(report, "kata", None)
        if kata is None or report.when != "call":
            return None
        verdict = kata["case"]
        colour = {"passed": "green", "todo": "yellow"}.get(verdict, "red")
        category = "errors" if verdict == "error" else verdict
        return category, _letter(verdict), (verdict.upper(), {colour: True})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect verdicts, from this process or another."""
        kata = getattr(report, "kata", None)
        if kata is not None:
            self.reports.setdefault(kata["exercise"], kata)
            self._letters[_letter(kata["case"])] = kata["case"]

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """A todo is no failure, unless it was asked for by name."""
        todo = any(kata["verdict"] == "todo" for kata in self.reports.values())
        if exitstatus == pytest.ExitCode.OK and todo and self.named:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Explain each exercise once; then say how far the learner is, and what is next."""
        from torchkata.text.wrapping import fitted, terminal_width

        line = terminalreporter.write_line
        for kata in self.reports.values():
            if kata["block"]:
                line("")
                line(fitted(kata["block"], terminal_width(), fold=False))
        # What is not there, pytest names itself.
        there = all(path.exists() for path in paths_given(self.config))
        if there and not terminalreporter._session.testscollected:
            line(f"torchkata: {self._why_nothing()}")
        if len(self.reports) > 1:
            line("")
            for text in self._progress():
                line(fitted(text, terminal_width(), hanging=2, fold=False))
        if github.wanted():
            for kata in self.reports.values():
                if kata["verdict"] not in ("passed", "todo"):
                    line(_annotation(kata))

    def _is_away(self) -> bool:
        """Whether the folder that pytest was typed in is neither in the workspace nor above it."""
        here, root = self.config.invocation_params.dir, self.workspace.root
        near = root in (here, *here.parents) or here in root.parents
        return bool(self.config.getoption("--course")) or not near

    def _why_nothing(self) -> str:
        """Why no case was collected."""
        from torchkata.text.messages import not_collected

        paths = paths_given(self.config)
        others = [path for path in paths if path not in (self.answers, *self.answers.parents)]
        shown = [os.path.relpath(path, self.config.invocation_params.dir) for path in others]
        return not_collected(shown, str(self.answers))

    def _progress(self) -> Iterator[str]:
        from torchkata.text.messages import exercises_passed, next_one, progress
        from torchkata.text.shell import command, near, typed
        from torchkata.text.wrapping import fitted, terminal_width

        verdicts = {name: kata["verdict"] for name, kata in self.reports.items()}
        yield from progress(verdicts)
        yield fitted(exercises_passed(verdicts, self._letters), terminal_width())
        if all(verdict in ("passed", "todo") for verdict in verdicts.values()):
            todo = [e for e in self.workspace.learning_path if verdicts.get(e.id) == "todo"]
            begun, here = "passed" in verdicts.values(), self.config.invocation_params.dir
            if not begun and not self.named and self._is_clone():
                yield self._how_to_begin(here)
            elif todo and not self.config.getoption("--submission"):
                where = typed(near(self.workspace.path(todo[0]), here))
                yield next_one(where, begun, command("pytest", here))

    def _is_clone(self) -> bool:
        """Whether the workspace is a course with its solutions, and not a folder to work in."""
        return self.workspace.root == self.course.root and (self.course.root / "solutions").is_dir()

    def _how_to_begin(self, here: Path) -> str:
        """What to type to get from a clone to a folder to work in."""
        from torchkata.text.messages import how_to_begin
        from torchkata.text.shell import activation, command, near, typed

        mine = self.course.root.parent / "my-kata"
        folder = typed(near(mine, here))
        first = [] if command("kata", here) == "kata" else [activation(here)]
        make = [] if mine.exists() else [f"kata init {folder}"]
        return how_to_begin(filter(None, [*first, *make, f"cd {folder}", "kata watch"]))

    def _submitted(self) -> dict[str, Path]:
        """{exercise: where its answer should be}, for those this run is about.

        Of a submission, that is what is there: a whole course is seldom handed in.
        """
        given = self.config.getoption("--submission")
        if not given:
            return {e.id: self.workspace.path(e) for e in self.course.exercises.values()}
        if self.config.rootpath not in (self.workspace.root, *self.workspace.root.parents):
            # pytest looks for its root before it knows our options, and took the path for its own.
            raise pytest.UsageError(f"write it with an equals sign: --submission={given}")
        from torchkata.grading.submission import find

        try:
            found = find(self.course, (self.config.invocation_params.dir / given).resolve())
        except ValueError as problem:
            raise pytest.UsageError(f"--submission: {problem}") from None
        there = {exercise.id: path for exercise, path in found.items() if os.path.lexists(path)}
        if not there:
            raise pytest.UsageError(f"--submission: {given} holds no exercise of this course")
        return there

    def _is_named(self) -> bool:
        """Whether single exercises were asked for, so that a todo is not what was hoped for."""
        named = any(".py" in argument for argument in self.config.args)
        keyword = self.config.getoption("-k") or self.config.getoption("--submission")
        return named or bool(keyword)

    def _as_exercise(self, argument: str) -> str:
        """graders/m/e.py means exercises/m/e.py."""
        path, mark, case = argument.partition("::")
        absolute = (self.config.invocation_params.dir / path).resolve()
        graders = self.course.root / "graders"
        if graders not in (absolute, *absolute.parents):
            return argument
        return str(self.answers / absolute.relative_to(graders)) + mark + case

    def _printed(self) -> str:
        capture = self.config.pluginmanager.getplugin("capturemanager")
        if capture is None or not capture.is_globally_capturing():
            return ""
        return "".join(capture.read_global_capture())


def _letter(verdict: str) -> str:
    """What stands for a case of this verdict."""
    return _LETTERS.get(verdict, verdict[0].upper())


def _annotation(kata: dict[str, Any]) -> str:
    """What GitHub shows of an exercise: its heading as the title, the rest as the text."""
    heading, _, rest = kata["block"].partition("\n")
    title = " ".join(heading.split())
    return github.annotation(Path(kata["path"]), kata["line"], title, rest)
