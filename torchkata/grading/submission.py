"""A submission: a folder laid out like `exercises/`, or single files, read as bytes.

Nothing in it is parsed, imported or followed here.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Literal

from torchkata.course.course import Course, Exercise
from torchkata.course.finding import folded
from torchkata.course.grader import GraderError
from torchkata.grading import manifest
from torchkata.grading.misnamed import asked_of, misnamed
from torchkata.grading.records import was_written_in
from torchkata.notebooks.script import answer_in, cell_without_code, may_define, written_in
from torchkata.running.files import (
    NOTEBOOK,
    files_in,
    is_notebook,
    listed,
    read,
    sayable,
    shown,
    visible,
)

# Each may take seconds to read, if somebody wants it to; and how far a single folder is followed.
_MOST_NOTEBOOKS, _DEEPEST = 10, 5

# What kata itself writes.
_TABLES = ("batch.json", "manifest.csv", "unmatched.csv", "overrides.csv")
_OF_RESULTS = ("files", "records", "before", "runs")
# What a course, a pack or a workspace has beside its exercises, and is nobody's submission.
_BESIDE_EXERCISES = frozenset(
    {"graders", "solutions", "recorded", "engine", "notebooks", "data", "docs", "tests", "examples"}
)

# What a path is: one submission, or a folder of several.
Reading = Literal["one", "class"]


@dataclass(frozen=True)
class Submission:
    """What one person handed in.

    Attributes:
        name: what it is called in records, unique in its batch.
        root: its folder, or its only file.
        files: where the answers to its exercises should be.
        note: why there is nothing in it to grade, or which of several answers was taken.
        collected: what `kata collect` noted of it: what was left out, and why.
    """

    name: str
    root: Path
    files: dict[Exercise, Path] = field(default_factory=dict)
    note: str = ""
    collected: str = ""


def find(
    course: Course, path: Path, wanted: Collection[Exercise] | None = None
) -> dict[Exercise, Path]:
    """Which exercises a submission answers, and where.

    Args:
        course: whose exercises.
        path: a folder laid out like `exercises/` (every exercise of the modules in it counts), or
            one that holds files named like their exercises, or such a file.
        wanted: if given, these exercises count, and no others.

    Raises:
        ValueError: there is nothing at `path`, or no one exercise is named so.
    """
    return _looked_through(course, path, wanted)[0]


def find_all(
    course: Course,
    paths: Sequence[Path],
    wanted: Collection[Exercise] | None = None,
    reading: Reading | None = None,
    out: Path | None = None,
) -> list[Submission]:
    """The submissions at some paths, each of which is one, or a folder of several.

    What kata itself wrote there is none.

    Args:
        course: whose exercises.
        paths: files and folders.
        wanted: if given, these exercises count, and no others.
        reading: what each path is, where that is known.
        out: where the results go.

    Raises:
        ValueError: there is nothing at a path, it is not clear what it is, or two submissions have
            one name.
    """
    found = []
    ours = _Ours(course, out.resolve() if out else None)
    for path in paths:
        if not os.path.lexists(path):
            raise ValueError(f"there is no {path}")
        for root in _roots(ours, path.resolve(), reading):
            found.append(_submission(course, root, wanted))
    if not found:
        raise ValueError("only what kata wrote is there; name the folder that was handed in")
    return _with_names_of_their_own(found)


def without(submission: Submission, exercises: Collection[Exercise]) -> Submission:
    """A submission as if the course had not some of its exercises."""
    files = {e: path for e, path in submission.files.items() if e not in exercises}
    return replace(submission, files=files)


def _submission(course: Course, root: Path, wanted: Collection[Exercise] | None) -> Submission:
    name = sayable(root.name)
    if root.is_symlink():
        return Submission(name, root, note="it is a link, and not followed")
    try:
        return Submission(name, root, *_looked_through(course, root, wanted))
    except ValueError as problem:
        return Submission(name, root, note=sayable(str(problem).replace(str(root), root.name)))


def _looked_through(
    course: Course, path: Path, wanted: Collection[Exercise] | None
) -> tuple[dict[Exercise, Path], str]:
    """What `find` finds, and what has to be known of it."""
    if not os.path.lexists(path):
        raise ValueError(f"there is no {path}")
    if path.is_dir():
        base = _base(course, path)
        index = _index(base)
        places = {e: _places(course, base, index, e, wanted) for e in course.exercises.values()}
        odd = _misnamed(course, index, path, wanted)
        places = {e: [*there, *odd.get(e, ())] for e, there in places.items()}
        books = sorted(filter(is_notebook, {*visible(path), *chain(*index.values())}))
        found, note = _chosen(course, path, books[:_MOST_NOTEBOOKS], places, wanted)
        if not found:
            raise ValueError(
                f"found no exercise of this course in {path} "
                "(expected exercises/<module>/<name>.py)"
            )
        taken = [_taken(e, found[e], path) for e in odd if found.get(e) in odd[e]]
        return found, listed([*filter(None, [note]), *taken], "; ") or _unnamed(path, found, wanted)
    if is_notebook(path):
        places = {exercise: [path] for exercise in wanted or ()}
        found, _ = _chosen(course, path, [path], places, wanted)
        if not found:
            raise ValueError(f"{path.name} defines nothing that is asked for in this course")
        return found, ""
    named = [e for e in course.exercises.values() if folded(e.name) == folded(path.stem)]
    chosen = [e for e in named if e.module == path.parent.name] or named
    if not named:
        exercises = course.exercises.values() if wanted is None else wanted
        odd = misnamed(course, [path], exercises, None)
        if odd:
            return dict.fromkeys(odd, path), _taken(next(iter(odd)), path, path.parent)
    if len(chosen) != 1:
        raise ValueError(f"{path.name} is the name of {len(chosen)} exercises; name the module too")
    return {chosen[0]: path}, ""


@dataclass(frozen=True)
class _Ours:
    """What kata wrote, known by where it wrote it.

    Attributes:
        course: whose answers are looked for.
        out: where the results of this run go, which is ours whatever is there.
    """

    course: Course
    out: Path | None = None

    def has(self, path: Path) -> bool:
        """Whether it is a results folder, a part of one, or a table beside submissions."""
        part = path.name in _OF_RESULTS and self.are_results(path.parent)
        return part or path.name in _TABLES or self.are_results(path)

    def are_results(self, folder: Path) -> bool:
        """Whether `kata grade --out` wrote there; what anybody handed in does not say where."""
        written = folder == self.out or was_written_in(folder)
        return written and not _holds_answers(self.course, folder)


def _roots(ours: _Ours, path: Path, reading: Reading | None) -> list[Path]:
    """`path` itself, or what is in it, if that looks like submissions.

    Raises:
        ValueError: it looks like both.
    """
    results = ours.are_results(path)
    if ours.has(path) and not results:
        return []
    if reading == "one" or not path.is_dir():
        return [path]
    inside = [one for one in visible(path) if not ours.has(one)]
    handed_in = [
        one for one in inside
        if one.is_dir() or one.suffix.lower() in (".py", NOTEBOOK) or one.is_symlink()
    ]  # fmt: skip
    if reading == "class" or (handed_in and _is_class(ours.course, path, inside, handed_in)):
        return handed_in
    return [path] if handed_in or not results else []


def _is_class(course: Course, path: Path, inside: list[Path], handed_in: list[Path]) -> bool:
    """Whether a folder holds several submissions; all that is in it decides.

    Raises:
        ValueError: some of it says one thing, and some the other.
    """
    answers = [one for one in handed_in if _is_answer(course, one)]
    students = [one for one in handed_in if one not in answers and _is_student(course, one)]
    # Beside a manifest, a folder is a student's, even if there is only one.
    listed_there = _ids_in(path / "manifest.csv")
    if listed_there is not None:
        students += [one for one in answers if one.name in listed_there]
    if answers and students:
        theirs, others = (listed([one.name for one in some]) for some in (answers, students))
        raise ValueError(
            f"{path} may be one submission, since it holds {theirs}, or a folder of several, since "
            f"it holds {others}. Say which: --one or --class"
        )
    alone = inside if len(inside) == 1 and listed_there is None else []
    return not answers and not any(_wraps(course, one) for one in alone)


def _is_answer(course: Course, path: Path) -> bool:
    """Whether something in a folder says that the folder is one submission."""
    if path.name == "exercises":
        return _holds_answers(course, path)
    return path.name in _names_of_answers(course)


def _is_student(course: Course, path: Path) -> bool:
    """Whether a folder in a folder is a submission by itself."""
    if not path.is_dir() or path.is_symlink() or path.name in _BESIDE_EXERCISES:
        return False
    found = _submission(course, path, None).files.values()
    return any(os.path.lexists(file) for file in found)


def _wraps(course: Course, folder: Path) -> bool:
    """Whether the only folder in a folder is the submission, packed once more."""
    return any(_holds_answers(course, one) for one in (folder, folder / "exercises"))


def _ids_in(path: Path) -> set[str] | None:
    """The submissions that a manifest names; None where there is none."""
    if not path.is_file():
        return None
    try:
        rows = manifest.read(path)
    except ValueError:
        return set()
    return {name for row in rows for name in (row.id, f"{row.id}@{row.attempt}")}


def _base(course: Course, path: Path) -> Path:
    """Where the modules are: people hand in the whole course, or pack a folder into another."""
    names = (e.relative.name for e in course.exercises.values())
    alike = {folded(name) for name in (*names, *course.modules)}
    folders = list(_nested(course, path))
    # A pack's notebooks are beside its `exercises`, and answers may be in both.
    holding = [one for one in folders if _holds_answers(course, one, notebooks=False)]
    holding += [one for one in folders if _holds_answers(course, one)]
    holding += [one for one in folders if alike & {folded(inner.name) for inner in visible(one)}]
    holding += [one for one in folders if any(is_notebook(inner) for inner in visible(one))]
    return holding[0] if holding else path


def _nested(course: Course, path: Path) -> Iterator[Path]:
    """A folder, its `exercises`, and the same of the one folder in it, if there is one."""
    for _ in range(_DEEPEST):
        yield path
        if (path / "exercises").is_dir():
            yield path / "exercises"
        inside = [
            one for one in visible(path)
            if one.is_dir() and not one.is_symlink() and not _Ours(course).has(one)
        ]  # fmt: skip
        if len(inside) != 1:
            return
        path = inside[0]


def _holds_answers(course: Course, folder: Path, notebooks: bool = True) -> bool:
    return any(
        (folder / name).is_dir() if name in course.modules else os.path.lexists(folder / name)
        for name in _names_of_answers(course, notebooks)
    )


def _names_of_answers(course: Course, notebooks: bool = True) -> set[str]:
    """What is in a submission: folders of modules, and files of exercises and modules."""
    names = {exercise.name for exercise in course.exercises.values()}
    books = {f"{name}{NOTEBOOK}" for name in (*names, *course.modules) if notebooks}
    return {*course.modules, *books, *(f"{name}.py" for name in names)}


def _index(base: Path) -> dict[str, list[Path]]:
    """{name as `folded` has it: what is there}: in a folder, and in the folders in it."""
    found = defaultdict(list)
    for one in visible(base):
        found[folded(one.name)].append(one)
        if one.is_dir() and not one.is_symlink():
            for inner in visible(one):
                found[f"{folded(one.name)}/{folded(inner.name)}"].append(inner)
    return found


def _places(
    course: Course,
    base: Path,
    index: Mapping[str, Sequence[Path]],
    exercise: Exercise,
    wanted: Collection[Exercise] | None,
) -> list[Path]:
    """Where an exercise's answer is, or should be; none if this submission is not about it."""
    if wanted is not None and exercise not in wanted:
        return []
    nested, alone = exercise.relative, Path(exercise.relative.name)
    names = [one.name for one in course.exercises.values()]
    places = [alone, nested] if names.count(exercise.name) == 1 else [nested]
    there = [base / place for place in places if os.path.lexists(base / place)]
    if there:
        return there
    alike = [one for place in places for one in index.get(folded(place.as_posix()), ())]
    if len(alike) == 1:
        return alike
    modules = [base / exercise.module, *index.get(folded(exercise.module), ())]
    counts = wanted is not None or any(one.is_dir() for one in modules)
    return [base / nested] if counts else []


