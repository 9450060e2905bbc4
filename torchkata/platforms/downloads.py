"""Downloads of platforms: from a zip file or a folder to hand-ins, with whom they are from."""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path, PurePosixPath

from torchkata.course.foreign_text import plain
from torchkata.platforms.archives import (
    Entry,
    Refused,
    is_folder,
    is_skipped,
    safe_path,
    zip_entry,
)
from torchkata.platforms.contents import HandIn
from torchkata.platforms.platform_metadata import Submitted, grades, gradescope, instant, worksheet
from torchkata.platforms.roster import Roster, Student

_CANVAS = re.compile(
    r"(?P<name>[^_]+)_(?:(?P<late>LATE)_)?(?P<user>\d+)_(?:(?P<number>\d+)_)?(?P<file>.+)", re.I
)
_MOODLE = re.compile(
    r"(?P<name>[^_]+)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?"
)
_RESUBMITTED = re.compile(r"-(\d+)(?=(\.tar)?\.\w+$)")
_PACKED = re.compile(r"(\.tar)?\.\w+$")
_MOST_METADATA = 100_000_000


@dataclass(frozen=True)
class Download:
    """What a download holds.

    Attributes:
        entries: its files, without what systems leave behind.
        roster: who could have handed in.
        zone: the offset of the times in it that have none.
    """

    entries: list[Entry]
    roster: Roster
    zone: tzinfo | None = None

    def tables(self) -> Iterator[tuple[str, bytes]]:
        """The CSV files that lie beside the hand-ins."""
        for entry in self.entries:
            if len(entry.path.parts) == 1 and entry.path.suffix.lower() == ".csv":
                yield entry.path.name, entry.read(_MOST_METADATA)


