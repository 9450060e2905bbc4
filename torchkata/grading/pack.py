"""What a class gets: stubs, cut graders, pages, and what the answers showed. No answer is in it."""

from __future__ import annotations

import ast
import itertools
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from string import Template

import msgspec

from torchkata.authoring.proof import prove
from torchkata.course.course import Course, Exercise
from torchkata.course.data import ABOUT, FOLDER
from torchkata.course.engine_wheel import MADE_WITH, build_wheel, constraints, wheel_name
from torchkata.course.foreign_text import as_markdown
from torchkata.course.outline import FILE, Outline
from torchkata.course.packages import distributions
from torchkata.course.source import definition_of
from torchkata.course.writing import is_taken, new_folder
from torchkata.grading.assignment import Assignment, check, minutes_for, points_of
from torchkata.grading.pack_notebooks import notebook_of
from torchkata.judging.observation import Plain
from torchkata.running import recording
from torchkata.running.distinct_pairs import sorted_out
from torchkata.running.known_answers import drawn_numbers, mistakes, reference_observations
from torchkata.running.recorded_pairs import fitting
from torchkata.running.recording import Recording, listed, numbered
from torchkata.text.messages import about

_TEMPLATE = files("torchkata") / "templates" / "pack.md"
_PYTEST = files("torchkata") / "templates" / "pytest.ini"
_IN_FILES = """\
Then write the functions in `exercises/`, and see how you do as often as you like:

```sh
.venv/bin/pytest                  # all of it
.venv/bin/kata watch              # one exercise at a time, at each save
.venv/bin/kata hint NAME          # one hint more each time
```
"""
_IN_NOTEBOOKS = """\
In notebooks, with `.venv/bin/pip install jupyterlab` and `.venv/bin/jupyter lab`: {names}.
They begin with `from torchkata import check`, and hold a cell for each answer and one to check it.
"""
_IN_BOTH = """\
Write each answer once, in its file or in its cell. A file in which you have written counts before
a cell.
"""
_SOME_PAIRS = """
Two mistakes at once are explained, too; in these exercises, only some of them: {names}.
"""
# How many pairs of an exercise are tried for a pack: each costs as much as an answer.
MOST_PAIRS = 30


def build(
    course: Course,
    assignment: Assignment,
    out: Path,
    say: Callable[[str], None] = lambda _: None,
) -> list[Exercise]:
    """Write a pack, whole or not at all, the same bytes for the same course and assignment.

    Args:
        course: with its answers.
        assignment: what to put in, and what it counts.
        out: a folder that is not there yet, or empty.
        say: is told which exercise is written; each takes some seconds.

    Raises:
        ValueError: the assignment does not fit, an exercise cannot be trusted, or `out` is in use.
    """
    exercises = check(assignment, course)
    if is_taken(out):
        raise ValueError(f"{out} holds something already; choose another --out")
    with new_folder(out) as half:
        some = []
        for number, exercise in enumerate(exercises, start=1):
            say(f"{number} of {len(exercises)}: {exercise.id}")
            if not _write_exercise(half, exercise, assignment):
                some.append(exercise)
        if assignment.form != "files":
            _write_notebooks(half, exercises, assignment)
        write_pages(half, exercises)
        _write_frame(half, course, assignment, exercises, some)
    return exercises


def record(exercise: Exercise, seeds: tuple[int, ...]) -> tuple[Recording, bool]:
    """What an exercise's answers show on some seeds, and whether all pairs found room in it."""
    known = exercise.grader.misconceptions
    seen = numbered((name, dict(observed)) for name, observed in mistakes(exercise, seeds))
    expected = reference_observations(exercise, seeds)
    pairs, fit = fitting(_distinct(exercise, seeds))
    every = fit and len(exercise.pairs) <= MOST_PAIRS
    whole = Recording(
        drawn_numbers(exercise, seeds),
        expected,
        seen,
        {name: wrong.text for name, wrong in known.items()},
        pairs,
        {name: wrong.idea for name, wrong in known.items() if wrong.idea},
        {name: (one.text, one.written) for name, one in exercise.grader.remarks.items()},
        {name: wrong.more for name, wrong in known.items() if wrong.more},
    )
    return whole, every


def _distinct(
    exercise: Exercise, seeds: tuple[int, ...]
) -> Iterator[tuple[tuple[str, str], list[Plain]]]:
    """Two mistakes at once that are neither the reference nor one known mistake, and all they show.

    What they showed is not kept beyond that: it is much.
    """
    keys = list(reference_observations(exercise, seeds))
    for pair, kind in itertools.islice(sorted_out(exercise, seeds), MOST_PAIRS):
        if kind == "distinct":
            yield pair.pair.names, listed({key: pair[key] for key in keys})


def _write_exercise(folder: Path, exercise: Exercise, assignment: Assignment) -> bool:
    """Write an exercise; whether all pairs of mistakes found room in its recording."""
    if assignment.form != "notebooks":
        _write(folder / "exercises" / exercise.relative, exercise.stub.encode())
    return write_recorded(folder, exercise, tuple(assignment.seeds))


def write_recorded(folder: Path, exercise: Exercise, seeds: tuple[int, ...]) -> bool:
    """Write what judges an exercise without an answer in it: its cut grader, and a recording.

    Returns:
        Whether all pairs of mistakes found room in the recording.

    Raises:
        ValueError: the exercise cannot be trusted.
    """
    problems = prove(exercise, seeds).problems
    if problems:
        raise ValueError(f"{exercise.id} cannot be given out: {problems[0]}")
    recorded = folder / "recorded" / exercise.relative
    _write(recorded, exercise.stub.encode())
    _write(folder / "graders" / exercise.relative, exercise.cut_grader.encode())
    whole, every = record(exercise, seeds)
    _write(recorded.with_suffix(".kata"), recording.to_bytes(whole))
    return every


