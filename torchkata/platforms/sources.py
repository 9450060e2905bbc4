"""Which platforms' downloads are read, and what a download looks like that was named wrongly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from torchkata.course.foreign_text import plain
from torchkata.platforms.archives import Entry
from torchkata.platforms.canvas_download import canvas, is_of_canvas
from torchkata.platforms.contents import HandIn
from torchkata.platforms.downloads import Download, inside
from torchkata.platforms.moodle_download import is_of_moodle, moodle
from torchkata.platforms.named_files import (
    blackboard,
    brightspace,
    folder,
    google_classroom,
    is_of_blackboard,
    is_of_brightspace,
)
from torchkata.platforms.repositories import from_gradescope, github

SOURCES: dict[str, Callable[[Download], list[HandIn]]] = {
    "canvas": canvas,
    "moodle": moodle,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "google-classroom": google_classroom,
    "gradescope": from_gradescope,
    "github": github,
    "folder": folder,
}
TITLES = {
    "canvas": "Canvas",
    "moodle": "Moodle",
    "blackboard": "Blackboard",
    "brightspace": "Brightspace",
    "google-classroom": "Google Classroom",
    "gradescope": "Gradescope",
    "github": "GitHub",
    "folder": "the download",
}

# Canvas's last: what others call files may look like it.
_NAMES: dict[str, Callable[[str], object]] = {
    "gradescope": re.compile(r"submission_(?:\d+|metadata\.yml)").fullmatch,
    "moodle": is_of_moodle,
    "blackboard": is_of_blackboard,
    "brightspace": is_of_brightspace,
    "canvas": is_of_canvas,
}


def hand_ins(kind: str, download: Download) -> list[HandIn]:
    """What was handed in.

    Args:
        kind: which platform's download it is.
        download: its files.

    Raises:
        ValueError: it is another platform's, or cannot be used; in one sentence.
    """
    seen, own = looks_like(download.entries), _NAMES.get(kind)
    other = f"the download looks like one of {TITLES[seen]}: --from {seen}" if seen else ""
    if own is not None and seen not in ("", kind):
        raise ValueError(other)
    named = own is None or any(own(part) for one in download.entries for part in one.path.parts)
    if download.entries and not named and kind != "gradescope":
        first = plain(str(min(one.path for one in download.entries)))
        raise ValueError(
            f"nothing in the download is named as {TITLES[kind]} does it, as {first} is not; "
            "--from folder takes folders that are named by id, login, e-mail address or name"
        )
    found = SOURCES[kind](download)
    # Where people choose names, they may look like Canvas's, and be known all the same.
    claims = [claim for one in found for claim in one.claims]
    known = seen == "canvas" and any(map(download.roster.find, claims))
    if own is None and seen and not known:
        raise ValueError(other)
    return found


def looks_like(entries: list[Entry]) -> str:
    """The platform that calls most of what is in a download so; empty if none does."""
    tops = {entry.path.parts[0] for entry in inside(entries, _kind_of)}
    kinds = Counter(filter(None, map(_kind_of, tops)))
    kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
    return kind if 2 * count > len(tops) else ""


def _kind_of(name: str) -> str:
    return next((kind for kind, is_named_so in _NAMES.items() if is_named_so(name)), "")
