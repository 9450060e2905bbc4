"""Feedback to give back: a page for each student, as Markdown and as HTML, and a zip of them.

A page holds what one student is told, and nothing of anybody else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from textwrap import dedent

from torchkata.course.foreign_text import as_html, as_markdown, as_markdown_block, plain
from torchkata.grading.records import path_of
from torchkata.grading.results import Earned, Result, Results
from torchkata.platforms import roster as rosters
from torchkata.platforms.exporters import feedback_zip
from torchkata.platforms.exporters.common import Options, late_words, meant, number, spell
from torchkata.platforms.exporters.feedback_zip import Page

_PAGE = files("torchkata") / "templates" / "feedback.html"
_RIGHT_TO_LEFT = ("R", "AL", "AN")
# What a learner reads instead of the word in a record.
_SAID = {"": "not graded yet", "todo": "not begun", "missing": "not handed in"}


def export(results: Results, options: Options) -> dict[str, bytes]:
    """{name of a file: what it holds}, for a folder."""
    known = {} if options.anonymous else _names(options.roster)
    chosen = (meant(results, options),) if options.student else results.students
    pages = {}
    for one in chosen:
        name = "" if options.anonymous else one.name or known.get(one.student, "")
        texts = _markdown(results.title, one, name), _html(results.title, one, name)
        pages[one.student] = Page("\n".join(texts[0]) + "\n", texts[1])
    found: dict[str, bytes] = {}
    for student, page in pages.items():
        # As records are called, whatever a student is called.
        stem = path_of(Path(), student).stem
        found |= {f"{stem}.md": page.markdown.encode(), f"{stem}.html": page.html.encode()}
    # A platform's own names for files hold names of people.
    return found if options.anonymous else found | feedback_zip.packed(results, pages, options)


def _names(roster: Path | None) -> dict[str, str]:
    return {one.id: one.name for one in rosters.read(roster).students} if roster else {}


def _markdown(title: str, one: Result, name: str) -> Iterator[str]:
    yield f"# {as_markdown(title)}\n"
    identity = as_markdown(one.student)
    who = f"{_isolated(as_markdown(name))} ({identity})" if name else identity
    yield f"Feedback for {who}\n"
    yield f"**{_total(one)}**\n"
    yield from (f"{as_markdown(line)}\n" for line in _remarks(one))
    if one.exercises:
        yield "| exercise | result | points |\n|---|---|---:|"
        for row in _rows(one):
            yield f"| {' | '.join(row)} |"
    for earned in one.exercises:
        yield f"\n## {plain(earned.exercise)}: {_said(earned)}"
        yield from (f"\n{as_markdown_block(text)}" for text in filter(None, [_text(earned)]))
        yield from (f"\n{label}: {as_markdown(text)}" for label, text in _by_hand(earned).items())


def _html(title: str, one: Result, name: str) -> str:
    identity = f"<bdi>{as_html(plain(one.student))}</bdi>"
    who = f"<bdi>{as_html(name)}</bdi> ({identity})" if name else identity
    parts = [
        f"<h1><bdi>{as_html(plain(title))}</bdi></h1>",
        f"<p>Feedback for {who}</p>",
        f'<p class="points">{_total(one)}</p>',
        *(f"<p>{as_html(line)}</p>" for line in _remarks(one)),
        *(_table(one) if one.exercises else ()),
        *(line for earned in one.exercises for line in _section(earned)),
    ]
    # Who is meant is in the title, too: a tab of a browser shows nothing else.
    tab = as_html(plain(f"{title}: feedback for {one.student}"))
    return Template(_PAGE.read_text("utf-8")).substitute(title=tab, body="\n".join(parts))


def _table(one: Result) -> Iterator[str]:
    yield "<table>\n<caption>All exercises</caption>"
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Exercise", "Result", "Points"))
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    for name, said, points in _rows(one):
        cells = f'<th scope="row">{as_html(name)}</th><td>{as_html(said)}</td><td>{points}</td>'
        yield f"<tr>{cells}</tr>"
    yield "</tbody>\n</table>"


def _section(earned: Earned) -> Iterator[str]:
    yield f"<section>\n<h2>{as_html(earned.exercise)}: {_said(earned)}</h2>"
    if text := _text(earned):
        yield f"<pre>{as_html(text)}</pre>"
    for label, text in _by_hand(earned).items():
        yield f'<p>{label}:</p>\n<blockquote dir="auto">{as_html(text)}</blockquote>'
    yield "</section>"


def _total(one: Result) -> str:
    if one.points is not None:
        return f"{number(one.points)} of {number(one.of)} points"
    return "Not all of it is graded yet" if one.exercises else "No points"


def _remarks(one: Result) -> Iterator[str]:
    """What is to be known of all of it, a sentence each."""
    late = late_words(one) or (f"handed in {spell(one)} late" if one.late else "")
    for said in filter(None, [late, one.note]):
        yield f"{said[0].upper()}{said[1:]}".rstrip(".") + "."
    if one.handed_in is not None:
        yield f"Time of handing in: {one.handed_in:%Y-%m-%d %H:%M (UTC%z)}."


def _rows(one: Result) -> Iterator[tuple[str, str, str]]:
    """Exercise, result and points of each; what was taken off comes last."""
    for earned in one.exercises:
        points = "" if earned.points is None else f"{number(earned.points)} of {number(earned.of)}"
        yield plain(earned.exercise), _said(earned), points
    if one.penalty:
        yield "Late", "", f"-{number(one.penalty)}"


def _said(earned: Earned) -> str:
    said = _SAID.get(earned.verdict, earned.verdict)
    return f"{said}, points by hand" if earned.by_hand else said


def _text(earned: Earned) -> str:
    """What is told of it, without the line that says which exercise it is, and its verdict."""
    first, _, rest = earned.text.partition("\n")
    return dedent(rest if first.startswith(earned.exercise) else earned.text).strip("\n")


def _by_hand(earned: Earned) -> Mapping[str, str]:
    """What a teacher says of it, by what it is."""
    said = {"Points given by hand": earned.by_hand, "Comment": earned.comment}
    return {label: text for label, text in said.items() if text}


def _isolated(name: str) -> str:
    """A name whose direction is its own alone, if that is from right to left."""
    turns = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in name)
    return f"\u2068{name}\u2069" if turns else name
