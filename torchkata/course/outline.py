"""course.toml: the order of a course's modules, what it leads to, and what it declares once.

Without the file the modules are in the order of the alphabet; one that it does not name comes last.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import msgspec

from torchkata.course import data, packages
from torchkata.course.grader import GraderError
from torchkata.course.reading import from_toml

FILE = "course.toml"
# Three screens of 20 lines.
_LONGEST_WELCOME = 60


class Outline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a course says of itself.

    Attributes:
        title: what people call it.
        goals: exercises that the first ones lead to, as `module/exercise`, the nearest first.
        modules: {module: its title}, in the order in which they are taught.
        stands_for: {module: the exercise that stands for it, as `module/exercise`}: who passes that
            may skip the others; where none is named, the module's last exercise of the core path.
        welcome: what a learner reads first, three screens at most; else how kata works.
        final: what a learner reads when all exercises are passed.
        data: {file of `data/` that cases and answers read: its SHA-256}.
        packages: what answers may import besides torch, numpy and the standard library.
        version, licence: the course's own, as its author writes them.
        uses: {installed course: modules, or exercises as `module/exercise`, that are taken from it
            under their own ids}.
    """

    title: str = ""
    goals: tuple[str, ...] = ()
    modules: dict[str, str] = {}
    stands_for: dict[str, str] = {}
    welcome: str = ""
    final: str = ""
    data: dict[str, str] = {}
    packages: tuple[str, ...] = ()
    version: str = ""
    licence: str = ""
    uses: dict[str, tuple[str, ...]] = {}

    @property
    def called(self) -> str:
        """The title and the version, as far as there are such."""
        return f"{self.title} {self.version}".strip()

    def part(self, exercises: Collection[str]) -> Outline:
        """What it says of some exercises, and of the modules and goals among them; no data file."""
        inside = {name.partition("/")[0] for name in exercises}
        goals = tuple(goal for goal in self.goals if goal in exercises)
        modules = {name: title for name, title in self.modules.items() if name in inside}
        standing = {name: one for name, one in self.stands_for.items() if one in exercises}
        # Where it goes, what it uses of other courses is its own.
        part = {"goals": goals, "modules": modules, "stands_for": standing, "uses": {}, "data": {}}
        return msgspec.structs.replace(self, **part)

    def to_toml(self) -> str:
        """The text of a course.toml that says the same."""
        head = [f"title = {_quoted(self.title)}", f"goals = {_quoted(self.goals)}"]
        names = ("version", "licence", "packages", "welcome", "final")
        said: dict[str, str | tuple[str, ...]] = {name: getattr(self, name) for name in names}
        head += [f"{name} = {_quoted(text)}" for name, text in said.items() if text]
        rows = [f"{name} = {_quoted(title)}" for name, title in self.modules.items()]
        tables = ["", "[modules]", *rows]
        named: dict[str, str] | dict[str, tuple[str, ...]]
        for table in ("stands_for", "data", "uses"):
            named = getattr(self, table)
            rows = [f"{_quoted(name)} = {_quoted(one)}" for name, one in named.items()]
            tables += ["", f"[{table}]", *rows] if rows else []
        return "\n".join([*head, *tables, ""])


def read_outline(root: Path) -> Outline:
    """Read a course's course.toml, if it has one; which exercises there are is not asked.

    Raises:
        GraderError: with its line: it is no such file, or says what no course can have.
    """
    path = root / FILE
    if not path.is_file():
        return Outline()
    try:
        outline = from_toml(path, Outline)
    except ValueError as problem:
        raise GraderError(str(problem)) from None
    if len(outline.welcome.splitlines()) > _LONGEST_WELCOME:
        where = f"{path}:{line_of(path, 'welcome')}"
        raise GraderError(f"{where}: `welcome` has more than {_LONGEST_WELCOME} lines; shorten it")
    wrong = [(name, said) for name in outline.packages if (said := packages.fault(name))]
    for name, said in [*wrong, *data.faults(root, outline.data)]:
        raise GraderError(f"{path}:{line_of(path, name)}: {said}")
    return outline


def check_names(root: Path, outline: Outline, exercises: Collection[str]) -> None:
    """See that all that course.toml names is there.

    Args:
        root: the course.
        outline: what its course.toml says.
        exercises: the ids of those that it has, and uses.

    Raises:
        GraderError: with its line: it names what the course does not have.
    """
    path = root / FILE
    modules = {name.partition("/")[0] for name in exercises}
    for kind, names, known in (
        ("module", [*outline.modules, *outline.stands_for], modules),
        ("exercise", [*outline.goals, *outline.stands_for.values()], exercises),
    ):
        for name in names:
            if name not in known:
                where = f"{path}:{line_of(path, name)}"
                raise GraderError(f"{where}: the course has no {kind} {name!r}; take the name out")


def missing_package(root: Path, outline: Outline) -> str:
    """What is to be done for the first package that is not installed; empty if all are."""
    for name in outline.packages:
        if not packages.is_installed(name):
            where = f"{root / FILE}:{line_of(root / FILE, name)}"
            said = "install what brings it (pip install"
            return f"{where}: the package {name} is not installed; {said} {name}), or take it out"
    return ""


def _quoted(value: str | tuple[str, ...]) -> str:
    """A string or an array of them in TOML, which writes both as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def line_of(path: Path, name: str) -> int:
    """Where a name is first written."""
    lines = path.read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if name in line or _quoted(name) in line)
