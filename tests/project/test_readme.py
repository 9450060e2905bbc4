"""The README is short, and what it and the page of examples show is what happens."""

import json
import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT

README, EXAMPLES = ROOT / "README.md", ROOT / "docs" / "examples.md"
ONE = "examples/first_try/cross_entropy/weighted_mean.py"
SHOWN = f"<!-- output of: pytest --submission {ONE} -->", "<!-- end of output -->"
FIRST_TRY = "<!-- output of: pytest --submission examples/first_try -->", "<!-- end of output -->"
GRADES = "<!-- output of: kata grade examples/submissions -->", "<!-- end of grades -->"


def test_both_commands_are_at_the_top():
    """By line 15 there are two, and each sets everything up."""
    top = README.read_text().splitlines()[:15]
    commands = [line for line in top if line.startswith("python3.11 -m venv")]
    assert [command.rpartition("/")[2] for command in commands] == ["pytest", "pytest tests"]
    assert all("-c constraints.txt" in command for command in commands)


def test_it_is_read_in_two_minutes():
    """500 words at most besides output, and how to practise by line 60."""
    text = README.read_text()
    words = re.sub(r"<!-- output.*?<!-- end[^>]*>", "", text, flags=re.DOTALL).split()
    assert len([word for word in words if re.search(r"\w", word)]) <= 500
    assert text.splitlines().index("## How to practise") < 60


def test_the_korean_page_has_the_same_commands():
    """How to set up and how to practise are typed alike."""
    typed = re.compile(r"^(python3.11|py -3.11|kata|cd|source) [^#\n`]*[^#\s`]", re.MULTILINE)
    english = README.read_text(encoding="utf-8").replace("\n`py ", "\npy ")
    korean = (ROOT / "README.ko.md").read_text(encoding="utf-8")
    commands = {found[0] for found in typed.finditer(korean)}
    assert len(commands) == 6
    assert commands <= {found[0].rstrip("`.") for found in typed.finditer(english)}


def test_a_first_try_is_told_what_the_readme_shows(run, monkeypatch):
    """The output is shown as it is, but for the time it took. UPDATE_GOLDEN=1 writes it."""
    monkeypatch.chdir(ROOT)
    _check_shown(README, SHOWN, run(*_practice(ONE)).said)


def test_the_first_tries_are_told_what_the_examples_show(run, monkeypatch):
    """The same for all of them."""
    monkeypatch.chdir(ROOT)
    _check_shown(EXAMPLES, FIRST_TRY, run(*_practice("examples/first_try")).said)


@pytest.mark.nightly
def test_the_submissions_get_what_the_examples_show():
    """The grades are those of a run behind the walls. UPDATE_GOLDEN=1 writes them."""
    command = [sys.executable, "-c", "from torchkata.cli.start import main; main()"]
    arguments = ["grade", "examples/submissions"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    _check_shown(EXAMPLES, GRADES, done.stdout)


def test_the_list_of_exercises_is_there(course):
    """Each exercise has its row."""
    text = course.list_path.read_text()
    for exercise in course.exercises.values():
        assert f"| [{exercise.id}]({exercise.id}.py) |" in text


def _practice(path):
    return "--submission", path, "--device", "cpu", "-p", "no:cacheprovider"


def _check_shown(page, marks, said):
    """What a page has between two marks is what was said."""
    said = f"```\n{said.rstrip()}\n```"
    before, begin, rest = page.read_text().partition(f"{marks[0]}\n")
    shown, end, after = rest.partition(f"\n{marks[1]}")
    assert begin
    assert end
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(f"{before}{begin}{said}{end}{after}")
    assert _timeless(shown) == _timeless(said)


def _timeless(text):
    # Nor with the walls' versions, which are the machine's.
    text = re.sub(r"^(assurance: \w+): .*", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"=* ?(.*) in [\d.]+s[\d:( )]* =*", r"\1", text)


def test_the_devcontainer_sets_up_as_the_readme_does():
    """With its first command up to the run, the interpreter that this makes, and no other file."""
    said = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    typed = README.read_text().splitlines()
    first = next(line for line in typed if line.startswith("python3.11 -m venv"))
    assert first == f"{said['postCreateCommand']} && .venv/bin/pytest"
    assert said["image"].replace(":", "") == first.split()[0]
    settings = said["customizations"]["vscode"]["settings"]
    assert settings["python.defaultInterpreterPath"].endswith("/.venv/bin/python")
    assert settings["python.testing.pytestEnabled"]
