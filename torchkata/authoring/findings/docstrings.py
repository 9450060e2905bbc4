"""What the `Args` of a docstring say of each argument: bounds, dtypes, dimensions, lengths.

English is read by a few patterns, of numbers and the words beside them; what none of them fits is
not asked for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from torchkata.course.course import Exercise
from torchkata.course.source import definition_of

FLOATS = ("float16", "bfloat16", "float32", "float64", "complex64", "complex128")

_NUMBER = r"(?<![\w.])(-?\d+(?:\.\d+)?(?:e-?\d+)?)(?![\w(]|\.\d)"
_SHAPE = re.compile(r"shape \(([^()]*)\)")
_LETTERS = r"\b((?:[A-Z](?:, | and ))*[A-Z])\b (?:is |are )?"
# Kinds of bounds: reached exactly, by a size, by something near, by one of this size, by two this
# far apart, by one that is ten times as far.
_BOUNDS = (
    (rf"{_LETTERS}(?:at least|>=|may be) {_NUMBER}", "letter"),
    (rf"[\[]{_NUMBER}, ", "at"),
    (rf"[(]{_NUMBER}, ", "above"),
    (rf", {_NUMBER}\]", "at"),
    (rf", {_NUMBER}\)", "below"),
    (rf"from {_NUMBER} to -?\d", "at"),
    (rf"from -?\d\S* to {_NUMBER}", "at"),
    (rf"(?:up to|at most|<=) {_NUMBER} in size", "size"),
    (rf"{_NUMBER} apart", "apart"),
    (rf"far (?:above|below) {_NUMBER}", "far"),
    (rf"(?<!far )(?:above|more than|greater than|(?<!\S)>) {_NUMBER}", "above"),
    (rf"(?<!far )(?:below|less than|(?<!\S)<) {_NUMBER}", "below"),
    (rf"(?:at least|at most|up to|>=|<=) {_NUMBER}(?! in size)", "at"),
    (rf"{_NUMBER} or (?:above|more|less|fewer|below)", "at"),
)
# Where one of these words is, each number of the clause is to be drawn.
_USUAL = re.compile(r"\b(usual|usually|often|sometimes|may be|means)\b")


@dataclass(frozen=True)
class Bound:
    """A number in an argument's text, and what it takes to reach it: a kind of _BOUNDS."""

    number: float
    kind: str
    words: str
    letter: str = ""


@dataclass(frozen=True)
class Argument:
    """What a docstring says of one argument."""

    name: str
    text: str
    line: int

    @property
    def shape(self) -> list[str]:
        """The letters and numbers of its shape, `...` among them; empty if none is given."""
        found = _SHAPE.search(self.text)
        return [part.strip() for part in found[1].split(",") if part.strip()] if found else []

    @property
    def any_dimensions(self) -> bool:
        """Whether any number of dimensions will do."""
        return "..." in self.shape or bool(
            re.search(r"\bany (shapes?|number of dimensions)\b", self.text)
        )

    @property
    def at_least_one(self) -> bool:
        """Whether a list or loader may hold one thing alone."""
        return bool(re.search(r"\b(at least one|one or more)\b", self.text))

    @property
    def dtypes(self) -> set[str]:
        """The dtypes that it names."""
        return set(re.findall(r"\b(?:bfloat|float|complex|u?int)\d+\b", self.text))

    @property
    def any_floats(self) -> bool:
        """Whether it allows all dtypes of floats."""
        return bool(re.search(r"\b(any float|any dtype|floating[- ]point)", self.text))

    @property
    def dtype_of_another(self) -> bool:
        """Whether its dtype is said to be that of another argument."""
        return bool(re.search(r"\bdtype of\b", self.text))

    @property
    def never_below_0(self) -> bool:
        """Whether its numbers are said to be 0 or above."""
        least = (one.number for one in self.bounds if one.kind in ("at", "above"))
        positive = re.search(r"\b(positive|0 for|0 or 1|probabilit)", self.text)
        return bool(positive) or any(number >= 0 for number in least)

    @cached_property
    def bounds(self) -> list[Bound]:
        """The numbers in its text that some case is to reach."""
        text = _SHAPE.sub("shape", re.sub(r"`[^`]*`", "`...`", self.text))
        found: dict[tuple[int, int], Bound] = {}
        for pattern, kind in _BOUNDS:
            for match in re.finditer(pattern, text):
                *letters, number = match.groups()
                place = match.span(match.lastindex or 0)
                if place not in found:
                    words = match[0].strip("[](), ")
                    found[place] = Bound(float(number), kind, words, *letters)
        for start, clause in _clauses(text):
            for match in re.finditer(_NUMBER, clause) if _USUAL.search(clause) else ():
                place = start + match.start(1), start + match.end(1)
                found.setdefault(place, Bound(float(match[1]), "at", match[1]))
        return list({(one.number, one.kind): one for _, one in sorted(found.items())}.values())


def arguments_of(exercise: Exercise) -> list[Argument]:
    """The arguments that the docstrings of the reference tell of."""
    node = definition_of(exercise.solution, exercise.asked)
    functions = [n for n in ast.walk(node) if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    return [argument for function in functions for argument in _of_docstring(function)]


def docstring_line(node: ast.FunctionDef | ast.ClassDef) -> int:
    """The line of the file in which a docstring begins."""
    return node.body[0].lineno


def _of_docstring(node: ast.FunctionDef | ast.ClassDef) -> Iterator[Argument]:
    """The entries of `Args:`, each a name, a colon and indented text."""
    lines = (ast.get_docstring(node) or "").splitlines()
    if "Args:" not in lines:
        return
    start = lines.index("Args:") + 1
    length = next((n for n, line in enumerate(lines[start:]) if line[:1].strip()), len(lines))
    begun: list[tuple[str, list[str], int]] = []
    for number, line in enumerate(lines[start : start + length], start):
        entry = re.match(r"    (\w+(?:, \w+)*): (.*)", line)
        if entry:
            begun.append((entry[1], [entry[2]], docstring_line(node) + number))
        elif begun:
            begun[-1][1].append(line)
    for names, text, place in begun:
        for name in names.split(", "):
            yield Argument(name, " ".join(" ".join(text).split()), place)


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    """The parts of a text between semicolons and full stops, each with where it begins."""
    for match in re.finditer(r"(?:[^;.]|\.(?=\S))+", text):
        yield match.start(), match[0]
