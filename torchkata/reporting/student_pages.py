"""A page for each student of a class, to be sent to them: nothing of anybody else is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from torchkata.course.foreign_text import plain
from torchkata.grading.records import path_of
from torchkata.grading.results import Earned
from torchkata.platforms.exporters.common import number
from torchkata.reporting.class_report import Sentences, told
from torchkata.reporting.gathering import Gathered, Member
from torchkata.text.own_page import OwnPage, Part, own_page

# What a learner reads instead of the word in a record.
_SAID = {"": "not graded yet", "todo": "not begun", "missing": "not handed in"}


def pages(found: Gathered, sentences: Sentences) -> Iterator[tuple[str, bytes]]:
    """Each student's (name of the file, page); files are called as records are."""
    for one in found.members:
        text = own_page(_page(found.title, one, sentences))
        yield f"{path_of(Path(), one.id).stem}.html", text.encode("utf-8", "replace")


def _page(title: str, one: Member, sentences: Sentences) -> OwnPage:
    passed = sum(cell.verdict == "passed" for cell in one.cells.values())
    return OwnPage(
        title=title,
        who=f"{plain(one.name)} ({plain(one.id)})" if one.name else one.id,
        count=f"{passed} of {len(one.cells)} exercises passed",
        lines=tuple(_lines(one)),
        first=tuple(_first(one, sentences)),
        columns=("Exercise", "Result", "Points"),
        parts=tuple(map(_part, one.cells.values())),
    )


def _lines(one: Member) -> Iterator[str]:
    if not one.handed_in and not one.cells:
        yield "Nothing was handed in."
    elif one.points is None:
        yield "Not all of it is graded yet."
    else:
        of = sum(cell.of for cell in one.cells.values())
        yield f"{number(one.points)} of {number(of)} points{_less(one)}."


def _less(one: Member) -> str:
    return f", after {number(one.penalty)} less for being late" if one.penalty else ""


def _first(one: Member, sentences: Sentences) -> Iterator[tuple[str, str]]:
    """(Sentence, exercises) of each mistake that has a name, one idea once; most often first."""
    where = defaultdict[str, list[str]](list)
    said: dict[str, str] = {}
    for cell in one.cells.values():
        for name in cell.misconceptions:
            if known := sentences.get((cell.exercise, name)):
                key = known.idea or f"{cell.exercise}: {name}"
                where[key].append(cell.exercise)
                said.setdefault(key, known.text)
    for key in sorted(where, key=lambda key: -len(where[key])):
        yield said[key], ", ".join(dict.fromkeys(where[key]))


def _part(cell: Earned) -> Part:
    said = _SAID.get(cell.verdict, cell.verdict)
    by_hand = {"Points given by hand": cell.by_hand, "Comment": cell.comment}
    points = "" if cell.points is None else f"{number(cell.points)} of {number(cell.of)}"
    return Part(
        name=cell.exercise,
        said=said,
        figures=(points,),
        text=told(cell.text),
        remarks=tuple(f"{label}: {text}" for label, text in by_hand.items() if text),
        passed=cell.verdict == "passed",
    )
