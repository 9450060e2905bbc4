"""Machine-made changes of a reference: a grader that lets one pass has a case too few.

cosmic-ray's operators change what is there (operators, numbers, conditions, loops); ours drop
and swap what is there. Docstrings and annotations are left alone.
"""

from __future__ import annotations

import ast
import difflib
import importlib.util
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass

from torchkata.course.course import Exercise
from torchkata.course.grader import GraderError
from torchkata.course.source import definition_of, without_docstrings
from torchkata.judging.comparison import differences
from torchkata.judging.observation import Plain
from torchkata.running.arguments import Drawn, draw
from torchkata.running.isolation import workplace
from torchkata.running.known_answers import observe_known, reference_observations
from torchkata.running.runner import Job, respond

# Where one of these texts is, each of the others is as legal.
_LEGAL_TEXTS = ({"none", "mean", "sum"},)


@dataclass(frozen=True)
class Mutant:
    """A changed solution file, and what was changed.

    Attributes:
        change: `old -> new`, or `line moved`: what grader.equivalent lists.
        text: the whole file.
        diff: the changed lines of the reference, each behind - or +, among their neighbours.
    """

    change: str
    text: str
    diff: str


def can_be_made() -> bool:
    """Whether cosmic-ray, which makes mutants, is installed."""
    return importlib.util.find_spec("cosmic_ray") is not None


def survivors(exercise: Exercise, seeds: tuple[int, ...]) -> tuple[int, list[Mutant]]:
    """How many mutants there are, and those that no case tells from the reference.

    Mutants that the grader lists as equivalent are left out of both.

    Raises:
        GraderError: an equivalent names no mutant.
    """
    listed = {equivalent.change for equivalent in exercise.grader.equivalents}
    found = list(mutants(exercise))
    pairs = {pair.name for pair in exercise.pairs}
    unknown = listed - {mutant.change for mutant in found} - pairs
    if unknown:
        raise GraderError(f"{exercise.grader_path}:1: no mutant is {unknown.pop()!r}; delete it")
    tried = [mutant for mutant in found if mutant.change not in listed]
    # Nearly all are seen on the first seed.
    seconds = _seconds(exercise, seeds[0])
    alive = [one for one in tried if all(_survives(exercise, one, seed, seconds) for seed in seeds)]
    return len(tried), alive


def mutants(exercise: Exercise) -> Iterator[Mutant]:
    """All mutants of the reference that parse, each once; see `can_be_made`."""
    node = definition_of(exercise.solution, exercise.asked)
    original = ast.unparse(without_docstrings(node))
    rest = ast.parse(exercise.solution)
    place = next(i for i, n in enumerate(rest.body) if getattr(n, "name", None) == node.name)
    seen = {original}
    for text in itertools.chain(_from_cosmic_ray(original), _own(original)):
        try:
            mutated = ast.unparse(ast.parse(text))
        except (SyntaxError, ValueError):
            continue
        if mutated not in seen:
            seen.add(mutated)
            rest.body[place] = ast.parse(mutated).body[0]
            yield Mutant(_change(original, mutated), ast.unparse(rest), _diff(original, mutated))


def _seconds(exercise: Exercise, seed: int) -> float:
    """How long a mutant may take: one that takes 20 times as long as the reference never ends."""
    began = time.monotonic()
    observe_known(exercise, exercise.reference(), (seed,))
    return min(exercise.grader.timeout, 1 + 20 * (time.monotonic() - began))


def _survives(exercise: Exercise, mutant: Mutant, seed: int, seconds: float) -> bool:
    expected, differs = reference_observations(exercise, (seed,)), False

    def differs_in(drawn: Drawn, seen: Plain) -> bool:
        nonlocal differs
        differs = bool(differences(expected[drawn.key], seen, exercise.grader.tolerance))
        return differs

    with workplace():
        drawn = draw(exercise.grader, (seed,))
        job = Job(
            exercise.asked, "<mutant>", exercise.grader, drawn, limit=seconds, until=differs_in
        )
        report = respond(job, mutant.text)
    return report.trouble is None and not differs


def _from_cosmic_ray(source: str) -> Iterator[str]:
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    nodes = list(ast_nodes(get_ast(source)))
    for name in operator_names():
        operator = get_operator(name)
        if any(argument.name for argument in operator.arguments()):
            continue
        places = sum(1 for node in nodes for _ in operator().mutation_positions(node))
        for occurrence in range(places):
            mutated = mutate_code(source, operator(), occurrence)
            if mutated is not None:
                yield mutated


def _own(source: str) -> Iterator[str]:
    """Drop a statement or a keyword argument, swap two statements, take another legal text."""
    for change in (_dropped_statements, _swapped_statements, _dropped_keywords, _other_texts):
        for place in itertools.count():
            tree = ast.parse(source)
            changed = next(itertools.islice(change(tree), place, None), False)
            if not changed:
                break
            yield ast.unparse(ast.fix_missing_locations(tree))


def _dropped_statements(tree: ast.Module) -> Iterator[bool]:
    for body in _bodies(tree):
        for place, statement in enumerate(body):
            body[place] = ast.Pass()
            yield True
            body[place] = statement


def _swapped_statements(tree: ast.Module) -> Iterator[bool]:
    for body in _bodies(tree):
        for place in range(len(body) - 1):
            if _independent(*body[place : place + 2]):
                continue
            body[place : place + 2] = body[place + 1], body[place]
            yield True
            body[place : place + 2] = body[place + 1], body[place]


def _independent(first: ast.stmt, second: ast.stmt) -> bool:
    """Whether two assignments share no name, so that their order cannot be seen."""
    assignments = (ast.Assign, ast.AnnAssign, ast.AugAssign)
    if not (isinstance(first, assignments) and isinstance(second, assignments)):
        return False
    return not _names(first) & _names(second)


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _dropped_keywords(tree: ast.Module) -> Iterator[bool]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            kept = node.keywords
            for keyword in kept:
                node.keywords = [other for other in kept if other is not keyword]
                yield True
            node.keywords = kept


def _other_texts(tree: ast.Module) -> Iterator[bool]:
    for node in ast.walk(tree):
        for legal in _LEGAL_TEXTS:
            if isinstance(node, ast.Constant) and node.value in legal:
                kept = node.value
                for node.value in sorted(legal - {kept}):
                    yield True
                node.value = kept


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """The lists of statements within functions."""
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.ClassDef)):
            for field in ("body", "orelse", "finalbody"):
                body = getattr(node, field, None)
                if isinstance(body, list) and body:
                    yield body


def _change(original: str, mutated: str) -> str:
    lines = list(difflib.ndiff(original.splitlines(), mutated.splitlines()))
    old = [line[2:].strip() for line in lines if line.startswith("- ")]
    new = [line[2:].strip() for line in lines if line.startswith("+ ")]
    return f"{' / '.join(old)} moved" if old == new else f"{' / '.join(old)} -> {' / '.join(new)}"


def _diff(original: str, mutated: str) -> str:
    lines = difflib.unified_diff(original.splitlines(), mutated.splitlines(), n=1, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))
