"""What a person reads fits the terminal, and no word in it is broken."""

import re
import shutil

import pytest

from torchkata.text.wrapping import columns

from conftest import ROOT
from walk import shown_in_a_terminal

LEARNING = ROOT / "docs" / "learning.md"
# Bars are as long as there is room, and times differ.
_OTHER_EACH_TIME = re.compile(r"\[[#-]+\]|[\d.]+s\b|\d{8}-\d{6}")
# What is there to be copied: code and addresses, as they are written.
_COPIED = re.compile(r"^\$ kata solution.*?^(?=Wrong ways|```)", re.DOTALL | re.MULTILINE)


@pytest.mark.nightly
def test_an_hour_at_every_width(tmp_path):
    """All that the first hour shows fits 60, 80 and 120 columns, with every word whole."""
    hours = {width: _hour(tmp_path / str(width), width) for width in (1000, 60, 80, 120)}
    whole = hours.pop(1000)
    for width, hour in hours.items():
        for shown, unwrapped in zip(hour, whole, strict=True):
            text = _COPIED.sub("", shown)
            # A path that is longer than a line is whole, so that it can be copied.
            long = [line for line in text.splitlines() if columns(line) > width]
            wide = [line for line in long if len(line.split()) > 1]
            assert not wide, "\n".join([f"wider than {width}:", *wide])
            assert _words(text) == _words(_COPIED.sub("", unwrapped)), f"at {width}:\n{text}"


def _hour(folder, width):
    for part in ("exercises", "graders", "solutions"):
        shutil.copytree(ROOT / part, folder / "torchkata" / part)
    shutil.copy(ROOT / "course.toml", folder / "torchkata")
    return shown_in_a_terminal(LEARNING, folder / "torchkata", width)


def _words(text):
    return _OTHER_EACH_TIME.sub("", text).split()
