"""Which two mistakes at once are something of their own."""

import pytest

from torchkata.course.course import Course
from torchkata.running.distinct_pairs import sorted_out
from torchkata.running.known_answers import forget


@pytest.fixture
def kinds(scaled):
    """{pair: what it is}, with more edits in the grader."""

    def found(*edits):
        lines = [
            f"grader.edit({name!r}, 'No {name}.', {old!r}, {new!r})" for name, old, new in edits
        ]
        text = scaled.grader_path.read_text()
        scaled.grader_path.write_text("\n".join([text, *lines, ""]))
        forget()
        exercise = Course(scaled.course.root).exercises[scaled.id]
        return {pair.pair.name: kind for pair, kind in sorted_out(exercise, (0, 1))}

    yield found
    forget()


def test_a_pair_may_be_the_reference_again(kinds):
    """The others are distinct: from it, from each mistake alone and from each other."""
    assert kinds() == {
        "adds_one + takes_a_third": "distinct",
        "adds_one + takes_a_quarter": "distinct",
        "doubles_it + takes_a_third": "distinct",
        "doubles_it + takes_a_quarter": "reference",
    }


def test_a_pair_may_be_what_is_known_already(kinds):
    """A single mistake, or an earlier pair."""
    found = kinds(("takes_a_part", "x - 1", "(x - 1) / 1.5"), ("takes_a_sixth", "d / 2", "d / 6"))
    assert found["takes_a_part + takes_a_quarter"] == found["doubles_it + takes_a_sixth"]
    assert found["doubles_it + takes_a_third"] == "distinct"
    assert found["takes_a_part + takes_a_sixth"] == "distinct"
    found = kinds(("doubles_both", "x - 1", "(x + x) - 2 + 0 * x"))
    assert found["doubles_both + takes_a_third"] == "known"


def test_a_pair_that_only_raises_names_nothing(kinds):
    """Where it is an exception in every case that is wrong."""
    found = kinds(("makes_a_list", "x - 1", "[x - 1]"), ("adds", "d / 2", "d + d"))
    assert found["makes_a_list + takes_a_third"] == "raises"


def test_a_pair_may_show_truth_values(kinds):
    """A tensor of them is compared by its numbers, 0 and 1."""
    found = kinds(("makes_a_mask", "d / 2", "d > 0"))
    assert found["doubles_it + makes_a_mask"] == "known"
    assert found["adds_one + makes_a_mask"] == "distinct"
