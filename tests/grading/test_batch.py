"""Many submissions: one verdict each, whatever they hold, and nothing is lost on the way."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import torch

from torchkata.course.course import Course
from torchkata.grading import assignment, batch, grading_run, records, runs, submission
from torchkata.running import files, isolation
from torchkata.sandbox import backends
from torchkata.sandbox.channel import Failure

from command import kata, kata_begun
from conftest import ROOT

RIGHT, WRONG = "def half(x):\n    return x / 2\n", "def half(x):\n    return 2 * x\n"


@pytest.fixture
def handed_in(elsewhere):
    """A folder of five submissions to the small course."""
    folder = elsewhere.root / "handed_in"
    for name, text in {"ann": RIGHT, "ben": WRONG, "cem": "def half(x", "dea": RIGHT}.items():
        (folder / name / "warmup").mkdir(parents=True)
        (folder / name / "warmup" / "half.py").write_text(text)
    (folder / "eli").mkdir()
    return folder


def _graded(folder, elsewhere, *options):
    done = kata("grade", folder, "--course", elsewhere.root, "--json", *options)
    found = msgspec.json.decode(done.stdout, type=list[records.Record])
    return {record.submission: record for record in found}, done


def test_as_many_come_out_as_went_in(handed_in, elsewhere):
    """Each submission has a record, each exercise one verdict, and the words of the pages agree."""
    found, done = _graded(handed_in, elsewhere, "--module", "warmup")
    assert done.returncode == 0
    verdicts = {name: [one.verdict for one in record.exercises] for name, record in found.items()}
    assert verdicts == {
        "ann": ["missing", "passed"],
        "ben": ["missing", "wrong"],
        "cem": ["missing", "error"],
        "dea": ["missing", "passed"],
        "eli": ["missing", "missing"],
    }
    assert found["ben"].exercises[1].misconception == "doubles"
    assert found["ann"].seeds == found["ben"].seeds
    assert (found["ann"].points, found["ann"].of, found["ann"].assurance) == (1, 2, "sandbox")
    assert "5 of 5: " in done.stderr


def test_a_record_that_is_replaced_is_kept(handed_in, elsewhere, tmp_path):
    """And what it was is told."""
    out = ("--out", tmp_path / "out")
    found, _ = _graded(handed_in, elsewhere, *out)
    (handed_in / "ann" / "warmup" / "half.py").write_text(WRONG)
    _, done = _graded(handed_in, elsewhere, *out)
    assert "ann: 0 of 2 points (was 1)" in done.stderr
    (kept,) = (tmp_path / "out" / "before" / "replaced").iterdir()
    assert records.read(kept) == found["ann"]


def test_what_the_engine_fails_at_ends_no_batch(handed_in, elsewhere, tmp_path, monkeypatch):
    """It is not graded yet, and all others are."""
    grade = grading_run.grade
    monkeypatch.setattr(
        batch, "grade", lambda w, one, *rest: grade(w, one, *rest) if one.name != "ben" else 1 / 0
    )
    found = submission.find_all(elsewhere, [handed_in], None)
    terms = grading_run.Terms((1,))
    done = {one.record.submission: one.record for one in batch.run(found, terms, tmp_path, 1)}
    assert len(done) == 5
    assert done["ben"].failed
    assert records.read(records.path_of(tmp_path / "records", "ben")).failed
    assert done["ann"].points == 1


def test_equal_bytes_get_equal_grades(handed_in, elsewhere):
    """Anyone who hands them in."""
    found, _ = _graded(handed_in, elsewhere)
    ann, dea = found["ann"].exercises[0], found["dea"].exercises[0]
    assert (ann.sha256, ann.verdict, ann.text) == (dea.sha256, dea.verdict, dea.text)


@pytest.mark.slow
def test_after_a_kill_the_same_command_goes_on(handed_in, elsewhere, tmp_path):
    """And the results are those of an undisturbed run with the same seeds."""
    for number in range(20):
        folder = handed_in / f"more{number}" / "warmup"
        folder.mkdir(parents=True)
        (folder / "half.py").write_text(RIGHT if number % 3 else WRONG)
    options = ("grade", handed_in, "--course", elsewhere.root, "--workers", "1")
    killed = kata_begun(*options, "--out", tmp_path / "out")
    for line in killed.stderr:
        if line.startswith("8 of"):
            killed.send_signal(signal.SIGKILL)
            break
    killed.wait()
    killed.stderr.close()
    done = list((tmp_path / "out" / "records").glob("[!.]*.json"))
    assert 8 <= len(done) < 25
    assert kata(*options, "--out", tmp_path / "out").stderr.count("(graded before)") == len(done)
    seeds = json.loads((tmp_path / "out" / "batch.json").read_text())["seeds"]
    submissions = submission.find_all(elsewhere, [handed_in])
    undisturbed = batch.run(submissions, grading_run.Terms(tuple(seeds)))
    expected = {one.record.submission: _timeless(one.record) for one in undisturbed}
    resumed = [records.read(path) for path in (tmp_path / "out" / "records").glob("[!.]*.json")]
    assert {record.submission: _timeless(record) for record in resumed} == expected


def _timeless(record):
    for one in record.exercises:
        one.seconds = 0.0
    record.began, record.seconds = "", 0.0
    return record


def test_what_was_handed_in_again_is_graded_again(handed_in, elsewhere, tmp_path):
    """A record is about certain bytes; other bytes under the same name get another."""
    options = ("--out", tmp_path / "out")
    _graded(handed_in, elsewhere, *options)
    (handed_in / "ben" / "warmup" / "half.py").write_text(RIGHT)
    found, done = _graded(handed_in, elsewhere, *options)
    assert found["ben"].points == 1
    assert done.stderr.count("(graded before)") == 4


def test_the_published_schema_is_that_of_the_records(handed_in, elsewhere):
    """docs/record.schema.json; UPDATE_GOLDEN=1 writes it."""
    path = ROOT / "docs" / "record.schema.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(records.json_schema())
    assert path.read_text() == records.json_schema()
    wanted = json.loads(path.read_text())["$defs"]["Record"]["properties"]
    _, done = _graded(handed_in, elsewhere)
    assert {*json.loads(done.stdout)[0]} == {*wanted}


def test_a_verdict_can_be_replayed_and_contested(handed_in, elsewhere, tmp_path):
    """The same verdict comes out, and the bundle shows the numbers with plain torch."""
    kata("grade", handed_in, "--course", elsewhere.root, "--out", tmp_path / "out")
    record, bundle = tmp_path / "out" / "records" / "ben.json", tmp_path / "ben.zip"
    course = ("--course", elsewhere.root)
    done = kata("replay", record, "warmup/half", "--bundle", bundle, *course)
    assert done.returncode == 0, done.stderr
    assert "warmup/half: recorded as wrong (doubles), the same again" in done.stdout
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "open")
        assert sorted(archive.namelist()) == ["answers/warmup/half.py", "show.py", "values.pt"]
    shown = [sys.executable, "-W", "error", "show.py"]
    said = subprocess.run(shown, cwd=tmp_path / "open", capture_output=True, text=True, check=True)
    assert "largest difference" in said.stdout
    case = torch.load(tmp_path / "open" / "values.pt", weights_only=True)[0]
    assert torch.allclose(case["got"]["half"], 2 * case["arguments"]["x"])
    assert torch.allclose(case["expected"]["half"], case["arguments"]["x"] / 2)


def test_a_replay_needs_the_very_file(handed_in, elsewhere, tmp_path):
    """A file that was changed behind the record's back is not graded as if it were the same."""
    kata("grade", handed_in, "--course", elsewhere.root, "--out", tmp_path / "out")
    for path in (tmp_path / "out" / "files").iterdir():
        path.write_text(RIGHT + "# changed")
    record = tmp_path / "out" / "records" / "ben.json"
    done = kata("replay", record, "--course", elsewhere.root)
    assert done.returncode == 2
    assert "is not the file that was graded" in done.stderr