@contextmanager
def reading(path: Path) -> Iterator[list[Entry]]:
    """The files of a download, to be read for as long as this is open.

    Raises:
        ValueError: it is no download, in one sentence.
    """
    try:
        if path.is_dir():
            yield [one for one in _of_folder(path) if not is_skipped(one.path)]
            return
        with zipfile.ZipFile(path) as packed:
            files = (info for info in packed.infolist() if not is_folder(info))
            found = [zip_entry(packed, info) for info in files]
            yield _unwrapped([one for one in found if not is_skipped(one.path)], path.stem)
    except Refused as problem:
        raise ValueError(f"{path} {problem}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as problem:
        raise ValueError(f"{path} is no folder and no sound zip file: {problem}") from None


def canvas(download: Download) -> list[HandIn]:
    """`lastfirst_LATE_77_4711_adam-1.py`: a student's number, and a file's, which only grow."""
    files: dict[str, list[tuple[Entry, re.Match[str]]]] = defaultdict(list)
    found = []
    for entry in download.entries:
        if match := _CANVAS.fullmatch(entry.path.name):
            files[match["user"]].append((entry, match))
        else:
            found.append(_nobodys(entry, "its name is not one of Canvas"))
    return found + [one for user in sorted(files) for one in _of_canvas(files[user])]


def moodle(download: Download) -> list[HandIn]:
    """`Ada Lovelace_12_assignsubmission_file_/adam.py`, or all of it in a file's name."""
    rows: dict[str, dict[str, str]] = {}
    download = replace(download, entries=_inside(download.entries, _MOODLE))
    for name, data in download.tables():
        rows |= worksheet(data, name)
    files: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    found = []
    for entry in download.entries:
        match = _MOODLE.fullmatch(entry.path.parts[0])
        if match:
            path = PurePosixPath(match["file"] or "", *entry.path.parts[1:])
            files[match["name"], match["number"]].append(replace(entry, path=path))
        elif entry.path.suffix.lower() != ".csv":
            found.append(_nobodys(entry, "its name is not one of Moodle"))
    for (name, number), entries in sorted(files.items()):
        row = rows.get(number, {})
        claim = {"moodle_id": number, "name": _without_group(name, download.roster)}
        claim |= {"id": row.get("id number", ""), "sis_id": row.get("id number", "")}
        claim["email"] = row.get("email address", "")
        when = instant(row.get("last modified (submission)", ""), download.zone)
        found.append(HandIn(f"{name}_{number}", [claim], entries, when))
    return found


def from_gradescope(download: Download) -> list[HandIn]:
    """Folders `submission_4711`, and `submission_metadata.yml`, which says whose they are."""
    name = "submission_metadata.yml"
    listed = [entry for entry in download.entries if entry.path.name == name]
    if not listed:
        raise ValueError(f"the download holds no {name}; export the submissions of Gradescope")
    base = min((entry.path for entry in listed), key=lambda path: len(path.parts)).parent
    listing = next(entry for entry in listed if entry.path.parent == base)
    try:
        known = gradescope(listing.read(_MOST_METADATA).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(f"{name} is not UTF-8") from None
    folders = _folders(_below(download.entries, base))
    folders.pop(name, None)
    return [
        _of_gradescope(folder, entries, known.get(folder)) for folder, entries in folders.items()
    ]


def github(download: Download) -> list[HandIn]:
    """Clones named `<assignment>-<login>`, of which nothing is run, and no history is read."""
    rows: dict[str, list[dict[str, str]]] = {}
    for name, data in download.tables():
        rows |= grades(data, name)
    folders = _folders([entry for entry in download.entries if len(entry.path.parts) > 1])
    whose = _owners(list(folders), download.roster)
    found = []
    for folder, entries in folders.items():
        listed = rows.get(folder.casefold(), [])
        named = [{"github": row["github_username"]} for row in listed]
        claims = [{"id": one.id} for one in whose[folder]]
        when = instant(listed[0].get("submission_timestamp", "")) if listed else None
        why = "" if claims or named else "its name ends like nobody's login, or like several"
        found.append(HandIn(folder, [*(named or claims)], entries, when, as_it_is=True, why=why))
    return found


def folder(download: Download) -> list[HandIn]:
    """One folder or file for each student, named by id, login, e-mail or name."""
    found = []
    for name, entries in _folders(download.entries).items():
        alone = len(entries) == 1 and entries[0].path == PurePosixPath(name)
        called = _PACKED.sub("", name) if alone else name
        claim = {"id": called, "login": called, "email": called, "name": called.replace("_", " ")}
        found.append(HandIn(name, [claim], entries))
    return found


SOURCES: dict[str, Callable[[Download], list[HandIn]]] = {
    "canvas": canvas,
    "moodle": moodle,
    "gradescope": from_gradescope,
    "github": github,
    "folder": folder,
}


def _of_folder(top: Path) -> Iterator[Entry]:
    for where, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if not is_skipped(PurePosixPath(name)))
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        for name in sorted(files + links):
            yield _entry(Path(where, name), Path(where, name).relative_to(top))


def _entry(file: Path, relative: Path) -> Entry:
    status = file.lstat()
    problem = "is a link" if stat.S_ISLNK(status.st_mode) else "is no ordinary file"
    ordinary = stat.S_ISREG(status.st_mode)

    def read(limit: int) -> bytes:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(file, flags), "rb") as opened:
            return opened.read(limit)

    path = safe_path(relative.as_posix())
    return Entry(path, status.st_size, read, "" if ordinary else problem)


def _unwrapped(entries: list[Entry], stem: str) -> list[Entry]:
    """The entries without the one folder of the archive's own name that all may lie in."""
    tops = {entry.path.parts[0] for entry in entries}
    return _below(entries, PurePosixPath(stem)) if tops == {stem} else entries


def _below(entries: list[Entry], base: PurePosixPath) -> list[Entry]:
    """What lies in a folder, with the paths it has there."""
    inside = [entry for entry in entries if base in entry.path.parents]
    return [replace(entry, path=entry.path.relative_to(base)) for entry in inside]


