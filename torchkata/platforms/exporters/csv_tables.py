"""The class as a table: CSV for spreadsheets, JSON for programs, Markdown for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torchkata.course.foreign_text import as_json, as_markdown, plain
from torchkata.grading.results import Result, Results
from torchkata.grading.tables import csv_text
from torchkata.platforms.exporters.common import (
    Options,
    late_words,
    number,
    possible,
    spell,
    value,
)

SCHEMA = "torchkata/results/1"


def as_csv(results: Results, options: Options) -> str:
    """A row for each student, a column for each exercise."""
    names = list(results.exercises)
    rows = [["student", "name", "points", "of", "late", "penalty", *names, "note"]]
    for one in results.students:
        points = {earned.exercise: earned.points for earned in one.exercises}
        cells = [_cell(points.get(name)) for name in names]
        rows.append([
            plain(one.student), plain(one.name), _cell(one.points), number(possible(results)),
            spell(one), number(one.penalty), *cells, plain(one.note.replace("\n", " ")),
        ])  # fmt: skip
    return csv_text(rows)


def as_data(results: Results, options: Options) -> str:
    """All that is known, as data."""
    data = {
        "schema": SCHEMA,
        "title": results.title,
        "began": results.began,
        "assurance": results.assurance,
        "of": value(possible(results)),
        "students": [_data(one) for one in results.students],
    }
    return as_json(data)


def as_report(results: Results, options: Options) -> str:
    """A table for a report or a job's summary."""
    return "\n".join(_markdown(results)) + "\n"


def _markdown(results: Results) -> Iterator[str]:
    yield f"## {as_markdown(results.title)}\n"
    yield "| student | points | exercises | note |"
    yield "|---|---:|---|---|"
    for one in results.students:
        verdicts = [earned.verdict or "not graded" for earned in one.exercises]
        counts = ", ".join(f"{verdicts.count(v)} {v}" for v in dict.fromkeys(verdicts))
        who = f"{one.student} ({one.name})" if one.name else one.student
        note = "; ".join(filter(None, [one.note, late_words(one)]))
        points = "" if one.points is None else f"{number(one.points)} of {number(one.of)}"
        yield f"| {as_markdown(who)} | {points} | {counts} | {as_markdown(note)} |"
    graded = [one.points for one in results.students if one.points is not None]
    mean = f", {number(sum(graded) / len(graded))} points on average" if graded else ""
    yield f"\n{len(results.students)} students, {len(graded)} graded{mean}."
    yield f"Assurance: {results.assurance}."


def _cell(points: float | None) -> str:
    return "" if points is None else number(points)


def _data(one: Result) -> dict[str, Any]:
    exercises = [
        {
            "exercise": earned.exercise,
            "verdict": earned.verdict,
            "points": None if earned.points is None else value(earned.points),
            "of": value(earned.of),
            "cases": dict(earned.cases),
            "by_hand": earned.by_hand,
            "comment": earned.comment,
        }
        for earned in one.exercises
    ]
    return {
        "student": one.student,
        "name": one.name,
        "points": None if one.points is None else value(one.points),
        "handed_in": one.handed_in.isoformat() if one.handed_in else None,
        "late_minutes": -int(-one.late.total_seconds() // 60),
        "penalty": value(one.penalty),
        "note": one.note,
        "exercises": exercises,
    }
