"""The command that turns a platform's download into one folder for each student: collect."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from torchkata.cli.options import CourseOption, modules_at_hand, stop
from torchkata.course.foreign_text import plain
from torchkata.course.writing import is_taken, new_folder
from torchkata.grading.manifest import Row, as_bytes
from torchkata.grading.tables import csv_bytes
from torchkata.platforms import zones
from torchkata.platforms.archives import Contents
from torchkata.platforms.contents import contents_of
from torchkata.platforms.downloads import Download, reading
from torchkata.platforms.matching import Keep, Lost, Placed, Plan, called, plan_of
from torchkata.platforms.roster import Roster, read
from torchkata.platforms.sources import TITLES, hand_ins
from torchkata.text.wrapping import shown

if TYPE_CHECKING:
    from torchkata.grading.assignment import Assignment

Source = Literal[
    "canvas",
    "moodle",
    "blackboard",
    "brightspace",
    "google-classroom",
    "gradescope",
    "github",
    "folder",
]

UNMATCHED = ("from", "why", "nearest")
# How many hand-ins that are nobody's for one reason are named.
_MOST_NAMED = 3


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
        Path | None, typer.Option(help="assignment.toml: due, timezone, and whether groups share.")
    ] = None,
    timezone: Annotated[
        str, typer.Option(help="The platform's, like Europe/Berlin, for times without one.")
    ] = "",
    keep: Annotated[Keep, typer.Option(help="Of several; best is chosen later.")] = "last",
    yes: Annotated[
        bool, typer.Option("--yes", help="Continue without the unmatched hand-ins.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Turn a platform's download into one folder for each student, and a manifest.

    Exit status: 0 written; 1 something is nobody's, and nothing is written without --yes; 2 a wrong
    command, or something that cannot be read.
    """
    try:
        _refuse_out(source, out)
        given = _assignment(assignment)
        due = given.due if given else None
        people = read(roster, given is not None and given.groups, modules_at_hand(course))
        clock = zones.Clock(_zone(timezone, given))
        with reading(source) as entries:
            download = Download(entries, people, clock)
            plan = plan_of(hand_ins(kind, download), people, keep)
            notes = [*download.notes, *clock.notes(TITLES[kind])]
            told = "\n".join(map(plain, preview(plan, people, notes, due)))
            print(shown(told, hanging=2, wide=True))
            if not plan.placed and not plan.lost:
                raise ValueError(f"{source} holds nothing that was handed in")
            if plan.lost and not yes:
                stop("kata collect: nothing is written; --yes goes on without these", 1)
            write(plan, people, due, out)
    except (ValueError, OSError) as problem:
        stop(f"kata collect: {problem}", 2)
    print(shown(_wrote(plan, out)))


def _zone(timezone: str, given: Assignment | None) -> zones.Zone | None:
    """The platform's zone: what the command says, what the assignment says, or what may be."""
    name = timezone or (given.timezone if given else "")
    return zones.named(name) if name else zones.like(given.due if given else None)


def _wrote(plan: Plan, out: Path) -> str:
    return (
        f"wrote {out}: {_counted(len(plan.placed), 'folder')} and manifest.csv"
        + " and unmatched.csv" * bool(plan.lost)
    )


def preview(
    plan: Plan, roster: Roster, notes: Iterable[str] = (), due: datetime | None = None
) -> Iterator[str]:
    """What will be written and what will not, line by line.

    Args:
        plan: what goes where.
        roster: who could have handed in.
        notes: sentences about the whole download.
        due: until when something is in time.
    """
    served = len({one.student.id for one in plan.placed})
    sources = {one.hand_in.source for one in plan.placed}
    hand_ins = _counted(len(sources), "hand-in")
    yield f"{served} of {_counted(len(roster.students), 'student')} handed in: {hand_ins}"
    if plan.absent:
        yield f"nothing from {len(plan.absent)}: {', '.join(map(called, plan.absent))}"
    yield from _of_groups(plan, roster)
    unknown = sum(one.hand_in.when is None for one in plan.placed)
    if unknown and (due or unknown < len(plan.placed)):
        have, count = ("has", "counts") if unknown == 1 else ("have", "count")
        in_time = f", and {count} as in time" if due else ""
        yield f"{_counted(unknown, 'hand-in')} {have} no submission time{in_time}"
    yield from notes
    noted = [one for one in plan.placed if one.note]
    if noted:
        yield f"notes on {_counted(len(noted), 'student')}:"
        yield from (f"  {one.student.id}: {one.note}" for one in noted)
    if plan.lost:
        match = "matches" if len(plan.lost) == 1 else "match"
        yield f"{_counted(len(plan.lost), 'hand-in')} {match} no student:"
        yield from (f"  {line}" for line in _told(plan.lost))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _of_groups(plan: Plan, roster: Roster) -> Iterator[str]:
    """Who shares what, or that nobody does though there are groups."""
    shared = plan.shared()
    if shared:
        yield f"{_counted(len(shared), 'hand-in')} shared by a group:"
    for hand_in, students in shared:
        yield f"  {plain(hand_in.source)}: {', '.join(map(called, students))}"
    if roster.shares and not roster.groups():
        yield "the roster's column group puts no two students together, so nobody shares anything"
    if roster.groups() and not roster.shares:
        yield (
            "the roster's groups share nothing: groups = true in assignment.toml makes what one of "
            "a group handed in everybody's in it"
        )


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
        raise ValueError(f"{out} would be in the download; give a folder that is elsewhere")


def _assignment(path: Path | None) -> Assignment | None:
    from torchkata.grading import assignment

    given = assignment.read(path) if path else None
    due = given.due if given else None
    if due is not None and due.tzinfo is None:
        raise ValueError(f"{due} has no offset from UTC; write it like 2026-12-04T23:59:00+09:00")
    return given


def _told(lost: list[Lost]) -> Iterator[str]:
    """A line for each that is nobody's, or one for all where the reason is the same."""
    reasons: dict[str, list[Lost]] = {}
    for one in lost:
        reasons.setdefault(one.why, []).append(one)
    for why, alike in reasons.items():
        if len(alike) > _MOST_NAMED:
            names = ", ".join(plain(one.hand_in.source) for one in alike[:_MOST_NAMED])
            yield f"{names} and {len(alike) - _MOST_NAMED} more: {why}"
        else:
            yield from map(_line, alike)


def _line(lost: Lost) -> str:
    nearest = f"; the nearest is {lost.nearest}" if lost.nearest else ""
    return f"{plain(lost.hand_in.source)}: {lost.why}{nearest}"


def _row(one: Placed, due: datetime | None) -> Row:
    when = one.hand_in.when
    said = when.isoformat(timespec="seconds") if when else ""
    late = late_by(when, due)
    source = plain(one.hand_in.source)
    who, order = one.student, one.hand_in.order
    return Row(who.id, who.name, said, one.attempt, late, source, one.note, order)


def _write_files(folder: Path, contents: Contents) -> None:
    folder.mkdir(parents=True)
    for path, data in contents.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        _write_file(folder / path, data)


def _write_file(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o644)
