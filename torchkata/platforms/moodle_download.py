"""Moodle's download of all submissions: `Ada Lovelace_12_assignsubmission_file_/adam.py`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from torchkata.course.foreign_text import plain
from torchkata.platforms.archives import Entry
from torchkata.platforms.contents import HandIn
from torchkata.platforms.downloads import Download, inside, is_table, nobodys, team
from torchkata.platforms.platform_metadata import instant, worksheet
from torchkata.platforms.roster import Roster, squashed

# All of it may be in a file's name. A group that nobody is in has no number.
_FOLDER = re.compile(
    r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?"
)
_REST = "Default group"
_BLIND = "participant"
_WHY_BLIND = "marking is blind; a column moodle_id in the roster says who has which number"
_WHY_REST = "those without a group handed it in, and Moodle does not say who that is"
_UNKNOWN = "when they came in is unknown, and nobody is late"

_Row = Mapping[str, str]
_Key = tuple[str, str]


@dataclass(frozen=True)
class _Class:
    """What is known beside the files.

    Attributes:
        roster: who could have handed in.
        rows: {participant's number: what the worksheet says}.
        teams: whether teams hand in: numbers are then those of groups.
        blind: the name that stands for all of them, if there is one.
    """

    roster: Roster
    rows: Mapping[str, _Row]
    teams: bool
    blind: str

    def whose(self, name: str, number: str) -> tuple[list[Mapping[str, str]], str]:
        """What Moodle calls those who handed in, or why it is nobody's."""
        if not number and name == _REST:
            return [], _WHY_REST
        if _is_team(name, self.roster):
            return team(self.roster, name)
        row = self.row(name, number)
        claim = {"id": row.get("sis_id", ""), **_claim(row)}
        claim |= {"moodle_id": number} if row or not self.teams else {}
        if name == self.blind:
            return ([claim], "") if self.roster.find(claim) else ([], _WHY_BLIND)
        return [{**claim, "name": _without_group(name, self.roster)}], ""

    def row(self, name: str, number: str) -> _Row:
        """What the worksheet says of a participant: a group may have the same number."""
        row = self.rows.get(number, {})
        own = squashed(_without_group(name, self.roster))
        return row if name == self.blind or own in squashed(row.get("all", "")) else {}

    def times(self, name: str, number: str) -> list[str]:
        """When a participant handed in, or the members of a team, as it is written."""
        if row := self.row(name, number):
            return [row.get("time", "")]
        members = self.roster.group(name) if _is_team(name, self.roster) else []
        rows = [{**row, "moodle_id": number} for number, row in self.rows.items() if members]
        own = [row for row in rows if self.roster.find(_claim(row)) in [[one] for one in members]]
        return [row["time"] for row in own]


def moodle(download: Download) -> list[HandIn]:
    """A folder for each participant or team, and a worksheet that says when they handed in."""
    download = replace(download, entries=inside(download.entries, is_of_moodle))
    files: dict[_Key, list[Entry]] = defaultdict(list)
    found = []
    for entry in download.entries:
        match = _FOLDER.fullmatch(entry.path.parts[0])
        if match:
            path = PurePosixPath(match["file"] or "", *entry.path.parts[1:])
            entry = replace(entry, path=path if path.parts else entry.path)
            files[match["name"], match["number"] or ""].append(entry)
        elif not is_table(entry):
            found.append(nobodys(entry, "its name is not one of Moodle"))
    rows, others = _worksheets(download, {number for _, number in files})
    roster = download.roster
    teams = any(not number or _is_team(name, roster) for name, number in files)
    known = _Class(roster, rows, teams, _blind([name for name, _ in files], roster))
    found += [_hand_in(key, files[key], known, download) for key in sorted(files)]
    if rows and not any(one.when or one.note for one in found):
        said = "the worksheet says no time of those whose files are there"
        download.notes.append(f"{_UNKNOWN}: {said}")
    return found + others


def is_of_moodle(name: str) -> bool:
    """Whether Moodle calls folders and files so."""
    return bool(_FOLDER.fullmatch(name))


def _worksheets(
    download: Download, numbers: set[str]
) -> tuple[dict[str, dict[str, str]], list[HandIn]]:
    """What worksheets say, and the tables that are none."""
    rows: dict[str, dict[str, str]] = {}
    others, problems = [], []
    for entry, listed in download.tables():
        sheet = worksheet(listed, numbers)
        if sheet is None:
            others.append(nobodys(entry, "it is no grading worksheet of Moodle"))
        elif sheet.problem:
            problems.append(f"{plain(entry.path.name)}: {sheet.problem}")
        rows |= sheet.rows if sheet else {}
    if problems:
        download.notes.append(f"{_UNKNOWN}: {problems[0]}")
    elif not rows:
        said = "put Moodle's grading worksheet, a CSV file, beside the folders"
        download.notes.append(f"{_UNKNOWN}: {said}")
    return rows, others


def _hand_in(key: _Key, entries: list[Entry], known: _Class, download: Download) -> HandIn:
    claims, why = known.whose(*key)
    read = [download.clock.read(instant(text), text) for text in known.times(*key)]
    whens = [when for when, _ in read if when]
    note = next((note for _, note in read if note), "")
    source = "_".join(filter(None, key))
    return HandIn(source, claims, entries, max(whens, default=None), why=why, note=note)


def _blind(names: list[str], roster: Roster) -> str:
    """The name that all participants have where marking is blind, which is translated."""
    alike = len(names) > 1 and len({*names}) == 1 and not roster.find({"name": names[0]})
    english = [name for name in names if name.casefold() == _BLIND]
    return names[0] if alike else "".join(english[:1])


def _claim(row: _Row) -> dict[str, str]:
    return {key: row[key] for key in ("sis_id", "email", "moodle_id") if row.get(key)}


def _is_team(name: str, roster: Roster) -> bool:
    return bool(roster.group(name)) and (roster.shares or not roster.find({"name": name}))


def _without_group(name: str, roster: Roster) -> str:
    """A name without the group's that older versions write before those of a team."""
    group, hyphen, rest = name.partition("-")
    known = hyphen and (roster.group(group) or group == _REST)
    return rest if known and not roster.find({"name": name}) else name