def _chosen(
    course: Course,
    root: Path,
    notebooks: Sequence[Path],
    places: Mapping[Exercise, Sequence[Path]],
    wanted: Collection[Exercise] | None,
) -> tuple[dict[Exercise, Path], str]:
    """The file that counts of each exercise, and a note of those that say something else.

    A notebook counts where it has the answer, and no file that was worked on has.
    """
    exercises = list(course.exercises.values() if wanted is None else wanted)
    found = {} if notebooks else _alone(places, exercises)
    rest = [exercise for exercise in exercises if exercise not in found]
    more, note = _compared(root, notebooks, places, rest)
    found |= more
    return {e: found[e] for e in course.exercises.values() if e in found}, note


def _alone(
    places: Mapping[Exercise, Sequence[Path]], exercises: Collection[Exercise]
) -> dict[Exercise, Path]:
    """The file of each exercise for which there are not several, which nothing need be read for."""
    found = {}
    for exercise in exercises:
        there = [path for path in places.get(exercise, ()) if os.path.lexists(path)]
        if len(there) == 1:
            found[exercise] = there[0]
    return found


def _compared(
    root: Path,
    notebooks: Sequence[Path],
    places: Mapping[Exercise, Sequence[Path]],
    exercises: Collection[Exercise],
) -> tuple[dict[Exercise, Path], str]:
    """The same of exercises whose answer may be in several places."""
    within = root if root.is_dir() else None
    books = {p: file.text for p in notebooks if (file := read(p, within)).report is None}
    parts = {path: written_in(text) for path, text in books.items()}
    found: dict[Exercise, Path] = {}
    notes: list[str] = []
    for exercise in exercises:
        asked = asked_of(exercise)
        # The notebook of the module before others, which may hold a copy.
        near = sorted(books, key=lambda path: exercise.module not in (path.stem, path.parent.name))
        own = [path for path in near if may_define(books[path], asked)]
        other = [path for path in near if cell_without_code(books[path], asked)]
        # One that has no answer any more says so in its own words.
        other += [path for path in near if path.stem == exercise.module and places.get(exercise)]
        # One that cannot be read is what was handed in, if it is called like the module.
        broken = [p for p in notebooks if p not in books and p.stem == exercise.module]
        given = [path for path in places.get(exercise, ()) if path not in notebooks]
        texts = {path: text for path in given if (text := read(path, within).text)}
        stub = _stub(exercise) if texts or own else ""
        texts = {path: text for path, text in texts.items() if text != stub}
        answers = {p: answer_in(written_in(t), asked) or t for p, t in texts.items()}
        begun = answer_in(written_in(stub), asked)
        copies = {p: answer_in(parts[p], asked) or books[p] for p in own}
        answers |= {path: text for path, text in copies.items() if text != begun}
        there = [path for path in places.get(exercise, ()) if os.path.lexists(path)]
        if ranked := [*answers, *own, *broken, *there, *other, *places.get(exercise, ())]:
            found[exercise] = ranked[0]
            notes += _untaken(exercise, root, answers)
    return found, listed(notes, "; ")


