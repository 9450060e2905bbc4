"""Downloads of platforms: a zip file or a folder, opened, and what all of them have in common."""

from __future__ import annotations

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO

from torchkata.course.foreign_text import plain
from torchkata.grading.tables import table
from torchkata.platforms.archives import (
    BROKEN,
    Entry,
    Refused,
    folded,
    is_skipped,
    safe_path,
    zip_entries,
)
from torchkata.platforms.contents import HandIn
from torchkata.platforms.roster import Roster, Student
from torchkata.platforms.zones import Clock

MOST_METADATA = 100_000_000


@dataclass(frozen=True)
class Download:
    """What a download holds.

    Attributes:
        entries: its files, without what systems leave behind.
        roster: who could have handed in.
        clock: reads the times in it.
        notes: filled in: sentences for people about the whole of it.
    """

    entries: list[Entry]
    roster: Roster
    clock: Clock = field(default_factory=Clock)
    notes: list[str] = field(default_factory=list)

    def tables(self) -> Iterator[tuple[Entry, list[dict[str, str]]]]:
        """The CSV files beside the hand-ins, and their rows; what cannot be read is said."""
        for entry in self.entries:
            if is_table(entry):
                try:
                    rows = table(entry.read(MOST_METADATA), plain(entry.path.name))
                except (ValueError, *BROKEN) as problem:
                    self.notes.append(f"not used: {plain(str(problem)) or entry.path.name}")
                else:
                    yield entry, [row for _, row in rows]


def is_table(entry: Entry) -> bool:
    """Whether a file is a CSV file beside the hand-ins."""
    return len(entry.path.parts) == 1 and entry.path.suffix.lower() == ".csv"


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
            yield _unwrapped(zip_entries(packed), path.stem)
    except Refused as problem:
        raise ValueError(f"{path} {problem}") from None
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError) as problem:
        raise ValueError(f"{path} is neither a folder nor a valid zip file: {problem}") from None


def below(entries: list[Entry], base: PurePosixPath) -> list[Entry]:
    """What is in a folder, with the paths it has there."""
    inside = [entry for entry in entries if base in entry.path.parents]
    return [replace(entry, path=entry.path.relative_to(base)) for entry in inside]


def inside(entries: list[Entry], is_hand_in: Callable[[str], object]) -> list[Entry]:
    """The entries below the one folder that all may be in, unless it is named like a hand-in.

    Tables may be beside it.
    """
    loose = [entry for entry in entries if len(entry.path.parts) == 1]
    tops = {entry.path.parts[0] for entry in entries if entry not in loose}
    if len(tops) != 1 or not all(map(is_table, loose)) or is_hand_in(next(iter(tops))):
        return entries
    return below(entries, PurePosixPath(*tops)) + loose


def by_folder(entries: list[Entry]) -> dict[str, list[Entry]]:
    """{folder: its files}; a file that is in none is one of its own."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.path):
        inner = entry.path.parts[1:] or entry.path.parts
        found[entry.path.parts[0]].append(replace(entry, path=PurePosixPath(*inner)))
    return found


def apart(entries: list[Entry]) -> list[Entry]:
    """One attempt's files, the newest first; of equal names, all but the first get a number."""
    taken: Counter[str] = Counter()
    found = []
    for entry in entries:
        key = folded(entry.path)
        path = entry.path
        if taken[key]:
            path = path.with_name(f"{path.stem} ({taken[key]}){path.suffix}")
        taken[key] += 1
        found.append(replace(entry, path=path))
    return found


def team(roster: Roster, name: str) -> tuple[list[Mapping[str, str]], str]:
    """Who handed in as a group that the roster has: their claims, or why it is nobody's."""
    if roster.shares:
        return [{"id": one.id} for one in roster.group(name)], ""
    return [], (
        "a group of the roster handed it in; groups = true in assignment.toml gives it to its "
        "members"
    )


def nobodys(entry: Entry, why: str) -> HandIn:
    """A file that cannot be given to anybody, and why."""
    return HandIn(str(entry.path), [], [entry], why=why)


def ends_of(
    names: list[str], separator: str, people: Callable[[str], list[Student]]
) -> dict[str, tuple[str, list[Student]]]:
    """{name: the end of it that names somebody, and who that is}.

    A name is an assignment's and a person's, and the separator may be in both. Where two people are
    possible, what the other names begin with decides, or it is nobody's.

    Args:
        names: to be parted.
        separator: what is between the two.
        people: who is meant by an end.
    """
    ends = {one: dict(_possible(one, separator, people)) for one in names}
    sure = {next(iter(found)) for found in ends.values() if len(found) == 1}
    whose = {}
    for one, found in ends.items():
        likely = [pair for start, pair in found.items() if len(found) == 1 or start in sure]
        whose[one] = likely[0] if len(likely) == 1 else ("", [])
    return whose


def _possible(
    name: str, separator: str, people: Callable[[str], list[Student]]
) -> Iterator[tuple[str, tuple[str, list[Student]]]]:
    for found in re.finditer(f"{separator}|^", name):
        end = name[found.end() :]
        if whose := people(end):
            yield name[: found.start()], (end, whose)


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

    def open_it() -> IO[bytes]:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return open(os.open(file, flags), "rb")

    path = safe_path(relative.as_posix())
    return Entry(path, status.st_size, open_it, "" if ordinary else problem)


def _unwrapped(entries: list[Entry], stem: str) -> list[Entry]:
    """The entries without the one folder of the archive's own name that all may be in."""
    tops, own = {entry.path.parts[0] for entry in entries}, unicodedata.normalize("NFC", stem)
    return below(entries, PurePosixPath(own)) if tops == {own} else entries
