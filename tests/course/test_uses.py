"""A course that uses exercises of an installed one, under their own ids."""

import shutil
import zipfile

import pytest

from torchkata.authoring import proof
from torchkata.course import installed_courses
from torchkata.course.course import Course
from torchkata.course.grader import GraderError
from torchkata.course.order import learning_path
from torchkata.grading import course_wheels, pack
from torchkata.grading.assignment import Assignment, check
from torchkata.learning.workspace import Workspace
from torchkata.running.files import File
from torchkata.running.practice import examine

from command import kata
from conftest import HERE

TOML = """\
title = "Mixed"
goals = ["own/after_it"]

[modules]
own = "Our own"

[uses]
small = ["warmup/half"]
shades = ["warmup/shades"]
"""


@pytest.fixture
def mixed(tmp_path, monkeypatch):
    """A course with an exercise of its own, that comes after one of another."""
    there = {name: tmp_path / "share" / name for name in ("small", "shades")}
    shutil.copytree(HERE / "small_course", there["small"])
    shutil.copytree(HERE / "data_course", there["shades"])
    (there["small"] / "course.toml").write_text('[modules]\nwarmup = "To get warm"\n')
    (there["small"] / "exercises/warmup/README.md").write_text("# Warmup\n")
    monkeypatch.setattr(installed_courses, "installed_courses", lambda: there)
    root = tmp_path / "mixed"
    for kind in ("graders", "solutions", "exercises"):
        (root / kind / "own").mkdir(parents=True)
        text = (there["small"] / kind / "warmup/half.py").read_text().replace("half", "after_it")
        text = text.replace("    level=1,\n", '    level=1,\n    after=("warmup/half",),\n')
        (root / kind / "own/after_it.py").write_text(text)
    (root / "course.toml").write_text(TOML)
    return Course(root)


def outlined(course, text):
    """The same course with another course.toml."""
    (course.root / "course.toml").write_text(text)
    return Course(course.root)


def test_exercises_of_both_are_in_one_order(mixed):
    """Under their own ids; a module that is not named has the title that its own course gives."""
    assert [*mixed.exercises] == ["own/after_it", "warmup/half", "warmup/shades"]
    assert mixed.outline.modules == {"own": "Our own", "warmup": "To get warm"}
    facts = {name: exercise.facts for name, exercise in mixed.exercises.items()}
    path = learning_path([*mixed.exercises.values()], facts, mixed.outline.goals)
    assert [one.id for one in path] == ["own/after_it", "warmup/half", "warmup/shades"]
    named = outlined(mixed, TOML.replace("own = ", 'warmup = "First"\nown = '))
    assert [*named.exercises] == ["warmup/half", "warmup/shades", "own/after_it"]


def test_each_is_what_it_is_in_its_own_course(mixed):
    """With its own digest, data and packages; a right answer passes."""
    for name, exercise in mixed.exercises.items():
        there = Course(exercise.course.root).exercises[name]
        assert exercise.digest == there.digest
        assert examine(exercise, File("answer.py", exercise.solution)).verdict == "passed"


def test_one_assignment_and_one_pack_have_both(mixed, tmp_path):
    """With the files that its exercises read; what it used is in the pack itself."""
    given = Assignment("Given", ["own", "warmup"])
    assert len(check(given, mixed)) == 3
    pack.build(mixed, given, tmp_path / "pack")
    inside = Course(tmp_path / "pack")
    assert inside.outline.uses == {}
    assert {*inside.exercises} == {*mixed.exercises}
    assert inside.outline.modules["warmup"] == "To get warm"
    shades = inside.exercises["warmup/shades"]
    assert examine(shades, File("x.py", mixed.exercises[shades.id].solution)).verdict == "passed"


