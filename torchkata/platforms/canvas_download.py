"""Canvas's download of all submissions: `lastfirst_LATE_77_4711_adam.py`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from torchkata.course.foreign_text import plain
from torchkata.platforms.archives import Entry, safe_path
from torchkata.platforms.contents import HandIn
from torchkata.platforms.downloads import Download, apart, nobodys
from torchkata.platforms.roster import Roster

# The user's number, the file's, and the file; or what was typed, which has no number.
_FILE = re.compile(
    r"(?P<name>.*?)_(?:(?P<late>LATE)_)?(?P<user>\d+)_"
    r"(?:(?P<number>\d+)_(?P<file>.+)|(?P<typed>(?:text|link)\.html))",
    re.I,
)
_ANONYMOUS = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<user>anon_[a-z0-9]{5})_"
    r"(?:(?P<number>\d+)_(?P<file>.+)|(?P<typed>(?:text|link)\.html))",
    re.I,
)
_Parts = Mapping[str, str]


def canvas(download: Download) -> list[HandIn]:
    """Each student's last attempt, which is all that Canvas puts into it.

    Raises:
        ValueError: it names nobody, since grading is anonymous.
    """
    files: dict[str, list[tuple[Entry, _Parts]]] = defaultdict(list)
    found = []
    for entry in download.entries:
        if parts := _read(entry.path.name, download.roster):
            files[parts["user"]].append((entry, parts))
        else:
            found.append(nobodys(entry, "its name is not one of Canvas"))
    _refuse_anonymous(files, download.roster)
    return found + [_of_one(files[user]) for user in sorted(files)]


def is_of_canvas(name: str) -> bool:
    """Whether Canvas calls files so."""
    return bool(_ANONYMOUS.fullmatch(name) or _FILE.fullmatch(name))


def _read(name: str, roster: Roster) -> _Parts:
    """What a file's name says; nothing if it is not one of Canvas."""
    match = _ANONYMOUS.fullmatch(name) or _FILE.fullmatch(name)
    if match is None:
        return {}
    parts = {key: value or "" for key, value in match.groupdict().items()}
    parts["file"] = parts["file"] or parts["typed"]
    # A group may be called team_7: the next number is then the user's. Never a later one, since
    # that would be of the file's own name, which a student chooses.
    shifted = re.fullmatch(r"(?P<number>\d+)_(?P<file>.+)", parts["file"])
    if shifted and "name" in parts and not roster.find(_claim(parts)):
        other = {**parts, **shifted.groupdict(), "user": parts["number"]}
        other["name"] = f"{parts['name']}_{parts['user']}"
        return other if roster.find({"canvas_id": other["user"]}) else parts
    return parts


def _claim(parts: _Parts) -> Mapping[str, str]:
    if "name" not in parts:
        return {"id": parts["user"]}
    return {"canvas_id": parts["user"], "squashed": parts["name"]}


def _refuse_anonymous(files: Mapping[str, list[tuple[Entry, _Parts]]], roster: Roster) -> None:
    nameless = [user for user, (first, *_) in files.items() if "name" not in first[1]]
    if nameless and not any(roster.find({"id": user}) for user in nameless):
        raise ValueError(
            "the download is anonymous, so it says of nobody who it is: switch anonymous grading "
            f"off in Canvas and download it again, or give a roster with ids like {nameless[0]}"
        )


def _of_one(files: list[tuple[Entry, _Parts]]) -> HandIn:
    """One student's files are one attempt, whatever they are called."""
    ordered = sorted(files, key=lambda one: -int(one[1]["number"] or 0))
    entries = [replace(entry, path=safe_path(parts["file"])) for entry, parts in ordered]
    sources = "; ".join(sorted(plain(entry.path.name) for entry, _ in files))
    late = any(parts["late"] for _, parts in files)
    typed = sorted({parts["typed"] for _, parts in files if parts["typed"]})
    note = f"{' and '.join(typed)}: typed into Canvas, and no file." if typed else ""
    # Numbers only grow: of a group's members, who was the last is known by them.
    order = int(ordered[0][1]["number"] or 0) or None
    claims = [_claim(ordered[0][1])]
    return HandIn(sources, claims, apart(entries), order=order, late=late, note=note)
