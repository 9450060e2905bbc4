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

from torchkata.course.course import Course, Exercise
from torchkata.course.finding import folded
from torchkata.course.grader import GraderError
from torchkata.grading.misnamed import asked_of, misnamed
from torchkata.notebooks.script import answer_in, cell_without_code, may_define, written_in
from torchkata.running.files import (
    NOTEBOOK,
    files_in,
    is_notebook,
    is_of_a_batch,
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
_OF_RESULTS = ("files", "records", "before")


@dataclass(frozen=True)
class Submission:
    """What one person handed in.

    Attributes:
        name: what it is called in records, unique in its batch.
        root: its folder, or its only file.
        files: where the answers to its exercises should lie.
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
    course: Course, paths: Sequence[Path], wanted: Collection[Exercise] | None = None
) -> list[Submission]:
    """The submissions at some paths, each of which is one, or a folder of several.

    What kata itself wrote there is none.

    Raises:
        ValueError: there is nothing at a path, or two submissions have one name.
    """
    found = []
    for path in paths:
        if not os.path.lexists(path):
            raise ValueError(f"there is no {path}")
        for root in _roots(course, path.resolve()):
            found.append(_submission(course, root, wanted))
    if not found:
        raise ValueError("only what kata wrote lies there; name the folder that was handed in")
    return _with_names_of_their_own(found)


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
            raise ValueError(f"{path} holds no exercise of this course; lay it out like exercises/")
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


def _roots(course: Course, path: Path) -> Iterator[Path]:
    """`path` itself, or what lies in it, if that looks like submissions."""
    if _is_ours(course, path) and not _is_results(course, path):
        return
    whole = not path.is_dir() or _holds_answers(course, path)
    inside = [] if whole else [one for one in visible(path) if not _is_ours(course, one)]
    handed_in = [
        one for one in inside
        if one.is_dir() or one.suffix.lower() in (".py", NOTEBOOK) or one.is_symlink()
    ]  # fmt: skip
    # Beside a manifest, a folder is a student's, even if there is only one.
    alone = inside if len(inside) == 1 and not (path / "manifest.csv").exists() else []
    wrapped = [path / "exercises", *alone, *(one / "exercises" for one in alone)]
    if handed_in and not any(_holds_answers(course, folder) for folder in wrapped):
        yield from handed_in
    elif handed_in or not _is_results(course, path):
        yield path


def _is_ours(course: Course, path: Path) -> bool:
    """Whether kata wrote it: a results folder, a part of one, or a table beside submissions."""
    part = path.name in _OF_RESULTS and _is_results(course, path.parent)
    return part or path.name in _TABLES or _is_results(course, path)


def _is_results(course: Course, folder: Path) -> bool:
    """Whether `kata grade --out` wrote there, and nobody handed it in."""
    return is_of_a_batch(folder / _TABLES[0]) and not _holds_answers(course, folder)


def _base(course: Course, path: Path) -> Path:
    """Where the modules lie: people hand in the whole course, or pack a folder into another."""
    names = (e.relative.name for e in course.exercises.values())
    alike = {folded(name) for name in (*names, *course.modules)}
    folders = list(_nested(course, path))
    # A pack's notebooks lie beside its `exercises`, and answers may be in both.
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
            if one.is_dir() and not one.is_symlink() and not _is_ours(course, one)
        ]  # fmt: skip
        if len(inside) != 1:
            return
        path = inside[0]


def _holds_answers(course: Course, folder: Path, notebooks: bool = True) -> bool:
    names = {exercise.name for exercise in course.exercises.values()}
    files = {f"{name}{NOTEBOOK}" for name in (*names, *course.modules) if notebooks}
    files |= {f"{name}.py" for name in names}
    return any((folder / module).is_dir() for module in course.modules) or any(
        os.path.lexists(folder / name) for name in files
    )


def _index(base: Path) -> dict[str, list[Path]]:
    """{name as `folded` has it: what lies there}: in a folder, and in the folders in it."""
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
    """Where an exercise's answer lies, or should lie; none if this submission is not about it."""
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
    within = root if root.is_dir() else None
    books = {p: file.text for p in notebooks if (file := read(p, within)).report is None}
    parts = {path: written_in(text) for path, text in books.items()}
    found: dict[Exercise, Path] = {}
    notes: list[str] = []
    for exercise in course.exercises.values() if wanted is None else wanted:
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
    return {e: found[e] for e in course.exercises.values() if e in found}, listed(notes, "; ")


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
    """What is said of a folder that holds files, and none where an answer should lie."""
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
