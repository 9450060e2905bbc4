"""What a learner's tries at an exercise so far decide about what is told next.

Nothing of an answer is kept but a digest of the last one's syntax tree, and counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from torchkata.course.grader_facts import Facts
from torchkata.course.source import digest_or_none
from torchkata.learning.progress import Entry

# Of a program to be fixed, from which try on a known mistake is named.
_NAMED_FROM = 2


@dataclass(frozen=True)
class Try:
    """An answer that is about to be checked, beside those before it.

    Attributes:
        tree: the digest of its syntax tree; that of the last one, where this is no try of its own:
            as the learner was given it, no Python, or changed in layout and comments alone.
        number: how many tries there are with it.
        told: {misconception: in how many tries before it was told}.
        quiet: whether only what is seen is to be told, and no known mistake.
    """

    tree: str = ""
    number: int = 0
    told: dict[str, int] = field(default_factory=dict)
    quiet: bool = False


def next_try(entry: Entry, facts: Facts, text: str) -> Try:
    """What an answer is beside those that were checked before it.

    Args:
        entry: what is known of the exercise.
        facts: those of the exercise.
        text: of the answer.
    """
    tree = digest_or_none(text) or entry.tree
    again = tree in (entry.tree, digest_or_none(facts.stub))
    tree = entry.tree if again else tree
    number = entry.tries + (not again)
    told = {name: count - again for name, count in entry.mistakes.items()}
    return Try(tree, number, told, facts.has_bug and number < _NAMED_FROM)


def count(entry: Entry, tried: Try, misconceptions: Iterable[str]) -> None:
    """Keep a try in what is known of an exercise.

    Args:
        entry: what is known, to be changed.
        tried: what was checked.
        misconceptions: the one that explains it, or the two.
    """
    if tried.number == entry.tries:
        return
    entry.tries, entry.tree = tried.number, tried.tree
    for name in () if tried.quiet else misconceptions:
        entry.mistakes[name] = entry.mistakes.get(name, 0) + 1