@pytest.mark.parametrize("level", get_args(assignment.Feedback))
def test_feedback_levels(handed_in, elsewhere, golden, level):
    """Only `full` shows numbers; all say the verdict."""
    done = kata(
        *("grade", handed_in / "ben", "--seed", "0", "--feedback", level),
        *("--course", elsewhere.root),
    )
    golden(f"feedback_{level}", done.stdout)
    assert ("expected" in done.stdout) == (level == "full")


ASSIGNMENT = """
title = "Week 3"
exercises = ["warmup/half"]
partial = true
packages = ["torch"]
void = ["warmup/half/large"]
points = {"warmup/half" = 4}
"""


def test_an_assignment_says_what_counts(handed_in, elsewhere, tmp_path):
    """Points by case, without those that are void; packages; and what is not in it is left out."""
    answers = {
        "ann": "def half(x):\n    return x / 2 if x.dim() < 2 else x\n",
        "ben": "def half(x):\n    return x / 2 if x.abs().max() < 500 else x\n",
        "cem": "import numpy\n" + RIGHT,
        "dea": "def half(x):\n    raise NotImplementedError\n",
    }
    for name, text in answers.items():
        (handed_in / name / "warmup" / "half.py").write_text(text)
    (tmp_path / "assignment.toml").write_text(ASSIGNMENT)
    options = ("--assignment", tmp_path / "assignment.toml", "--out", tmp_path / "out")
    found, _ = _graded(handed_in, elsewhere, *options)
    points = {name: (record.points, record.of) for name, record in found.items()}
    assert points == {"ann": (2, 4), "ben": (4, 4), "cem": (0, 4), "dea": (0, 4), "eli": (0, 4)}
    assert found["ann"].exercises[0].cases == {"row": "passed", "table": "wrong"}
    assert "`numpy`, which cannot be imported here" in found["cem"].exercises[0].text
    replayed = kata("replay", tmp_path / "out/records/ben.json", "--course", elsewhere.root)
    assert "warmup/half: recorded as passed, the same again" in replayed.stdout


