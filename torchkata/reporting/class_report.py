"""What is found out about a class: the one source of the page, of its tables and of its data."""

from __future__ import annotations

import math
import operator
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from textwrap import dedent

import msgspec

from torchkata.reporting import figures
from torchkata.reporting.gathering import NOT_BEGUN, Gathered, Member, some
from torchkata.text.shell import typed

SCHEMA = "torchkata/class/1"
# Below this, an exercise hardly tells those who know more from those who know less.
WORTH_A_LOOK = 0.2
# From this on, a mistake is one that those make who are good at the rest.
_OF_THE_STRONG = 0.1
_AGAIN = 3
_WRONG = ("wrong", "error")


@dataclass(frozen=True)
class Sentence:
    """What a course says of a misconception: the sentence, and the idea behind it."""

    text: str
    idea: str = ""


# {(exercise, name of a misconception): what the course says of it}
Sentences = Mapping[tuple[str, str], Sentence]


class ExerciseRow(msgspec.Struct):
    """How an exercise proved.

    Attributes:
        exercise: the id.
        of: what could be earned.
        passed, begun: how many passed it, and how many began it.
        facility: how much of it was earned on average by those who handed in something.
        separation: the corrected item-total correlation; this and that None of fewer than ten.
        look: why it is worth a look; empty if it is not.
    """

    exercise: str
    of: float
    passed: int
    begun: int
    facility: float | None
    separation: float | None
    look: str


class Held(msgspec.Struct):
    """A misconception that somebody holds.

    Attributes:
        key: the idea behind it, or exercise and name where it has none.
        sentence: what the course says of it, where most hold it.
        students: the ids of those who hold it.
        exercises: {exercise: how many hold it there}.
        share: of those who handed in something.
        correlation: of holding it with the points of all other exercises.
        look: why it is worth a look; empty if it is not.
    """

    key: str
    sentence: str
    students: list[str]
    exercises: dict[str, int]
    share: float
    correlation: float | None
    look: str


class Alike(msgspec.Struct):
    """Wrong answers that no misconception explains, and of which the same is told.

    Attributes:
        exercise: the id.
        students: the ids of those who gave one.
        told: what they were told.
        command: what begins a misconception of it.
    """

    exercise: str
    students: list[str]
    told: str
    command: str


class StudentRow(msgspec.Struct):
    """One student: ids alone where nobody is to be named.

    Attributes:
        id, name: the name may be empty.
        points, of: in all; None where nothing is graded.
        passed, begun: how many exercises.
        tries: how often something was handed in.
        needs: "nothing handed in", "again and again" or "stuck"; empty if none of them.
        verdicts: {exercise: what became of it}; empty where it is not graded yet.
        held: the keys of the misconceptions.
    """

    id: str
    name: str
    points: float | None
    of: float
    passed: int
    begun: int
    tries: int
    needs: str
    verdicts: dict[str, str]
    held: list[str]


class Report(msgspec.Struct):
    """All that is said of a class.

    Attributes:
        title, began: of its assignments, and when the first record was made.
        handed_in: how many handed in something.
        distribution: how many earned less than a tenth, less than two tenths, ... of all points.
        changes: what is different from an earlier report, in sentences.
        notes: what is left out, in sentences.
    """

    title: str
    began: str
    of: float
    handed_in: int
    students: list[StudentRow]
    exercises: list[ExerciseRow]
    misconceptions: list[Held]
    unexplained: list[Alike]
    distribution: list[int]
    changes: list[str] = []
    notes: list[str] = []
    schema: str = SCHEMA


