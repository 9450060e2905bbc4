"""What earlier versions wrote is read, and what a later one writes is refused in one sentence."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime

import pytest
import torch
from typer.testing import CliRunner

from torchkata.cli.app import app
from torchkata.course.course import Course
from torchkata.course.grader import GraderError
from torchkata.grading import assignment, manifest, records
from torchkata.grading.overrides import Override, read_overrides
from torchkata.learning import known_courses, progress, workspace_update
from torchkata.learning.workspace import COURSE
from torchkata.platforms import roster
from torchkata.running import recording

from conftest import HERE

FORMATS = HERE / "formats"
TODO, RIGHT, WRONG = "    raise NotImplementedError", "    return x / 2", "    return 2 * x"
DOUBLES = "Twice is the other way round: half is `x / 2`."


@pytest.fixture
def old(tmp_path, monkeypatch):
    """A class that the version before the engine's rooms made; the current folder."""
    with zipfile.ZipFile(FORMATS / "class.zip") as archive:
        archive.extractall(tmp_path)
    (tmp_path / "workspace" / COURSE).write_text(str(tmp_path / "course"))
    known_courses.remember(tmp_path / "course")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def kata(*arguments):
    """What `kata` says, in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def write_half(folder, instead, text=TODO):
    """Write in the learner's file of the first exercise."""
    path = folder / "exercises" / "warmup" / "half.py"
    assert text in path.read_text()
    path.write_text(path.read_text().replace(text, instead))


