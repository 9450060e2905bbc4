"""Feedback as one zip file, under the names by which Canvas and Moodle know whose it is.

Those are the names of the download, which the manifest keeps. What could reach somebody else is
left out, and told.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from torchkata.grading.results import Result, Results
from torchkata.platforms import roster as rosters
from torchkata.platforms.exporters.common import Options

# A student's file: `kimbo_LATE_7002_40004_adam.py`; an online text has no number of a file.
_CANVAS = re.compile(r"(?P<name>[^_/\\]+)_(?:LATE_)?(?P<user>\d+)_\d+_[^/\\]+", re.I)
_MOODLE = re.compile(r"(?P<name>[^_/\\]+)_(?P<number>\d+)(?:_assign[^/\\]*)?")
# Canvas shows a file under the name of the one that was handed in, so it should be of its kind.
_KINDS = (".py", ".ipynb", ".txt", ".md", ".html", ".zip")
# Always the same, so that equal pages are equal files.
_EPOCH = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Page:
    """One student's feedback, as Markdown and as HTML."""

    markdown: str
    html: str


def packed(results: Results, pages: Mapping[str, Page], options: Options) -> dict[str, bytes]:
    """{canvas.zip or moodle.zip: its bytes}; nothing where the platform is not known.

    Args:
        results: with the sources of the download.
        pages: {student: feedback}.
        options: the roster, if there is one; `notes` says who is not in it.
    """
    came = [one for one in results.students if one.source and one.student in pages]
    count = Counter(one.source for one in results.students)
    ways: dict[str, Callable[[Result], str]] = {
        "canvas.zip": partial(_in_canvas, known=_known(options, "canvas_id")),
        "moodle.zip": partial(_in_moodle, known=_known(options, "moodle_id"), blind=_blind(came)),
    }
    for name, way in ways.items():
        places = {one.student: way(one) for one in came}
        if came and 2 * sum(map(bool, places.values())) >= len(came):
            # Of those who handed in together, the platform shows one's page to all.
            alone = {one.student for one in came if count[one.source] == 1}
            kept = {who: place for who, place in places.items() if place and who in alone}
            if left := sorted(places.keys() - kept.keys()):
                said = "handed in together, or the name in the download is not theirs"
                options.notes.append(f"not in {name}: {', '.join(left)} ({said})")
            return {name: _zip({place: _like(place, pages[who]) for who, place in kept.items()})}
    return {}


def _known(options: Options, column: str) -> dict[str, str]:
    listed = rosters.read(options.roster).students if options.roster else []
    return {one.id: one.known[column] for one in listed if column in one.known}


def _in_canvas(one: Result, known: Mapping[str, str]) -> str:
    """The name of one of a student's files, by which Canvas finds the submission."""
    names = one.source.split("; ")
    found = [match for name in names if (match := _CANVAS.fullmatch(name))]
    users = {match["user"] for match in found}
    if len(found) != len(names) or len(users) != 1 or known.get(one.student, *users) not in users:
        return ""
    # A group's name has the number of one of it, and Canvas shows what comes back to all of it.
    if not all(_fits(one, match["name"]) for match in found):
        return ""
    return min(names, key=lambda name: (_rank(name), name))


def _fits(one: Result, name: str) -> bool:
    return rosters.Roster([]).fits(rosters.Student(one.student, one.name), name)


def _in_moodle(one: Result, known: Mapping[str, str], blind: str) -> str:
    """Where Moodle looks for the feedback of a participant, by name and number."""
    match = _MOODLE.fullmatch(one.source)
    if match is None:
        return ""
    # A team's number may be a participant's, who is somebody else.
    own = bool(rosters.name_keys(match["name"]) & rosters.name_keys(one.name))
    own |= known.get(one.student) == match["number"] and _fits(one, match["name"])
    if not own and match["name"] != blind:
        return ""
    return f"{match['name']}_{match['number']}_assignfeedback_file_/feedback.html"


def _blind(came: list[Result]) -> str:
    """What Moodle calls everybody where it hides names; empty where it does not."""
    names = {match["name"] for one in came if (match := _MOODLE.fullmatch(one.source))}
    return names.pop() if len(names) == 1 and len(came) > 1 else ""


def _rank(name: str) -> int:
    return next((i for i, kind in enumerate(_KINDS) if name.lower().endswith(kind)), len(_KINDS))


def _like(place: str, page: Page) -> bytes:
    """A page as a file of the kind that its name promises."""
    kind = place.lower().rpartition(".")[2]
    if kind == "html":
        return page.html.encode()
    if kind == "zip":
        return _zip({"feedback.html": page.html.encode()})
    if kind == "py":
        return "".join(f"# {line}".rstrip() + "\n" for line in page.markdown.splitlines()).encode()
    if kind == "ipynb":
        cell = {"cell_type": "markdown", "metadata": {}, "source": page.markdown}
        book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        return json.dumps(book, ensure_ascii=False, indent=1).encode()
    return page.markdown.encode()


def _zip(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(entries.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr, info.compress_type = 0o600 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()
