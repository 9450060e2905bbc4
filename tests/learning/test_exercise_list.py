"""The list in `kata watch`: what its keys do, and how much of it is shown."""

import pytest

from torchkata.learning.exercise_list import ExerciseList, Row
from torchkata.text.wrapping import columns

NAMES = [f"losses/loss_{number}" for number in range(40)]
ROWS = [Row("", "Losses"), *(Row(name, f". todo     1   5 min  {name}") for name in NAMES)]
DOWN, UP, PAGE_DOWN, ENTER, ESC, ERASE = "\x1b[b", "\x1boa", "\x1b[6~", "\r", "\x1b", "\x7f"


@pytest.fixture
def listed():
    """A list of forty, of which the third is worked on."""
    return ExerciseList(ROWS, NAMES[2])


def marked(listed, height=20):
    """The lines that are marked, without what is before the name."""
    shown = list(listed.lines(80, height))
    assert len(shown) <= height
    return [line.split()[6] for line in shown if line.startswith(">")]


def test_the_marked_exercise_is_always_shown(listed):
    """However far one goes, also beyond both ends; Enter goes on there."""
    for key, place in [(DOWN, 3), (UP, 2), (PAGE_DOWN, 12), *[(PAGE_DOWN, None)] * 5]:
        assert listed.press(key) == ""
        assert place is None or marked(listed) == [NAMES[place]]
    assert marked(listed) == [NAMES[-1]]
    assert listed.press(ENTER) == NAMES[-1]
    assert listed.closed


def test_the_current_exercise_is_shown_too(listed):
    """It keeps its sign when another one is marked."""
    listed.press(DOWN)
    signed = [line for line in listed.lines(80, 20) if line.endswith("<- here")]
    assert [line.split()[5] for line in signed] == [NAMES[2]]


def test_it_is_filtered_by_what_is_typed(listed):
    """By words in any order; what is marked is one of those found, and Esc shows all again."""
    for key in "_1 loss":
        listed.press(key)
    assert [line.split()[-1] for line in listed.lines(80, 20)] == [NAMES[1], *NAMES[10:20]]
    assert marked(listed) == [NAMES[1]]
    listed.press("q")
    assert list(listed.lines(80, 20)) == ["  Nothing fits '_1 lossq'; esc shows all."]
    listed.press(ERASE)
    assert listed.typed == "_1 loss"
    listed.press(ESC)
    assert (listed.typed, listed.closed) == ("", False)
    listed.press(ESC)
    assert listed.closed


def test_a_narrow_list_keeps_its_names(listed):
    """A line that does not fit is broken, and what is marked is still among those shown."""
    shown = list(listed.lines(24, 5))
    assert max(map(columns, shown)) <= 24
    assert "losses/loss_2" in " ".join(shown).split()
