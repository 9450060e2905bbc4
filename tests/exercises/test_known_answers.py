"""Answers that were once judged wrongly: each is a file named by what it must get."""

import pytest

from torchkata.running.files import read
from torchkata.running.practice import examine

from conftest import HERE

FOLDER = HERE / "known_answers"
RIGHT = sorted(FOLDER.glob("*/*/right_*.py"))


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_right_answer_passes(course, path):
    """Whatever names it imports, and whatever helpers it has."""
    exercise = course.exercises[path.parent.relative_to(FOLDER).as_posix()]
    result = examine(exercise, read(path))
    assert result.verdict == "passed", result.trouble or result.failures