def test_no_link_leads_out_of_a_submission(handed_in, elsewhere):
    """Not a file's, not a folder's, and not that of a whole submission."""
    solutions = elsewhere.root / "solutions"
    (handed_in / "flo").mkdir()
    (handed_in / "flo" / "warmup").symlink_to(solutions / "warmup")
    (handed_in / "gil" / "warmup").mkdir(parents=True)
    (handed_in / "gil" / "warmup" / "half.py").symlink_to(solutions / "warmup" / "half.py")
    (handed_in / "hao").symlink_to(solutions)
    found, _ = _graded(handed_in, elsewhere)
    assert [one.verdict for one in found["flo"].exercises] == ["rejected", "rejected"]
    assert {one.verdict for one in found["gil"].exercises} == {"missing", "rejected"}
    assert found["hao"].note == "it is a link, and not followed"
    assert {found[name].points for name in ("flo", "gil", "hao")} == {0}


def test_names_of_submissions_are_only_names(elsewhere, tmp_path):
    """Spaces, Hangul, dots and line breaks: each has a record of its own, in its folder."""
    names = ["한글 이름", "..a", "two\nlines", "x" * 200, "-rf", "a,b", "ann", "sub.py"]
    for name in names:
        (tmp_path / "in" / name / "warmup").mkdir(parents=True)
        (tmp_path / "in" / name / "warmup" / "half.py").write_text(RIGHT)
    submissions = submission.find_all(elsewhere, [tmp_path / "in"])
    assert {one.name for one in submissions} == set(names) - {"..a"}
    paths = {records.path_of(tmp_path, name) for name in names}
    assert len(paths) == len(names)
    assert {path.parent for path in paths} == {tmp_path}
    assert all(re.fullmatch(r"[\w.-]+", path.name) for path in paths)


def test_two_of_one_name_are_told_apart(elsewhere, handed_in):
    """By the folder they are in; where that is the same too, it is said."""
    copy = handed_in.parent / "late"
    (copy / "ann" / "warmup").mkdir(parents=True)
    found = submission.find_all(elsewhere, [handed_in / "ann", copy / "ann"])
    assert [one.name for one in found] == ["handed_in/ann", "late/ann"]
    with pytest.raises(ValueError, match="2 submissions are called handed_in/ann"):
        submission.find_all(elsewhere, [handed_in / "ann", handed_in / "ann"])


@pytest.mark.parametrize(
    "name", ["half.PY", "Half.py", "HALF.py", "Warmup/Half.Py", "Hw/Week 1/WARMUP/HALF.py"]
)
def test_a_name_that_differs_only_in_case_is_the_same(elsewhere, tmp_path, name):
    """Where one file alone is called so."""
    half, double = elsewhere.exercises["warmup/half"], elsewhere.exercises["warmup/double"]
    path = tmp_path / "in" / "ann" / name
    path.parent.mkdir(parents=True)
    path.write_text(RIGHT)
    (tmp_path / "in" / "ben").mkdir()
    ann, _ = submission.find_all(elsewhere, [tmp_path / "in"], [half, double])
    assert (ann.files[half], ann.note) == (path, "")
    path.with_name("hALf.py").write_text(WRONG)
    ann, _ = submission.find_all(elsewhere, [tmp_path / "in"], [half, double])
    assert not ann.files[half].exists()


