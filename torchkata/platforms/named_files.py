"""Downloads whose names alone say who handed in: Blackboard, Brightspace, Google, folders."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

from torchkata.course.foreign_text import plain
from torchkata.platforms.archives import BROKEN, Entry
from torchkata.platforms.contents import HandIn
from torchkata.platforms.downloads import (
    Download,
    apart,
    by_folder,
    ends_of,
    inside,
    nobodys,
    team,
)
from torchkata.platforms.platform_metadata import instant
from torchkata.platforms.roster import Roster, Student

# The first `_attempt_` is Blackboard's; later ones are of the file's own name.
_ATTEMPT = re.compile(
    r"(?P<head>.+?)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<receipt>\.txt))?"
)
_ATTEMPT_TIME = "%Y-%m-%d-%H-%M-%S"
# `Name: Ada Lovelace (alovelace)`, in any language, is the first line of what it writes of each.
_RECEIPT = re.compile(r"[^:\uff1a]*[:\uff1a] *(?P<name>.*?) *\((?P<login>[^()]+)\)\s*")
_RECEIPT_FILE = "Blackboard.txt"
_BRIGHTSPACE = re.compile(r"(?P<user>\d+)-\d+ - (?P<name>.+) - (?P<when>.+)")
_INDEX = "index.html"
_ENDING = re.compile(r"(\.tar)?\.\w+$")
_MOST_RECEIPT = 100_000
_WHOSE = "its name does not say whose it is; put it into a folder that is named by an id"


def folder(download: Download) -> list[HandIn]:
    """One folder or file for each student, named by id, login, e-mail or name."""
    found = []
    for name, entries in by_folder(download.entries).items():
        alone = len(entries) == 1 and entries[0].path == PurePosixPath(name)
        found.append(HandIn(name, [_claim(_ENDING.sub("", name) if alone else name)], entries))
    return found


def blackboard(download: Download) -> list[HandIn]:
    """`HW 1_alovelace_attempt_2026-09-23-13-05-22_adam.py`, and a text beside each attempt."""
    files: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    found = []
    for entry in download.entries:
        match, rest = _attempt(entry)
        if match:
            name = match["file"] or ("" if rest else _RECEIPT_FILE)
            path = PurePosixPath(name, *rest)
            files[match["head"], match["when"]].append(replace(entry, path=path))
        else:
            found.append(nobodys(entry, "its name is not one of Blackboard"))
    roster = download.roster
    ends = ends_of(sorted({head for head, _ in files}), "_", lambda end: roster.find(_claim(end)))
    for head, written in sorted(files):
        entries = files[head, written]
        claim = _of_receipt(head, entries) or (_claim(ends[head][0]) if ends[head][0] else {})
        time = None
        with suppress(ValueError):
            time = datetime.strptime(written, _ATTEMPT_TIME)
        when, note = download.clock.read(time, written)
        why = "" if claim else "its name ends like nobody's username, or like several"
        order, source = int(written.replace("-", "")), f"{head}_attempt_{written}"
        claims = [claim] if claim else []
        found.append(HandIn(source, claims, apart(entries), when, order, why=why, note=note))
    return found


def brightspace(download: Download) -> list[HandIn]:
    """`77-4711 - Ada Lovelace - Sep 23, 2026 105 PM/adam.py`, and an index."""
    entries = inside(download.entries, is_of_brightspace)
    found = []
    for name, files in by_folder(entries).items():
        match = _BRIGHTSPACE.fullmatch(name)
        if match:
            found.append(_of_brightspace(download, name, match, files))
        elif name != _INDEX:
            found += [nobodys(one, "its name is not one of Brightspace") for one in files]
    return found


def google_classroom(download: Download) -> list[HandIn]:
    """A folder of Drive, in which students call files as they like.

    Whose they are is only known where the name of a folder, or a part of a file's, is somebody's
    id, login, e-mail address or name. What may as well be the name of an exercise is not.
    """
    roster = download.roster
    entries = inside(download.entries, lambda name: roster.find(_claim(name)))
    files: dict[str, list[Entry]] = defaultdict(list)
    found = []
    for name, inner in by_folder(entries).items():
        alone = len(inner) == 1 and inner[0].path == PurePosixPath(name)
        students, rest = _named_in(name, roster) if alone else (roster.find(_claim(name)), "")
        if len(students) == 1:
            own = [replace(inner[0], path=PurePosixPath(rest))] if rest else inner
            files[students[0].id] += own
        else:
            several = f"its name could mean {' or '.join(one.id for one in students)}"
            found.append(HandIn(name, [], inner, why=several if students else _WHOSE))
    for identity, own in files.items():
        sources = "; ".join(sorted(plain(str(one.path)) for one in own))
        found.append(HandIn(sources, [{"id": identity}], apart(own)))
    return found


def is_of_blackboard(name: str) -> bool:
    """Whether Blackboard calls files so."""
    return bool(_ATTEMPT.fullmatch(name))


def is_of_brightspace(name: str) -> bool:
    """Whether Brightspace calls folders so."""
    return bool(_BRIGHTSPACE.fullmatch(name))


def _claim(called: str) -> Mapping[str, str]:
    name = called.replace("_", " ")
    return {"id": called, "sis_id": called, "login": called, "email": called, "name": name}


def _attempt(entry: Entry) -> tuple[re.Match[str] | None, tuple[str, ...]]:
    """What the first part of a path that names an attempt says, and what is below it."""
    for number, part in enumerate(entry.path.parts):
        if match := _ATTEMPT.fullmatch(part):
            return match, entry.path.parts[number + 1 :]
    return None, ()


def _of_receipt(head: str, entries: list[Entry]) -> Mapping[str, str]:
    """Whom the text beside an attempt names; nobody if it is not the one that its name has."""
    receipt = next((one for one in entries if one.path.name == _RECEIPT_FILE), None)
    with suppress(*BROKEN):
        lines = receipt.read(_MOST_RECEIPT).decode("utf-8-sig").splitlines() if receipt else []
        match = _RECEIPT.fullmatch(lines[0]) if lines else None
        if match and head.endswith(f"_{match['login']}"):
            return {**_claim(match["login"]), "name": match["name"]}
    return {}


def _of_brightspace(
    download: Download, name: str, match: re.Match[str], entries: list[Entry]
) -> HandIn:
    roster, called = download.roster, match["name"]
    claims: list[Mapping[str, str]] = [{"brightspace_id": match["user"], "name": called}]
    why = ""
    if roster.group(called) and not roster.find({"name": called}):
        claims, why = team(roster, called)
    # 105 PM is five past one.
    time = instant(re.sub(r"(\d\d) ([AP]M)$", r":\1 \2", match["when"]))
    when, note = download.clock.read(time, match["when"])
    order = int(time.strftime("%Y%m%d%H%M")) if time else None
    return HandIn(name, claims, entries, when, order, why=why, note=note)


def _named_in(name: str, roster: Roster) -> tuple[list[Student], str]:
    """Who a file's name names, and the name without that, for it to be that of an exercise."""
    ending = _ENDING.search(name)
    stem, suffix = (name[: ending.start()], ending[0]) if ending else (name, "")
    found: dict[str, Student] = {}
    rests = []
    for part, rest in _parts(stem):
        students = roster.find(_claim(part)) if _may_be_a_person(part) else []
        if len(students) > 1:
            return students, ""
        found |= {one.id: one for one in students}
        rests += [rest] if students else []
    kept = rests[0] + suffix if rests and rests[0] else name
    return list(found.values()), kept


def _parts(stem: str) -> Iterator[tuple[str, str]]:
    """Each part of a name that may name a person, and what is left without it."""
    yield stem, ""
    for separator in (" - ", "_"):
        first, found, rest = stem.partition(separator)
        if found:
            yield first.strip(), rest.strip()
            rest, _, last = stem.rpartition(separator)
            yield last.strip(), rest.strip()


def _may_be_a_person(part: str) -> bool:
    """Whether it cannot be the name of an exercise, as a login of letters alone may be."""
    return bool(part) and re.fullmatch("[A-Za-z_]+", part) is None
