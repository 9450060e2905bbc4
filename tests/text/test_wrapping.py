"""Lines are broken once, at words, by the columns that their letters take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torchkata.text.wrapping import broken, columns, fitted


def test_hangul_takes_two_columns_a_letter():
    """A line of Hangul is broken where the terminal ends, not at half of it or beyond."""
    assert columns("손실 함수") == 9
    assert fitted("손실 함수와 옵티마이저", 12) == "손실 함수와\n옵티마이저"


def test_parts_keep_the_margin_of_their_line():
    """What was indented stays so; what hangs is further in."""
    assert fitted("  one two three", 9) == "  one two\n  three"
    assert broken("one two three", 9, hanging=4) == ["one two", "    three"]


@pytest.mark.parametrize("width", [88, 60, 24])
def test_a_heading_gives_its_gap_before_it_is_broken(width):
    """The verdict stays at the right, and two blanks are left at least."""
    heading = f"losses/mean{'wrong':>77}"
    assert columns(heading) == 88
    assert fitted(heading, width) == f"losses/mean{'wrong':>{width - 11}}"
    assert fitted(heading, 10) == "losses/mea\nn  wrong"


def test_a_command_is_held_together_where_it_can_be():
    """What is there to be typed is in one line; one that is wider than that is broken at words."""
    said = "Go on; then: kata check half. `kata list` shows all."
    assert fitted(said, 20) == "Go on; then:\nkata check half.\n`kata list` shows\nall."
    assert fitted("kata solution half --give-up", 16) == "kata solution\nhalf --give-up"


def test_a_long_word_is_broken_unless_it_is_to_be_copied():
    """A path or a number may be longer than the terminal is wide."""
    assert broken("x" * 12, 5) == ["xxxxx", "xxxxx", "xx"]
    assert broken("do: " + "x" * 12, 5, fold=False) == ["do:", "x" * 12]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])), st.integers(4, 40))
def test_nothing_is_lost_and_nothing_sticks_out(text, width):
    """Whatever a line holds, each part fits, and together they are the line."""
    parts = broken(text, width)
    assert all(columns(part) <= width for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
