"""pytest as learners use it: whatever way an exercise is named, the same items."""

import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from conftest import HERE, ROOT

CASES = ["row", "table", "large"]


@pytest.fixture
def place(elsewhere, monkeypatch):
    """Stand in the small course, with one wrong answer in it."""
    shutil.copy(HERE / "answers" / "misconception.py", elsewhere.exercises["warmup/half"].stub_path)
    monkeypatch.chdir(elsewhere.root)
    return elsewhere.root


@pytest.fixture
def items(pytester, place):
    """Collect, and return the node ids."""

    def collect(*arguments):
        result = pytester.runpytest_inprocess("--collect-only", "-q", *arguments)
        return [line for line in result.outlines if "::" in line]

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


def test_pytest_never_imports_a_learners_file(pytester, place):
    """Not as a module, a package, a doctest or a conftest of a module's folder."""
    folder = place / "exercises" / "warmup"
    for name in ("__init__.py", "test_mine.py", "utils.py"):
        (folder / name).write_text("raise SystemExit('imported')\n")
    result = pytester.runpytest_inprocess("--doctest-modules", "exercises", "-q")
    assert result.parseoutcomes() == {"wrong": 3, "todo": 1}


def test_diagnosis_looks_at_all_cases(pytester, place):
    """Whatever -k or --lf select, a mistake is named from every case."""
    result = pytester.runpytest_inprocess("-k", "half and table")
    assert result.parseoutcomes() == {"wrong": 1, "deselected": 3}
    result.stdout.fnmatch_lines(["*in all 3 cases:", "*half is `x / 2`."])


def test_last_failed_and_exit_first(pytester, place):
    """-x stops at the first wrong case, and --lf runs it again, and only it."""
    result = pytester.runpytest_inprocess("-x", "exercises/warmup/half.py")
    assert result.parseoutcomes() == {"wrong": 1}
    again = pytester.runpytest_inprocess("--lf", "exercises/warmup/half.py")
    assert again.parseoutcomes() == {"wrong": 1, "deselected": 2}
    assert again.ret == 1


def test_junit_says_what_an_editor_would_show(pytester, place, golden):
    """Each case carries the diagnosis and its own numbers."""
    pytester.runpytest_inprocess("exercises/warmup/half.py", "--junitxml=report.xml")
    report = ElementTree.parse(place / "report.xml")
    golden("junit", report.find(".//testcase[@name='row']/failure").text + "\n")


def test_xdist_keeps_an_exercise_together(pytester, place):
    """-n 2 gives the same, and explains once."""
    result = pytester.runpytest_subprocess("-n", "2")
    assert result.parseoutcomes() == {"wrong": 3, "todo": 1}
    assert result.stdout.str().count("Your answer gives the same numbers") == 1


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


def test_breakpoint_stops_the_clock(place):
    """Somebody who thinks at a prompt is not out of time."""
    answer = "import time\n\n\ndef half(x):\n    breakpoint()\n    return x / 2\n"
    (place / "exercises/warmup/half.py").write_text(answer)
    command = [sys.executable, "-m", "pytest", "-k", "row and half"]
    typed = "time.sleep(1.2)\nc\n" * 3
    said = subprocess.run(command, input=typed, text=True, capture_output=True, cwd=place).stdout
    assert "1 passed" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--submission=nowhere"], "there is no"),
        (["--submission=solutions/warmup"], "holds no module of this course"),
        (["--submission", str(ROOT)], "write it with an equals sign"),
        (["--seed=x"], "--seed takes a number or `random`"),
        (["--device=tpu"], "there is no device 'tpu' here; this machine has: auto, cpu"),
    ],
)
def test_bad_options_are_told(pytester, place, arguments, said):
    """One clear sentence, and the exit status of a wrong use."""
    result = pytester.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str() + result.stdout.str()


def test_a_random_seed_is_told(pytester, place):
    """So that a run can be repeated."""
    result = pytester.runpytest_inprocess("--seed=random", "-k", "half")
    seed = result.stdout.str().partition("seed ")[2].partition(";")[0]
    assert int(seed) >= 0
    assert result.parseoutcomes() == {"wrong": 3, "deselected": 1}


def test_the_solutions_are_all_green(pytester, place):
    """--submission solutions passes everything."""
    result = pytester.runpytest_inprocess("--submission=solutions")
    assert result.parseoutcomes() == {"passed": 4}
    assert result.ret == 0


def test_elsewhere_the_plugin_keeps_out(pytester):
    """In a project without graders/, pytest is what it always was."""
    pytester.makepyfile("def test_one():\n    assert True\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1)
    assert "torchkata: practice" not in result.stdout.str()


def test_a_broken_grader_is_told_to_its_author(pytester, place):
    """With file and line, and no traceback."""
    path = place / "graders/warmup/half.py"
    path.write_text(path.read_text().replace("level=1", "levle=1"))
    result = pytester.runpytest_inprocess("exercises/warmup/half.py")
    result.stdout.fnmatch_lines(["*half.py:*unexpected keyword argument 'levle'*"])
    assert "Traceback" not in result.stdout.str()
