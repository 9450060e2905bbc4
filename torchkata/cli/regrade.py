"""The commands that correct grades: regrade, accept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from torchkata.cli.options import FROM_NOW_ON, CourseOption, YesOption, course_at, stop, sure
from torchkata.course.foreign_text import plain, plain_lines
from torchkata.text.wrapping import shown

if TYPE_CHECKING:
    from torchkata.course.course import Course
    from torchkata.grading.regrading import Change

WorkersOption = Annotated[int, typer.Option(help="How many answers run at a time; 0: one a core.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to `kata`."""
    app.command(rich_help_panel="Teach")(regrade)
    app.command(rich_help_panel="Teach")(accept)


def regrade(
    results: Annotated[Path, typer.Argument(help="What `kata grade --out` wrote.")],
    assignment: Annotated[
        Path | None, typer.Option(help="assignment.toml as it is now, with void cases, say.")
    ] = None,
    workers: WorkersOption = 0,
    yes: YesOption = False,
    course: CourseOption = None,
) -> None:
    """Grade a class again with the course as it is now, on the seeds it was graded on.

    What changes for whom is shown first. The old records are kept, and points that were given by
    hand (overrides.csv) stay.

    Exit status: 0 written, or nothing changes; 1 not written; 2 a wrong command; 3 no sandbox is
    available here.
    """
    from torchkata.grading.assignment import read

    given = None
    try:
        given = read(assignment) if assignment else None
    except ValueError as problem:
        stop(f"kata regrade: {problem}", 2)
    _regrade(course_at(course), results, given, workers, yes)


def accept(
    record: Annotated[Path, typer.Argument(help="A record that `kata grade --out` wrote.")],
    exercise: Annotated[str, typer.Argument(help="The exercise whose answer is right.")],
    name: Annotated[str, typer.Option(help="What it is to be called in the course.")] = "",
    workers: WorkersOption = 0,
    yes: YesOption = False,
    course: CourseOption = None,
) -> None:
    """Make an answer that is right an alternative of the course, prove it, and regrade the class.

    It must pass behind the walls first: where the grader still rejects it, fix the grader. From
    then on it is code of the course, and runs as such, so it is shown before it is taken.

    Exit status: 0 accepted; 1 not accepted; 2 a wrong command; 3 no sandbox is available here.
    """
    from torchkata.course.grader import GraderError
    from torchkata.grading import accepting
    from torchkata.grading.alternatives import Rejected
    from torchkata.sandbox.backends import NoWalls

    found = course_at(course)
    try:
        offer = accepting.offer(found, record, exercise, name)
        print(plain_lines(offer.text))
        place = os.path.relpath(offer.path)
        print(shown(FROM_NOW_ON))
        if not sure(f"Take this into {place} as `{offer.name}`?", yes):
            stop("kata accept: nothing is written", 1)
        accepting.take(offer)
    except Rejected as reason:
        stop(f"kata accept: {reason}", 1)
    except (ValueError, GraderError) as problem:
        stop(f"kata accept: {problem}", 2)
    except NoWalls as problem:
        stop(f"kata accept: {problem}", 3)
    print(shown(f"{place}: `{offer.name}` is an alternative now, and proved\n"))
    results = Path(os.path.relpath(record.resolve().parents[1]))
    _regrade(course_at(course), results, None, workers, yes)


def _regrade(course: Course, folder: Path, given: object, workers: int, yes: bool) -> None:
    from torchkata.grading import regrading as again
    from torchkata.grading.assignment import Assignment
    from torchkata.sandbox.backends import NoWalls

    wanted = given if isinstance(given, Assignment) else None
    try:
        with again.regraded(course, folder, wanted, workers or os.cpu_count() or 1) as new:
            before, after = again.results_of(folder, new)
            found = again.changes(before, after)
            totals = {one.student: one.points for one in before.students}
            new_totals = {one.student: one.points for one in after.students}
            told = "\n".join(map(plain, _told(found, totals, new_totals)))
            print(shown(told, hanging=2, wide=True))
            if (found or totals != new_totals) and not sure("Write this?", yes):
                stop("kata regrade: nothing is written; --yes writes it", 1)
            old = again.take_over(new, folder)
            print(shown(f"wrote {folder}; the old records are in {old}"))
    except (ValueError, OSError) as problem:
        stop(f"kata regrade: {problem}", 2)
    except NoWalls as problem:
        stop(f"kata regrade: {problem}", 3)


def _told(
    found: list[Change], before: dict[str, float | None], after: dict[str, float | None]
) -> Iterator[str]:
    """What changes for whom."""
    if not found:
        yield "No verdict and no points change."
    for one in found:
        (was, old), (now, new) = one.before, one.after
        stays = ", and the points given by hand stay" if one.by_hand else ""
        points = "" if old == new else f", {_points(old)} -> {_points(new)} points"
        yield f"{one.student}  {one.exercise}: {was or 'not graded'} -> {now}{points}{stays}"
    for student, old in before.items():
        if old != after[student]:
            yield f"{student}  in all: {_points(old)} -> {_points(after[student])} points"


def _points(value: float | None) -> str:
    return "no" if value is None else f"{value:g}"
