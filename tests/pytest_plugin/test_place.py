"""pytest from anywhere: the workspace is found, or it is said why nothing was."""

import subprocess
import sys

import pytest

from torchkata.cli import init
from torchkata.learning import known_courses

HALF = "exercises/warmup/half.py"
OLD = 'pytest_plugins = ["torchkata.plugin"]\n'


@pytest.fixture
def mine(elsewhere, tmp_path):
    """A workspace beside a course, in a folder of its own."""
    init.build(elsewhere, tmp_path / "up" / "mine")
    return tmp_path / "up" / "mine"


@pytest.fixture
def said_in(run, monkeypatch):
    """Run pytest in a folder."""

    def typed(folder, *arguments):
        monkeypatch.chdir(folder)
        return run("-p", "no:cacheprovider", *arguments)

    return typed


def test_an_exercise_is_found_by_its_path(said_in, mine, elsewhere):
    """From the parent, a folder far above, another course and the root of the file system."""
    inside = (mine / HALF).relative_to("/")
    for folder, path in [
        (mine.parent, f"mine/{HALF}"),
        (mine.parents[1], f"up/mine/{HALF}"),
        (elsewhere.root, str(mine / HALF)),
        ("/", str(inside)),
        (mine / "exercises" / "warmup", "half.py"),
    ]:
        result = said_in(folder, path)
        assert result.counts == {"todo": 3}
        assert "Not begun" in result.said


def test_a_case_is_found_by_its_node_id_from_above(said_in, mine):
    """As an editor that was opened above the workspace runs it."""
    result = said_in(mine.parent, f"--rootdir={mine.parent}", f"mine/{HALF}::table")
    assert result.counts == {"todo": 1}


def test_the_root_says_which_workspace_is_meant(said_in, mine, tmp_path_factory):
    """Where neither an argument nor the folder does."""
    config = mine / "pytest.ini"
    result = said_in(tmp_path_factory.mktemp("away"), "-c", config, "--collect-only", "-qq")
    assert "torchkata" not in result.said


@pytest.mark.parametrize("conftest", ["", OLD])
def test_from_the_parent_an_editor_discovers_the_exercises(said_in, mine, elsewhere, conftest):
    """Of the workspace, not of a course beside it; and no conftest.py in either is an error."""
    for root in (mine, elsewhere.root):
        (root / "conftest.py").write_text(conftest)
    (elsewhere.root / "tests").mkdir()
    (elsewhere.root / "tests" / "test_it.py").write_text("raise SystemExit\n")
    elsewhere.root.rename(mine.parent / "clone")
    (mine / ".kata" / "course").write_text(str(mine.parent / "clone"))
    known_courses.remember(mine.parent / "clone")
    said = said_in(mine.parent, f"--rootdir={mine.parent}", "--collect-only", "-q").said
    found = [line for line in said.splitlines() if "::" in line]
    assert found[-3:] == [f"mine/{HALF}::{case}" for case in ("row", "table", "large")]
    assert len(found) == 4


def test_of_two_workspaces_one_has_to_be_named(said_in, mine, elsewhere):
    """In one sentence, with what to type; so from far above, and where both were given."""
    init.build(elsewhere, mine.with_name("other"))
    which = "a run checks the exercises of one folder, and here is"
    both = said_in(mine.parent)
    assert f"torchkata: {which} mine and other: pytest mine/exercises\n" in both.said
    assert both.status == pytest.ExitCode.NO_TESTS_COLLECTED
    above = said_in(mine.parents[1], "up")
    assert f"{which} up/mine and up/other: pytest up/mine/exercises\n" in above.said
    given = said_in(mine.parent, f"mine/{HALF}", f"other/{HALF}")
    assert given.status == pytest.ExitCode.USAGE_ERROR
    assert which in given.said


def test_why_nothing_was_collected(said_in, mine, tmp_path_factory):
    """A file that is no exercise, a folder that is no workspace, an empty course."""
    said = said_in(mine.parent, "mine/README.md").said
    assert "torchkata: mine/README.md: no exercise of the course; `kata list` names them" in said
    said = said_in(mine.parent, "mine/README.md", "mine/exercises/nothing").said
    assert "file or directory not found: mine/exercises/nothing" in said
    assert "torchkata: mine" not in said
    lost = tmp_path_factory.mktemp("lost")
    (lost / "exercises").mkdir()
    said = said_in(lost, "exercises").said
    assert f"torchkata: there are no exercises at or above {lost}" in said
    assert "kata init my-kata" in said
    (lost / "graders").mkdir()
    assert f"has no exercise that was looked for in {lost}/exercises" in said_in(lost).said


def test_a_project_without_exercises_hears_nothing(said_in, tmp_path_factory):
    """The plugin is in every pytest of its environment."""
    folder = tmp_path_factory.mktemp("project")
    assert "torchkata: " not in said_in(folder).said


def test_a_course_in_a_project_is_a_part_of_it(said_in, elsewhere):
    """Where the project configures pytest, the course's own tests are collected with the others."""
    (elsewhere.root / "test_in_the_project.py").write_text("def test_it():\n    pass\n")
    (elsewhere.root.parent / "pytest.ini").write_text("[pytest]\n")
    said = said_in(elsewhere.root.parent, "--collect-only", "-q").said
    assert "course/test_in_the_project.py::test_it" in said


def test_a_plugin_named_twice_is_one(mine):
    """By the workspace's pytest.ini and by the distribution."""
    command = [sys.executable, "-m", "pytest", "-q", HALF]
    done = subprocess.run(command, cwd=mine, capture_output=True, text=True)
    assert "3 todo" in done.stdout, done.stderr