def test_the_wheels_of_a_course_have_both(mixed, tmp_path):
    """So that anyone who installs one needs no other; they say version, licence and packages."""
    head = 'version = "1.2"\nlicence = "CC0"\npackages = ["yaml"]\n'
    built = course_wheels.build(outlined(mixed, head + TOML), "mixed", tmp_path / "dist")
    with zipfile.ZipFile(built.graders) as wheel:
        names = wheel.namelist()
        facts = wheel.read("mixed_graders-1.2.dist-info/METADATA").decode()
    inside = {name.partition("share/torchkata-courses/mixed-graders/")[2] for name in names}
    assert {f"solutions/{name}.py" for name in mixed.exercises} < inside
    assert {"data/shades.bin", "data/README.md"} < inside
    assert {"Version: 1.2", "License: CC0", "Requires-Dist: PyYAML"} <= {*facts.splitlines()}
    bad = outlined(mixed, TOML.replace("title", 'version = "this term"\ntitle'))
    with pytest.raises(ValueError, match=r"course.toml: version = 'this term' is none that pip"):
        course_wheels.build(bad, "mixed", tmp_path / "dist")


def test_a_workspace_has_both(mixed, tmp_path):
    """Stubs, pages and the list."""
    done = kata("init", tmp_path / "mine", "--course", mixed.root)
    assert done.returncode == 0, done.stderr
    assert {*Workspace(tmp_path / "mine", mixed).facts} == {*mixed.exercises}
    for exercise in mixed.exercises.values():
        text = (tmp_path / "mine/exercises" / exercise.relative).read_text()
        assert text == exercise.stub
    assert (tmp_path / "mine/exercises/warmup/README.md").read_text() == "# Warmup\n"
    listed = kata("list", cwd=tmp_path / "mine").stdout
    assert "Our own" in listed
    assert "To get warm" in listed


def test_what_it_uses_is_not_changed_from_here(mixed):
    """Neither an alternative nor a misconception is written into another course."""
    half = mixed.exercises["warmup/half"]
    with pytest.raises(ValueError, match=r"copy it: kata new MODULE/EXERCISE --from warmup/half"):
        mixed.own_exercise(half)
    own = mixed.exercises["own/after_it"]
    assert mixed.own_exercise(own) is own


def test_only_its_own_exercises_are_written(mixed):
    """`kata prove` without a name is about these; those of others are not touched."""
    theirs = mixed.exercises["warmup/half"].stub_path
    theirs.unlink()
    proof.write(mixed, mixed.exercises.values())
    assert not theirs.exists()
    assert [one.id for one in mixed.own] == ["own/after_it"]
    done = kata("prove", "--seeds", "1", "--no-mutants", "--no-pairs", "--course", mixed.root)
    assert "own/after_it" in done.stdout
    assert "warmup/half" not in done.stdout
    assert not (mixed.root / "exercises/warmup").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[uses]\nnone = ["a"]\n', "course.toml:2: the course none is not installed; pip install"),
        ('[uses]\nsmall = ["warmup/no"]\n', "toml:2: small has no exercise or module 'warmup/no'"),
        (
            '[uses]\nsmall = ["no"]\n',
            "course.toml:2: small has no exercise or module 'no'",
        ),
        ("[uses]\nsmall = 3\n", r"course.toml: Expected `array`, got `int` - at `\$\.uses"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(mixed, text, said):
    """With the line, and what to do."""
    with pytest.raises(GraderError, match=said):
        _ = outlined(mixed, text).exercises


def test_two_courses_with_the_same_exercise_are_one_sentence(mixed, tmp_path):
    """Its own and one that it uses, and two that it uses; the same one twice is one."""
    both = '[uses]\nsmall = ["warmup", "warmup/half"]\n'
    assert [*outlined(mixed, both).exercises] == ["own/after_it", "warmup/double", "warmup/half"]
    there = tmp_path / "share"
    shutil.copy(there / "small/graders/warmup/half.py", there / "shades/graders/warmup/half.py")
    said = r"course.toml:3: warmup/half is in .*share/small and in .*share/shades; rename one"
    with pytest.raises(GraderError, match=said):
        _ = outlined(mixed, '[uses]\nsmall = ["warmup"]\nshades = ["warmup"]\n').exercises
    shutil.copytree(there / "small/graders/warmup", mixed.root / "graders/warmup")
    with pytest.raises(GraderError, match=r"warmup/half is in .*mixed and in .*share/small"):
        _ = outlined(mixed, '[uses]\nsmall = ["warmup/half"]\n').exercises
