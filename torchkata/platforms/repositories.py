"""GitHub Classroom's clones, and the exports of Gradescope, which both say who handed in."""

from __future__ import annotations

from collections.abc import Mapping

from torchkata.course.foreign_text import plain
from torchkata.platforms.archives import BROKEN, Entry
from torchkata.platforms.contents import HandIn
from torchkata.platforms.downloads import (
    MOST_METADATA,
    Download,
    below,
    by_folder,
    ends_of,
    is_table,
    nobodys,
    team,
)
from torchkata.platforms.platform_metadata import Submitted, grades, gradescope, instant
from torchkata.platforms.roster import Roster, Student

_LISTING = "submission_metadata.yml"


def from_gradescope(download: Download) -> list[HandIn]:
    """Folders `submission_4711`, and `submission_metadata.yml`, which says whose they are.

    Raises:
        ValueError: there is no such list, or it cannot be read; in one sentence.
    """
    listed = [entry for entry in download.entries if entry.path.name == _LISTING]
    if not listed:
        raise ValueError(f"the download holds no {_LISTING}; export the submissions of Gradescope")
    base = min((entry.path for entry in listed), key=lambda path: len(path.parts)).parent
    listing = next(entry for entry in listed if entry.path.parent == base)
    try:
        text = listing.read(MOST_METADATA).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{_LISTING} is not UTF-8") from None
    except BROKEN as problem:
        raise ValueError(f"{_LISTING} cannot be read: {problem}") from None
    known = gradescope(text)
    outside = [entry for entry in download.entries if base not in entry.path.parents]
    folders = by_folder(below(download.entries, base))
    folders.pop(_LISTING, None)
    return [
        *(_of_gradescope(download, folder, files, known) for folder, files in folders.items()),
        *(nobodys(entry, f"it is not in {base}, beside {_LISTING}") for entry in outside),
    ]


def github(download: Download) -> list[HandIn]:
    """Clones named `<assignment>-<login>`, of which nothing is run, and no history is read."""
    rows: dict[str, list[dict[str, str]]] = {}
    for entry, listed in download.tables():
        found = grades(listed)
        rows |= found
        if not found:
            download.notes.append(f"not used: {plain(entry.path.name)} lists no repository")
    loose = [one for one in download.entries if len(one.path.parts) == 1 and not is_table(one)]
    download.notes.extend(f"not used: {one.path} is in no repository" for one in loose)
    folders = by_folder([one for one in download.entries if len(one.path.parts) > 1])
    ends = ends_of(list(folders), "-", lambda end: _people(download.roster, end))
    return [
        _of_github(download, folder, entries, rows.get(folder.casefold(), []), ends[folder])
        for folder, entries in folders.items()
    ]


def _of_gradescope(
    download: Download, name: str, entries: list[Entry], listed: dict[str, Submitted]
) -> HandIn:
    known = listed.get(name)
    if known is None:
        return HandIn(name, [], entries, why=f"{_LISTING} does not say whose it is")
    claims = [
        {
            "id": one.get("sid", ""),
            "sis_id": one.get("sid", ""),
            "email": one.get("email", ""),
            "name": one.get("name", ""),
        }
        for one in known.submitters
    ]
    when, note = download.clock.read(instant(known.created_at), known.created_at)
    why = "" if claims else f"{_LISTING} names nobody for it"
    return HandIn(name, [*claims], entries, when, why=why, note=note)


def _people(roster: Roster, end: str) -> list[Student]:
    named = roster.find({"github": end})
    return named if len(named) == 1 else roster.group(end)


def _of_github(
    download: Download,
    folder: str,
    entries: list[Entry],
    rows: list[dict[str, str]],
    end: tuple[str, list[Student]],
) -> HandIn:
    name, whose = end
    is_team = bool(whose) and not download.roster.find({"github": name})
    why = "its name ends like nobody's login, or like several"
    claims: list[Mapping[str, str]] = [{"id": one.id} for one in whose]
    if rows:
        claims = [{"github": row["github_username"]} for row in rows]
    elif is_team:
        claims, why = team(download.roster, name)
    written = rows[0].get("submission_timestamp", "") if rows else ""
    when, note = download.clock.read(instant(written), written)
    return HandIn(folder, claims, entries, when, as_it_is=True, why=why, note=note)
