"""A class as its results have it: one folder of results or several, put together by student."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from torchkata.grading import records
from torchkata.grading.records import read_batch_info
from torchkata.grading.results import Earned, Result, load

# What is said of an exercise that nobody has handed in, or worked on.
NOTHING = ("missing",)
NOT_BEGUN = ("todo", "missing")
# Of more, a sentence names these.
_NAMED = 5


@dataclass(frozen=True)
class Member:
    """One of the class.

    Attributes:
        id, name: the name is empty where it is not known, or not to be shown.
        points: in all; None where nothing was handed in, or not all of it is graded.
        cells: {exercise: what it brought}.
        tries: how often something was handed in, at most, for one of the assignments.
        records: {exercise: the record that it is in}.
        penalty: the points that were taken off for being late.
    """

    id: str
    name: str
    points: float | None
    cells: Mapping[str, Earned]
    tries: int
    records: Mapping[str, Path]
    penalty: float = 0.0

    @cached_property
    def total(self) -> float:
        """What all exercises brought, without what being late costs."""
        return math.fsum(one.points or 0.0 for one in self.cells.values())

    @property
    def handed_in(self) -> bool:
        """Whether there was anything to grade."""
        return any(one.verdict not in NOTHING for one in self.cells.values())


@dataclass(frozen=True)
class Gathered:
    """A class.

    Attributes:
        title: of its assignments.
        began: when the first of them was graded.
        exercises: {exercise: what could be earned}, in the order of the course.
        members: ordered by id.
        in_full: the exercises of which records say all that was told.
        notes: what is left out, in sentences.
        folders: the results.
    """

    title: str
    began: str
    exercises: Mapping[str, float]
    members: tuple[Member, ...]
    in_full: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    folders: tuple[Path, ...] = field(default=())

    @cached_property
    def there(self) -> list[Member]:
        """Those who handed in something."""
        return [one for one in self.members if one.handed_in]

    @cached_property
    def earned(self) -> dict[str, list[float]]:
        """{exercise: the points of each of these; 0 where there is nothing}."""
        return {
            name: [
                (cell.points or 0.0) if (cell := one.cells.get(name)) else 0.0 for one in self.there
            ]
            for name in self.exercises
        }


def gather(folders: Sequence[Path], names: Mapping[str, str] | None) -> Gathered:
    """Put the results of a class together.

    Args:
        folders: what `kata grade --out` wrote.
        names: {id: name} for those whom no manifest names; None to name nobody.

    Raises:
        ValueError: one of them cannot be used, or two are about one exercise; in one sentence.
    """
    found = [load(folder) for folder in folders]
    exercises: dict[str, float] = {}
    for folder, results in zip(folders, found, strict=True):
        if twice := sorted(exercises.keys() & results.exercises.keys()):
            raise ValueError(f"{folder} is about {twice[0]}, as another is: give one of the two")
        exercises |= results.exercises
    by_student: dict[str, list[tuple[Path, Result]]] = {}
    for folder, results in zip(folders, found, strict=True):
        for one in results.students:
            by_student.setdefault(one.student, []).append((folder, one))
    full = [r for f, r in zip(folders, found, strict=True) if read_batch_info(f).feedback == "full"]
    return Gathered(
        title=", ".join(dict.fromkeys(results.title for results in found)),
        began=min(results.began for results in found),
        exercises=exercises,
        members=tuple(_member(who, parts, names) for who, parts in sorted(by_student.items())),
        in_full=frozenset(name for results in full for name in results.exercises),
        notes=tuple(_notes(folders, by_student, names)),
        folders=tuple(folders),
    )


def _member(
    who: str, parts: Sequence[tuple[Path, Result]], names: Mapping[str, str] | None
) -> Member:
    known = [one.name for _, one in parts if one.name] + [(names or {}).get(who, "")]
    handed_in = [one for _, one in parts if one.exercises]
    graded = [one.points for one in handed_in if one.points is not None]
    paths = [records.path_of(folder / "records", one.submission) for folder, one in parts]
    whole = bool(graded) and len(graded) == len(handed_in)
    return Member(
        id=who,
        name="" if names is None else known[0],
        points=round(math.fsum(graded), 4) if whole else None,
        cells={cell.exercise: cell for _, one in parts for cell in one.exercises},
        tries=max(one.tries for _, one in parts),
        records={
            cell.exercise: path
            for (_, one), path in zip(parts, paths, strict=True)
            for cell in one.exercises
        },
        penalty=math.fsum(one.penalty for _, one in parts),
    )


def _notes(
    folders: Sequence[Path],
    by_student: Mapping[str, object],
    names: Mapping[str, str] | None,
) -> Iterable[str]:
    paths = [path for folder in folders for path in (folder / "records").glob("*.json")]
    if older := sum(map(records.is_older, paths)):
        yield (
            f"{older} of {len(paths)} records are of an older version: they name one mistake an "
            "answer at most, and no ideas."
        )
    strangers = [who for who in by_student if names and who not in names]
    if strangers:
        yield f"The roster lacks {len(strangers)} who are in the results: {some(strangers)}."


def some(names: Sequence[str]) -> str:
    """The first of them, and how many more there are, for a sentence."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
