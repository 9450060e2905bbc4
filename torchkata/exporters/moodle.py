"""A grade import for Moodle: one column that says who, one with the grade, one with the feedback.

Moodle refuses a whole file for one grade above 100, one stranger, or one cell that is no number.
"""

from __future__ import annotations

from torchkata import roster as rosters
from torchkata.exporters.common import NotExported, Options, csv_text, late_words, number
from torchkata.results import Result, Results

_WHO = {"email": "Email address", "idnumber": "ID number", "username": "Username"}
_COLUMNS = {"email": "email", "idnumber": "sis_id", "username": "login"}


def export(results: Results, options: Options) -> str:
    """Everybody of whom something is graded."""
    if options.by not in _WHO:
        raise NotExported(f"--by {options.by}: there is {', '.join(_WHO)}")
    item = options.item or results.title
    known = _known(options)
    rows = [[_WHO[options.by], item, f"{item} feedback"]]
    for one in results.students:
        if one.points is None:
            continue
        if one.points > 100 and not options.unlimited:
            raise NotExported(
                f"{one.student} has {number(one.points)} points, and Moodle refuses grades above "
                "100; give fewer points, or --unlimited if the site allows more"
            )
        rows.append([_who(one, known, options), number(one.points), _feedback(one)])
    return csv_text(rows)


def _known(options: Options) -> dict[str, str]:
    if options.roster is None:
        return {}
    column = _COLUMNS[options.by]
    people = rosters.read(options.roster).students
    return {one.id: one.known[column] for one in people if one.known.get(column)}


def _who(one: Result, known: dict[str, str], options: Options) -> str:
    found = known.get(one.student, one.student)
    if options.by == "email" and "@" not in found:
        raise NotExported(
            f"no e-mail address is known of {one.student}; --roster, or --by idnumber"
        )
    return found


def _feedback(one: Result) -> str:
    parts = [
        f"{e.exercise}: {e.verdict} ({number(e.points or 0)} of {number(e.of)})"
        for e in one.exercises
    ]
    return "; ".join(filter(None, [*parts, late_words(one), one.note]))
