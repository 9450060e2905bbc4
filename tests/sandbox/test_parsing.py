"""Answers are read as Python where nothing that they hold can end, fill or hold up the command."""

import pytest

from torchkata.course.answer_name import Asked
from torchkata.notebooks.normal_form import normal_form
from torchkata.sandbox import parsing
from torchkata.sandbox.parsing import normal_forms

ASKED = Asked("half", "function")
RIGHT = "def half(x):\n    return x / 2\n"
HOSTILE = {
    "deep": "def half(x):\n    return " + "-" * 200_000 + "x\n",
    "wide": "def half(x):\n    return [" + "x," * 100_000 + "]\n",
    "calls": "def half(x):\n    return " + "f(" * 90 + ")" * 90 + "\n",
    "attributes": "def half(x):\n    return x" + ".a" * 100_000 + "\n",
    "runs at import": "raise SystemExit\n" + RIGHT,
}


def test_forms_are_those_of_the_parser_in_their_order():
    """Also of what has none, and of none at all."""
    assert normal_forms([]) == []
    found = normal_forms([(RIGHT, ASKED), ("def half(", ASKED), (RIGHT.replace("2", "3"), ASKED)])
    assert found == [normal_form(RIGHT, ASKED), None, normal_form(RIGHT.replace("2", "3"), ASKED)]


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_answer_costs_its_own_form_at_most(what):
    """Those before and behind it have theirs, even where the process ends with it."""
    first, _, last = normal_forms([(RIGHT, ASKED), (HOSTILE[what], ASKED), (RIGHT, ASKED)])
    assert first == last == normal_form(RIGHT, ASKED)


def test_one_that_takes_too_long_is_left_out(monkeypatch):
    """The process that reads it ends by itself, and another one reads the rest."""
    slow = (
        "import time\nfrom torchkata.sandbox import parsing\n"
        "read, parsing._EACH = parsing.normal_form, 0.2\n"
        "parsing.normal_form = lambda *one: time.sleep(60 * ('slow' in one[0])) or read(*one)\n"
        "parsing.main()"
    )
    monkeypatch.setattr(parsing, "_COMMAND", [*parsing._COMMAND[:-1], slow])
    found = normal_forms([(RIGHT, ASKED), ("# slow\n" + RIGHT, ASKED), (RIGHT, ASKED)])
    assert found == [normal_form(RIGHT, ASKED), None, normal_form(RIGHT, ASKED)]


def test_without_a_process_nothing_is_taken_for_read(monkeypatch):
    """That is an error of ours, and no answer without a form."""
    monkeypatch.setattr(parsing, "_COMMAND", [*parsing._COMMAND[:-1], "raise SystemExit"])
    with pytest.raises(OSError, match="no process that reads answers"):
        normal_forms([(RIGHT, ASKED)])
