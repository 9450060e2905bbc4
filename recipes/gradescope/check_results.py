"""Say whether a file is a results.json with a score that Gradescope would take.

Assurance: none by itself. It keeps half a file, or one without a score, from being taken for a
grade; what wrote the file decides who could forge it.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any


def problem_of(text: str) -> str:
    """What is wrong with a results.json; empty if nothing is."""
    try:
        found = json.loads(text, parse_constant=_refuse)
    except ValueError as problem:
        return f"it is no JSON: {problem}"
    if not isinstance(found, dict) or not isinstance(found.get("tests", []), list):
        return "it is no object with a list of tests"
    parts = [found] if "score" in found else found.get("tests", [])
    if not parts:
        return "it has neither a score nor a test"
    return "" if all(_is_score(part) for part in parts) else "a score is missing, or no number"


def _is_score(part: Any) -> bool:
    score = part.get("score") if isinstance(part, dict) else None
    # True is a number to Python, and no score.
    return isinstance(score, (int, float)) and not isinstance(score, bool) and math.isfinite(score)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


if __name__ == "__main__":
    problem = problem_of(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if problem:
        sys.exit(f"{sys.argv[1]}: {problem}")