def put(name, path):
    """Put a golden file where such a file belongs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FORMATS / name, path)
    return path


def test_a_record_of_version_2():
    """Verdicts, points, names and flags are those that were given."""
    found = records.read(FORMATS / "record-2.json")
    assert (found.submission, found.assurance, found.seeds) == ("ada", "sandbox", [7, 8])
    assert (found.points, found.of, found.failed, found.note) == (3, 4, False, "")
    double, half = found.exercises
    assert (double.exercise, double.verdict, double.points) == ("warmup/double", "wrong", 0)
    assert (double.misconception, double.cases) == ("adds_two", {"row": "wrong"})
    assert (double.second, double.ideas, double.names) == (None, [], ("adds_two",))
    assert found.schema == "torchkata/record/3"
    assert "Adding 2 is not doubling." in double.text
    assert (half.verdict, half.flags) == ("passed", ["line 5 uses torch.div"])
    assert half.sha256.startswith("f3ea7ecd")


def test_a_record_of_version_3():
    """Two mistakes at once, in the order of the code, and what is misunderstood."""
    found = records.read(FORMATS / "record-3.json")
    (scaled,) = found.exercises
    assert (found.schema, scaled.verdict) == ("torchkata/record/3", "wrong")
    assert (scaled.misconception, scaled.second) == ("adds_one", "takes_a_third")
    assert (scaled.ideas, scaled.names) == (["another_part"], ("adds_one", "takes_a_third"))
    assert "1. Subtract 1: here it is added." in scaled.text


def test_a_batch_of_version_1(tmp_path):
    """Its seeds, its terms and what the teacher had decided."""
    put("batch-1.json", tmp_path / "batch.json")
    found = records.read_batch_info(tmp_path)
    assert (found.seeds, found.assurance, found.device) == ([7, 8], "sandbox", "cpu")
    assert found.course.startswith("e20a8406")
    assert found.assignment == assignment.read(FORMATS / "assignment.toml")


def test_a_recording_of_version_1(elsewhere):
    """The arguments, what the answers showed, and the sentences."""
    double = elsewhere.exercises["warmup/double"]
    put("recording-1.kata", double.recorded_path)
    found = recording.read(double)
    [[drawn]] = found.drawn.values()
    assert found.seeds == [0]
    assert torch.equal(found.expected["row", 0]["result"], 2 * drawn)
    assert torch.equal(found.mistakes["adds_two"]["row", 0]["result"], 2 + drawn)
    assert found.texts == {"adds_two": "Adding 2 is not doubling."}
    assert (found.ideas, list(recording.known_pairs(found))) == ({}, [])


def test_a_recording_of_version_2(scaled):
    """And two mistakes at once, with the ideas behind those that have one."""
    put("recording-2.kata", scaled.recorded_path)
    found = recording.read(scaled)
    drawn = found.drawn["row", 0][0]
    pairs = dict(recording.known_pairs(found))
    both = pairs["adds_one", "takes_a_third"]
    assert torch.allclose(both["row", 0]["result"], (drawn + 1) / 3)
    assert len(pairs) == 3
    assert found.ideas == {"takes_a_third": "another_part"}


@pytest.mark.parametrize("version", [1, 2])
def test_progress(version, tmp_path, capsys):
    """What was passed, hints, what was given up and what is asked again."""
    path = put(f"progress-{version}.json", tmp_path / progress.FILE)
    found = progress.load(tmp_path)
    half, double = (found.exercises[f"warmup/{name}"] for name in ("half", "double"))
    assert (found.current, half.checked.verdict, half.reviewing) == ("warmup/half", "passed", True)
    assert half.passed == [half.checked.when]
    assert (double.hints, double.gave_up, double.passed) == (1, True, [])
    assert path.is_file()
    assert capsys.readouterr().err == ""


def test_what_was_given_of_version_1(tmp_path, capsys):
    """Stubs and pages that a workspace began with, and exercises that went."""
    path = put("given-1.json", tmp_path / workspace_update.GIVEN)
    found = workspace_update.load(tmp_path)
    assert found.stub("warmup/half").endswith(f"{TODO}\n")
    assert found.pages["warmup/README.md"].startswith("eeeb5375")
    assert found.gone == ["warmup/double"]
    assert path.is_file()
    assert capsys.readouterr().err == ""


def test_what_teachers_and_collect_write():
    """A manifest, a roster, points by hand and an assignment; they have columns, and no version."""
    ada, bo, chidi, _ = manifest.read(FORMATS / "manifest.csv")
    assert (ada.name, ada.handed_in) == ("Ada Lovelace", "2026-12-04T14:00:30+00:00")
    assert (bo.late_by, bo.source, chidi.attempt) == ("49:31", "submission_2", 0)
    people = roster.read(FORMATS / "roster.csv").students
    assert [one.id for one in people] == ["ada", "bo", "chidi", "dana"]
    given = Override("bo", "warmup/half", 2, "explained it, well", "kim")
    assert read_overrides(FORMATS / "overrides.csv") == [given]
    decided = assignment.read(FORMATS / "assignment.toml")
    assert decided.extensions == {"bo": datetime.fromisoformat("2026-12-06T23:59:00+09:00")}
    assert (decided.late.per_day, decided.void) == (10, ["warmup/half/large"])


@pytest.mark.parametrize("folder", ["pack", "workspace"])
def test_pytest_in_an_old_folder(old, folder):
    """Its conftest.py names a plugin that is there, and a mistake gets the same name."""
    write_half(old / folder, WRONG, TODO if folder == "pack" else "    return x * 0.5")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=old / folder, capture_output=True, text=True, env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert DOUBLES in done.stdout
    assert "1 todo, 3 wrong" in done.stdout


def test_an_old_workspace(old, monkeypatch):
    """What was passed still is; checks and updates go on from there."""
    monkeypatch.chdir(old / "workspace")
    said = kata("list").stdout
    assert "+ passed   1   5 min  warmup/half" in said
    assert ". todo     2  10 min  warmup/double" in said
    assert kata("update").stdout == "Everything is up to date.\n"
    write_half(old / "workspace", WRONG, "    return x * 0.5")
    assert "~ changed  1   5 min  warmup/half" in kata("list").stdout
    assert DOUBLES in kata("check").stdout
    (old / "course" / "exercises" / "warmup" / "README.md").write_text("# Warm up, again\n")
    solution = old / "course" / "solutions" / "warmup" / "half.py"
    solution.write_text(solution.read_text().replace("Halve every", "Halve each"))
    assert kata("update").stdout == "Repaired: warmup/half.py, warmup/README.md\n"
    text = (old / "workspace" / "exercises" / "warmup" / "half.py").read_text()
    assert "Halve each" in text
    assert text.endswith(f"{WRONG}\n")


def test_old_results_are_exported(old):
    """With points by hand and what being late costs."""
    done = kata("export", "results", "--to", "csv")
    assert done.exit_code == 0, done.stderr
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    points = {student: row["points"] for student, row in rows.items()}
    assert points == {"ada": "3", "bo": "1.8", "chidi": "", "dana": "0.9"}
    assert rows["chidi"]["note"] == "nothing was handed in"


def test_an_old_record_is_replayed(old):
    """The same verdicts come out."""
    done = kata("replay", "results/records/ada.json", "--course", "course")
    assert done.exit_code == 0, done.output
    assert "warmup/double: recorded as wrong (adds_two), the same again" in done.stdout
    assert "warmup/half: recorded as passed, the same again" in done.stdout


def test_old_results_are_gone_on_with(old):
    """What was graded is kept, and what came in later is graded on the same seeds."""
    before = {path.name: path.read_bytes() for path in (old / "results" / "records").iterdir()}
    (old / "work" / "chidi").mkdir()
    (old / "work" / "chidi" / "half.py").write_text(f"def half(x):\n{RIGHT}\n")
    grade = ("grade", "work", "--assignment", "assignment.toml", "--out", "results")
    done = kata(*grade, "--course", "course", "--workers", 1)
    assert done.exit_code == 0, done.output
    assert done.stderr.count("(graded before)") == 2
    after = {path.name: path.read_bytes() for path in (old / "results" / "records").iterdir()}
    # The notebook is graded again, to the same points: its script names cells by numbers now.
    assert [name for name in before if after[name] != before[name]] == ["dana.json"]
    assert "dana: 1 of 4 points (was 1)" in done.stderr
    late = records.read(old / "results" / "records" / "chidi.json")
    assert (late.seeds, late.points) == ([7, 8], 3)


def test_old_results_of_a_course_that_has_changed(old):
    """They are graded again, or left alone; the sentence says how."""
    with (old / "course" / "graders" / "warmup" / "half.py").open("a") as grader:
        grader.write("\n# repaired\n")
    grade = ("grade", "work", "--assignment", "assignment.toml", "--out", "results")
    done = kata(*grade, "--course", "course")
    assert done.exit_code == 2
    assert done.stderr == (
        "kata grade: results was begun with another course; "
        "kata regrade results, or choose another --out\n"
    )


@pytest.mark.parametrize(
    ("name", "schema"),
    [("records/bo.json", records.SCHEMA), ("batch.json", records.BATCH_SCHEMA)],
)
def test_newer_results_are_refused_in_one_sentence(old, name, schema):
    """Whatever was asked, and nothing of them is overwritten."""
    path, newer = old / "results" / name, f"{schema[:-1]}9"
    path.write_text(re.sub(rf"{schema[:-1]}\d", newer, path.read_text()))
    before = path.read_bytes()
    course = ("--course", "course")
    commands = [
        ("export", "results", "--to", "csv"),
        ("replay", "results/records/bo.json", *course),
        ("regrade", "results", "--yes", *course),
        ("grade", "work", "--assignment", "assignment.toml", "--out", "results", *course),
    ]
    for command in commands:
        done = kata(*command)
        assert done.exit_code == 2, done.output
        assert f"is of schema {newer}; this version reads {schema}: use the version" in done.stderr
        assert done.stderr.count("\n") == 1
    assert path.read_bytes() == before


def test_a_newer_recording_is_refused_in_one_sentence(old):
    """With what to install."""
    half = Course(old / "pack").exercises["warmup/half"]
    data = half.recorded_path.read_bytes()
    half.recorded_path.write_bytes(data.replace(b"torchkata/recording/1", b"torchkata/recording/9"))
    said = "reads torchkata/recording/2: install the versions in requirements.txt"
    with pytest.raises(GraderError, match=said):
        recording.read(half)
    assert (old / "pack" / "requirements.txt").read_text().startswith("torchkata==")


@pytest.mark.parametrize(("file", "command"), [("progress", "list"), ("given", "update")])
def test_state_that_cannot_be_read_is_kept_beside(old, file, command, monkeypatch):
    """Of a newer version or damaged: it is said, and nothing is overwritten."""
    monkeypatch.chdir(old / "workspace")
    path = old / "workspace" / ".kata" / f"{file}.json"
    newer = re.sub(rb'"version": \d', b'"version": 9', path.read_bytes())
    for count, data in enumerate((newer, newer[:50], b"\xff"), start=1):
        path.write_bytes(data)
        done = kata(command)
        assert done.exit_code == 0
        assert f".kata/{file}.json.unread-{count}, and a new one is begun" in done.stderr
        assert done.stderr.count("\n") == 1
        assert path.with_name(f"{file}.json.unread-{count}").read_bytes() == data
        assert kata(command).stderr == ""
