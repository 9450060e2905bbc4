"""What the documents show is what happens."""

import re
import shutil

import pytest

from conftest import ROOT
from walk import walk

LEARNING = ROOT / "docs" / "learning.md"


def test_the_first_hour(tmp_path):
    """From init and watch to a pass, the solution and an update, it is as the document says."""
    for part in ("exercises", "graders", "solutions"):
        shutil.copytree(ROOT / part, tmp_path / "torchkata" / part)
    said, shown = walk(LEARNING, tmp_path / "torchkata")
    assert said == shown


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    """Every relative link and picture names a file."""
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert "://" in target or (path.parent / target).exists(), target
