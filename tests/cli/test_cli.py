"""The `kata` command, for authors."""

import json
from typing import get_args

import pytest

from torchkata.authoring.scaffold import BEGIN, END
from torchkata.cli import collect, export
from torchkata.platforms.exporters import ABOUT_FILES, FOLDERS, FORMATS
from torchkata.platforms.sources import SOURCES

from command import kata


def test_a_new_exercise_is_two_files_and_can_be_proved(elsewhere):
    """And the page of its module; `kata prove --write` leads to a stub, and says what it lacks."""
    done = kata("new", "first/steps", "--course", elsewhere.root)
    assert done.stdout.count("wrote ") == 3
    proved = kata("prove", "first/steps", "--write", "--course", elsewhere.root)
    assert proved.returncode == 1, proved.stderr
    assert "2 of 2 misconceptions caught, 2 named, 1 of 1 alternatives accepted" in proved.stdout
    assert "graders/first/steps.py:1: 1 cases; write 3 at least" in proved.stdout
    stub = elsewhere.root / "exercises/first/steps.py"
    assert "raise NotImplementedError" in stub.read_text()


@pytest.mark.parametrize(
    ("name", "said"),
    [("warmup/half", "is there already"), ("Warmup", "write module/exercise")],
)
def test_a_name_that_cannot_be_taken(elsewhere, name, said):
    """One sentence, and nothing is overwritten."""
    before = elsewhere.exercises["warmup/half"].solution
    done = kata("new", name, "--course", elsewhere.root)
    assert done.returncode == 2
    assert said in done.stderr
    assert elsewhere.exercises["warmup/half"].solution_path.read_text() == before


def test_prove_as_json(elsewhere):
    """The numbers, per exercise and in total."""
    done = kata("prove", "--json", "--seeds", "2", "--course", elsewhere.root)
    total = json.loads(done.stdout)["total"]
    assert (total["exercises"], total["misconceptions"]) == (2, 4)
    assert total["caught"] == total["named"] == 4
    assert total["alternatives"] == total["accepted"] == 4
    assert total["mutants"] == total["killed"] > 10
    assert total["findings"] > 10
    assert (total["functions"], total["pairs"], total["distinct_pairs"]) == (2, 0, 0)


def test_a_mutant_that_survives_is_shown(elsewhere):
    """A case too few: what no case tells from the reference is told, and may be listed."""
    half = elsewhere.exercises["warmup/half"]
    half.solution_path.write_text(
        half.solution.replace("return x / 2", "x = x + 0\n    return x / 2")
    )
    arguments = ("prove", "warmup/half", "--seeds", "1", "--write", "--course", elsewhere.root)
    done = kata(*arguments)
    assert done.returncode == 1
    assert "no case shows this change of the reference: x = x + 0 -> x = x - 0" in done.stdout
    with half.grader_path.open("a") as grader:
        grader.write('\ngrader.equivalent("x = x + 0 -> x = x - 0", "adding nothing")\n')
    assert "x = x - 0" not in kata(*arguments).stdout
    with half.grader_path.open("a") as grader:
        grader.write('\ngrader.equivalent("x -> y", "no such line")\n')
    assert "no mutant is 'x -> y'" in kata(*arguments).stdout


def test_a_lone_guessable_observation_is_told(elsewhere):
    """A True, or a name, says nothing of what an answer can do."""
    path = elsewhere.exercises["warmup/double"].grader_path
    path.write_text(
        path.read_text().replace("return answer(x)", "return answer(x).shape == x.shape")
    )
    done = kata("prove", "warmup/double", "--seeds", "1", "--course", elsewhere.root)
    assert done.returncode == 1
    assert "row show the same on every seed, and can be guessed" in done.stdout


def test_prove_fails_on_what_is_stale(elsewhere):
    """With the command that repairs it."""
    elsewhere.exercises["warmup/half"].stub_path.write_text("")
    done = kata("prove", "warmup/half", "--seeds", "1", "--course", elsewhere.root)
    assert done.returncode == 1
    assert "run `kata prove warmup/half --write`" in done.stderr


def test_prove_names_what_survives(elsewhere):
    """A misconception that no case shows is told, with what to do."""
    path = elsewhere.exercises["warmup/half"].grader_path
    weak = path.read_text().replace('new="x / 3"', 'new="x * 0.5"')
    path.write_text(weak)
    done = kata("prove", "warmup/half", "--seeds", "1", "--course", elsewhere.root)
    assert done.returncode == 1
    assert "takes_a_third is at most" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("prove", "nonsense"), "no exercise is called 'nonsense'"),
        (("prove", "--course", "/nowhere"), "no exercise"),
        (("grade", "nowhere"), "there is no nowhere"),
    ],
)
def test_bad_input_is_one_sentence(arguments, said):
    """Never a traceback."""
    done = kata(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_prove_goes_on_beside_a_grader_that_cannot_be_used(elsewhere):
    """Another exercise is proved and written, and the list keeps the row of the one that cannot."""
    page, kept = elsewhere.list_path, "| [warmup/half](half.py) | as it was | 1 of 5 |"
    page.write_text(f"{BEGIN}\n{kept}\n| [warmup/gone](gone.py) | gone | 1 of 5 |\n{END}\n")
    (elsewhere.root / "exercises/warmup/README.md").write_text("# Warmup\n")
    path = elsewhere.exercises["warmup/half"].grader_path
    path.write_text(path.read_text().replace("points=1", "points=POINTS"))
    stub = elsewhere.exercises["warmup/double"].stub_path
    stub.unlink()
    arguments = ("prove", "warmup/double", "--seeds", "1", "--write", "--course", elsewhere.root)
    done = kata(*arguments)
    assert done.returncode == 1
    assert "warmup/double: 1 cases, 1 of 1 misconceptions caught" in done.stdout
    assert "return 2 + x" in stub.read_text()
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"{path}:6: `points` must be a literal, such as points=2 (")
    rows = [line.partition("]")[0] for line in page.read_text().splitlines()[3:-1]]
    assert rows == ["| [warmup/double", "| [warmup/half"]
    assert kept in page.read_text()


def test_a_module_is_proved(elsewhere):
    """By its name, with all its exercises."""
    done = kata("prove", "warmup", "--seeds", "1", "--no-mutants", "--course", elsewhere.root)
    assert [line.partition(":")[0] for line in done.stdout.splitlines() if line[0] != " "] == [
        "warmup/double",
        "warmup/half",
    ]


def test_no_course_is_one_sentence(tmp_path):
    """Where there is none, it says what to give."""
    done = kata("prove", cwd=tmp_path)
    assert done.returncode == 2
    assert "no course at or above" in done.stderr


def test_what_can_be_chosen_is_what_there_is():
    """`collect --from` and `export --to` offer each platform that is read and written."""
    assert set(get_args(collect.Source)) == set(SOURCES)
    assert set(get_args(export.Format)) == {*FORMATS, *FOLDERS, *ABOUT_FILES}


def test_the_version_of_a_course_is_told_in_its_folder(elsewhere):
    """With its licence; a folder without a course has the engine's alone."""
    said = 'title = "Small"\nversion = "3"\nlicence = "CC0"\n'
    (elsewhere.root / "course.toml").write_text(said)
    done = kata("--version", cwd=elsewhere.root)
    assert done.stdout.splitlines()[1:] == ["here: Small 3 (CC0)"]
    assert len(kata("--version", cwd=elsewhere.root.parent).stdout.splitlines()) == 1