def _write_notebooks(folder: Path, exercises: list[Exercise], assignment: Assignment) -> None:
    for module in dict.fromkeys(exercise.module for exercise in exercises):
        inside = [exercise for exercise in exercises if exercise.module == module]
        _write(folder / f"{module}.ipynb", notebook_of(module, inside, assignment))


def write_pages(folder: Path, exercises: Iterable[Exercise]) -> None:
    """Write the pages and pictures of the modules of some exercises."""
    for module in dict.fromkeys(exercise.stub_path.parent for exercise in exercises):
        for page in sorted([*module.glob("*.md"), *module.glob("*.png")]):
            target = folder / "exercises" / module.name / page.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page, target)


def _write_frame(
    folder: Path,
    course: Course,
    assignment: Assignment,
    exercises: list[Exercise],
    some: list[Exercise],
) -> None:
    engine = metadata.version("torchkata")
    more = distributions(packages_of(exercises))
    exact = [f"{name}=={number}" for name, number in more.items() if number]
    files = {
        "README.md": _readme(course, assignment, exercises, some),
        "requirements.txt": "\n".join([f"{MADE_WITH}./engine/{wheel_name()}", *more, ""]),
        "constraints.txt": constraints() + "".join(f"{line}\n" for line in exact),
        "pytest.ini": _PYTEST.read_text("utf-8"),
        ".kata/pack": f"{engine}\n",
        ".gitignore": ".venv/\n__pycache__/\n.pytest_cache/\n.kata/\n",
    }
    write_outline(folder, course, exercises)
    for name, text in files.items():
        _write(folder / name, text.encode())
    _write(folder / "engine" / wheel_name(), build_wheel())


def packages_of(exercises: Iterable[Exercise]) -> tuple[str, ...]:
    """What the courses of some exercises declare that answers may import."""
    return tuple(dict.fromkeys(name for one in exercises for name in one.course.outline.packages))


def write_outline(folder: Path, course: Course, exercises: Sequence[Exercise]) -> None:
    """Write what a course says of some exercises, their data files, and what is said of these.

    Args:
        folder: where.
        course: what it is a part of.
        exercises: some may be of courses that it uses.

    Raises:
        ValueError: two courses have different data files of one name.
    """
    digests: dict[str, str] = {}
    for exercise in exercises:
        for name, path in exercise.data.items():
            digest = exercise.data_digests[name]
            if digests.setdefault(name, digest) != digest:
                raise ValueError(f"two courses have other files {name} in data/; rename one")
            _write(folder / FOLDER / name, path.read_bytes())
    for root in dict.fromkeys(exercise.course.root for exercise in exercises if exercise.data):
        about = root / FOLDER / ABOUT
        if about.is_file():
            place = folder / FOLDER / ABOUT
            before = place.read_bytes() + b"\n" if place.is_file() else b""
            _write(place, before + about.read_bytes())
    outline = course.outline.part([exercise.id for exercise in exercises])
    declared = msgspec.structs.replace(outline, data=digests, packages=packages_of(exercises))
    _write(folder / FILE, declared.to_toml().encode())


def _readme(
    course: Course, assignment: Assignment, exercises: list[Exercise], some: list[Exercise]
) -> str:
    rows = [
        f"| {_link(assignment, exercise)} | {_asks(exercise)} | {points:g} |"
        for exercise in exercises
        if (points := points_of(assignment, exercise))
    ]
    total = sum(points_of(assignment, exercise) for exercise in exercises)
    due = f"Due {assignment.due:%Y-%m-%d %H:%M %Z}. " if assignment.due else ""
    each = "case of an exercise counts by itself" if assignment.partial else ""
    counting = f"Each {each}." if each else "An exercise counts when all its cases are right."
    minutes = about(minutes_for(exercises))
    return Template(_TEMPLATE.read_text("utf-8")).substitute(
        title=assignment.title,
        summary=f"{due}{len(exercises)} exercises, {total:g} points, {minutes}.",
        rows="\n".join(rows),
        counting=counting,
        working="\n".join(_working(assignment, exercises)),
        packages=", ".join([*assignment.packages, *packages_of(exercises)]),
        origin=_origin(course.outline),
        pairs=_SOME_PAIRS.format(names=", ".join(one.id for one in some)) if some else "",
    )


def _origin(outline: Outline) -> str:
    """What course it is from, and under which licence, where the course says either."""
    said = [outline.called] if outline.version else []
    said += [f"licence: {outline.licence}"] if outline.licence else []
    return f"\n{as_markdown('; '.join(said))}\n" if said else ""


def _working(assignment: Assignment, exercises: list[Exercise]) -> Iterator[str]:
    if assignment.form != "notebooks":
        yield _IN_FILES
    if assignment.form != "files":
        modules = dict.fromkeys(exercise.module for exercise in exercises)
        yield _IN_NOTEBOOKS.format(names=", ".join(f"`{module}.ipynb`" for module in modules))
    if assignment.form == "both":
        yield _IN_BOTH


def _link(assignment: Assignment, exercise: Exercise) -> str:
    files = assignment.form != "notebooks"
    place = f"exercises/{exercise.id}.py" if files else f"{exercise.module}.ipynb"
    return f"[{exercise.id}]({place})"


def _asks(exercise: Exercise) -> str:
    docstring = ast.get_docstring(definition_of(exercise.solution, exercise.asked)) or ""
    return docstring.splitlines()[0]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