def test_blanks_and_hyphens_stand_for_underscores(course, tmp_path):
    """As editors and platforms write names."""
    (tmp_path / "in" / "ben").mkdir(parents=True)
    for name in ("weighted mean.py", "Weighted-Mean.py"):
        path = tmp_path / "in" / "ann" / name
        path.parent.mkdir()
        path.write_text("?")
        ann, _ = submission.find_all(course, [tmp_path / "in"], course.exercises.values())
        assert [one for one in ann.files.values() if one.exists()] == [path]
        shutil.rmtree(path.parent)


def test_files_that_are_called_like_no_exercise_are_named(handed_in, elsewhere):
    """Who handed in something else is told from who handed in nothing; notebooks count by name."""
    for name in ("half.txt", "a/b/c.txt", "d\n.txt", ".DS_Store", "e.txt"):
        (handed_in / "flo" / name).parent.mkdir(parents=True, exist_ok=True)
        (handed_in / "flo" / name).write_text(RIGHT)
    (handed_in / "gil").mkdir()
    cell = {"cell_type": "code", "source": RIGHT, "outputs": [], "metadata": {}, "id": "a"}
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (handed_in / "gil" / "Week3.IPYNB").write_text(json.dumps(whole))
    found, _ = _graded(handed_in, elsewhere, "--module", "warmup")
    said = "nothing in it is named like an exercise that counts: d_.txt, e.txt and 2 more"
    assert found["flo"].note == said
    assert {one.verdict for one in found["flo"].exercises} == {"missing"}
    assert {found[name].note for name in ("ann", "eli", "gil")} == {""}
    assert found["gil"].points == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_names_that_are_no_text_do_not_end_a_batch(handed_in, elsewhere, tmp_path):
    """Each is still somebody of her own, in a record that can be written."""
    for name in (b"\xffx", b"\xfex"):
        (handed_in / os.fsdecode(name) / "warmup").mkdir(parents=True)
        (handed_in / os.fsdecode(name) / "warmup" / "half.py").write_text(RIGHT)
    (handed_in / os.fsdecode(b"\xfdx")).symlink_to(os.fsdecode(b"\xffx"))
    (handed_in / "eli" / os.fsdecode(b"\xff.txt")).write_text("?")
    submissions = submission.find_all(elsewhere, [handed_in])
    done = list(batch.run(submissions, grading_run.Terms((1,), Dying), tmp_path / "out"))
    kept = [records.read(path) for path in (tmp_path / "out" / "records").glob("[!.]*.json")]
    odd = {one.submission: one.points for one in kept if one.submission.endswith("x")}
    assert sorted(odd.values()) == [0, 1, 1]
    assert len(done) == len(kept) == 8


@pytest.mark.parametrize("out", ["results", "."])
def test_results_among_submissions_are_none(handed_in, elsewhere, out):
    """Results that are kept where the submissions are, and named by a star with all else there."""
    options = ("grade", "--course", elsewhere.root, "--out", handed_in / out)
    assert kata(*options, handed_in).returncode == 0
    (handed_in / "manifest.csv").write_text("id,name,handed_in,attempt,late_by,from,note\n")
    (handed_in / "overrides.csv").symlink_to("manifest.csv")
    (handed_in / "ben" / "batch.json").write_text('{"mine": true}')
    names = ["ann", "ben", "cem", "dea", "eli"]
    for paths in ([handed_in], sorted(handed_in.iterdir())):
        found = submission.find_all(elsewhere, paths, out=handed_in / out)
        assert [one.name for one in found] == names
        assert submission.find_all(elsewhere, paths) == found
    assert kata(*options, handed_in).stderr.count("(graded before)") == 5
    assert len(list((handed_in / out / "records").glob("*.json"))) == 5


def test_results_alone_are_not_graded(elsewhere, tmp_path):
    """It is said in a sentence."""
    (tmp_path / "results" / "records").mkdir(parents=True)
    runs.terms_of(tmp_path / "results", elsewhere, grading_run.Terms((1,)))
    done = kata("grade", tmp_path / "results", "--course", elsewhere.root)
    assert done.returncode == 2
    assert "only what kata wrote is there; name the folder that was handed in" in done.stderr


