"""Answers that were once judged wrongly: each is a file named by what it must get."""

import functools

import pytest

from torchkata.grading import grading_run
from torchkata.notebooks.script import script_from
from torchkata.running.files import File, read
from torchkata.running.practice import examine, judged, report_on

from conftest import HERE

FOLDER = HERE / "known_answers"


def _answers(*kinds, others=pytest.mark.slow):
    """Those of a kind: one of each exercise while one works, the others in another lane."""
    tried, found = set(), []
    for path in sorted(path for kind in kinds for path in FOLDER.glob(f"*/*/{kind}_*.py")):
        marks = [others] if path.parent in tried else []
        tried.add(path.parent)
        found.append(pytest.param(path, marks=marks, id=path.relative_to(FOLDER).as_posix()))
    return found


def _read(course, path):
    """An exercise, and an answer to it."""
    return course.exercises[path.parent.relative_to(FOLDER).as_posix()], read(path)


@pytest.fixture(params=_answers("right"))
def right(request, course):
    """An exercise, and a right answer to it."""
    return _read(course, request.param)


# `edge_`: wrong only for something that the docstring names.
@pytest.mark.parametrize("path", _answers("wrong", "edge"))
@pytest.mark.parametrize(
    "seeds",
    [(0, 1), pytest.param((11, 12), marks=pytest.mark.nightly)],
    ids=["practice", "graded"],
)
def test_a_wrong_answer_does_not_pass(course, path, seeds):
    """On the seeds at home, and on any others."""
    exercise, file = _read(course, path)
    run = functools.partial(report_on, exercise, file, seeds)
    # Which two mistakes it has is told to a learner, and takes seconds to find out.
    assert judged(exercise, seeds, "cpu", run, pairs=False).verdict != "passed"


def test_a_right_answer_passes(right):
    """Whatever names it imports, and whatever helpers it has."""
    result = examine(*right)
    assert result.verdict == "passed", result.trouble or result.failures


@pytest.mark.parametrize("path", _answers("right", others=pytest.mark.nightly))
def test_a_right_answer_passes_in_a_cell(course, path):
    """Where its imports and helpers are in another."""
    exercise, file = _read(course, path)
    above, _, below = file.text.partition("\n\n\n")
    file = File("answer", script_from([("cell 1", above), ("cell 2", below)]))
    assert examine(exercise, file).verdict == "passed"


def test_a_right_answer_passes_behind_the_walls(right, worker):
    """Where the cut grader alone is known."""
    exercise, file = right
    assert grading_run.examine(worker, exercise, file, [3, 4]).verdict == "passed"
