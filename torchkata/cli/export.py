"""The command that gives a platform what it reads: export."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from torchkata.cli.options import CourseOption, course_at, note, stop
from torchkata.course.foreign_text import plain
from torchkata.course.writing import is_taken, new_folder, write_bytes
from torchkata.text.wrapping import shown

if TYPE_CHECKING:
    from torchkata.grading.results import Results
    from torchkata.platforms.exporters.common import Options

Format = Literal[
    "junit",
    "gradescope",
    "github-classroom",
    "classroom50",
    "canvas",
    "moodle",
    "csv",
    "json",
    "markdown",
    "feedback",
    "similar",
]

Existing = Literal["keep", "replace"]


def add_to(app: typer.Typer) -> None:
    """Add this command to `kata`."""
    app.command(rich_help_panel="Teach")(export)


def export(
    results: Annotated[Path, typer.Argument(help="What `kata grade --out` wrote.")],
    to: Annotated[Format, typer.Option(help="What it is for.")],
    out: Annotated[
        Path | None,
        typer.Option(help="The file to write; else it is printed. feedback: a new folder."),
    ] = None,
    student: Annotated[
        str, typer.Option(help="Student id, for formats about one student, and for feedback.")
    ] = "",
    gradebook: Annotated[
        Path | None, typer.Option(help="canvas: the gradebook that Canvas exported.")
    ] = None,
    column: Annotated[str, typer.Option(help="canvas: the column to fill in.")] = "",
    item: Annotated[str, typer.Option(help="moodle: the grade item; else the title.")] = "",
    by: Annotated[
        str,
        typer.Option(
            help="moodle: email (if not given), idnumber or username; canvas: the column of your "
            "students' ids."
        ),
    ] = "",
    existing: Annotated[
        Existing | None, typer.Option(help="canvas: what wins over another grade that is there.")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option(help="canvas, moodle, feedback: what people are called.")
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="feedback: name nobody, but by id.")
    ] = False,
    unlimited: Annotated[bool, typer.Option(help="moodle: take grades above 100.")] = False,
    round_down: Annotated[bool, typer.Option(help="classroom50: make points integers.")] = False,
    field: Annotated[
        list[str] | None, typer.Option(help="classroom50: name=value; may be repeated.")
    ] = None,
    partial: Annotated[bool, typer.Option(help="Go on without what is not graded yet.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite --out.")] = False,
    course: CourseOption = None,
) -> None:
    """Write the results of a class, or of one student, as a platform reads them.

    Exit status: 0 written; 1 written, but not for everybody; 2 a wrong command, or results that the
    platform could not read.
    """
    from torchkata.grading import results as model
    from torchkata.platforms.exporters import FOLDERS
    from torchkata.platforms.exporters.common import Options

    _refuse_out(out, to in FOLDERS, force)
    try:
        fields = dict(_pair(one) for one in field or [])
        given = Options(
            student, gradebook, column, item, by, roster, unlimited, round_down, fields,
            existing or "", anonymous,
        )  # fmt: skip
        found = model.load(results)
        waiting = _not_graded(found, student)
        if waiting and not partial:
            stop(f"kata export: {', '.join(waiting)}: not all is graded; --partial goes on", 1)
        if out is not None and to in FOLDERS:
            _write_folder(out, FOLDERS[to](found, given), _notes(found, given))
        else:
            _write(out, to, _text(to, found, given, results, course), _notes(found, given))
    except (ValueError, OSError) as problem:
        stop(f"kata export: {problem}", 2)
    if given.strangers:
        stop(f"kata export: not in the gradebook: {', '.join(given.strangers)}", 1)
    raise typer.Exit(1 if waiting else 0)


def _refuse_out(out: Path | None, folder: bool, force: bool) -> None:
    """Refuse a place that is missing, or that something else would be lost at."""
    if folder and out is None:
        stop("kata export: that is a folder of files; say where: --out DIR", 2)
    if folder and out is not None and is_taken(out):
        stop(f"kata export: {out} holds something already; give a folder that is new", 2)
    if not folder and out is not None and out.exists() and not force:
        stop(f"kata export: {out} is there already; --force overwrites it", 2)


def _text(to: str, found: Results, given: Options, folder: Path, course: Path | None) -> str:
    from torchkata.platforms.exporters import FORMATS, similar

    if to in FORMATS:
        return FORMATS[to](found, given)
    return similar.report(found, folder, course_at(course))


def _notes(found: Results, given: Options) -> Iterator[str]:
    """What is to be known before anything is written, sentence by sentence."""
    yield from _no_grade(found.assurance)
    yield from given.notes


def _no_grade(assurance: str) -> Iterator[str]:
    """What is to be known when entering these points, since most formats have no place for it."""
    if assurance == "limited":
        yield (
            "assurance limited is no grade against attackers: an answer could read and change "
            "what it liked; for a grade, kata grade --assurance sandbox"
        )


def _not_graded(found: Results, student: str) -> list[str]:
    return [
        one.student
        for one in found.students
        if one.exercises and one.points is None and student in ("", one.student)
    ]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--field {text}: write name=value")
    return name, value


def _write(out: Path | None, to: str, text: str, notes: Iterable[str]) -> None:
    """Write a file that others may read, whole or not at all; or print it."""
    _say(notes)
    if out is None:
        sys.stdout.write(text)
        return
    # By its mark Excel knows that a table is UTF-8.
    write_bytes(out, text.encode("utf-8-sig" if to == "csv" else "utf-8"), private=True)
    os.chmod(out, 0o644)


def _write_folder(out: Path, made: Mapping[str, bytes], notes: Iterable[str]) -> None:
    """Write files that nobody else may read, since each is about one person."""
    _say(notes)
    with new_folder(out) as half:
        half.chmod(0o700)
        for name, data in made.items():
            write_bytes(half / name, data, private=True)
    count = sum(name.endswith(".html") for name in made)
    pages = "1 page" if count == 1 else f"{count} pages"
    packed = [f", and {name}" for name in made if name.endswith(".zip")]
    print(shown(plain(f"wrote {out}: {pages}, as Markdown and as HTML{''.join(packed)}")))


def _say(notes: Iterable[str]) -> None:
    for one in notes:
        note(f"kata export: {one}")
