"""A grade import for Moodle: one column that says who, one with the grade, one with the feedback.

Moodle refuses a whole file for one grade above 100, one stranger, or one cell that is no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torchkata.course.foreign_text import plain
from torchkata.grading.results import Result, Results
from torchkata.grading.tables import csv_text
from torchkata.platforms import roster as rosters
from torchkata.platforms.exporters.common import NotExported, Options, late_words, number

_WHO = {"email": "Email address", "idnumber": "ID number", "username": "Username"}
_COLUMNS = {"email": "email", "idnumber": "sis_id", "username": "login"}


def export(results: Results, options: Options) -> str:
    """Everybody of whom something is graded."""
    by = options.by or "email"
    if by not in _WHO:
        raise NotExported(f"--by {by}: there is {', '.join(_WHO)}")
    item = options.item or results.title
    known = _known(options.roster, by)
    graded = [one for one in results.students if one.points is not None]
    keys = {one.student: _who(one, known, by) for one in graded}
    _refuse_twins(keys, known, by)
    rows = [[_WHO[by], item, f"{item} feedback"]]
    for one in graded:
        assert one.points is not None
        if one.points > 100 and not options.unlimited:
            raise NotExported(
                f"{one.student} has {number(one.points)} points, and Moodle refuses grades above "
                "100; give fewer points, or --unlimited if the site allows more"
            )
        rows.append([keys[one.student], number(one.points), _feedback(one)])
    # Moodle compares the first column with what it knows, and asks nobody's spreadsheet.
    return csv_text(rows, for_people=False)


def _known(roster: Path | None, by: str) -> dict[str, str]:
    if roster is None:
        return {}
    column = _COLUMNS[by]
    people = rosters.read(roster).students
    return {one.id: one.known[column] for one in people if one.known.get(column)}


def _who(one: Result, known: Mapping[str, str], by: str) -> str:
    found = known.get(one.student, one.student)
    if by == "email" and "@" not in found:
        raise NotExported(
            f"no e-mail address is known of {one.student}; --roster, or --by idnumber"
        )
    return found


def _refuse_twins(keys: Mapping[str, str], known: Mapping[str, str], by: str) -> None:
    """Refuse two students whom Moodle would take for one, whether both are graded or one of them.

    Case does not count, as it does not in an e-mail address or a user name of Moodle.
    """
    seen: dict[str, str] = {}
    for student, key in {**keys, **known}.items():
        # Those who are graded come first, so that a pair of which nothing is written is let be.
        other = seen.setdefault(key.casefold(), student)
        if other != student and other in keys:
            others = " or ".join(f"--by {name}" for name in _WHO if name != by)
            raise NotExported(
                f"{other} and {student} have one {_WHO[by]}, {key}, by which Moodle would take "
                f"them for one; fix the roster, or {others}"
            )


def _feedback(one: Result) -> str:
    note = " ".join(one.note.split())
    parts = [
        f"{e.exercise}: {e.verdict} ({number(e.points or 0)} of {number(e.of)})"
        for e in one.exercises
    ]
    return "; ".join(filter(None, [*parts, late_words(one), plain(note)]))
