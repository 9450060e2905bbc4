"""What every exercise must have, whatever its grader's strength: counts, stub, page, cut grader."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

from torchkata.authoring.findings.docstrings import docstring_line
from torchkata.authoring.findings.kinds import Finding
from torchkata.authoring.scaffold import TO_WRITE
from torchkata.course import source
from torchkata.course.answer_name import asked_in
from torchkata.course.course import Exercise
from torchkata.course.grader import GraderError
from torchkata.course.loading import load_grader
from torchkata.judging.comparison import differences
from torchkata.judging.observation import Raised
from torchkata.running.arguments import draw
from torchkata.running.isolation import undisturbed, workplace
from torchkata.running.known_answers import reference_observations
from torchkata.running.runner import observe

_FEWEST = {"cases": 3, "misconceptions": 4, "alternatives": 2}
# Shorter lines may be in a stub or a grader by chance.
_TELLING = 24
_SAME = 40


def of_files(exercise: Exercise) -> Iterator[Finding]:
    """What is missing in the files of an exercise, or too much in what is given out."""
    yield from _counts(exercise)
    yield from _page(exercise)
    yield from _to_be_written(exercise)
    yield from _stub(exercise)
    yield from _given_away(exercise)
    yield from _signatures(exercise)
    yield from _cut(exercise)


def _counts(exercise: Exercise) -> Iterator[Finding]:
    grader, beside = str(exercise.grader_path), str(exercise.solution_path)
    there = {
        "cases": (len(exercise.grader.cases), grader),
        "misconceptions": (len(exercise.grader.misconceptions), grader),
        "alternatives": (len(exercise.alternatives()), beside),
    }
    for what, (count, path) in there.items():
        if count < _FEWEST[what]:
            said = f"{count} {what}; write {_FEWEST[what]} at least"
            yield Finding(f"few {what}", "", path, 1, said)


def _page(exercise: Exercise) -> Iterator[Finding]:
    node = source.definition_of(exercise.solution, exercise.asked)
    said = (ast.get_docstring(node) or "").rstrip()
    if not re.search(r"\n\nRead: \S.*\n    https://[\w.-]+\.[a-z]+(/\S*)?$", said):
        path, line = str(exercise.solution_path), docstring_line(node)
        wanted = "`Read: torch.nn.Something`, and below it, indented, an https address"
        text = f"the docstring does not end with a page to read; end it with {wanted}"
        yield Finding("no page to read", "", path, line, text)
    page = exercise.stub_path.parent / "README.md"
    if not page.is_file():
        text = "there is no page of the module; write why it matters, the one idea, the traps"
        yield Finding("no module page", "", str(page), 1, text)


def _to_be_written(exercise: Exercise) -> Iterator[Finding]:
    """What `kata new` left to be written, but for the sentences of misconceptions."""
    page = exercise.stub_path.with_name("README.md")
    texts = {exercise.solution_path: exercise.solution, exercise.grader_path: exercise.cut_grader}
    texts |= {page: page.read_text("utf-8")} if page.is_file() else {}
    for path, text in texts.items():
        if (place := text.find(TO_WRITE)) >= 0:
            said = f"{text.count(TO_WRITE)} parts are not written yet; write each in the place of "
            yield Finding(
                "not written", path.stem, str(path), _line(text, place), f"{said}its TODO"
            )


def _stub(exercise: Exercise) -> Iterator[Finding]:
    stub, path = exercise.stub, str(exercise.solution_path)
    if source.digest_or_none(stub) is None:
        yield from _broken_stub(exercise)
        return
    names = source.public_names(stub)
    if names != [asked_in(stub, exercise.name).name]:
        said = f"the stub defines {', '.join(names)}; only {exercise.asked.name} is to be there"
        yield Finding("stub", "names", path, 1, f"{said}: give helpers a name with a `_`")
    if not exercise.grader.start and source.TODO not in stub:
        said = "the stub has nothing to fill in; let the answer be a function, or have methods"
        yield Finding("stub", "solved", path, 1, said)


def _broken_stub(exercise: Exercise) -> Iterator[Finding]:
    """A program to fix that does not parse, and says something else than its solution."""
    end = source.definition_of(exercise.solution, exercise.asked).body[0].end_lineno
    if exercise.stub.splitlines()[:end] != exercise.solution.splitlines()[:end]:
        path, cut = str(exercise.grader_path), exercise.cut_grader
        said = "`start` differs from the solution above the code; copy that part of the solution"
        yield Finding("stub", "words", path, _line(cut, cut.find("start=")), said)


def _given_away(exercise: Exercise) -> Iterator[Finding]:
    """Lines of the reference, and sentences of misconceptions, in what a pack gives out."""
    path, cut = str(exercise.grader_path), exercise.cut_grader
    for name, wrong in exercise.grader.misconceptions.items():
        if (place := cut.find(wrong.text[:_SAME])) >= 0:
            said = f"the sentence of {name} is above the first misconception; change one of them"
            yield Finding("answer given away", name, path, _line(cut, place), said)
    for line in _telling_lines(exercise):
        if (place := cut.find(line)) >= 0:
            said = f"{line!r} is a line of the reference, and every pack has it; write it otherwise"
            yield Finding("answer given away", line, path, _line(cut, place), said)
        elif not exercise.grader.start and (place := exercise.stub.find(line)) >= 0:
            said = f"{line!r} is a line of the reference, and the stub has it; take it out"
            there = str(exercise.stub_path), _line(exercise.stub, place)
            yield Finding("answer given away", line, *there, said)


def _telling_lines(exercise: Exercise) -> list[str]:
    node = source.definition_of(exercise.solution, exercise.asked)
    lines = map(str.strip, ast.unparse(source.without_docstrings(node)).splitlines())
    return [
        line for line in lines if line.startswith(("return ", "yield ")) and len(line) > _TELLING
    ]


def _signatures(exercise: Exercise) -> Iterator[Finding]:
    expected, grader = _parameters(exercise.reference()), exercise.grader
    places = {name: (str(exercise.solution_path), 1) for name in exercise.alternatives()}
    places |= {
        name: (str(exercise.grader_path), one.line) for name, one in grader.misconceptions.items()
    }
    for name, answer in {**exercise.alternatives(), **dict(exercise.wrong_answers())}.items():
        if _parameters(answer) != expected:
            said = f"{name} takes ({', '.join(_parameters(answer))}); let it take what the "
            said += f"reference takes, ({', '.join(expected)})"
            yield Finding("other signature", name, *places[name], said)


def _parameters(answer: Any) -> list[str]:
    return [str(parameter) for parameter in inspect.signature(answer).parameters.values()]


def _cut(exercise: Exercise) -> Iterator[Finding]:
    """Where the part that a sandbox gets does not do alone what the whole grader does."""
    path = str(exercise.grader_path)
    try:
        packages = exercise.course.packages | {"torchkata"}
        alone = load_grader(exercise.cut_grader, path, packages, exercise.data)
        with workplace(), undisturbed():
            drawn = draw(alone, [0])
            seen = {one.key: observe(alone, exercise.reference(), one) for one in drawn}
    except GraderError as problem:
        where, _, said = str(problem).removeprefix(path + ":").partition(": ")
        line = int(where) if where.isdecimal() else 1
        yield Finding("cut grader", "", path, line, f"{said} ({_ALONE})")
        return
    for key, wanted in reference_observations(exercise, (0,)).items():
        got, line = seen[key], exercise.grader.cases[key[0]].line
        if differences(wanted, got, exercise.grader.tolerance):
            what = f"{got.type}: {got.message}" if isinstance(got, Raised) else "another result"
            said = f"case {key[0]!r} gives {what} without the lower part of the file ({_ALONE})"
            yield Finding("cut grader", key[0], path, line, said)
            return


_ALONE = (
    "behind the walls, what is above the first misconception is alone: move there what it needs, "
    "and import only torchkata and what answers may import"
)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
