"""What holds for every exercise. Adding one adds no line here."""

import ast
import doctest
import inspect
import re

import pytest
import torch

from torchkata.authoring.proof import problems_on_disk, prove
from torchkata.course import source
from torchkata.course.order import in_order
from torchkata.course.loading import load_module
from torchkata.running.known_answers import reference_observations

from side_effects import changed_data, disturbed, seeded


@pytest.mark.nightly
def test_strong_fair_and_able_to_explain(exercise, seeds):
    """Misconceptions fail, by more than ten tolerances, and are named; alternatives pass.

    CI asks `kata prove` for that, on fewer seeds and with mutants.
    """
    proof = prove(exercise, seeds)
    assert proof.problems == []
    assert proof.caught == proof.named == proof.misconceptions >= 4
    assert proof.accepted == proof.alternatives >= 2
    assert proof.cases >= 3


def test_answers_share_one_signature(exercise):
    """The reference, the alternatives and the misconceptions take the same arguments."""
    expected = _parameters(exercise.reference())
    answers = {**exercise.alternatives(), **dict(exercise.wrong_answers())}
    for name, answer in answers.items():
        assert _parameters(answer) == expected, name


def test_the_reference_disturbs_nothing(exercise):
    """It sets nothing that others rely on, and seeds nobody's generator."""
    assert disturbed(exercise) == {}
    assert seeded(exercise) == []


def test_what_a_reference_shows_is_finite(exercise):
    """Unless the case says that nan or inf is what it is about."""
    for (case, _), seen in reference_observations(exercise, (0,)).items():
        meant = re.search(r"\b(nan|inf)\b", exercise.grader.cases[case].text)
        assert meant or all(_finite(seen)), case


def test_the_reference_leaves_its_data_alone(exercise):
    """What it is given holds the same values afterwards, but for what is there to be trained."""
    for case, (count, changed) in changed_data(exercise).items():
        assert count, f"{case}: nothing was looked at"
        assert not changed, case


def test_doctests_pass(exercise):
    """The examples in a docstring are true."""
    defined = load_module(exercise.solution, str(exercise.solution_path))
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(verbose=False)
    for test in finder.find(defined[exercise.asked.name], exercise.name, False, defined):
        runner.run(test)
    assert runner.tries >= 1
    assert runner.failures == 0


def test_stub_is_unsolved_and_says_all(exercise):
    """A stub parses, holds no alternative, and keeps the docstring with a page to read."""
    stub = exercise.stub
    assert source.public_names(stub) == [source.definition_of(stub, exercise.name).name]
    assert source.further_reading(stub, exercise.name)
    assert exercise.grader.start or source.TODO in stub


def test_the_cut_grader_gives_nothing_away(exercise):
    """What a sandbox gets holds no misconception and nothing of the solutions."""
    cut = exercise.cut_grader
    assert "solutions" not in cut
    for text in (wrong.text for wrong in exercise.grader.misconceptions.values()):
        assert text[:40] not in cut
    node = source.without_docstrings(source.definition_of(exercise.solution, exercise.name))
    for line in ast.unparse(node).splitlines():
        telling = line.strip().startswith(("return ", "yield ")) and len(line.strip()) > 24
        assert not telling or line.strip() not in cut, line


def test_no_exercise_needs_a_later_one(course):
    """Prerequisites exist, lead in no circle, and are not harder."""
    facts = {exercise.id: exercise.facts for exercise in course.exercises.values()}
    ordered = [exercise.id for exercise in in_order(course.exercises.values(), facts)]
    place = {name: place for place, name in enumerate(ordered)}
    for exercise in course.exercises.values():
        for after in exercise.grader.after:
            assert place[after] < place[exercise.id]


def test_nothing_on_disk_is_stale(elsewhere):
    """`kata prove` names a stale stub and a stray file, and what to type."""
    stub = elsewhere.exercises["warmup/half"].stub_path
    stub.write_text("")
    (stub.parent / "stray.py").write_text("")
    stale, stray = problems_on_disk(elsewhere)
    assert "kata prove warmup/half --write" in stale
    assert "stray.py: belongs to no grader" in stray


def _finite(seen):
    if isinstance(seen, torch.Tensor):
        yield bool(seen.isfinite().all())
    elif isinstance(seen, dict):
        for inner in seen.values():
            yield from _finite(inner)
    elif isinstance(seen, (list, tuple)):
        for inner in seen:
            yield from _finite(inner)


def _parameters(answer):
    return [str(parameter) for parameter in inspect.signature(answer).parameters.values()]
