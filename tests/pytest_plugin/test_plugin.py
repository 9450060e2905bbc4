"""pytest as learners use it: whatever way an exercise is named, the same items."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from torchkata.cli import init
from torchkata.course.course import Course
from torchkata.grading.submission import find
from torchkata.pytest_plugin.github import annotation
from torchkata.text.shell import command

from conftest import HERE, ROOT

CASES = ["row", "table", "large"]


@pytest.fixture
def place(elsewhere, monkeypatch):
    """Be in the small course, with one wrong answer in it."""
    shutil.copy(HERE / "answers" / "misconception.py", elsewhere.exercises["warmup/half"].stub_path)
    monkeypatch.chdir(elsewhere.root)
    return elsewhere.root


@pytest.fixture
def items(run, place):
    """Collect, and return the node ids."""

    def collect(*arguments):
        said = run("--collect-only", "-q", *arguments).said
        return [line for line in said.splitlines() if "::" in line]

    return collect


@pytest.mark.parametrize(
    "arguments",
    [
        ["exercises/warmup/half.py"],
        ["graders/warmup/half.py"],
        ["-k", "half"],
        ["graders", "-k", "half"],
        [".", "-k", "half"],
        ["exercises", "graders", "-k", "half"],
        ["--submission=exercises/warmup/half.py"],
        ["exercises/warmup/half.py", "graders/warmup/half.py"],
    ],
    ids=" ".join,
)
def test_every_way_of_naming_means_the_same_items(items, arguments):
    """Node ids start with exercises/, and nothing is collected twice."""
    assert items(*arguments) == [f"exercises/warmup/half.py::{case}" for case in CASES]


def test_one_case_can_be_named(items):
    """By its node id, in exercises/ or graders/."""
    assert items("graders/warmup/half.py::table") == ["exercises/warmup/half.py::table"]


def test_pytest_never_imports_a_learners_file(run, place):
    """Not as a module, a package, a doctest or a conftest of a module's folder."""
    folder = place / "exercises" / "warmup"
    for name in ("__init__.py", "test_mine.py", "utils.py"):
        (folder / name).write_text("raise SystemExit('imported')\n")
    result = run("--doctest-modules", "exercises", "-q")
    assert result.counts == {"wrong": 3, "todo": 1}


def test_diagnosis_looks_at_all_cases(run, place):
    """Whatever -k or --lf select, a mistake is named from every case."""
    result = run("-k", "half and table")
    assert result.counts == {"wrong": 1, "deselected": 3}
    assert "in all 3 cases:" in result.said
    assert "half is `x / 2`." in result.said


def test_last_failed_and_exit_first(run, place):
    """-x stops at the first wrong case, and --lf runs it again, and only it."""
    result = run("-x", "exercises/warmup/half.py")
    assert result.counts == {"wrong": 1}
    again = run("--lf", "exercises/warmup/half.py")
    assert again.counts == {"wrong": 1, "deselected": 2}
    assert again.status == 1


def test_junit_says_what_an_editor_would_show(run, place, golden):
    """Each case carries the diagnosis and its own numbers."""
    run("exercises/warmup/half.py", "--junitxml=report.xml")
    report = ElementTree.parse(place / "report.xml")
    golden("junit", report.find(".//testcase[@name='row']/failure").text + "\n")


@pytest.mark.slow
def test_xdist_keeps_an_exercise_together(place):
    """-n 2 gives the same, and explains once."""
    command = [sys.executable, "-m", "pytest", "-n", "2"]
    said = subprocess.run(command, text=True, capture_output=True, cwd=place).stdout
    assert "3 wrong, 1 todo" in said or "1 todo, 3 wrong" in said
    assert said.count("Your answer gives the same numbers") == 1


