"""What the README shows is what happens."""

import os
import re

import pytest

from conftest import ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- output of: pytest --submission examples/first_try -->", "<!-- end of output -->"


def test_both_commands_stand_at_the_top():
    """By line 15 there are two, and each sets everything up."""
    top = README.read_text().splitlines()[:15]
    commands = [line for line in top if line.startswith("python3.11 -m venv")]
    assert [command.rpartition("/")[2] for command in commands] == ["pytest", "pytest tests"]
    assert all("-c constraints.txt" in command for command in commands)


def test_the_first_tries_are_told_what_the_readme_shows(run, monkeypatch):
    """The output is shown as it is, but for the time it took. UPDATE_GOLDEN=1 writes it."""
    monkeypatch.chdir(ROOT)
    arguments = ["--submission", "examples/first_try", "--device", "cpu", "-p", "no:cacheprovider"]
    said = f"```\n{run(*arguments).said.rstrip()}\n```"
    text = README.read_text()
    before, begin, rest = text.partition(f"{BEGIN}\n")
    shown, end, after = rest.partition(f"\n{END}")
    assert begin
    assert end
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(f"{before}{BEGIN}\n{said}\n{END}{after}")
    assert _timeless(shown) == _timeless(said)


def test_the_list_of_exercises_is_there(course):
    """Each exercise has its row, with its level. (`kata prove` says whether the rows are stale.)"""
    text = README.read_text()
    for exercise in course.exercises.values():
        assert f"| [{exercise.id}](exercises/{exercise.id}.py) |" in text


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/design.md"])
def test_links_lead_somewhere(name):
    """Every relative link names a file."""
    path = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        assert "://" in target or (path.parent / target).exists(), target


def _timeless(text):
    return re.sub(r"=* ?(.*) in [\d.]+s =*", r"\1", text)
