"""`kata new` begins a course where there is none, and exercises of each kind."""

import re

import pytest
import yaml

from torchkata.authoring.new_course import with_module
from torchkata.authoring.scaffold import Kind, begin
from torchkata.course.course import Course

from command import kata

NAMED = 'title = "Own"\n\n[modules]\nfirst = "First"\n\n# The end.\n'


def test_a_course_is_begun_where_there_is_none(tmp_path):
    """Its folders, what it says of itself, the list, the page of its module, and CI."""
    done = kata("new", "first_steps/doubled", "--course", "own-course", cwd=tmp_path)
    root = tmp_path / "own-course"
    assert done.returncode == 0, done.stderr
    began, *wrote, last = done.stdout.splitlines()
    assert began == "began a course in own-course: course.toml, a list of exercises, CI"
    assert [line.partition("own-course/")[2] for line in wrote] == [
        "solutions/first_steps/doubled.py",
        "graders/first_steps/doubled.py",
        "exercises/first_steps/README.md",
    ]
    assert Course(root).outline.modules == {"first_steps": "First steps"}
    assert Course(root).outline.title == "Own course"
    assert last.endswith("kata prove first_steps/doubled --write --course own-course")
    (job,) = yaml.safe_load((root / ".github/workflows/prove.yml").read_text())["jobs"].values()
    install, prove = (step["run"] for step in job["steps"] if "run" in step)
    assert all((root / name).is_file() for name in re.findall(r"\S+\.txt", install))
    (wheel,) = re.findall(r"^\./(\S+)\[author\]$", (root / "requirements.txt").read_text(), re.M)
    assert (root / wheel).is_file()
    assert prove == "kata prove"


def test_what_is_there_is_left_alone(tmp_path):
    """A folder with a README and settings of its own becomes a course beside them."""
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "course.toml").write_text(NAMED.replace("first", "second"))
    begin(Course(tmp_path), "second/one")
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert (tmp_path / "course.toml").read_text() == NAMED.replace("first", "second")
    assert (tmp_path / "exercises" / "README.md").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*Kind])
def test_an_exercise_of_each_kind_lacks_what_only_its_author_knows(tmp_path, kind):
    """All else holds: mistakes are caught and named, alternatives pass, and every mutant fails."""
    kata("new", "first/doubled_it", "--kind", str(kind), "--course", tmp_path)
    done = kata("prove", "--write", "--seeds", "2", "--course", tmp_path)
    assert "2 of 2 misconceptions caught, 2 named, 1 of 1 alternatives accepted" in done.stdout
    killed, mutants = re.search(r"(\d+) of (\d+) mutants killed", done.stdout).groups()
    assert killed == mutants != "0"
    lacks = re.findall(r"^  ! .*", done.stdout, re.M)
    asked = "TODO|write . at least|no case draws the arguments of this example|in all cases"
    assert [line for line in lacks if not re.search(asked, line)] == []
    assert len([line for line in lacks if "TODO" in line]) >= 4
    stub = (tmp_path / "exercises/first/doubled_it.py").read_text()
    assert ("raise NotImplementedError" in stub) == (kind != "fix")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("first/lambda", "'lambda' is a keyword of Python; choose another name"),
        ("first/match", "'match' is a keyword of Python"),
        ("first/sum", "'sum' is a builtin of Python, which it would hide"),
        ("first/random", "'random' is a module, which it would hide"),
        ("numpy/first", "'numpy' is a module, which it would hide"),
        ("graders/first", "'graders' is a module, which it would hide"),
        ("First/one", "'First/one' is no exercise name: write module/exercise"),
    ],
)
def test_names_that_hide_something_are_refused(tmp_path, name, said):
    """In one sentence, and nothing is written."""
    done = kata("new", name, "--course", tmp_path / "own")
    assert done.returncode == 2
    assert done.stderr.startswith(f"kata new: {said}")
    assert not (tmp_path / "own").exists()


def test_no_name_of_the_course_is_refused(course, tmp_path):
    """What is there could be begun again elsewhere."""
    for name in course.exercises:
        begin(Course(tmp_path), name)
    assert Course(tmp_path).exercises.keys() == course.exercises.keys()


def test_without_a_course_it_is_said_how_to_begin_one(tmp_path):
    """In one sentence with the command."""
    done = kata("new", "first/one", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith("or begin a course here: kata new first/one --course .\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NAMED, NAMED.replace('first = "First"\n', 'first = "First"\nnext_one = "Next one"\n')),
        ("[modules]\n", '[modules]\nnext_one = "Next one"\n'),
        ('[modules]\na = "A"', '[modules]\na = "A"\nnext_one = "Next one"\n'),
        ("[modules]\n[stands_for]\n", '[modules]\nnext_one = "Next one"\n[stands_for]\n'),
        ('[modules]\nnext_one = "N"\n', '[modules]\nnext_one = "N"\n'),
        ('title = "Own"\n', 'title = "Own"\n'),
    ],
)
def test_a_new_module_is_one_line_of_the_table(before, after):
    """The last; where no table is, the order is the alphabet's, and stays so."""
    assert with_module(before, "next_one") == after
