"""What anyone who contributes is given: a page with two halves, templates, hooks."""

import re

import pytest
import yaml

from conftest import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.md"))


def test_the_engine_is_told_of_as_exercises_are():
    """The part for those who work on it is at least half as long as the other."""
    exercises, engine = (len(part.split()) for part in PAGE.split("# Working on the engine"))
    assert engine >= exercises / 2


def test_the_rooms_are_those_whose_imports_are_checked():
    """In the same order, as the design's page has them, too."""
    shown = "cli > reporting > pytest_plugin | platforms > learning | grading"
    assert shown in PAGE
    assert shown in (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    layers = re.findall(
        r'^    "([a-z_| ]+)",$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert " > ".join(layers).startswith(shown)


def test_the_tests_that_it_names_are_there():
    """Each path of a command."""
    paths = re.findall(r"tests/[\w/.]+\w", PAGE)
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_what_it_is_for(path):
    """In the two lines that the platform shows."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n")
    assert {*yaml.safe_load(front)} == {"name", "about"}
    assert body.count("**") >= 6


def test_hooks_download_nothing():
    """They run what the active environment has."""
    for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]:
        assert repo["repo"] == "local"
        assert {hook["language"] for hook in repo["hooks"]} == {"system"}