def _inside(entries: list[Entry], pattern: re.Pattern[str]) -> list[Entry]:
    """The entries below the one folder that all may lie in, unless it is named like a hand-in."""
    tops = {entry.path.parts[0] for entry in entries}
    alone = len(tops) == 1 and all(len(entry.path.parts) > 1 for entry in entries)
    if not alone or pattern.fullmatch(next(iter(tops))):
        return entries
    return _below(entries, PurePosixPath(*tops))


def _folders(entries: list[Entry]) -> dict[str, list[Entry]]:
    """{folder: its files}; a file that lies in none is one of its own."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.path):
        inner = entry.path.parts[1:] or entry.path.parts
        found[entry.path.parts[0]].append(replace(entry, path=PurePosixPath(*inner)))
    return found


def _nobodys(entry: Entry, why: str) -> HandIn:
    return HandIn(str(entry.path), [], [entry], why=why)


def _of_canvas(files: list[tuple[Entry, re.Match[str]]]) -> Iterator[HandIn]:
    """One student's attempts: the n-th has the n-th version of each file, or its last before.

    Canvas numbers a file that is handed in again (-1, -2), but only if its name is the same; so
    which files came in together cannot be told, and the newest of each name is what counts.
    """
    versions: dict[str, list[tuple[Entry, re.Match[str]]]] = defaultdict(list)
    for entry, match in sorted(files, key=lambda one: int(one[1]["number"] or 0)):
        name = _RESUBMITTED.sub("", match["file"])
        versions[name].append((replace(entry, path=safe_path(match["file"])), match))
    first = files[0][1]
    claim = {"canvas_id": first["user"], "squashed": first["name"]}
    for attempt in range(max(map(len, versions.values()))):
        chosen = [found[min(attempt, len(found) - 1)] for found in versions.values()]
        sources = "; ".join(sorted(plain(match[0]) for _, match in chosen))
        late = any(match["late"] for _, match in chosen)
        order = max(int(match["number"] or 0) for _, match in chosen)
        yield HandIn(sources, [claim], [entry for entry, _ in chosen], order=order, late=late)


def _without_group(name: str, roster: Roster) -> str:
    """A name without the group's that Moodle writes before those of a team."""
    group, hyphen, rest = name.partition("-")
    known = hyphen and (roster.group(group) or group == "Default group")
    return rest if known and not roster.find({"name": name}) else name


def _of_gradescope(name: str, entries: list[Entry], known: Submitted | None) -> HandIn:
    if known is None:
        return HandIn(name, [], entries, why="submission_metadata.yml does not say whose it is")
    claims = [
        {
            "id": one.get("sid", ""),
            "sis_id": one.get("sid", ""),
            "email": one.get("email", ""),
            "name": one.get("name", ""),
        }
        for one in known.submitters
    ]
    why = "" if claims else "submission_metadata.yml names nobody for it"
    return HandIn(name, [*claims], entries, instant(known.created_at), why=why)


def _owners(repositories: list[str], roster: Roster) -> dict[str, list[Student]]:
    """{repository: whose it is}, by the end of its name; nobody where two are as likely."""
    ends = {one: dict(_possible(one, roster)) for one in repositories}
    sure = {next(iter(found)) for found in ends.values() if len(found) == 1}
    whose = {}
    for one, found in ends.items():
        likely = [people for prefix, people in found.items() if len(found) == 1 or prefix in sure]
        whose[one] = likely[0] if len(likely) == 1 else []
    return whose


def _possible(repository: str, roster: Roster) -> Iterator[tuple[str, list[Student]]]:
    """Each way to part a name into an assignment and a login, or a team, that somebody has."""
    for hyphen in re.finditer("-|^", repository):
        end = repository[hyphen.end() :]
        named = roster.find({"github": end})
        if people := named if len(named) == 1 else roster.group(end):
            yield repository[: hyphen.start()], people
