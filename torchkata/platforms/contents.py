"""What one person handed in: its files, unpacked, with the names that they were given."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from torchkata.platforms.archives import (
    BROKEN,
    MAX_ARCHIVE,
    PACKED,
    Contents,
    Entry,
    Refused,
    add,
    folded,
    unpack,
    worth,
)

# xz can ask for gigabytes before the first byte comes out; the others need a program.
_CLOSED = (".7z", ".rar", ".tar.xz", ".txz", ".tar.zst")
# The names that browsers and platforms give to a second file of one name, and Canvas's numbers.
_ADDED = re.compile(
    r"(?:\d+_)*(?P<stem>[^\W\d]\w*?)(?:-\d+| ?\(\d+\))*(?P<suffix>\.(?:py|ipynb))", re.ASCII
)
_PYTHON = re.compile(r"(?i)\.(py|ipynb)\Z")
# What of an archive stays in memory while it is open.
_IN_MEMORY = 20_000_000


@dataclass(frozen=True)
class HandIn:
    """What was handed in at one time.

    Attributes:
        source: the file or folder of the download it came from.
        claims: what the platform calls each of those who handed it in, as `Roster.find` takes it.
        entries: its files; their paths are those within it.
        when: when it came in, if the download says.
        order: what tells the earlier one of two from the later, where `when` does not.
        late: whether the platform calls it late.
        as_it_is: whether archives stay packed, and names as they are.
        why: why it can be nobody's, if it cannot.
        note: a sentence that has to be known of it.
    """

    source: str
    claims: list[Mapping[str, str]]
    entries: list[Entry]
    when: datetime | None = None
    order: int | None = None
    late: bool = False
    as_it_is: bool = False
    why: str = ""
    note: str = ""


def tidied(name: str) -> str:
    """The name of a Python file without what browsers and platforms added to it.

    Its ending becomes lower case, as the course writes it.

    No course is needed to know: a module's name holds no hyphen, bracket or space, and begins with
    no digit.
    """
    name = _PYTHON.sub(lambda ending: ending[0].lower(), name)
    found = _ADDED.fullmatch(name)
    return found["stem"] + found["suffix"] if found else name


def contents_of(hand_in: HandIn) -> Contents:
    """The files of a hand-in, with what is packed unpacked, one level deep."""
    contents = Contents()
    # Loose files first: where an archive holds one of the same name, its own folder is made for it.
    ordered = sorted(worth(hand_in.entries), key=lambda entry: (_is_packed(entry), entry.path))
    for entry in ordered:
        _take(contents, entry, hand_in.as_it_is)
    return contents if hand_in.as_it_is else _with_tidy_names(contents)


def _take(contents: Contents, entry: Entry, as_it_is: bool) -> None:
    try:
        if as_it_is or entry.problem or not _is_packed(entry):
            add(contents, entry)
            if not as_it_is and entry.path.name.lower().endswith(_CLOSED):
                contents.notes.append(f"{entry.path} is not opened: hand in a zip file.")
        else:
            _merge(contents, entry)
    except Refused as problem:
        contents.say(entry.path, f"{entry.path} {problem}, and is not taken.")
    except BROKEN:
        contents.say(entry.path, f"{entry.path} cannot be read, and is not taken.")


def _merge(contents: Contents, entry: Entry) -> None:
    """Put what an archive holds where it was, or in a folder of its name if that is taken."""
    if entry.size > MAX_ARCHIVE:
        raise Refused(f"is larger than {MAX_ARCHIVE // 1_000_000} MB")
    inner = _unpacked(entry)
    folder = entry.path.parent
    if not all(contents.fits(folder / path) for path in inner.files):
        folder /= entry.path.name.partition(".")[0] or "archive"
        if not all(contents.fits(folder / path) for path in inner.files):
            raise Refused("holds names that are taken")
        contents.notes.append(f"{entry.path} is in {folder}: its names were taken.")
    for path, data in inner.files.items():
        if why := contents.why_not(folder / path, len(data)):
            contents.say(path, f"{entry.path}: {path} {why}; left out.")
        else:
            contents.add(folder / path, data)
    contents.notes[:0] = [f"{entry.path}: {note}" for note in inner.notes]
    packed = [path for path in inner.files if path.name.lower().endswith(PACKED)]
    contents.notes += [f"{path} is not opened: it is in {entry.path}." for path in packed]


def _unpacked(entry: Entry) -> Contents:
    """What an archive holds; it is copied first, since in a zip file nothing is read backwards."""
    with entry.open() as file, tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        return unpack(entry.path.name, copy)


def _is_packed(entry: Entry) -> bool:
    return entry.path.name.lower().endswith(PACKED)


def _with_tidy_names(contents: Contents) -> Contents:
    """Rename what can be renamed without taking another file's place."""
    wanted = {path: path.with_name(tidied(path.name)) for path in contents.files}
    places = Counter(folded(place) for place in wanted.values())
    result = Contents(notes=contents.notes)
    for path, data in contents.files.items():
        place = wanted[path]
        alone = places[folded(place)] == 1
        if not alone and place != path:
            result.notes.append(f"{path} keeps its name: another file is {place.name} too.")
        result.add(place if alone else path, data)
    return result
