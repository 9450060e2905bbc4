"""Two mistakes at once: the reference with two of its edits, where their changes compose."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torchkata.course import source
from torchkata.course.grader import Edit

# More of them are not tried.
MOST = 600


@dataclass(frozen=True)
class Pair:
    """Two edits of one reference.

    Attributes:
        names: of the edits, in the order of the code that they change.
        text: the solution file with both.
    """

    names: tuple[str, str]
    text: str

    @property
    def name(self) -> str:
        """What `grader.equivalent` calls it."""
        return " + ".join(self.names)


def pairs_of(solution: str, name: str, edits: Sequence[Edit]) -> list[Pair]:
    """The pairs of edits that compose, in an order that is always the same.

    Two edits compose where each applies after the other, what comes out is the same in either order
    and parses, and they do not say the same. Those that come first in the grader are in the first
    pairs; there are at most MOST.

    Args:
        solution: the text of the solution file.
        name: of the exercise.
        edits: those of its grader, in order.
    """
    before, inside, after = source.around(solution, name)
    alone = [source.exchanged(inside, edit.old, edit.new) for edit in edits]
    places = [source.place_of(inside, edit.old) for edit in edits]
    found = []
    for two in _in_order(len(edits)):
        first, second = sorted(two, key=places.__getitem__)
        if text := _composed(alone, edits, *two):
            names = edits[first].name, edits[second].name
            found.append(Pair(names, before + text + after))
    return found[:MOST]


def _in_order(count: int) -> Iterator[tuple[int, int]]:
    yield from sorted(itertools.combinations(range(count), 2), key=lambda two: (sum(two), two))


def _composed(alone: Sequence[str], edits: Sequence[Edit], i: int, j: int) -> str:
    """The definition with both edits; empty where they do not compose."""
    if edits[i].text == edits[j].text:
        return ""
    try:
        one = source.exchanged(alone[i], edits[j].old, edits[j].new)
        other = source.exchanged(alone[j], edits[i].old, edits[i].new)
        ast.parse(one)
    except (ValueError, SyntaxError):
        return ""
    return one if one == other else ""
