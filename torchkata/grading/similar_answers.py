"""Answers of different students that are one program in other words, and no answer of the course.

What that shows is for a teacher to say: it is no proof of anything.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from torchkata.course.answer_name import Asked, Definition
from torchkata.course.course import Course, Exercise
from torchkata.course.grader import Edit
from torchkata.course.source import marks_of
from torchkata.grading import records
from torchkata.grading.records import BadRecord, read_batch_info
from torchkata.grading.results import Results, read_records, whose
from torchkata.notebooks.normal_form import NormalForm, normal_form
from torchkata.running.files import read
from torchkata.sandbox.parsing import normal_forms

# What is shorter can hardly be written in two ways.
FEWEST_NODES = 40
# What more than this part of a class has says nothing of two of them.
COMMON = 1 / 4

_MARK = "grader."


@dataclass(frozen=True)
class Alike:
    """Students whose answers to one exercise have one form.

    Attributes:
        exercise: its id.
        students: at least two, who did not hand in together.
        nodes: how large the answer is.
    """

    exercise: str
    students: tuple[str, ...]
    nodes: int


@dataclass
class Found:
    """What there is to be told.

    Attributes:
        alike: in the order of the exercises, the largest answers first.
        common: those whom too many are with.
        unread: how many answers could not be read.
        packed: whether the course holds no answers to compare with.
    """

    alike: list[Alike] = field(default_factory=list)
    common: list[Alike] = field(default_factory=list)
    unread: int = 0
    packed: bool = False


def similar_answers(folder: Path, results: Results, course: Course) -> Found:
    """Which answers in a folder of results have one form, and none that the course has.

    Args:
        folder: what `kata grade --out` wrote; its files are read and never run.
        results: the class.
        course: its own answers, right and wrong, and the stub, are no find.

    Raises:
        ValueError: something there cannot be used, in one sentence.
        OSError: there is no process here that could read answers.
    """
    found = Found(packed=any(course.exercises[e].packed for e in _ids(results, course)))
    given = _given(folder, course)
    texts = [(text, course.exercises[name].asked) for (name, _), text in given.texts.items()]
    forms = dict(zip(given.texts, normal_forms(texts), strict=True))
    found.unread = given.unread + sum(form is None for form in forms.values())
    for name in _ids(results, course):
        own = {one.digest for one in _of_course(course.exercises[name])}
        groups: dict[NormalForm, set[str]] = defaultdict(set)
        for key, form in forms.items():
            if key[0] == name and form and form.nodes >= FEWEST_NODES and form.digest not in own:
                groups[form] |= given.whose[key]
        for form, students in sorted(groups.items(), key=lambda pair: -pair[0].nodes):
            one = Alike(name, tuple(sorted(students)), form.nodes)
            if len(_apart(students, results)) > 1:
                many = len(students) > COMMON * len(results.students)
                (found.common if many else found.alike).append(one)
    return found


@dataclass
class _Given:
    """The answers that were kept: {(exercise, sha256): text}, and whose they are."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    whose: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    unread: int = 0


def _given(folder: Path, course: Course) -> _Given:
    given, assignment = _Given(), read_batch_info(folder).assignment
    for record in read_records(folder):
        for one in record.exercises:
            key = one.exercise, one.sha256
            if one.sha256 and one.exercise in course.exercises:
                given.whose[key].add(whose(record.submission, assignment))
    for key in given.whose:
        file = read(folder / "files" / f"{key[1]}.py")
        if file.report is None and records.digest(file.text) == key[1]:
            given.texts[key] = file.text
        else:
            given.unread += 1
    return given


def _ids(results: Results, course: Course) -> list[str]:
    """The exercises that were graded, in order."""
    if missing := [name for name in results.exercises if name not in course.exercises]:
        raise BadRecord(f"this course has no exercise {missing[0]}; name its folder: --course DIR")
    return list(results.exercises)


def _apart(students: set[str], results: Results) -> set[str]:
    """Those of some students who did not hand in together: one for each hand-in."""
    sources: Mapping[str, str] = {one.student: one.source for one in results.students}
    return {sources.get(one) or f"/{one}" for one in students}


def _of_course(exercise: Exercise) -> Iterator[NormalForm]:
    """The forms of all answers that the course has itself, right and wrong, and of the stub."""
    texts = [(exercise.stub, exercise.asked)]
    if not exercise.packed:
        names = [exercise.asked, *map(Asked, exercise.alternatives())]
        texts += ((exercise.solution, name) for name in names)
        texts += chain(_edited(exercise), _defined(exercise))
    yield from filter(None, (normal_form(*one) for one in texts))


def _edited(exercise: Exercise) -> Iterator[tuple[str, Asked]]:
    for wrong in exercise.grader.misconceptions.values():
        for member in wrong.members() if isinstance(wrong, Edit) else ():
            yield exercise.edited(member), exercise.asked


def _defined(exercise: Exercise) -> Iterator[tuple[str, Asked]]:
    tree = ast.parse(exercise.grader_path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, Definition):
            # Which the answer of a student does not have.
            marks = zip(node.decorator_list, marks_of(node), strict=True)
            node.decorator_list = [mark for mark, name in marks if not name.startswith(_MARK)]
    text = ast.unparse(tree)
    for one in (*exercise.grader.misconceptions.values(), *exercise.grader.remarks.values()):
        if not isinstance(one, Edit):
            yield text, Asked(one.name)
