"""Classroom 50's result, `classroom50/result/v1`: integers only."""

from __future__ import annotations

import math
import re
from datetime import UTC

from torchkata.course.foreign_text import as_json, plain_lines
from torchkata.grading.results import Result, Results
from torchkata.platforms.exporters.common import NotExported, Options, full, number, the_one, told

FIELDS = (
    "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release",
    "review", "datetime",
)  # fmt: skip
_FORMS = {
    "assignment_type": r"individual|group",
    "submission": r"submit/.*",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
}


def export(results: Results, options: Options) -> str:
    """The result of one submission, with the fields that say whose and which it is."""
    result = the_one(results, options)
    fields = {"assignment_type": "individual", **_known(result), **options.fields}
    if missing := [name for name in FIELDS if not fields.get(name)]:
        raise NotExported(f"{', '.join(missing)} must be given: --field {missing[0]}=...")
    for name, form in _FORMS.items():
        if not re.fullmatch(form, fields[name]):
            raise NotExported(f"{name}={fields[name]} is not of the form that is asked for: {form}")
    tests = [
        {
            "test-name": one.exercise,
            "passed": full(one),
            "score": _whole(one.points or 0, options),
            "max-score": _whole(one.of, options),
            "output": told(one),
        }
        for one in result.exercises
    ]
    data = {
        "schema": "classroom50/result/v1",
        **{name: fields[name] for name in FIELDS},
        "score": max(0, _whole(result.points or 0, options)),
        "max-score": _whole(result.of, options),
        "tests": tests or [_nothing(result)],
    }
    return as_json(data)


def _known(result: Result) -> dict[str, str]:
    if result.handed_in is None:
        return {}
    return {"datetime": result.handed_in.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _whole(points: float, options: Options) -> int:
    if points != int(points) and not options.round_down:
        raise NotExported(f"{number(points)} points are no integer; --round-down makes them one")
    return math.floor(points)


def _nothing(result: Result) -> dict[str, object]:
    said = plain_lines(result.note) or "nothing was handed in"
    return {"test-name": "submission", "passed": False, "score": 0, "max-score": 0, "output": said}