def test_a_student_who_is_alone_beside_a_manifest_keeps_her_name(handed_in, elsewhere, tmp_path):
    """Otherwise the manifest's times would be nobody's."""
    shutil.copytree(handed_in / "ann", tmp_path / "in" / "ann")
    (tmp_path / "in" / "manifest.csv").write_text("")
    assert [one.name for one in submission.find_all(elsewhere, [tmp_path / "in"])] == ["ann"]


@pytest.mark.parametrize("marks", [0, 1, 3])
def test_what_is_kept_reads_as_it_was_read(tmp_path, marks):
    """However many byte order marks editors have put before it."""
    path = tmp_path / "half.py"
    path.write_bytes(b"\xef\xbb\xbf" * marks + RIGHT.encode())
    text = files.read(path).text
    path.write_bytes(text.encode())
    assert text == files.read(path).text == RIGHT


class Dying(backends.Walls):
    """Walls that die over whatever mentions it."""

    assurance = "dying"

    def _ask(self, request, text, seconds):
        if "die" in text:
            raise Failure("the waiting process died")
        return backends.Limited()._ask(request, text, seconds)

    def close(self):
        """Nothing to do."""


def test_no_submission_ends_a_batch(handed_in, elsewhere, monkeypatch):
    """If it found a hole in our own judge, that is told of it, and the others are graded."""

    def judge(exercise, report, *terms):
        if "bad" in report.printed.values():
            raise ZeroDivisionError("a bug of ours")
        return real(exercise, report, *terms)

    real = grading_run.judge_against
    monkeypatch.setattr(grading_run, "judge_against", judge)
    bad = "def half(x):\n    print('bad', end='')\n    return x / 2\n"
    (handed_in / "ben" / "warmup" / "half.py").write_text(bad)
    submissions = submission.find_all(elsewhere, [handed_in])
    terms = grading_run.Terms((1,), backends.Limited)
    found = {done.record.submission: done.record for done in batch.run(submissions, terms)}
    assert "the engine failed: ZeroDivisionError" in found["ben"].exercises[1].failure
    assert found["ann"].points == found["dea"].points == 1


class Meeting(Dying):
    """Walls that wait until two answers are there."""

    both = threading.Barrier(2)

    def _ask(self, request, text, seconds):
        self.both.wait(timeout=60)
        return super()._ask(request, text, seconds)


def test_two_workers_grade_at_the_same_time(handed_in, elsewhere):
    """Each answer waits for another one here, and all are graded."""
    (handed_in / "ben" / "warmup" / "half.py").write_text(RIGHT)
    (handed_in / "cem" / "warmup" / "half.py").write_text(RIGHT)
    submissions = submission.find_all(elsewhere, [handed_in])
    done = list(batch.run(submissions, grading_run.Terms((1,), Meeting), workers=2))
    assert sum(one.record.points for one in done) == 4


def test_the_examples_are_what_they_are_said_to_be():
    """Twelve submissions at least; the honest pass, and the hostile earn nothing."""
    course = Course(ROOT)
    submissions = submission.find_all(course, [ROOT / "examples" / "submissions"])
    assert len(submissions) >= 12
    names = {"ada", "bo", "mallory", "oscar"}
    chosen = [one for one in submissions if one.name in names]
    done = batch.run(chosen, grading_run.Terms(runs.fresh_seeds()))
    points = {one.record.submission: one.record.points for one in done}
    assert points == {"ada": 3, "bo": 3, "mallory": 0, "oscar": 0}


def test_records_lie_where_they_should_while_answers_are_judged(
    handed_in, elsewhere, monkeypatch, tmp_path
):
    """Judging moves this process to another folder; a relative --out means the one it began in."""
    inside, outside = threading.Event(), threading.Event()

    def judge(*arguments):
        with isolation.workplace():
            inside.set()
            outside.wait(1)
        return real(*arguments)

    def write(path, record):
        # Another worker's answer is being judged.
        inside.wait(1)
        real_write(path, record)
        outside.set()

    real, real_write = grading_run.judge_against, records.write
    monkeypatch.setattr(grading_run, "judge_against", judge)
    monkeypatch.setattr(records, "write", write)
    monkeypatch.chdir(tmp_path)
    (handed_in / "eli" / "warmup").mkdir()
    submissions = submission.find_all(elsewhere, [handed_in])
    terms = grading_run.Terms((1,), backends.Limited)
    done = list(batch.run(submissions, terms, Path("results"), 2))
    written = {path.stem for path in (tmp_path / "results" / "records").glob("*.json")}
    assert written == {one.record.submission for one in done} == {"ann", "ben", "cem", "dea", "eli"}
