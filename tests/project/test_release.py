"""A release has one version, a date, and what changed."""

import re
import tomllib
from datetime import date

import torchkata

from conftest import ROOT

FILES = ("pyproject.toml", "course/pyproject.toml")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
VERSIONS = re.findall(r"^## \[([\d.]+)\] - (.+)$", CHANGES, re.MULTILINE)


def test_the_newest_version_is_the_engines():
    """What is not released yet is above it, under a headline of its own."""
    assert VERSIONS[0][0] == torchkata.__version__
    assert CHANGES.index("\n## [Unreleased]\n") < CHANGES.index("\n## [0")


def test_every_version_has_a_date_and_kinds_of_changes():
    """The newest first, and no headline that is something else."""
    dates = [date.fromisoformat(when) for _, when in VERSIONS]
    assert dates == sorted(dates, reverse=True)
    assert len(re.findall(r"^## ", CHANGES, re.MULTILINE)) == len(VERSIONS) + 1
    for part in CHANGES.split("\n## [")[2:]:
        kinds = re.findall(r"^### (.+)$", part, re.MULTILINE)
        assert kinds
        assert {*kinds} <= KINDS


def test_both_distributions_say_which_python_and_what_they_are():
    """In words that an index knows; and the same of both."""
    found = [tomllib.loads((ROOT / name).read_text()) for name in FILES]
    engine, course = ({*one["project"]["classifiers"]} for one in found)
    assert course < engine
    assert "Programming Language :: Python :: 3.11" in course
    assert all(one["project"]["requires-python"] == ">=3.11" for one in found)