def _stub(exercise: Exercise) -> str:
    """What the learner began with; of one that cannot be used, that is told where it is graded."""
    try:
        return exercise.stub
    except GraderError:
        return ""


def _untaken(exercise: Exercise, root: Path, answers: Mapping[Path, str]) -> Iterator[str]:
    """A sentence on the answers that differ from the first, which is taken, if any do."""
    taken = next(iter(answers), root)
    rivals = [shown(path, root) for path in answers if answers[path] != answers[taken]]
    if rivals:
        what = f"{shown(taken, root)} was taken, and not {listed(rivals)}"
        yield f"{exercise.id} was answered more than once: {what}"


def _misnamed(
    course: Course,
    index: Mapping[str, Sequence[Path]],
    root: Path,
    wanted: Collection[Exercise] | None,
) -> dict[Exercise, list[Path]]:
    """The files that are for an exercise and named otherwise; not those named like another."""
    files = sorted({path for path in chain(*index.values()) if path.is_file()})
    every = {folded(f"{exercise.name}.py") for exercise in course.exercises.values()}
    others = [path for path in files if folded(path.name) not in every]
    exercises = course.exercises.values() if wanted is None else wanted
    return misnamed(course, others, exercises, root)


def _taken(exercise: Exercise, path: Path, root: Path) -> str:
    """That a file was taken although it is not named like its exercise."""
    return f"{shown(path, root)} was taken for {exercise.id}"


def _unnamed(
    root: Path, found: Mapping[Exercise, Path], wanted: Collection[Exercise] | None
) -> str:
    """What is said of a folder that holds files, and none where an answer should be."""
    if any(os.path.lexists(path) for path in found.values()):
        return ""
    names = [shown(path, root) for path in files_in(root)]
    what = "an exercise" if wanted is None else "an exercise that counts"
    return f"nothing in it is named like {what}: {listed(names)}" if names else ""


def _with_names_of_their_own(found: list[Submission]) -> list[Submission]:
    count = Counter(one.name for one in found)
    named = [
        replace(one, name=sayable(f"{one.root.parent.name}/{one.root.name}"))
        if count[one.name] > 1 else one
        for one in found
    ]  # fmt: skip
    for name, times in Counter(one.name for one in named).items():
        if times > 1:
            raise ValueError(f"{times} submissions are called {name}; grade them apart")
    return named
