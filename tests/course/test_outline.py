"""course.toml: the order of modules, the goals, and what is told of a file that does not fit."""

import pytest

from torchkata.course.course import Course
from torchkata.course.grader import GraderError
from torchkata.course.order import in_order, learning_path
from torchkata.course.outline import Outline

GRADER = "grader = Grader(points=1, level={}, core={}, after={}, hints=('Look.',))\n"


@pytest.fixture
def begun(tmp_path):
    """A course of five exercises in three modules."""

    def grader(name, level=1, core=False, after=()):
        path = tmp_path / "graders" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("from torchkata import Grader\n" + GRADER.format(level, core, after))
        solution = tmp_path / "solutions" / f"{name}.py"
        solution.parent.mkdir(parents=True, exist_ok=True)
        solution.write_text(f'def {path.stem}(x):\n    """Say x."""\n    return x\n')

    grader("a/last", core=True)
    grader("b/goal", level=2, core=True, after=("c/first",))
    grader("b/aside", level=1)
    grader("c/first", level=1)
    grader("c/more", level=1, core=True, after=("c/first",))
    return Course(tmp_path)


def outlined(course, text):
    """The same course with this course.toml."""
    (course.root / "course.toml").write_text(text)
    return Course(course.root)


def facts(course):
    """{exercise id: its facts}."""
    return {exercise.id: exercise.facts for exercise in course.exercises.values()}


def test_modules_are_in_the_order_of_the_file(begun):
    """What it does not name comes last; without a file it is the alphabet's."""
    assert begun.modules == ["a", "b", "c"]
    named = outlined(begun, '[modules]\nc = "First"\nb = "Then"\n')
    assert named.modules == ["c", "b", "a"]
    ordered = in_order(named.exercises.values(), facts(named))
    assert [one.id for one in ordered] == ["c/first", "c/more", "b/aside", "b/goal", "a/last"]


def test_the_path_leads_to_the_goals_first(begun):
    """Then comes the rest of the core path, and then all else, each in the course's order."""
    course = outlined(begun, 'goals = ["b/goal"]\n[modules]\na = ""\nb = ""\nc = ""\n')
    ordered = in_order(course.exercises.values(), facts(course))
    path = learning_path(ordered, facts(course), course.outline.goals)
    assert [one.id for one in path] == ["b/goal", "c/first", "a/last", "c/more", "b/aside"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[modules]\na = "A"\nnone = "N"\n', r"course.toml:3: the course has no module 'none'"),
        ('\ngoals = ["a/none"]\n', r"course.toml:2: the course has no exercise 'a/none'"),
        ('[modules]\na = "A"\na = "B"\n', r"course.toml: .*\(at line 3"),
        ("title = 3\n", r"course.toml: Expected `str`, got `int` - at `\$\.title`"),
        ("tilte = ''\n", r"course.toml: Object contains unknown field `tilte`"),
        ("x = " + "[" * 5000, r"course.toml: it is nested too deeply"),
    ],
)
def test_a_file_that_does_not_fit_is_one_sentence(begun, text, said):
    """With the file, and the line where there is one."""
    with pytest.raises(GraderError, match=said):
        _ = outlined(begun, text).exercises


def test_a_part_of_it_names_what_is_there(begun):
    """Which is what a pack takes along; it is read as it was written, in any script."""
    whole = Outline('A "course"', ("b/goal", "a/last"), {"c": "다음\\", "a": "A", "b": "B"})
    part = whole.part(["b/goal", "c/first"])
    assert part == Outline('A "course"', ("b/goal",), {"c": "다음\\", "b": "B"})
    (begun.root / "course.toml").write_text(part.to_toml(), "utf-8")
    assert Course(begun.root).outline == part
