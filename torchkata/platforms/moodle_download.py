"""Moodle's download of all submissions: `Ada Lovelace_12_assignsubmission_file_/adam.py`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from torchkata.course.foreign_text import plain
from torchkata.platforms.archives import Entry
from torchkata.platforms.contents import HandIn
from torchkata.platforms.downloads import Download, inside, is_table, nobodys, team
from torchkata.platforms.platform_metadata import instant, worksheet
from torchkata.platforms.roster import Roster

# All of it may be in a file's name. A group that nobody is in has no number.
_FOLDER = re.compile(
    r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?"
)
_REST = "Default group"
_BLIND = "participant"

_Rows = dict[str, dict[str, str]]
_Key = tuple[str, str]


def moodle(download: Download) -> list[HandIn]:
    """A folder for each participant or team, and a worksheet that says when they handed in."""
    download = replace(download, entries=inside(download.entries, is_of_moodle))
    files: dict[_Key, list[Entry]] = defaultdict(list)
    found = []
    for entry in download.entries:
        match = _FOLDER.fullmatch(entry.path.parts[0])
        if match:
            path = PurePosixPath(match["file"] or "", *entry.path.parts[1:])
            files[match["name"], match["number"] or ""].append(replace(entry, path=path))
        elif not is_table(entry):
            found.append(nobodys(entry, "its name is not one of Moodle"))
    rows, others = _worksheets(download, {number for _, number in files})
    # Then the numbers are those of groups.
    teams = any(not number or _is_team(name, download.roster) for name, number in files)
    for key in sorted(files):
        found.append(_hand_in(key, files[key], rows, download, teams))
    return found + others


def is_of_moodle(name: str) -> bool:
    """Whether Moodle calls folders and files so."""
    return bool(_FOLDER.fullmatch(name))


def _worksheets(download: Download, numbers: set[str]) -> tuple[_Rows, list[HandIn]]:
    """What worksheets say, and the tables that are none."""
    rows: _Rows = {}
    others, problems = [], []
    for entry, listed in download.tables():
        sheet = worksheet(listed, numbers)
        if sheet is None:
            others.append(nobodys(entry, "it is no grading worksheet of Moodle"))
        else:
            rows |= sheet.rows
            problems += [f"{plain(entry.path.name)}: {sheet.problem}"] if sheet.problem else []
    unknown = "when they came in is unknown, and nobody is late"
    if problems:
        download.notes.append(f"{unknown}: {problems[0]}")
    elif not rows:
        said = f"{unknown}: put Moodle's grading worksheet, a CSV file, beside the folders"
        download.notes.append(said)
    return rows, others


def _hand_in(
    key: _Key, entries: list[Entry], rows: _Rows, download: Download, teams: bool
) -> HandIn:
    name, number = key
    source = "_".join(filter(None, key))
    claims, why = _whose(name, number, rows.get(number, {}), download.roster, teams)
    written = rows.get(number, {}).get("time", "")
    when, note = download.clock.read(instant(written), written)
    return HandIn(source, claims, entries, when, why=why, note=note)


def _whose(
    name: str, number: str, row: Mapping[str, str], roster: Roster, teams: bool
) -> tuple[list[Mapping[str, str]], str]:
    """What Moodle calls those who handed in, or why it is nobody's."""
    if not number and name == _REST:
        return [], "those without a group handed it in, and Moodle does not say who that is"
    if _is_team(name, roster):
        return team(roster, name)
    sis_id = row.get("sis_id", "")
    claim = {"id": sis_id, "sis_id": sis_id, "email": row.get("email", "")}
    if row or not teams:
        claim["moodle_id"] = number
    if name.casefold() != _BLIND:
        claim["name"] = _without_group(name, roster)
    elif not roster.find(claim):
        return [], "marking is blind; a column moodle_id in the roster says who has which number"
    return [claim], ""


def _is_team(name: str, roster: Roster) -> bool:
    return bool(roster.group(name)) and (roster.shares or not roster.find({"name": name}))


def _without_group(name: str, roster: Roster) -> str:
    """A name without the group's that older versions write before those of a team."""
    group, hyphen, rest = name.partition("-")
    known = hyphen and (roster.group(group) or group == _REST)
    return rest if known and not roster.find({"name": name}) else name
