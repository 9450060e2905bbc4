"""What several docstrings promise in the same words, and some graders do not look at."""

from __future__ import annotations

import ast
import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from torchkata.authoring.findings.docstrings import arguments_of, docstring_line
from torchkata.authoring.findings.kinds import Finding
from torchkata.course.course import Course, Exercise
from torchkata.course.grader import GraderError
from torchkata.course.source import definition_of
from torchkata.running.known_answers import reference_observations

_SHORTEST = 3


@dataclass(frozen=True)
class Promise:
    """A sentence of a docstring.

    Attributes:
        words: the sentence, in small letters, without the name of what it is about.
        argument: that name, if it is about an argument.
        line: where the docstring says it.
    """

    words: str
    argument: str
    line: int


def not_observed(exercise: Exercise) -> Iterator[Finding]:
    """Promises that others make in the same words, where most of them observe a name for it."""
    here = observed_names(exercise)
    homes = _homes(exercise.course)
    for promise in promises_of(exercise):
        others = _others(exercise, promise)
        wanted = {
            name.replace("...", promise.argument)
            for name in _shared(others)
            if homes[name] == promise.words
        }
        if wanted and not any(_tells(name, one) for name in here for one in wanted):
            said = f"{promise.words!r} is said here as in {others[0][0].id}, where it is observed"
            subject = f"{promise.argument}, {promise.words}" if promise.argument else promise.words
            yield Finding(
                "promise not observed", subject, str(exercise.solution_path), promise.line,
                f"{said} as {min(wanted)!r}, and here it is not; observe it under that name",
            )  # fmt: skip


def promises_of(exercise: Exercise) -> list[Promise]:
    """The sentences of a docstring, without its example and the page to read."""
    found = [
        Promise(_plain(sentence), argument.name, argument.line)
        for argument in arguments_of(exercise)
        for sentence in _sentences(argument.text)
    ]
    node = definition_of(exercise.solution, exercise.asked)
    said = (ast.get_docstring(node) or "").partition("\nExample:")[0].partition("\nRead:")[0]
    before, _, after = said.partition("\nArgs:")
    returns = after.partition("\nReturns:")[2]
    line = docstring_line(node)
    found += [Promise(_plain(one), "", line) for one in _sentences(f"{before}\n\n{returns}")]
    return [one for one in found if len(one.words.split()) >= _SHORTEST]


def observed_names(exercise: Exercise) -> set[str]:
    """Every name in what the reference shows, those within others included."""
    seen = reference_observations(exercise, (0,))
    return {name for value in seen.values() for name in _names_in(value)}


def _others(exercise: Exercise, promise: Promise) -> list[tuple[Exercise, Promise]]:
    """Who else says the same, of an argument or of none."""
    return [
        (other, same)
        for other, same in _said_in(exercise.course).get(promise.words, [])
        if other.id != exercise.id and bool(same.argument) == bool(promise.argument)
    ]


def _shared(others: list[tuple[Exercise, Promise]]) -> set[str]:
    """The names, with `...` for the argument, that most of those observe who say a sentence."""
    counts = Counter(name for one, promise in others for name in _called(one, promise))
    return {name for name, count in counts.items() if count >= 2 and 2 * count > len(others)}


@lru_cache(maxsize=4)
def _homes(course: Course) -> dict[str, str]:
    """{observed name: the sentence that it goes with best}: said by many, and most observe it."""
    best: dict[str, tuple[float, str]] = {}
    for words, said in _said_in(course).items():
        counts = Counter(name for one, promise in said for name in _called(one, promise))
        for name, count in counts.items():
            best[name] = max(best.get(name, (0.0, "")), (count**2 / len(said), words))
    return {name: words for name, (_, words) in best.items()}


def _called(exercise: Exercise, promise: Promise) -> set[str]:
    """Observed names that go with a promise: about its argument, or with a word of its own."""
    names = observed_names(exercise)
    if not promise.argument:
        return {name for name in names if _stems(name) & _stems(promise.words)}
    about = rf"\b{promise.argument}\b"
    return {re.sub(about, "...", name) for name in names if re.search(about, name)}


def _tells(name: str, wanted: str) -> bool:
    """Whether an observed name is one that is wanted, or has most of its words in other forms."""
    stems = _stems(wanted)
    return 2 * sum(stem in name for stem in stems) > len(stems) > 0 or name == wanted


def _stems(text: str) -> set[str]:
    """The beginnings of the words that mean something."""
    return {word[:5] for word in re.findall(r"\w{4,}", text)}


@lru_cache(maxsize=4)
def _said_in(course: Course) -> dict[str, list[tuple[Exercise, Promise]]]:
    found: dict[str, list[tuple[Exercise, Promise]]] = {}
    for exercise in course.exercises.values():
        # Another one that cannot be used is told of by its own proof.
        with contextlib.suppress(GraderError):
            observed_names(exercise)
            for promise in promises_of(exercise):
                found.setdefault(promise.words, []).append((exercise, promise))
    return found


def _sentences(text: str) -> list[str]:
    flat = [" ".join(part.split()) for part in text.split("\n\n")]
    return [one for part in flat for one in re.split(r"(?<=[.;])\s+", part) if one]


def _plain(sentence: str) -> str:
    """In small letters; one thing or several are the same promise."""
    words = sentence.lower().strip(" .;")
    return re.sub(r"\b(it|them)\b", "it", words)


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _names_in(inner)
