"""Arguments are drawn from a seed and a case's name, and from nothing else."""

import random

import numpy
import pytest
import torch

from torchkata.course.grader import Grader, GraderError
from torchkata.running.arguments import draw, seed_for_observing, sizes
from torchkata.running.runner import observe


def grader(spent=0):
    """Two cases that draw the same way, and then use up some more; and what an answer draws."""
    made = Grader(points=1, level=1, hints=("None.",))

    @made.observe
    def drawn_by_the_answer(answer, x, n):
        return {"x": x, "drawn": answer()}

    @made.case
    def row():
        """A row."""
        return _arguments(spent)

    @made.case
    def table():
        """A table."""
        return _arguments(spent)

    return made


def _arguments(spent):
    drawn = torch.randn(4), random.random() + numpy.random.rand()
    torch.rand(spent)
    return drawn


def _draws():
    return [torch.rand(2), random.random(), float(numpy.random.rand())]


def _shown(drawn):
    return drawn.arguments[0].tolist(), drawn.arguments[1]


def test_the_same_seed_gives_the_same_arguments():
    """Whatever was drawn before: by torch, by Python or by numpy."""
    first = draw(grader(), [3])
    _draws()
    again = draw(grader(), [3])
    assert [*map(_shown, first)] == [*map(_shown, again)]


def test_other_seeds_and_other_cases_get_other_arguments():
    """An answer cannot have learnt one case's numbers from another's."""
    drawn = draw(grader(), [3, 4])
    assert [one.key for one in drawn] == [("row", 3), ("table", 3), ("row", 4), ("table", 4)]
    tensors, numbers = zip(*map(_shown, drawn), strict=True)
    assert len({*map(tuple, tensors)}) == len({*numbers}) == 4


def test_what_an_answer_draws_depends_on_the_seed_and_the_case_alone():
    """Not on how much its arguments have used up, nor on what ran before it."""
    shown = []
    for spent in (0, 100):
        _draws()
        for drawn in draw(grader(spent), [3, 4]):
            shown.append(str(observe(grader(), _draws, drawn)["drawn"]))
    assert shown[:4] == shown[4:]
    assert len({*shown}) == 4


def test_an_answer_does_not_draw_its_own_arguments_again():
    """The same seed is not used twice: an answer would otherwise get its arguments' numbers."""
    (drawn, _) = draw(grader(), [3])
    seed_for_observing(drawn)
    assert torch.randn(4).tolist() != drawn.arguments[0].tolist()


def test_a_case_that_cannot_draw_is_the_graders_fault():
    """With its line."""
    made = grader()

    @made.case
    def broken():
        """A case that fails."""
        return torch.rnd(4)

    made.path = "graders/m/e.py"
    with pytest.raises(GraderError, match=r"graders/m/e\.py:\d+: case 'broken' cannot draw"):
        draw(made, [0])


def test_sizes_are_called_what_a_learner_would_call_them():
    """By the names of the observe function's arguments."""
    made = Grader(points=1, level=1, hints=("None.",))
    made.observe(lambda answer, logits, names, n: None)
    made.case(_sized)
    (found,) = sizes(made, draw(made, [0])).values()
    assert found == {"len(logits)": 2, "logits.shape[1]": 3, "len(names)": 4, "n": 5}


def _sized():
    """Arguments of four sizes."""
    return torch.zeros(2, 3), ["a"] * 4, 5