@pytest.mark.parametrize(
    ("answer", "line"),
    [("misconception", "-> return x + x"), ("raises", "-> return ones @ x.reshape(-1)[:2]")],
)
def test_a_debugger_lands_in_the_learners_code(place, answer, line):
    """--pdb stops where the answer returned, or raised; the engine is not to be seen."""
    shutil.copy(HERE / "answers" / f"{answer}.py", place / "exercises/warmup/half.py")
    command = [sys.executable, "-m", "pytest", "--pdb", "-x", "exercises/warmup/half.py"]
    said = subprocess.run(command, input="c\n", text=True, capture_output=True, cwd=place).stdout
    (shown,) = [text for text in said.splitlines() if text.startswith("-> ")]
    assert shown == line
    assert "torchkata/" not in said.partition("collected")[2]


@pytest.mark.slow
def test_breakpoint_stops_the_clock(place):
    """Somebody who thinks at a prompt is not out of time."""
    answer = "import time\n\n\ndef half(x):\n    breakpoint()\n    return x / 2\n"
    (place / "exercises/warmup/half.py").write_text(answer)
    command = [sys.executable, "-m", "pytest", "-k", "row and half"]
    # Three cases on two seeds.
    typed = "time.sleep(1.2)\nc\n" * 6
    said = subprocess.run(command, input=typed, text=True, capture_output=True, cwd=place).stdout
    assert "1 passed" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--submission=nowhere"], "there is no"),
        (["--submission=pytest.ini"], "pytest.ini is the name of 0 exercises"),
        (["--submission", str(ROOT)], "write it with an equals sign"),
        (["--seed=x"], "--seed takes a number or `random`"),
        (["--device=tpu"], "there is no device 'tpu' here; this machine has: auto, cpu"),
    ],
)
def test_bad_options_are_told(run, place, arguments, said):
    """One clear sentence, and the exit status of a wrong use."""
    result = run(*arguments)
    assert result.status == pytest.ExitCode.USAGE_ERROR
    assert said in result.said


def test_a_course_elsewhere(place, tmp_path_factory):
    """--course DIR means that course's exercises, wherever one is."""
    command = [sys.executable, "-m", "pytest", "--course", str(place)]
    folder = tmp_path_factory.mktemp("nowhere")
    said = subprocess.run(command, text=True, capture_output=True, cwd=folder).stdout
    assert "exercises/warmup/half.py FFF" in said
    assert "3 wrong, 1 todo" in said or "1 todo, 3 wrong" in said


def test_a_random_seed_is_told(place):
    """So that a run can be repeated."""
    command = [sys.executable, "-m", "pytest", "--seed=random", "-k", "half"]
    said = subprocess.run(command, text=True, capture_output=True, cwd=place).stdout
    assert int(said.partition("seed ")[2].partition(";")[0]) >= 0
    assert "3 wrong" in said


def test_of_a_submission_what_is_there_is_judged(run, place):
    """Exercises that are not in it are no failures of it."""
    folder = place / "handed_in" / "warmup"
    folder.mkdir(parents=True)
    shutil.copy(HERE / "answers" / "right.py", folder / "half.py")
    result = run("--submission=handed_in")
    assert result.counts == {"passed": 3}
    assert result.status == 0


def test_the_solutions_are_all_green(run, place):
    """--submission solutions passes everything."""
    result = run("--submission=solutions")
    assert result.counts == {"passed": 4}
    assert result.status == 0


def test_elsewhere_the_plugin_keeps_out(tmp_path):
    """In a project without graders/, pytest is what it always was."""
    (tmp_path / "test_one.py").write_text("def test_one():\n    assert True\n")
    command = [sys.executable, "-m", "pytest"]
    said = subprocess.run(command, text=True, capture_output=True, cwd=tmp_path).stdout
    assert "1 passed" in said
    assert "torchkata: practice" not in said


@pytest.mark.parametrize("arguments", [["--submission=solutions"], []], ids=str)
def test_a_half_written_grader_stops_no_other_exercise(run, place, arguments):
    """Those that were asked for are judged; it is told where it is asked for itself."""
    path = place / "graders/warmup/half.py"
    path.write_text(path.read_text().replace("points=1", "points=POINTS"))
    result = run(*arguments, "exercises/warmup/double.py")
    assert result.counts == ({"passed": 1} if arguments else {"todo": 1})
    sentence = r"half\.py:6: `points` must be a literal, such as points=2 \(kata reads graders"
    assert re.search(sentence, run(*arguments).said)


