"""What each of a class was told, as their page holds it: every text once, a verdict a letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from torchkata.course.foreign_text import plain_lines
from torchkata.grading.results import Earned
from torchkata.reporting.class_report import told
from torchkata.reporting.gathering import NOTHING, Gathered

# {verdict: its letter on the page}; "m" is a wrong answer that a misconception explains.
LETTERS = {
    "passed": "p", "wrong": "w", "todo": "t", "missing": "n", "": "g", "error": "e",
    "timeout": "o", "memory": "y", "crashed": "c", "rejected": "r",
}  # fmt: skip
EXPLAINED = "m"
# Of all texts together, in bytes; longer ones are cut so that they fit.
_MOST = 2_500_000
_SHORTEST = 200
_CUT = "\n... (the whole is in the record)"


class Row(msgspec.Struct, array_like=True):
    """One student: a letter for each exercise, and which text was told, or -1."""

    letters: str
    texts: list[int]


class Told(msgspec.Struct):
    """What everybody was told.

    Attributes:
        texts: each once.
        rows: in the order of the students, as the exercises are ordered.
    """

    texts: list[str]
    rows: list[Row]


def told_of(found: Gathered) -> Told:
    """What each of a class was told about each exercise."""
    places: dict[str, int] = {}
    rows = [
        _row([one.cells.get(name) for name in found.exercises], places) for one in found.members
    ]
    return Told(cut(list(places), _MOST), rows)


def _row(cells: Iterable[Earned | None], places: dict[str, int]) -> Row:
    letters, texts = [], []
    for cell in cells:
        letters.append(_letter(cell))
        text = _readable(cell.text) if cell else ""
        texts.append(places.setdefault(text, len(places)) if text else -1)
    return Row("".join(letters), texts)


# Many are told the same.
@lru_cache(maxsize=200_000)
def _readable(text: str) -> str:
    return plain_lines(told(text))


def _letter(cell: Earned | None) -> str:
    if cell is None:
        return LETTERS[NOTHING[0]]
    explained = cell.misconceptions and cell.verdict != "passed"
    return EXPLAINED if explained else LETTERS[cell.verdict]


def cut(texts: Sequence[str], most: int) -> list[str]:
    """Texts of at most so many bytes together, if need be the longest of them cut."""
    limit = max(map(len, texts), default=0)
    while limit > _SHORTEST and sum(len(one[:limit].encode()) for one in texts) > most:
        limit = limit * 3 // 4
    return [one if len(one) <= limit else one[:limit] + _CUT for one in texts]