def report_of(found: Gathered, sentences: Sentences, before: Report | None = None) -> Report:
    """Find out what a class understands.

    Args:
        found: its results.
        sentences: what the course says of misconceptions; others are called by their names.
        before: an earlier report about it.
    """
    of = math.fsum(found.exercises.values())
    held = _held(found, sentences)
    by_student = defaultdict(list)
    for one in held:
        for student in one.students:
            by_student[student].append(one.key)
    graded = [one.points for one in found.members if one.points is not None]
    report = Report(
        title=found.title,
        began=found.began,
        of=of,
        handed_in=len(found.there),
        students=[_student(one, of, by_student[one.id]) for one in found.members],
        exercises=[_exercise(found, name) for name in found.exercises],
        misconceptions=held,
        unexplained=_unexplained(found),
        distribution=figures.distribution([figures.share(points, of) for points in graded]),
        notes=[*found.notes, *_unknown(found, sentences)],
    )
    report.changes = [*_changes(before, report)] if before else []
    return report


def _exercise(found: Gathered, name: str) -> ExerciseRow:
    own = found.earned[name]
    cells = [one.cells[name] for one in found.there if name in one.cells]
    separation = figures.separation(own, [one.total for one in found.there])
    enough = len(own) >= figures.FEWEST
    return ExerciseRow(
        exercise=name,
        of=found.exercises[name],
        passed=sum(one.verdict == "passed" for one in cells),
        begun=sum(one.verdict not in NOT_BEGUN for one in cells),
        facility=figures.facility(own, found.exercises[name]) if enough else None,
        separation=separation,
        look=_look(separation),
    )


def _look(separation: float | None) -> str:
    if separation is None or separation >= WORTH_A_LOOK:
        return ""
    if separation < 0:
        return "those who are good at the rest do worse: look at the exercise"
    return "it hardly depends on the rest: worth a look"


def _held(found: Gathered, sentences: Sentences) -> list[Held]:
    """The misconceptions, those that most students hold first."""
    who: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    said: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for one in found.there:
        for exercise, cell in one.cells.items():
            for name in cell.misconceptions:
                key = _key(exercise, name, cell.ideas, len(cell.misconceptions), sentences)
                who[key][exercise].add(one.id)
                said[key][exercise, name] += 1
    rows = [_row(found, key, who[key], said[key], sentences) for key in who]
    return sorted(rows, key=lambda row: (-len(row.students), row.key))


def _key(exercise: str, name: str, ideas: Sequence[str], names: int, sentences: Sentences) -> str:
    known = sentences.get((exercise, name))
    if known is not None:
        return known.idea or f"{exercise}: {name}"
    # Of two at once, nothing says whose idea it is.
    return ideas[0] if len(ideas) == names == 1 else f"{exercise}: {name}"


def _row(
    found: Gathered,
    key: str,
    who: Mapping[str, set[str]],
    said: Counter[tuple[str, str]],
    sentences: Sentences,
) -> Held:
    holders = set[str]().union(*who.values())
    (most, _), *_ = said.most_common(1)
    known = sentences.get(most)
    holds = [float(one.id in holders) for one in found.there]
    others = [one.total for one in found.there]
    for name in who:
        others = [*map(operator.sub, others, found.earned[name])]
    correlation = figures.correlation(holds, others)
    strong = correlation is not None and correlation >= _OF_THE_STRONG
    return Held(
        key=key,
        sentence=known.text if known else most[1].replace("_", " "),
        students=sorted(holders),
        exercises={name: len(who[name]) for name in found.exercises if name in who},
        share=len(holders) / len(found.there),
        correlation=correlation,
        look="held by those who are good at the rest: an unclear text, or the grader's fault?"
        if strong
        else "",
    )


def _unexplained(found: Gathered) -> list[Alike]:
    """The wrong answers without a name, together where the same was told; the largest first."""
    alike: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for one in found.there:
        for name, cell in one.cells.items():
            if cell.verdict in _WRONG and not cell.misconceptions:
                # What holds no numbers is told of many answers that have nothing in common.
                same = told(cell.text) if name in found.in_full else cell.sha256
                alike[name, same].append(one)
    rows = [
        Alike(
            exercise,
            [one.id for one in members],
            told(members[0].cells[exercise].text),
            f"kata new --misconception {exercise} --from "
            f"{typed(_near(members[0].records[exercise]))}",
        )
        for (exercise, _), members in alike.items()
    ]
    return sorted(rows, key=lambda row: (-len(row.students), row.exercise, row.students))


