"""`kata report`: a learner's page of what they passed, or a teacher's page of a class."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from torchkata.cli.options import CourseOption, course_at, stop
from torchkata.course.course import Course
from torchkata.course.foreign_text import as_json as to_json
from torchkata.course.foreign_text import plain
from torchkata.course.grader import GraderError
from torchkata.course.installed_courses import course_named
from torchkata.course.writing import is_taken, new_folder, write_bytes
from torchkata.learning import practice_report
from torchkata.learning import progress as kept
from torchkata.learning.workspace import find_workspace
from torchkata.text import messages
from torchkata.text.wrapping import shown

if TYPE_CHECKING:
    from torchkata.reporting.class_report import Report, Sentences
    from torchkata.reporting.gathering import Gathered


def add_to(app: typer.Typer) -> None:
    """Add this command to `kata`."""
    app.command("report", rich_help_panel="Learn")(make_report)


def make_report(
    results: Annotated[
        list[Path] | None,
        typer.Argument(
            help="What `kata grade --out` wrote, for a page about a class.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The file to write.", show_default="report.html; about a class: class.html"
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(help="RESULTS: what people are called, where no manifest says."),
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="RESULTS: name nobody, but by id.")
    ] = False,
    since: Annotated[
        Path | None,
        typer.Option(
            help="RESULTS: an earlier page, or what --json printed, to tell what has changed; "
            "without it, the page that is overwritten."
        ),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="RESULTS: a new folder for the figures as CSV files.")
    ] = None,
    students: Annotated[
        Path | None,
        typer.Option(help="RESULTS: a new folder for a page per student, to send to them."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="RESULTS: print the figures as data, and write no page.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Write a page to show: what you passed and when, the mistakes you overcame, your code.

    With RESULTS, a page for a teacher: which mistakes a class makes, how hard each exercise proved,
    and who needs help.

    Exit status: 0 written; 2 a wrong command, or a file that is something else.
    """
    if results:
        _of_a_class(results, out, roster, anonymous, since, csv, students, as_json, course)
        return
    if roster or anonymous or since or csv or students or as_json:
        stop("kata report: that is about a class: name its RESULTS", 2)
    out = out or Path("report.html")
    workspace = find_workspace(Path.cwd(), course_named(course) if course else None)
    text = practice_report.page(workspace, kept.load(workspace.root))
    _write(out, text, practice_report.MARK, private=False)
    print(shown(messages.report_is_written(str(out))))


def _of_a_class(
    results: list[Path],
    out: Path | None,
    roster: Path | None,
    anonymous: bool,
    since: Path | None,
    csv: Path | None,
    students: Path | None,
    as_json: bool,
    course: Path | None,
) -> None:
    import msgspec

    from torchkata.platforms import roster as rosters
    from torchkata.reporting import class_page, student_pages
    from torchkata.reporting.class_report import report_of
    from torchkata.reporting.gathering import gather
    from torchkata.reporting.told import told_of

    out = out or Path("class.html")
    try:
        for folder in filter(None, (csv, students)):
            if is_taken(folder):
                raise ValueError(f"{folder} holds something already; give a folder that is new")
        known = {one.id: one.name for one in rosters.read(roster).students} if roster else {}
        found = gather(results, None if anonymous else known)
        earlier = since or (out if not as_json and _is_ours(out, class_page.MARK) else None)
        before = class_page.read_earlier(earlier) if earlier else None
        sentences = _sentences(found, course)
        report = report_of(found, sentences, before)
        if csv is not None:
            _write_files(csv, _tables(report))
        if students is not None:
            _write_files(students, student_pages.pages(found, sentences))
    except (ValueError, OSError) as problem:
        stop(f"kata report: {problem}", 2)
    if as_json:
        print(to_json(msgspec.to_builtins(report)), end="")
        return
    text = class_page.page(report, told_of(found), anonymous=anonymous)
    _write(out, text, class_page.MARK, private=True)
    print(shown(plain(f"wrote {out}: open it in a browser. It is about people: keep it to you.")))


def _sentences(found: Gathered, folder: Path | None) -> Sentences:
    """What the course says of the misconceptions of these exercises, as far as it has them."""
    from torchkata.reporting.class_report import Sentence

    course: Course | None = None
    if folder:
        course = course_at(folder)
    else:
        with contextlib.suppress(GraderError):
            course = course_at(None)
    said = {}
    for name in _with_mistakes(found) if course else ():
        with contextlib.suppress(GraderError, KeyError):
            known = course.exercises[name].grader.misconceptions if course else {}
            for wrong, one in known.items():
                said[name, wrong] = Sentence(" ".join(one.text.split()), one.idea)
    return said


def _with_mistakes(found: Gathered) -> dict[str, None]:
    """The exercises in which an answer is explained; the graders of others need not be loaded."""
    cells = (cell for one in found.members for cell in one.cells.values())
    return {cell.exercise: None for cell in cells if cell.misconceptions}


def _tables(report: Report) -> Iterator[tuple[str, bytes]]:
    """The figures as CSV files."""
    from torchkata.grading.tables import csv_bytes
    from torchkata.reporting.class_report import tables

    for name, (header, *rows) in tables(report).items():
        yield f"{name}.csv", csv_bytes(map(str, header), rows)


def _write_files(folder: Path, contents: Iterable[tuple[str, bytes]]) -> None:
    """A new folder of files, which nobody else may read."""
    with new_folder(folder) as half:
        half.chmod(0o700)
        for name, data in contents:
            write_bytes(half / name, data, private=True)


def _is_ours(out: Path, mark: str) -> bool:
    return out.is_file() and mark in out.read_text("utf-8", errors="replace")


def _write(out: Path, text: str, mark: str, *, private: bool) -> None:
    """Write a page, over nothing but one of its kind."""
    try:
        if out.exists() and mark not in out.read_text("utf-8", errors="replace"):
            stop(f"kata report: {messages.is_no_report(str(out))}", 2)
        write_bytes(out, text.encode("utf-8", "replace"), private=private)
    except OSError as problem:
        stop(f"kata report: {problem}", 2)
