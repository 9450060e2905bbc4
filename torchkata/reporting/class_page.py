"""The page of a class, as HTML that needs nothing else, and what an earlier one said."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from torchkata.course.foreign_text import plain
from torchkata.course.reading import from_json
from torchkata.grading.records import read_as
from torchkata.reporting.class_report import SCHEMA, WORTH_A_LOOK, Report, StudentRow
from torchkata.reporting.figures import FEWEST
from torchkata.reporting.gathering import some
from torchkata.reporting.told import EXPLAINED, LETTERS, Told
from torchkata.text.pages import data_block, file, policy, render

# By which a page of a class that kata wrote is known.
MARK = '<meta name="generator" content="kata report RESULTS">'
_DATA = re.compile(r'<script type="application/json" id="class">(.*?)</script>', re.DOTALL)
# Mistakes that are named on top.
_MOST = 2
_SCRIPTS = ("vega/vega.min.js", "vega/vega-lite.min.js", "vega/vega-embed.min.js", "class_page.js")
# {kind of result: (a sign that needs no colour, what it means, the letters of its verdicts)}
KINDS = {
    "passed": ("✓", "passed", "p"),
    "named": ("●", "a mistake that has a name", EXPLAINED),
    "wrong": ("○", "wrong, and not explained", "w"),
    "failed": ("✕", "did not run to its end", "eoycr"),
    "nothing": ("\u2013", "not begun, or not handed in", "tn"),
    "waiting": ("…", "not graded yet", "g"),
}
# What is read instead of the word in a record.
_SAID = {"": "not graded yet", "todo": "not begun", "missing": "not handed in"}
# Of more results, the table of students is folded.
_LONG = 600
# Misconceptions that are seen at once, and names in a row; the others are behind a click.
_SEEN, _NAMES = 10, 40


def page(report: Report, told: Told, *, anonymous: bool = False) -> str:
    """The page; all that is not ours is escaped, and shown as one line where it is a name.

    Args:
        report: the figures.
        told: what each student was told.
        anonymous: whether it asks for a roster, to show names that are not in it.
    """
    needs = defaultdict[str, list[StudentRow]](list)
    for one in report.students:
        needs[one.needs].append(one)
    names = names_of(report)
    scripts, style = [file(name) for name in _SCRIPTS], file("class_page.css")
    return render(
        "class_page.html",
        report=report,
        monday=list(monday(report)),
        needs=needs,
        names=names,
        places={one.id: place for place, one in enumerate(report.students, start=1)},
        modules=list(dict.fromkeys(row.exercise.partition("/")[0] for row in report.exercises)),
        kinds=KINDS,
        there=_kinds_of(told),
        said=_SAID,
        fewest=FEWEST,
        long=_LONG,
        most=_SEEN,
        many=_NAMES,
        anonymous=anonymous,
        scripts=scripts,
        style=style,
        policy=policy(scripts, style),
        report_data=data_block(_brief(report)),
        page_data=data_block(_beside(told, names)),
    )


def names_of(report: Report) -> dict[str, str]:
    """{id: what a student is called on the page}; two who are called the same, by id besides."""
    shown = {one.id: plain(one.name or one.id) for one in report.students}
    often = Counter(shown.values())
    return {
        who: name if often[name] == 1 else f"{name} ({plain(who)})" for who, name in shown.items()
    }


def _kinds_of(told: Told) -> set[str]:
    """The kinds of results that there are."""
    letters = {letter for row in told.rows for letter in row.letters}
    return {kind for kind, (_, _, of) in KINDS.items() if letters.intersection(of)}


def _brief(report: Report) -> Report:
    """The report, without what the page has more briefly."""
    students = [msgspec.structs.replace(one, verdicts={}) for one in report.students]
    return msgspec.structs.replace(report, students=students, unexplained=[])


def _beside(told: Told, names: Mapping[str, str]) -> dict[str, Any]:
    """What the page's script reads besides the report."""
    words = {EXPLAINED: "wrong"} | {
        letter: _SAID.get(verdict, verdict) for verdict, letter in LETTERS.items()
    }
    return {
        "names": list(names.values()),
        "texts": told.texts,
        "rows": told.rows,
        "words": words,
        "kinds": {kind: {"sign": sign, "letters": of} for kind, (sign, _, of) in KINDS.items()},
        "least": WORTH_A_LOOK,
        "pictures": from_json(file("class_pictures.json").encode(), dict[str, Any]),
    }


def read_earlier(path: Path) -> Report:
    """Read an earlier report: a page, or what `--json` printed.

    Raises:
        ValueError: it is none, in one sentence.
    """
    try:
        text = path.read_text("utf-8")
        if MARK in text and (found := _DATA.search(text)):
            return from_json(found[1].encode(), Report)
        return read_as(path, Report, SCHEMA)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as problem:
        raise ValueError(f"{path} is no report about a class: {problem}") from None


def monday(report: Report) -> Iterator[tuple[str, str, str]]:
    """What a teacher may say first, at most four things: (how many, a sentence, where)."""
    for one in report.misconceptions[:_MOST]:
        where = ", ".join(f"{name} ({count})" for name, count in one.exercises.items())
        yield f"{len(one.students)} of {report.handed_in}", one.sentence, where
    hard = min(report.exercises, key=lambda row: row.passed, default=None)
    if hard and 2 * hard.passed < report.handed_in:
        said = f"Have not passed {hard.exercise}: go through it together."
        yield f"{report.handed_in - hard.passed} of {report.handed_in}", said, ""
    if waiting := [one for one in report.students if one.needs]:
        who = some([plain(one.name or one.id) for one in waiting])
        yield f"{len(waiting)}", "Need a word with you.", who
    elif report.handed_in and not report.misconceptions:
        yield f"{report.handed_in}", "Nobody holds a mistake that has a name.", ""
