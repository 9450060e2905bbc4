"""What the README shows is what happens."""

import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT

README = ROOT / "README.md"
FIRST_TRY = "<!-- output of: pytest --submission examples/first_try -->", "<!-- end of output -->"
GRADES = "<!-- output of: kata grade examples/submissions -->", "<!-- end of grades -->"


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
    _check_shown(FIRST_TRY, run(*arguments).said)


@pytest.mark.slow
def test_the_submissions_get_what_the_readme_shows():
    """The grades are those of a run behind the walls. UPDATE_GOLDEN=1 writes them."""
    command = [sys.executable, "-c", "from torchkata.cli.start import main; main()"]
    arguments = ["grade", "examples/submissions"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    _check_shown(GRADES, done.stdout)


def test_the_list_of_exercises_is_there(course):
    """Each exercise has its row, and the README their number."""
    text = course.list_path.read_text()
    for exercise in course.exercises.values():
        assert f"| [{exercise.id}]({exercise.id}.py) |" in text
    count = f"{len(course.exercises)} exercises in {len(course.modules)} modules"
    assert count in README.read_text()


def _check_shown(marks, said):
    """What is between two marks of the README is what was said."""
    said = f"```\n{said.rstrip()}\n```"
    before, begin, rest = README.read_text().partition(f"{marks[0]}\n")
    shown, end, after = rest.partition(f"\n{marks[1]}")
    assert begin
    assert end
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(f"{before}{begin}{said}{end}{after}")
    assert _timeless(shown) == _timeless(said)


def _timeless(text):
    return re.sub(r"=* ?(.*) in [\d.]+s =*", r"\1", text)
