"""The honest pass: a thousand right answers, on seeds that nobody chose."""

import itertools

import pytest
import submissions

from torchkata.grading import batch, grading_run
from torchkata.grading.submission import find_all

pytestmark = pytest.mark.nightly

GRADINGS = 1000


def test_no_right_answer_ever_fails(course, tmp_path):
    """References and alternatives of all exercises, graded behind the walls on fresh seeds."""
    rounds = -(-GRADINGS // len(course.exercises))
    for exercise in course.exercises.values():
        right = itertools.cycle(submissions.right(exercise).values())
        for number in range(rounds):
            path = tmp_path / f"learner{number:02}" / exercise.relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(next(right))
    terms = grading_run.Terms(batch.fresh_seeds())
    done = batch.run(find_all(course, [tmp_path]), terms, workers=2)
    graded = [one for each in done for one in each.record.exercises]
    assert len(graded) >= GRADINGS
    failed = [f"{one.text}\n{one.failure}" for one in graded if one.verdict != "passed"]
    assert not failed, f"seeds {terms.seeds}:\n" + "\n\n".join(failed[:3])