def test_a_broken_grader_is_told_to_its_author(run, place):
    """With file and line, and no traceback."""
    path = place / "graders/warmup/half.py"
    path.write_text(path.read_text().replace("level=1", "levle=1"))
    result = run("exercises/warmup/half.py")
    assert re.search(r"half\.py:\d+: .*unexpected keyword argument 'levle'", result.said)
    assert "Traceback" not in result.said


def test_github_shows_a_mistake_beside_its_line(run, place, monkeypatch):
    """One annotation for each exercise that did not pass, at its function or at what raised."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(place.parent))
    (found,) = re.findall(r"^::error (.*?)::(.*)$", run("exercises").said, re.M)
    line = found[0].partition("line=")[2].partition(",")[0]
    text = (place / "exercises/warmup/half.py").read_text()
    assert text.splitlines()[int(line) - 1].startswith("def half(")
    assert found[0].startswith(f"file={place.name}/exercises/warmup/half.py,line={line},title=")
    assert "%0A" in found[1]


def test_an_annotation_is_one_line_and_no_second_command(tmp_path):
    """Whatever is told in it, its end and its properties are its own."""
    said = annotation(tmp_path / "a,b.py", 3, "wrong: 1 of 2", "50 %\n::error::no")
    assert said.endswith("a%2Cb.py,line=3,title=wrong%3A 1 of 2::50 %25%0A::error::no")
    assert len(said.splitlines()) == 1


COLD = """
import gc, sys, pytest
status = pytest.main([*sys.argv[1:], "-q", "-p", "no:cacheprovider"])
heavy = [one for one in ("sympy", "torch._dynamo", "anyio.pytest_plugin") if one in sys.modules]
print("status", int(status), "heavy", heavy, "gc", gc.isenabled(), gc.get_freeze_count() > 0)
"""


def test_a_cold_run_imports_nothing_that_is_not_needed(course, tmp_path):
    """No sympy for a gradient; and garbage is collected again, that of the answers alone."""
    init.build(course, tmp_path / "mine")
    exercise = course.exercises["cross_entropy/weighted_mean"]
    shutil.copy(exercise.solution_path, tmp_path / "mine" / "exercises" / exercise.relative)
    command = [sys.executable, "-c", COLD, f"exercises/{exercise.relative}"]
    done = subprocess.run(command, text=True, capture_output=True, cwd=tmp_path / "mine")
    assert "status 0 heavy [] gc True True" in done.stdout, done.stdout + done.stderr


def test_a_submission_costs_the_same_in_a_large_course(course):
    """Where each answer is in one place, no exercise is looked into."""
    fresh = Course(course.root)
    assert len(find(fresh, course.root / "solutions")) == len(fresh.exercises)
    read = {"solution", "stub", "asked", "_literals"}
    assert not any(read & vars(exercise).keys() for exercise in fresh.exercises.values())


def test_a_run_of_a_clone_ends_in_what_to_type(run, elsewhere, monkeypatch):
    """From nothing begun to a folder of one's own; one that is there is not made again."""
    monkeypatch.chdir(elsewhere.root)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    said = run().said
    assert "0 of 2 exercises passed. Each letter above is a case: t not begun.\n" in said
    typed = ["kata init ../my-kata", "cd ../my-kata", "kata watch"]
    assert [line.strip() for line in said.splitlines() if line.startswith("    ")] == typed
    (elsewhere.root.parent / "my-kata").mkdir()
    assert "kata init" not in run().said


def test_the_next_exercise_is_named_as_one_types_it(run, place, monkeypatch):
    """Where the environment is not active, with the way to its pytest; and the letters it had."""
    shutil.copy(HERE / "answers" / "right.py", place / "exercises" / "warmup" / "half.py")
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(place / "exercises")
    said = run().said
    assert "1 of 2 exercises passed. Each letter above is a case: t not begun, . passed.\n" in said
    pytest_there = command("pytest", place / "exercises")
    assert pytest_there.endswith("bin/pytest")
    assert f"Go on with warmup/double.py; then: {pytest_there} warmup/double.py\n" in said
