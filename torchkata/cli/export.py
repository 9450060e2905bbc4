"""The command that gives a platform what it reads: export."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from torchkata.cli.options import stop
from torchkata.course.foreign_text import plain

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
]

Existing = Literal["keep", "replace"]


def add_to(app: typer.Typer) -> None:
    """Add this command to `kata`."""
    app.command(rich_help_panel="Teach")(export)


def export(
    results: Annotated[Path, typer.Argument(help="What `kata grade --out` wrote.")],
    to: Annotated[Format, typer.Option(help="What it is for.")],
    out: Annotated[Path | None, typer.Option(help="The file to write; else it is printed.")] = None,
    student: Annotated[str, typer.Option(help="Whose submission, for what is about one.")] = "",
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
        Path | None, typer.Option(help="canvas, moodle: what the platform calls people.")
    ] = None,
    unlimited: Annotated[bool, typer.Option(help="moodle: take grades above 100.")] = False,
    round_down: Annotated[bool, typer.Option(help="classroom50: make points integers.")] = False,
    field: Annotated[
        list[str] | None, typer.Option(help="classroom50: name=value; may be repeated.")
    ] = None,
    partial: Annotated[bool, typer.Option(help="Go on without what is not graded yet.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite --out.")] = False,
) -> None:
    """Write the results of a class, or of one student, as a platform reads them.

    Exit status: 0 written; 1 written, but not for everybody; 2 a wrong command, or results that the
    platform could not read.
    """
    from torchkata.grading import results as model
    from torchkata.platforms.exporters import FORMATS
    from torchkata.platforms.exporters.common import Options

    if out is not None and out.exists() and not force:
        stop(f"kata export: {out} is there already; --force overwrites it", 2)
    try:
        fields = dict(_pair(one) for one in field or [])
        given = Options(
            student, gradebook, column, item, by, roster, unlimited, round_down, fields,
            existing or "",
        )  # fmt: skip
        found = model.load(results)
        waiting = _not_graded(found, student)
        if waiting and not partial:
            stop(f"kata export: {', '.join(waiting)}: not all is graded; --partial goes on", 1)
        text = FORMATS[to](found, given)
        for note in [*_no_grade(found.assurance), *given.notes]:
            print(plain(f"kata export: {note}"), file=sys.stderr)
        if out is None:
            sys.stdout.write(text)
        else:
            # By its mark Excel knows that a table is UTF-8.
            _write(out, text.encode("utf-8-sig" if to == "csv" else "utf-8"))
    except (ValueError, OSError) as problem:
        stop(f"kata export: {problem}", 2)
    if given.strangers:
        stop(f"kata export: not in the gradebook: {', '.join(given.strangers)}", 1)
    raise typer.Exit(1 if waiting else 0)


def _no_grade(assurance: str) -> Iterator[str]:
    """What whoever enters these points should know, as most formats have no place for it."""
    if assurance == "limited":
        yield (
            "assurance limited is no grade against attackers: an answer could read and change "
            "what it liked; for a grade, kata grade --assurance sandbox"
        )


def _not_graded(found: object, student: str) -> list[str]:
    from torchkata.grading.results import Results

    assert isinstance(found, Results)
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


def _write(path: Path, data: bytes) -> None:
    """Write a file that others may read, whole or not at all."""
    from torchkata.course.writing import write_bytes

    write_bytes(path, data, private=True)
    os.chmod(path, 0o644)