def _near(path: Path) -> Path:
    return Path(os.path.relpath(path))


# Many are told the same, and the page asks again.
@lru_cache(maxsize=200_000)
def told(text: str) -> str:
    """What is told of an answer, without the line that names exercise and verdict."""
    return dedent(text.partition("\n")[2]).strip("\n")


def _student(one: Member, of: float, held: list[str]) -> StudentRow:
    verdicts = {name: cell.verdict for name, cell in one.cells.items()}
    passed = sum(verdict == "passed" for verdict in verdicts.values())
    begun = sum(verdict not in (*NOT_BEGUN, "") for verdict in verdicts.values())
    needs = _needs(one, passed, begun)
    return StudentRow(
        one.id, one.name, one.points, of, passed, begun, one.tries, needs, verdicts, held
    )


def _needs(one: Member, passed: int, begun: int) -> str:
    if not one.handed_in:
        waits = any(cell.verdict == "" for cell in one.cells.values())
        return "" if waits else "nothing handed in"
    if one.tries >= _AGAIN and passed < len(one.cells):
        return "again and again"
    # Of what they began, at most one in four is passed.
    return "stuck" if 4 * passed <= begun or not begun else ""


def _unknown(found: Gathered, sentences: Sentences) -> Iterator[str]:
    named = {
        (exercise, name)
        for one in found.there
        for exercise, cell in one.cells.items()
        for name in cell.misconceptions
    }
    if unknown := sorted(named - sentences.keys()):
        exercises = list(dict.fromkeys(exercise for exercise, _ in unknown))
        yield (
            "The course no longer has the sentences of some mistakes, which are called by their "
            f"names: in {some(exercises)}."
        )


def _changes(before: Report, now: Report) -> Iterator[str]:
    """What is different, in sentences."""
    if more := now.handed_in - before.handed_in:
        yield f"{abs(more)} {'more' if more > 0 else 'fewer'} handed in something."
    then = {one.exercise: one for one in before.exercises}
    for row in now.exercises:
        old = then.get(row.exercise)
        if old is None:
            yield f"{row.exercise} is new."
        elif row.passed != old.passed:
            yield f"{row.exercise}: {row.passed} passed it, {old.passed} before."
    had = {one.key: len(one.students) for one in before.misconceptions}
    has = {one.key: one for one in now.misconceptions}
    for key, one in has.items():
        if len(one.students) != had.get(key, 0):
            yield f"{len(one.students)} hold this, {had.get(key, 0)} before: {one.sentence}"
    for gone in (one for one in before.misconceptions if one.key not in has):
        yield f"Nobody holds this any more, {len(gone.students)} did: {gone.sentence}"


def tables(report: Report) -> dict[str, list[list[object]]]:
    """{name of a table: its header and its rows}, with the figures that `--json` has."""
    names = [row.exercise for row in report.exercises]
    return {
        "students": [
            ["id", "name", "points", "of", "passed", "begun", "tries", "needs", *names],
            *(_student_cells(one, names) for one in report.students),
        ],
        "exercises": [
            list(ExerciseRow.__struct_fields__),
            *(_cells(msgspec.structs.astuple(one)) for one in report.exercises),
        ],
        "misconceptions": [
            ["key", "count", "share", "correlation", "look", "sentence", "students"],
            *(_cells(_misconception_cells(one)) for one in report.misconceptions),
        ],
    }


def _misconception_cells(one: Held) -> list[object]:
    figures_of = [len(one.students), one.share, one.correlation]
    return [one.key, *figures_of, one.look, one.sentence, " ".join(one.students)]


def _student_cells(one: StudentRow, names: Sequence[str]) -> list[object]:
    own = [one.id, one.name, one.points, one.of, one.passed, one.begun, one.tries, one.needs]
    return _cells([*own, *(one.verdicts.get(name) for name in names)])


def _cells(values: Iterable[object]) -> list[object]:
    """Numbers as they are, and nothing for what is not known."""
    return ["" if value is None else value for value in values]
