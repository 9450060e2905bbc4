"""The page of a class, as HTML that needs nothing else, and what an earlier one said."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from torchkata.course.foreign_text import plain
from torchkata.course.reading import from_json
from torchkata.grading.records import read_as
from torchkata.reporting.class_report import SCHEMA, Report, StudentRow
from torchkata.reporting.figures import FEWEST

# By which a page of a class that kata wrote is known.
MARK = '<meta name="generator" content="kata report RESULTS">'
_DATA = re.compile(r'<script type="application/json" id="class">(.*?)</script>', re.DOTALL)
# What would end the script, begin another, or end a line of it.
_ESCAPED = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})
# Mistakes that are named on top.
_MOST = 2


def page(report: Report) -> str:
    """The page; all that is not ours is escaped, and shown as one line where it is a name."""
    environment = Environment(
        loader=PackageLoader("torchkata", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    needs = defaultdict[str, list[StudentRow]](list)
    for one in report.students:
        needs[one.needs].append(one)
    return environment.get_template("class_page.html").render(
        report=report,
        monday=list(monday(report)),
        needs=needs,
        names={one.id: plain(one.name or one.id) for one in report.students},
        places={one.id: place for place, one in enumerate(report.students, start=1)},
        fewest=FEWEST,
        # Escaped already, as JSON: within a script, HTML's own way is not read.
        data=Markup(data_block(report)),
    )


def data_block(report: Report) -> str:
    """The report as JSON that can be within a script of a page."""
    return msgspec.json.encode(report).decode().translate(_ESCAPED)


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
        said = f"Most have not passed {hard.exercise}: go through it together."
        yield f"{hard.passed} of {report.handed_in}", said, ""
    if waiting := [one for one in report.students if one.needs]:
        who = ", ".join(plain(one.name or one.id) for one in waiting[:5])
        more = f" and {len(waiting) - 5} more" if len(waiting) > 5 else ""
        yield f"{len(waiting)}", "Need a word with you.", f"{who}{more}"
    elif report.handed_in and not report.misconceptions:
        yield f"{report.handed_in}", "Nobody holds a mistake that has a name.", ""
