"""What the documents show is what happens."""

import re
import runpy
import shutil

import pytest

from conftest import ROOT
from walk import walk

LEARNING, TEACHING = ROOT / "docs" / "learning.md", ROOT / "docs" / "teaching.md"
DATA = ROOT / "docs" / "students_data.md"


@pytest.mark.nightly
def test_the_first_hour(tmp_path):
    """From init and watch to a pass, the solution and an update, it is as the document says."""
    for part in ("exercises", "graders", "solutions"):
        shutil.copytree(ROOT / part, tmp_path / "torchkata" / part)
    said, shown = walk(LEARNING, tmp_path / "torchkata")
    assert said == shown


@pytest.mark.nightly
def test_from_assign_to_export(tmp_path):
    """A class of thirty is graded and given its feedback; then one of them is deleted."""
    for part in ("exercises", "graders", "solutions", "examples/class"):
        shutil.copytree(ROOT / part, tmp_path / "torchkata" / part)
    for document in (TEACHING, DATA):
        said, shown = walk(document, tmp_path / "torchkata")
        assert said == shown


def test_the_made_up_class_is_current(tmp_path):
    """It is what the script makes."""
    place = ROOT / "examples" / "class"
    runpy.run_path(str(place / "make.py"))["write"](tmp_path)
    for path in tmp_path.rglob("*"):
        there = place / path.relative_to(tmp_path)
        same = path.is_dir() or path.read_bytes() == there.read_bytes()
        assert same, "run: python examples/class/make.py"
    assert len(list((place / "submissions").iterdir())) == len(
        list((tmp_path / "submissions").iterdir())
    )


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    """Every relative link and picture names a file."""
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert "://" in target or (path.parent / target).exists(), target
