"""Gradescope's results.json (its Autograder Specifications, "Output format")."""

from __future__ import annotations

from typing import Any

from torchkata.course.foreign_text import as_json, plain_lines
from torchkata.grading.results import Earned, Results
from torchkata.platforms.exporters.common import Options, full, late_words, the_one, told, value


def export(results: Results, options: Options) -> str:
    """One test for each exercise; the score on top counts, with lateness and points by hand."""
    result = the_one(results, options)
    tests = [_test(number, one) for number, one in enumerate(result.exercises, start=1)]
    said = [late_words(result), plain_lines(result.note), f"Assurance: {results.assurance}."]
    data = {
        "score": value(result.points or 0),
        "output": "\n".join(filter(None, said)),
        "output_format": "text",
        "visibility": "visible",
        "tests": tests or [_nothing(result.note)],
    }
    return as_json(data)


def _test(number: int, one: Earned) -> dict[str, Any]:
    return {
        "name": one.exercise,
        "number": str(number),
        "score": value(one.points or 0),
        "max_score": value(one.of),
        "status": "passed" if full(one) else "failed",
        "output": told(one),
        "output_format": "text",
        "visibility": "visible",
    }


def _nothing(note: str) -> dict[str, Any]:
    said = plain_lines(note) or "nothing was handed in"
    return {"name": "submission", "score": 0, "max_score": 0, "status": "failed", "output": said}
