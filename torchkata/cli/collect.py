"""The command that turns a platform's download into one folder for each student: collect."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from torchkata.cli.options import stop
from torchkata.course.foreign_text import plain
from torchkata.course.writing import is_taken, new_folder
from torchkata.grading.manifest import Row, as_bytes
from torchkata.grading.tables import csv_bytes
from torchkata.platforms.archives import Contents
from torchkata.platforms.contents import contents_of
from torchkata.platforms.downloads import SOURCES, Download, reading
from torchkata.platforms.matching import Keep, Lost, Placed, Plan, called, plan_of
from torchkata.platforms.roster import Roster, read

Source = Literal["canvas", "moodle", "gradescope", "github", "folder"]

UNMATCHED = ("from", "why", "nearest")


def add_to(app: typer.Typer) -> None:
    """Add this command to `kata`."""
    app.command(rich_help_panel="Teach")(collect)


def collect(
    source: Annotated[
        Path, typer.Argument(help="What a platform gave: a zip file, or the folder it was.")
    ],
    kind: Annotated[Source, typer.Option("--from", help="Where it was downloaded.")],
    roster: Annotated[Path, typer.Option(help="CSV with id and name, and what platforms use.")],
    out: Annotated[Path, typer.Option(help="The folder to write: one in it for each student.")],
    assignment: Annotated[
        Path | None, typer.Option(help="assignment.toml, for how late something is.")
    ] = None,
    keep: Annotated[Keep, typer.Option(help="Of several; best is chosen later.")] = "last",
    yes: Annotated[bool, typer.Option("--yes", help="Go on without what is nobody's.")] = False,
) -> None:
    """Turn a platform's download into one folder for each student, and a manifest.

    Exit status: 0 written; 1 something is nobody's, and nothing is written without --yes; 2 a wrong
    command, or something that cannot be read.
    """
    try:
        _refuse_out(source, out)
        people, due = read(roster), _due(assignment)
        with reading(source) as entries:
            found = SOURCES[kind](Download(entries, people, due.tzinfo if due else None))
            plan = plan_of(found, people, keep)
            print(*map(plain, preview(plan, len(people.students))), sep="\n")
            if not plan.placed and not plan.lost:
                raise ValueError(f"{source} holds nothing that was handed in")
            if plan.lost and not yes:
                stop("kata collect: nothing is written; --yes goes on without these", 1)
            write(plan, people, due, out)
    except (ValueError, OSError) as problem:
        stop(f"kata collect: {problem}", 2)
    folders = "1 folder" if len(plan.placed) == 1 else f"{len(plan.placed)} folders"
    print(f"wrote {out}: {folders} and manifest.csv" + " and unmatched.csv" * bool(plan.lost))


def preview(plan: Plan, students: int) -> Iterator[str]:
    """What will be written and what will not, line by line."""
    served = {one.student.id for one in plan.placed}
    sources = {one.hand_in.source for one in plan.placed}
    yield f"{len(served)} of {students} students have something: {len(sources)} hand-ins"
    if plan.absent:
        yield f"nothing from {len(plan.absent)}: {', '.join(map(called, plan.absent))}"
    unknown = sum(one.hand_in.when is None for one in plan.placed)
    if 0 < unknown < len(plan.placed):
        yield f"no time is known of {unknown}"
    noted = [one for one in plan.placed if one.note]
    if noted:
        yield f"to be known of {len(noted)}:"
        yield from (f"  {one.student.id}: {one.note}" for one in noted)
    if plan.lost:
        yield f"nobody's are {len(plan.lost)}:"
        yield from (f"  {_told(one)}" for one in plan.lost)


def write(plan: Plan, roster: Roster, due: datetime | None, out: Path) -> None:
    """Write the folders and the manifest, whole or not at all.

    Args:
        plan: what goes where.
        roster: in whose order.
        due: until when something is in time.
        out: a folder that is not there yet, or empty.
    """
    with new_folder(out) as half:
        for one in plan.placed:
            _write_files(half / one.folder, contents_of(one.hand_in))
        _write_file(half / "manifest.csv", as_bytes(manifest(plan, roster, due)))
        if plan.lost:
            rows = [(plain(one.hand_in.source), one.why, one.nearest) for one in plan.lost]
            _write_file(half / "unmatched.csv", csv_bytes(UNMATCHED, rows))


def manifest(plan: Plan, roster: Roster, due: datetime | None) -> Iterator[Row]:
    """A line for each student and attempt that counts; attempt 0 for who has none."""
    for student in roster.students:
        mine = [one for one in plan.placed if one.counts and one.student is student]
        yield from (_row(one, due) for one in mine)
        if not mine:
            yield Row(student.id, student.name)


def late_by(when: datetime | None, due: datetime | None) -> str:
    """How much later than due, as HH:MM, a begun minute being one; empty if it is not."""
    if when is None or due is None or when <= due:
        return ""
    minutes = -int((due - when).total_seconds() // 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _refuse_out(source: Path, out: Path) -> None:
    if not os.path.lexists(source):
        raise ValueError(f"there is no {source}")
    if is_taken(out):
        raise ValueError(f"{out} holds something already; give a folder that is new")
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise ValueError(f"{out} would lie in the download; give a folder that lies elsewhere")


def _due(path: Path | None) -> datetime | None:
    from torchkata.grading import assignment

    due = assignment.read(path).due if path else None
    if due is not None and due.tzinfo is None:
        raise ValueError(f"{due} has no offset from UTC; write it like 2026-12-04T23:59:00+09:00")
    return due


def _told(lost: Lost) -> str:
    nearest = f"; the nearest is {lost.nearest}" if lost.nearest else ""
    return f"{plain(lost.hand_in.source)}: {lost.why}{nearest}"


def _row(one: Placed, due: datetime | None) -> Row:
    when = one.hand_in.when
    said = when.isoformat(timespec="seconds") if when else ""
    late = late_by(when, due)
    source = plain(one.hand_in.source)
    return Row(one.student.id, one.student.name, said, one.attempt, late, source, one.note)


def _write_files(folder: Path, contents: Contents) -> None:
    folder.mkdir(parents=True)
    for path, data in contents.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        _write_file(folder / path, data)


def _write_file(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o644)
