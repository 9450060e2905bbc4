"""What a class gets wrong that nothing explains: the answers whose observations agree, together.

A sentence that is written for one of them helps all of them, and anyone who comes to it later.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torchkata.course.course import Course, Exercise
from torchkata.course.grader import GraderError
from torchkata.grading import records
from torchkata.grading.assignment import void_of
from torchkata.grading.grading_run import Terms, Worker
from torchkata.grading.records import BatchInfo, read_batch_info
from torchkata.grading.results import read_records, whose
from torchkata.judging.comparison import agree
from torchkata.judging.judge import Observations, Result
from torchkata.notebooks.script import cells_of, is_script, may_define
from torchkata.running.files import read
from torchkata.running.known_answers import judge_against
from torchkata.sandbox.backends import BY_ASSURANCE
from torchkata.sandbox.channel import Failure
from torchkata.text import explanations

# What a grade may say of an answer that a misconception could have explained.
_WRONG = ("wrong", "error")
# What is shown of an answer though its stub has it, too.
_FRAME = re.compile(r"\s*(@|(import|from|def|class)\b)")


@dataclass(frozen=True)
class Kept:
    """An answer that was kept, and who handed it in.

    Attributes:
        exercise: the id.
        sha256: of its text.
        students: the ids of those who handed it in.
        record: of one of them.
    """

    exercise: str
    sha256: str
    students: tuple[str, ...]
    record: Path


@dataclass(frozen=True)
class Cluster:
    """Wrong answers that show the same in every case, and that nothing explains.

    Attributes:
        exercise: the id.
        students: the ids of those who gave one.
        answer: the shortest of them, without what its stub has but imports and signatures.
        record: of one who gave that.
        facts: what holds of it in every case, as sentences.
        told: what its author was told, line by line.
    """

    exercise: str
    students: tuple[str, ...]
    answer: str
    record: Path
    facts: tuple[str, ...]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Unobserved:
    """An answer that cannot be observed again, and why."""

    exercise: str
    students: tuple[str, ...]
    why: str


@dataclass
class Found:
    """All that a folder of results holds of them.

    Attributes:
        clusters: the exercise with the largest first, and of each exercise the largest first.
        unobserved: in the order of the exercises.
        explained: how many answers are right or explained with the course as it is now.
    """

    clusters: list[Cluster] = field(default_factory=list)
    unobserved: list[Unobserved] = field(default_factory=list)
    explained: int = 0


@dataclass
class _Alike:
    """Answers of one exercise that agree: (the answer, its text, its result) of each."""

    seen: Observations
    members: list[tuple[Kept, str, Result]]


Watched = Callable[[Sequence[Kept]], Iterable[Kept]]


def unexplained_answers(course: Course, folder: Path, watched: Watched = iter) -> Found:
    """Observe again, on one set of seeds, what was wrong and not explained, and put it together.

    Args:
        course: as it is now.
        folder: what `kata grade --out` wrote.
        watched: passes the answers on, one after another, and may show how far it is.

    Raises:
        ValueError: something there cannot be used, in one sentence.
        NoWalls: they are not available here.
    """
    info, found = read_batch_info(folder), Found()
    alike: dict[str, list[_Alike]] = defaultdict(list)
    kept = _kept(folder, info)
    kind = BY_ASSURANCE[info.assurance]
    terms = Terms(tuple(info.seeds), kind, info.device, assignment=info.assignment)
    kind.keep_apart([course.root, folder])
    with Worker(terms.walls, terms.device, packages=course.packages) as worker:
        for one in watched(kept):
            worker.begin()
            try:
                text = _text(folder, one)
                seen, result = _observed(course, one, text, worker, terms)
            except (_NotAgain, Failure, GraderError) as why:
                found.unobserved.append(Unobserved(one.exercise, one.students, str(why)))
                continue
            if _is_explained(result):
                found.explained += 1
            else:
                grader = course.exercises[one.exercise].grader
                _put(alike[one.exercise], seen, (one, text, result), grader.tolerance)
    found.clusters = _clusters(course, alike)
    return found


class _NotAgain(Exception):
    """An answer cannot be observed again; str() says why."""


def _kept(folder: Path, info: BatchInfo) -> list[Kept]:
    """The wrong answers that no misconception explained, equal ones once."""
    given: dict[tuple[str, str], dict[str, Path]] = defaultdict(dict)
    for record in read_records(folder):
        path = records.path_of(folder / "records", record.submission)
        for one in record.exercises:
            if one.verdict in _WRONG and not one.names:
                student = whose(record.submission, info.assignment)
                given[one.exercise, one.sha256].setdefault(student, path)
    return [
        Kept(*key, tuple(sorted(paths)), next(iter(paths.values())))
        for key, paths in sorted(given.items())
    ]


def _text(folder: Path, one: Kept) -> str:
    file = read(folder / "files" / f"{one.sha256}.py")
    if file.report is not None or records.digest(file.text) != one.sha256:
        raise _NotAgain("its file is not beside the records, or somebody has changed it since")
    return file.text


def _observed(
    course: Course, one: Kept, text: str, worker: Worker, terms: Terms
) -> tuple[Observations, Result]:
    exercise = course.exercises.get(one.exercise)
    if exercise is None:
        raise _NotAgain("this course has no such exercise")
    void = void_of(terms.assignment, exercise)
    report = worker.respond(exercise, text, terms.seeds, terms.device, terms.packages)
    result = judge_against(exercise, report, terms.seeds, terms.device, void)
    if result.trouble is not None:
        told = explanations.render(result, exercise.grader).splitlines()[1:]
        raise _NotAgain(" ".join([f"{result.verdict}:", *map(str.strip, told)]))
    seen = {key: value for key, value in report.observations.items() if key[0] not in void}
    return seen, result


def _is_explained(result: Result) -> bool:
    return result.verdict == "passed" or result.misconception is not None


def _put(
    alike: list[_Alike],
    seen: Observations,
    member: tuple[Kept, str, Result],
    tolerance: dict[str, tuple[float, float]],
) -> None:
    """Put an answer to those that it agrees with in every case."""
    for one in alike:
        if all(agree(one.seen[key], value, tolerance) for key, value in seen.items()):
            one.members.append(member)
            return
    alike.append(_Alike(seen, [member]))


def _clusters(course: Course, alike: dict[str, list[_Alike]]) -> list[Cluster]:
    found = {
        name: sorted(
            (_cluster(course.exercises[name], one.members) for one in several),
            key=lambda cluster: (-len(cluster.students), cluster.answer),
        )
        for name, several in alike.items()
    }
    by_size = sorted(found.values(), key=lambda clusters: -len(clusters[0].students))
    return [cluster for clusters in by_size for cluster in clusters]


def _cluster(exercise: Exercise, members: Sequence[tuple[Kept, str, Result]]) -> Cluster:
    shown = [(_shown(exercise, text), one, result) for one, text, result in members]
    answer, shortest, result = min(shown, key=lambda member: (len(member[0]), member[0]))
    return Cluster(
        exercise.id,
        tuple(sorted({student for one, _, _ in members for student in one.students})),
        answer,
        shortest.record,
        tuple(map(explanations.fact, result.facts)),
        tuple(explanations.render(result, exercise.grader).splitlines()[1:]),
    )


def _shown(exercise: Exercise, text: str) -> str:
    """What an answer has that its stub does not, found without reading it as Python.

    Of a notebook, what is in the cells that may define it.
    """
    if is_script(text):
        cells = [cell.text for cell in cells_of(text)]
        text = "\n".join(cell for cell in cells if may_define(cell, exercise.asked)) or text
    given = set(exercise.stub.splitlines())
    lines = text.splitlines()
    return "\n".join(line for line in lines if line not in given or _FRAME.match(line)) + "\n"
