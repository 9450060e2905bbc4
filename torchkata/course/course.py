"""A course on disk: a folder with `exercises/`, `solutions/` and `graders/`.

There is no registry: a grader's path is the exercise's identity, and what the course holds is what
is in `graders/`.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from torchkata.course import source
from torchkata.course.answer_name import Asked, asked_in, same_name
from torchkata.course.data import FOLDER, checked, reading
from torchkata.course.grader import Answer, Edit, Grader, GraderError
from torchkata.course.grader_facts import (
    Facts,
    Literals,
    does_not_parse,
    read_edit,
    read_literals,
    said_of,
)
from torchkata.course.installed_courses import course_called
from torchkata.course.lines import line_in
from torchkata.course.loading import NotHandedIn, load_grader, load_module
from torchkata.course.outline import (
    FILE,
    Outline,
    check_names,
    line_of,
    missing_package,
    read_outline,
)
from torchkata.course.packages import PACKAGES
from torchkata.course.pairs import Pair, pairs_of

Read = TypeVar("Read", str, bytes)


@dataclass(frozen=True)
class Course:
    """A folder with `graders/`, and what can be derived from it."""

    root: Path

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """All exercises by id (`module/name`), in the order of modules, then of names.

        Those that it uses of other courses are among them.

        Raises:
            GraderError: the course's course.toml does not fit it.
        """
        rank = {module: place for place, module in enumerate(self.outline.modules)}
        every = [*self.own, *self._used]
        ordered = sorted(every, key=lambda one: rank.get(one.module, len(rank)))
        return {exercise.id: exercise for exercise in ordered}

    @cached_property
    def outline(self) -> Outline:
        """What its course.toml says.

        Raises:
            GraderError: with its line: it is no such file, or does not fit this course.
        """
        check_names(self.root, self._declared, [one.id for one in (*self.own, *self._used)])
        modules = dict(self._declared.modules)
        for exercise in [*self.own, *self._used] if self._used else []:
            modules.setdefault(exercise.module, exercise.course.title_of(exercise.module))
        return msgspec.structs.replace(self._declared, modules=modules)

    @cached_property
    def packages(self) -> frozenset[str]:
        """What its answers may import besides the standard library.

        Raises:
            GraderError: one is not installed.
        """
        if missing := missing_package(self.root, self.outline):
            raise GraderError(missing)
        return PACKAGES | {*self.outline.packages}

    @cached_property
    def _declared(self) -> Outline:
        return read_outline(self.root)

    @cached_property
    def _used(self) -> list[Exercise]:
        """The exercises of other courses that course.toml names, each once."""
        found: dict[str, Exercise] = {}
        own = {exercise.id: exercise for exercise in self.own}
        for name, wanted in self._declared.uses.items():
            for exercise in self._taken(name, wanted):
                first = own.get(exercise.id) or found.setdefault(exercise.id, exercise)
                if first != exercise:
                    raise GraderError(
                        f"{self._line_of(name)}: {exercise.id} is in {first.course.root} and in "
                        f"{exercise.course.root}; rename one, or take it out of [uses]"
                    )
        return list(found.values())

    def _taken(self, name: str, wanted: Iterable[str]) -> Iterator[Exercise]:
        """The exercises of an installed course that are wanted, by their ids or modules."""
        try:
            there = Course(course_called(name)).own
        except GraderError as problem:
            said = f"{self._line_of(name)}: {problem}"
            raise GraderError(f"{said}, or take it out of [uses]") from None
        for one in wanted:
            chosen = [exercise for exercise in there if one in (exercise.id, exercise.module)]
            if not chosen:
                where = self._line_of(one)
                raise GraderError(f"{where}: {name} has no exercise or module {one!r}; take it out")
            yield from chosen

    def _line_of(self, name: str) -> str:
        return f"{self.root / FILE}:{line_of(self.root / FILE, name)}"

    def title_of(self, module: str) -> str:
        """What a module is called in the course.toml of this very course; empty where it is not."""
        return self._declared.modules.get(module, "")

    def own_exercise(self, exercise: Exercise) -> Exercise:
        """An exercise whose files are to be changed.

        Raises:
            ValueError: they are those of another course.
        """
        if exercise.course.root == self.root:
            return exercise
        raise ValueError(
            f"{exercise.id} is an exercise of {exercise.course.root}, which is not changed from "
            f"here; copy it: kata new MODULE/EXERCISE --from {exercise.id}"
        )

    @cached_property
    def own(self) -> list[Exercise]:
        """Its own exercises, without those that it uses of other courses, by their names."""
        paths = sorted((self.root / "graders").glob("*/*.py"))
        found = [Exercise(self, path.parent.name, path.stem) for path in paths]
        return [exercise for exercise in found if not exercise.name.startswith("_")]

    @property
    def list_path(self) -> Path:
        """The page that lists all exercises, if the course has one."""
        return self.root / "exercises" / "README.md"

    @property
    def modules(self) -> list[str]:
        """The names of the modules, in order."""
        return list(dict.fromkeys(exercise.module for exercise in self.exercises.values()))


@dataclass(frozen=True)
class Exercise:
    """One function or class to write: its three files, and what is derived from them."""

    course: Course
    module: str
    name: str

    @property
    def id(self) -> str:
        """What it is called everywhere: `module/name`."""
        return f"{self.module}/{self.name}"

    @property
    def relative(self) -> Path:
        """Where its file is within `exercises/`, `solutions/` or a submission."""
        return Path(self.module, f"{self.name}.py")

    @property
    def stub_path(self) -> Path:
        """The learner's file."""
        return self.course.root / "exercises" / self.relative

    @property
    def solution_path(self) -> Path:
        """The reference and the alternatives."""
        return self.course.root / "solutions" / self.relative

    @property
    def grader_path(self) -> Path:
        """The grader, with its misconceptions."""
        return self.course.root / "graders" / self.relative

    @property
    def recorded_path(self) -> Path:
        """In a pack: what its answers showed, instead of them."""
        return self.course.root / "recorded" / self.relative.with_suffix(".kata")

    @property
    def packed(self) -> bool:
        """Whether this is an exercise of a pack, which holds no answers."""
        return self.recorded_path.is_file() and not self.solution_path.is_file()

    @cached_property
    def solution(self) -> str:
        """The text of the solution file.

        Raises:
            GraderError: there is none, or it does not define what its name says.
        """
        if not self.solution_path.is_file():
            raise GraderError(f"{self.solution_path}: missing; write the reference there")
        text = _read(self.solution_path, _text)
        try:
            source.definition_of(text, self.name)
        except SyntaxError as problem:
            raise does_not_parse(str(self.solution_path), problem) from problem
        except LookupError as problem:
            raise GraderError(f"{self.solution_path}: {problem}") from problem
        return text

    @property
    def shared_paths(self) -> list[Path]:
        """The files in `graders/` that the grader imports, and those that they import in turn.

        Raises:
            GraderError: one cannot be read.
        """
        found: dict[Path, None] = {}
        waiting = [self.grader_path]
        while waiting:
            for name in source.imported_graders(_read(waiting.pop(), _text)):
                path = self.course.root.joinpath("graders", *name.split(".")).with_suffix(".py")
                if path not in found and path.is_file():
                    found[path] = None
                    waiting.append(path)
        return list(found)

    @property
    def digest(self) -> str:
        """A digest of all that a verdict on this exercise rests on, besides the answer.

        Raises:
            GraderError: a file cannot be read.
        """
        beside = (self.solution_path, self.recorded_path, *self.shared_paths)
        paths = (self.grader_path, *(path for path in beside if path.is_file()))
        text = b"\0".join([_read(path, Path.read_bytes) for path in paths])
        declared = self.course.outline.data.items()
        named = [f"\0{name} {digest}" for name, digest in declared if name.encode() in text]
        return hashlib.sha256(text + "".join(named).encode()).hexdigest()

    @cached_property
    def data(self) -> dict[str, Path]:
        """The data files that its grader or its stub names: {name: where it is}.

        Raises:
            GraderError: one is missing, has changed, or is not in course.toml.
        """
        declared, root = self.course.outline.data, self.course.root
        # Most courses have none, and a grader is then read without its solution.
        none = not declared and not (root / FOLDER).is_dir()
        return {} if none else checked(root, declared, f"{self.cut_grader}\n{self.stub}")

    @property
    def data_digests(self) -> dict[str, str]:
        """{data file that it reads: its SHA-256}."""
        return {name: self.course.outline.data[name] for name in self.data}

    @cached_property
    def facts(self) -> Facts:
        """What there is to know of it without running its grader, and without torch.

        Raises:
            GraderError: with file, line and what to do.
        """
        plain = self._literals
        return Facts(
            digest=self.digest,
            points=plain.points,
            level=plain.level,
            core=plain.core,
            after=plain.after,
            hints=plain.hints,
            has_bug=plain.start is not None,
            stub=self.stub,
        )

    @cached_property
    def cut_grader(self) -> str:
        """The text of the grader up to its first misconception.

        Raises:
            GraderError: it cannot be read as Python.
        """
        try:
            return source.cut(self._grader_text())
        except (SyntaxError, ValueError) as problem:
            raise does_not_parse(str(self.grader_path), problem) from problem

    @cached_property
    def grader(self) -> Grader:
        """The whole grader, with every edit known to apply.

        Raises:
            GraderError: with file, line and what to do.
        """
        with _importable(self.course.root):
            packages = self.course.packages - PACKAGES
            grader = load_grader(self._grader_text(), str(self.grader_path), data=self.data)
            grader.packages = tuple(sorted(packages))
        for edit in grader.misconceptions.values():
            for member in edit.members() if isinstance(edit, Edit) else ():
                self.edited(member)
        if not self.packed:
            self._start()
        return grader

    @cached_property
    def stub(self) -> str:
        """What a learner begins with; no other edit than the one that it begins with is applied.

        Raises:
            GraderError: with file, line and what to do.
        """
        if self.packed:
            return self.recorded_path.with_suffix(".py").read_text(encoding="utf-8")
        start = self._start()
        if isinstance(start, Edit):
            return source.derive_start(self.edited(start), self.name)
        return start or source.derive_stub(self.solution, self.name)

    @cached_property
    def asked(self) -> Asked:
        """What it asks for, in the reference's own spelling.

        Raises:
            GraderError: there is no reference.
        """
        return asked_in(self.stub if self.packed else self.solution, self.name)

    @cached_property
    def further_reading(self) -> str:
        """The page that explains more, as the docstring names it; empty if it names none."""
        try:
            return source.further_reading(self.stub, self.name)
        except (LookupError, SyntaxError):
            return ""

    def reference(self) -> Answer:
        """Load the model answer."""
        return self._solution_module()[self.asked.name]

    def alternatives(self) -> dict[str, Answer]:
        """Load the other right answers, by name."""
        defined = self._solution_module()
        names = source.public_names(self.solution)
        return {name: defined[name] for name in names if not same_name(self.name, name)}

    def wrong_answers(self) -> Iterator[tuple[str, Answer]]:
        """Load the misconceptions one by one, as (name, answer): of a family each member."""
        for wrong in self.grader.misconceptions.values():
            if not isinstance(wrong, Edit):
                yield wrong.name, wrong.answer
                continue
            for member in wrong.members():
                defined = self.load(self.edited(member), f"<{wrong.name}>")
                yield wrong.name, defined[self.asked.name]

    @cached_property
    def pairs(self) -> list[Pair]:
        """Two of its mistakes at once, where they compose: none in a pack, which has no code."""
        edits = (one for one in self.grader.misconceptions.values() if isinstance(one, Edit))
        members = [member for edit in edits for member in edit.members()]
        return [] if self.packed else pairs_of(self.solution, self.name, members)

    def _solution_module(self) -> dict[str, Answer]:
        path = str(self.solution_path)
        try:
            return self.load(self.solution, path)
        except GraderError:
            raise
        except NotHandedIn as problem:
            where = f"{path}:{line_in(problem, path) or 1}"
            raise GraderError(
                f"{where}: imports {problem}, which this course does not declare; if it is a "
                f'package, write in {self.course.root / FILE}: packages = ["{problem}"]'
            ) from None
        except Exception as problem:
            where = f"{path}:{line_in(problem, path) or 1}"
            raise GraderError(f"{where}: {said_of(problem)}") from problem

    def fault(self) -> str:
        """What is wrong with its files, where it cannot be used; else empty."""
        try:
            _ = self.grader, self.facts
        except GraderError as problem:
            return str(problem)
        return ""

    def load(self, text: str, path: str) -> dict[str, Answer]:
        """Run the text of an answer of the course's own, and return what it defines."""
        with reading(self.data):
            return load_module(text, path, self.course.packages)

    def edited(self, edit: Edit) -> str:
        """The text of the solution file with one edit of its reference.

        Raises:
            GraderError: it does not apply, or what comes out does not parse.
        """
        try:
            text = source.apply_edit(self.solution, self.name, edit.old, edit.new)
            compile(text, f"<{edit.name}>", "exec")
        except (ValueError, SyntaxError) as problem:
            where = f"{self.grader_path}:{edit.line}: edit {edit.name!r}"
            raise GraderError(f"{where}: {problem}") from problem
        return text

    @cached_property
    def _literals(self) -> Literals:
        return read_literals(self._grader_text(), str(self.grader_path))

    def _start(self) -> Edit | str | None:
        """The edit or the text that a debugging exercise begins with; None for an empty body."""
        start = self._literals.start
        if start is None or "\n" in start:
            return start
        return read_edit(self._grader_text(), str(self.grader_path), start)

    def _grader_text(self) -> str:
        return _read(self.grader_path, _text)


def find_course(start: Path) -> Course:
    """The nearest folder upwards from `start` that holds `graders/`.

    Raises:
        GraderError: there is none.
    """
    for folder in [start, *start.parents]:
        if (folder / "graders").is_dir():
            return Course(folder)
    raise GraderError(f"no course at or above {start}; give the folder that holds `graders/`")


def _read(path: Path, how: Callable[[Path], Read]) -> Read:
    try:
        return how(path)
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", problem)
        raise GraderError(f"{path} cannot be read: {reason}") from None


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@contextlib.contextmanager
def _importable(root: Path) -> Iterator[None]:
    """Let the lower part of a grader import from `solutions`, and what several share.

    `from solutions.module.exercise import ...`, `from graders.module._shared import ...`.
    """
    sys.path.insert(0, str(root))
    _forget()
    try:
        yield
    finally:
        sys.path.remove(str(root))
        _forget()


def _forget() -> None:
    """Another course has other modules of these names."""
    folders = ("solutions", "graders")
    for name in [name for name in sys.modules if name.split(".")[0] in folders]:
        del sys.modules[name]
