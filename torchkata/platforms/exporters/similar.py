"""Answers that are alike, for a teacher to look at, with what that can tell and what it cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from torchkata.course.course import Course
from torchkata.course.foreign_text import plain
from torchkata.grading.results import Results

if TYPE_CHECKING:
    from torchkata.grading.similar_answers import Alike, Found

_CAVEATS = """\
What this can tell, and what not:
- Equal is no proof of copying. The same lesson, page or assistant, or working together as you may
  have allowed, leads to equal answers, too: look at both answers, and ask.
- Names of variables and helpers, comments, docstrings, type hints, layout and imports do not count,
  so who changed nothing else is seen.
- Who changed the order of statements, or how something is computed, is not seen.
- Left out is what equals an answer of the course (the reference, an alternative, a known mistake,
  the stub), what is shorter than {fewest} nodes of a syntax tree, and what one group handed in.
"""


def report(results: Results, folder: Path, course: Course) -> str:
    """What is alike in a class, as text.

    Raises:
        ValueError, OSError: as `torchkata.grading.similar_answers.similar_answers` does.
    """
    # With torch, for which other exports do not wait.
    from torchkata.grading.similar_answers import FEWEST_NODES, similar_answers

    found = similar_answers(folder, results, course)
    return "\n".join([*_lines(found, results), _CAVEATS.format(fewest=FEWEST_NODES)])


def _lines(found: Found, results: Results) -> Iterator[str]:
    names = {one.student: one.name for one in results.students}
    yield f"{plain(results.title)}: answers of different students that are one program\n"
    if not found.alike:
        yield "None."
    for one in found.alike:
        yield f"{one.exercise}: {_who(one.students, names)} ({one.nodes} nodes)"
    pairs = Counter(pair for one in found.alike for pair in combinations(one.students, 2))
    for pair, count in pairs.most_common():
        if count > 1:
            yield f"in {count} exercises: {_who(pair, names)}"
    yield from map(_common, found.common)
    if found.unread:
        why = "could not be read as Python, or are not what was graded"
        yield f"not compared: {found.unread}, which {why}"
    if found.packed:
        yield "not compared with the course's own answers, which a pack does not hold"
    yield ""


def _common(one: Alike) -> str:
    return f"{one.exercise}: {len(one.students)} students, more than a quarter: too common to tell"


def _who(students: tuple[str, ...], names: dict[str, str]) -> str:
    called = (f"{one} ({names[one]})" if names.get(one) else one for one in students)
    return ", ".join(map(plain, called))
