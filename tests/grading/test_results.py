"""The results of a class: points by hand, lateness, grading again, and a right answer accepted."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from msgspec import structs

from torchkata.grading import records
from torchkata.grading.assignment import Assignment, Late, check
from torchkata.grading.overrides import read_overrides
from torchkata.grading.records import BatchInfo, Graded, Record, read_batch_info
from torchkata.grading.results import load

import command
from conftest import HERE

DUE = "2026-12-04T23:59:00+09:00"
TOML = f"""
title = "Week 1"
exercises = ["warmup/half"]
partial = true
due = {DUE}
"""
ANSWERS = {
    "ada": "def half(x):\n    return x * 0.5\n",
    "bo": "def half(x):\n    return 2 * x\n",
    "chidi": "import torch\ndef half(x):\n    return x if x.dtype == torch.float64 else x / 2\n",
    "dana": "\xff",
}


def kata(*arguments, course):
    """Type `kata` in a course's folder."""
    done = command.kata(*arguments, cwd=course)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A course, and a class graded by it behind the walls."""
    root = tmp_path_factory.mktemp("class")
    shutil.copytree(HERE / "small_course", root / "course")
    (root / "course" / "assignment.toml").write_text(TOML)
    for student, text in ANSWERS.items():
        path = root / "work" / student / "half.py"
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode("latin-1"))
    (root / "work" / "emil").mkdir()
    rows = [f"{one},{one.title()},2026-12-05T00:00:00+09:00,1,,," for one in ANSWERS]
    header = "id,name,handed_in,attempt,late_by,from,note\n"
    (root / "work" / "manifest.csv").write_text(header + "\n".join(rows) + "\nemil,Emil,,0,,,\n")
    graded = kata(
        "grade", root / "work", "--assignment", "assignment.toml", "--out", root / "results",
        course=root / "course",
    )  # fmt: skip
    assert graded.returncode == 0, graded.stderr
    return root


@pytest.fixture
def graded(once, tmp_path):
    """The same, free to be changed."""
    shutil.copytree(once, tmp_path / "class")
    return tmp_path / "class"


def earned(folder):
    """{student: points} as the results have them."""
    return {one.student: one.points for one in load(folder / "results").students}


def test_results_are_records_and_names(graded):
    """With partial points by case, and nothing for what was not handed in."""
    assert earned(graded) == {
        "ada": 1, "bo": 0, "chidi": pytest.approx(0.6667), "dana": 0, "emil": 0,
    }  # fmt: skip
    found = load(graded / "results")
    assert [one.name for one in found.students[:2]] == ["Ada", "Bo"]
    assert found.title == "Week 1"
    assert found.assurance == "sandbox"


def test_points_given_by_hand_count(graded):
    """Instead of what was earned, and through a regrade."""
    overrides = graded / "results" / "overrides.csv"
    overrides.write_text(
        'student,exercise,points,reason,by\nbo,warmup/half,0.5,"explained it, well",kim\n'
    )
    assert earned(graded)["bo"] == 0.5
    text = TOML + 'void = ["warmup/half/table"]\n'
    (graded / "course" / "assignment.toml").write_text(text)
    said = regraded(graded, "--assignment", "assignment.toml", "--yes")
    assert earned(graded) == {"ada": 1, "bo": 0.5, "chidi": 1, "dana": 0, "emil": 0}
    assert overrides.read_text().endswith(",kim\n")
    assert "chidi  warmup/half: wrong -> passed, 0.6667 -> 1 points" in said
    assert "bo" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student,points\nbo,1\n", "needs the columns student,exercise,points,reason,by"),
        ("student,exercise,points,reason,by\nbo,warmup/half,much,x,y\n", "'much' is no number"),
        ("student,exercise,points,reason,by\nbo,warmup/half,nan,x,y\n", "'nan' is no number"),
        ("student,exercise,points,reason,by\nbo,warmup/half,1,,y\n", "line 2: all of"),
        ("student,exercise,points,reason,by\n" + "bo,warmup/half,1,x,y\n" * 2, "twice for bo"),
        ("student,exercise,points,reason,by\nzoe,warmup/half,1,x,y\n", "zoe, who is in no record"),
        ("student,exercise,points,reason,by\nbo,warmup/double,1,x,y\n", "bo has no record of"),
        ('student,exercise,points,reason,by\n"bo', "line 2: unexpected end of data"),
        ("student,exercise,points,reason,by\nbo,warmup/half,1e3,x,y\n", "'1e3' is no number"),
        ("student,exercise,points,reason,by\nbo,warmup/half,2,x,y\n", "gives bo 2 of 1 points"),
        (
            "student,exercise,points,reason,by,above_maximum\nbo,warmup/half,2,x,y,no\n",
            "gives bo 2 of 1 points for warmup/half; if that is meant, add a column above_maximum",
        ),
        (
            "student,exercise,points,reason,by,above_maximum\nbo,warmup/half,1,x,y,perhaps\n",
            "line 2: above_maximum is yes, no, or empty",
        ),
    ],
)
def test_overrides_that_cannot_be_used_are_one_sentence(graded, text, said):
    """With the line, and what is wrong with it."""
    (graded / "results" / "overrides.csv").write_text(text)
    with pytest.raises(ValueError, match=said):
        load(graded / "results")


def test_more_than_the_maximum_counts_where_it_is_meant(graded):
    """With a yes in the column for it, whatever else the line holds."""
    (graded / "results" / "overrides.csv").write_text(
        "student,exercise,points,reason,by,above_maximum\nbo,warmup/half,2,bonus,kim,Yes\n"
    )
    assert earned(graded)["bo"] == 2


@pytest.mark.parametrize(
    ("by_hand", "points", "said"), [(True, 4, "are cut"), (False, 8, "not cut")]
)
def test_whether_points_by_hand_are_cut_is_chosen_and_said(tmp_path, by_hand, points, said):
    """What was earned is cut for being late in any case."""
    late = Late(50, by_hand=by_hand)
    given = Assignment("t", ["a/b"], due=load_time(DUE), late=late)
    write(tmp_path, given, [("ada", 6, "2026-12-05T00:00:00+09:00", 1)])
    assert load(tmp_path).students[0].points == 3
    (tmp_path / "overrides.csv").write_text("student,exercise,points,reason,by\nada,a/b,8,x,y\n")
    (result,) = load(tmp_path).students
    assert result.points == points
    assert said in result.note


def test_an_id_that_was_changed_is_one_student(tmp_path):
    """With both records as attempts, each at its own time, and what was decided under either id."""
    given = Assignment("t", ["a/b"], due=load_time(DUE), late=Late(50), renamed={"a1": "b1"})
    write(tmp_path, given, [("a1", 8, "2026-12-04T00:00:00+09:00", 1)])
    rows = [("b1", 9, "2026-12-05T00:00:00+09:00", 1)]
    old = (tmp_path / "manifest.csv").read_text()
    write(tmp_path, given, rows)
    (tmp_path / "manifest.csv").write_text(old + "\nb1,,2026-12-05T00:00:00+09:00,1,,,")
    assert [(one.student, one.points) for one in load(tmp_path).students] == [("b1", 8)]
    given.extensions = {"a1": load_time("2026-12-06T00:00:00+09:00")}
    write(tmp_path, given, rows)
    (tmp_path / "manifest.csv").write_text(old + "\nb1,,2026-12-05T00:00:00+09:00,1,,,")
    assert [(one.student, one.points) for one in load(tmp_path).students] == [("b1", 9)]
    (tmp_path / "overrides.csv").write_text("student,exercise,points,reason,by\na1,a/b,10,x,y\n")
    assert load(tmp_path).students[0].points == 10


@pytest.mark.parametrize("done", range(5))
def test_an_exchange_that_was_interrupted_is_finished(tmp_path, monkeypatch, done):
    """By anyone who reads the results next, at whatever step it was killed."""
    folder, given = tmp_path / "results", Assignment("t", ["a/b"])
    write(folder, given, [("ada", 3, "", 1)])
    write(folder / "new", given, [("ada", 7, "", 1)])
    for place, text in ((folder, "old"), (folder / "new", "new")):
        (place / "files").mkdir()
        (place / "files" / f"{text}.py").write_text(text)
    (folder / "before" / "1").mkdir(parents=True)
    left = iter([*range(done), None])

    def move(path, target, really):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return really(path, target)

    with monkeypatch.context() as patch:
        for name in ("rename", "replace"):
            really = getattr(os, name)
            patch.setattr(os, name, lambda p, t, really=really, **_: move(p, t, really))
        with pytest.raises(KeyboardInterrupt):
            records.begin_exchange(folder, folder / "new", folder / "before" / "1")
    assert load(folder).students[0].points == (7 if done > 1 else 3)
    left_there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    assert done < 2 or not any(name.startswith((".exchange", "new")) for name in left_there)
    assert done < 2 or {"files/old.py", "files/new.py"} <= left_there
    assert done < 2 or records.read(folder / "before/1/records/ada.json").points == 3


def test_no_overrides_are_none(tmp_path):
    """A class in which nobody was given points by hand."""
    assert read_overrides(tmp_path / "overrides.csv") == []


@pytest.mark.parametrize(
    ("late", "extension", "handed_in", "points"),
    [
        (None, None, "2026-12-09T00:00:00+09:00", 10),
        (Late(10), None, "2026-12-04T23:59:00+09:00", 10),
        (Late(10), None, "2026-12-05T00:00:00+09:00", 9),
        (Late(10, grace_minutes=5), None, "2026-12-05T00:00:00+09:00", 10),
        (Late(10), None, "2026-12-05T23:59:01+09:00", 8),
        (Late(10, 25), None, "2026-12-31T00:00:00+09:00", 7.5),
        (Late(100), None, "2026-12-05T00:00:00+09:00", 0),
        (Late(10), "2026-12-06T00:00:00+09:00", "2026-12-05T00:00:00+09:00", 10),
        (Late(10), None, "2026-12-04T14:59:00+00:00", 10),
        (Late(10), None, "2026-12-04T15:00:00+00:00", 9),
        (Late(10), None, "", 10),
    ],
)
def test_being_late_costs_what_the_assignment_says(tmp_path, late, extension, handed_in, points):
    """In whichever time zone, by begun days; unknown times and extensions cost nothing."""
    import msgspec

    said = {"title": "t", "exercises": ["a/b"], "due": DUE}
    said |= {"extensions": {"ada": extension}} if extension else {}
    given = msgspec.convert(said, Assignment)
    given.late = late
    write(tmp_path, given, [("ada", 10, handed_in, 1)])
    (result,) = load(tmp_path).students
    assert result.points == pytest.approx(points)
    assert result.points + result.penalty == pytest.approx(10)


def test_of_several_attempts_the_best_counts(tmp_path):
    """After what being late costs, which may make an earlier one the best."""
    given = Assignment("t", ["a/b"], late=Late(50))
    given.due = load_time(DUE)
    rows = [("ada", 8, "2026-12-01T00:00:00+09:00", 1), ("ada", 10, "2026-12-06T00:00:00+09:00", 2)]
    write(tmp_path, given, rows)
    (result,) = load(tmp_path).students
    assert result.points == 8


def test_ids_may_be_addresses(tmp_path):
    """What is behind an @ is another student's, unless it is the number of an attempt."""
    rows = [("ada@x.org", 8, "", 1), ("ada@y.org", 10, "", 1), ("ada@y.org", 9, "", 2)]
    write(tmp_path, Assignment("t", ["a/b"]), rows)
    found = {one.student: one.points for one in load(tmp_path).students}
    assert found == {"ada@x.org": 8, "ada@y.org": 10}


def test_an_attempt_that_is_not_graded_yet_may_be_the_best(tmp_path):
    """So there are no points until it is."""
    write(tmp_path, Assignment("t", ["a/b"]), [("ada", 8, "", 1), ("ada", None, "", 2)])
    (result,) = load(tmp_path).students
    assert result.points is None


def test_who_handed_nothing_in_can_be_given_points(tmp_path):
    """And all else counts as missing."""
    write(tmp_path, Assignment("t", ["a/b"]), [("ada", 8, "", 1)])
    with (tmp_path / "manifest.csv").open("a") as manifest:
        manifest.write("\nbo,Bo,,0,,,\nchi,Chi,,0,,,\n")
    (tmp_path / "overrides.csv").write_text(
        'student;exercise;points;reason;by\nbo;a/b;7;"by mail, right";kim\n;;;;\n'
    )
    found = {one.student: (one.points, one.of) for one in load(tmp_path).students}
    assert found == {"ada": (8, 10), "bo": (7, 10), "chi": (None, 0)}


def test_what_came_in_and_has_no_record_is_not_graded_yet(tmp_path):
    """It is not called missing."""
    write(tmp_path, Assignment("t", ["a/b"]), [("ada", 8, "", 1)])
    with (tmp_path / "manifest.csv").open("a") as manifest:
        manifest.write("\nbo,Bo,,1,,,\n")
    bo = load(tmp_path).students[1]
    assert (bo.points, bo.of, bo.note) == (None, 10, "handed in, and not graded yet")


def test_a_record_of_whom_nothing_came_in_is_refused(tmp_path):
    """It would be somebody else's grade."""
    write(tmp_path, Assignment("t", ["a/b"]), [("ada", 8, "", 1)])
    path = records.path_of(tmp_path / "records", "ada")
    record = records.read(path)
    record.exercises[0].sha256 = "x"
    records.write(path, record)
    text = (tmp_path / "manifest.csv").read_text()
    (tmp_path / "manifest.csv").write_text(text.replace("ada,,,1", "ada,,,0"))
    with pytest.raises(ValueError, match=r"ada has a record, and manifest\.csv says that nothing"):
        load(tmp_path)


def test_an_extension_is_somebodys(tmp_path):
    """A spreadsheet drops zeros in front of an id."""
    given = Assignment("t", ["a/b"], extensions={"12": load_time(DUE)})
    write(tmp_path, given, [("0012", 8, "", 1)])
    with pytest.raises(ValueError, match="extends the time of 12, who is in no record"):
        load(tmp_path)


def test_the_weakest_assurance_is_told(tmp_path):
    """Of a class in which one was graded otherwise."""
    write(tmp_path, Assignment("t", ["a/b"]), [("ada", 8, "", 1), ("bo", 8, "", 1)])
    path = records.path_of(tmp_path / "records", "bo@1")
    record = records.read(path)
    record.assurance = "limited"
    records.write(path, record)
    assert load(tmp_path).assurance == "limited"


def load_time(text):
    """A time."""
    from datetime import datetime

    return datetime.fromisoformat(text)


def write(folder, assignment, rows):
    """Results of one exercise: (student, points of 10, handed in, attempt)."""
    kept = BatchInfo([1], "", "sandbox", "cpu", "full", assignment)
    records.write(folder / "batch.json", kept)
    lines = ["id,name,handed_in,attempt,late_by,from,note"]
    for student, points, handed_in, attempt in rows:
        one = Graded("a/b", "", "passed", points, 10, {}, None, [], "", 0.0)
        name = f"{student}@{attempt}" if len(rows) > 1 else student
        record = Record(
            name, "", "sandbox", [1], "cpu", "torch.float32", "2", "x",
            "2026-12-10T00:00:00+00:00", 0.0, points or 0, 10, [one],
        )  # fmt: skip
        records.write(records.path_of(folder / "records", name), record)
        lines.append(f"{student},,{handed_in},{attempt},,,")
    (folder / "manifest.csv").write_text("\n".join(lines))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"late": Late(10), "due": None}, "nothing is due"),
        ({"late": Late(-1)}, "percent"),
        ({"late": Late(10, 101)}, "percent"),
        ({"extensions": {"ada": "2026-12-04T23:59:00"}}, "no offset from UTC"),
    ],
)
def test_what_an_assignment_cannot_say(elsewhere, change, said):
    """One sentence each."""
    given = Assignment("t", ["warmup"], due=load_time(DUE))
    for name, value in change.items():
        times = {k: load_time(v) for k, v in value.items()} if name == "extensions" else value
        setattr(given, name, times)
    with pytest.raises(ValueError, match=said):
        check(given, elsewhere)


def regraded(folder, *options, status=0):
    """What `kata regrade` says."""
    done = kata("regrade", folder / "results", *options, course=folder / "course")
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_grading_again_without_a_change_changes_nothing(graded):
    """And keeps the old records; seeds are those of before."""
    seeds = read_batch_info(graded / "results").seeds
    before = {p.name: records.read(p) for p in (graded / "results" / "records").iterdir()}
    assert "No verdict and no points change." in regraded(graded)
    for name, old in before.items():
        new = records.read(graded / "results" / "records" / name)
        assert (new.points, new.of, new.sha256) == (old.points, old.of, old.sha256)
        assert [e.verdict for e in new.exercises] == [e.verdict for e in old.exercises]
        assert records.read(graded / "results" / "before" / "1" / "records" / name) == old
    assert read_batch_info(graded / "results").seeds == seeds


def test_what_was_handed_in_is_graded_again_and_nothing_else(graded):
    """Links and copies are no matter; a text that somebody has changed is refused."""
    (graded / "results").rename(graded / "first")
    shutil.copytree(graded / "first", graded / "results", copy_function=os.link)
    assert "No verdict and no points change." in regraded(graded)
    sha256 = records.read(graded / "results" / "records" / "ada.json").exercises[0].sha256
    path = graded / "results" / "files" / f"{sha256}.py"
    text = path.read_text()
    path.unlink()
    path.write_text(text.replace("0.5", "2"))
    assert "is not what was handed in" in regraded(graded, "--yes", status=2)


def test_other_exercises_are_no_regrade(graded):
    """Those that came in later were never graded; those that went are shown, and go."""
    (graded / "course" / "assignment.toml").write_text(
        TOML.replace('["warmup/half"]', '["warmup"]')
    )
    said = regraded(graded, "--assignment", "assignment.toml", "--yes", status=2)
    assert "has warmup/double now, which was not graded" in said
    path = graded / "results" / "records" / "ada.json"
    record = records.read(path)
    record.exercises.append(structs.replace(record.exercises[0], exercise="warmup/double"))
    records.write(path, record)
    (graded / "course" / "assignment.toml").write_text(TOML)
    said = regraded(graded, "--assignment", "assignment.toml", "--yes")
    assert "ada  warmup/double: passed -> no part of it, 1 -> no points" in said
    assert [one.exercise for one in records.read(path).exercises] == ["warmup/half"]


def test_what_was_before_is_numbered_on(graded):
    """Whatever has been deleted meanwhile."""
    (graded / "results" / "before" / "7").mkdir(parents=True)
    assert f"the old records are in {graded / 'results' / 'before' / '8'}" in regraded(graded)


def test_nothing_is_written_before_it_is_agreed_to(graded):
    """Without a terminal to ask at, and without --yes."""
    text = TOML + 'void = ["warmup/half/table"]\n'
    (graded / "course" / "assignment.toml").write_text(text)
    before = earned(graded)
    said = regraded(graded, "--assignment", "assignment.toml", status=1)
    assert "chidi  warmup/half: wrong -> passed, 0.6667 -> 1 points" in said
    assert "nothing is written; --yes writes it" in said
    assert earned(graded) == before
    assert not (graded / "results" / "before").exists()


@pytest.mark.parametrize("missing", ["batch.json", "records", "files"])
def test_what_is_not_there_any_more_is_one_sentence(graded, missing):
    """And nothing is written."""
    path = graded / "results" / missing
    path.unlink() if path.is_file() else shutil.rmtree(path)
    assert regraded(graded, status=2).startswith("kata regrade: ")


@pytest.mark.slow
def test_a_right_answer_that_was_rejected_is_accepted(graded):
    """Once the grader lets it pass, it is an alternative, proved, and the class is regraded."""
    solution = graded / "course" / "solutions" / "warmup" / "half.py"
    right = solution.read_text()
    record = graded / "results" / "records" / "chidi.json"
    done = kata("accept", record, "half", "--yes", course=graded / "course")
    assert done.returncode == 1
    assert "still says `wrong` of it" in done.stderr
    record = graded / "results" / "records" / "ada.json"
    done = kata("accept", record, "half", "--name", "by_a_half", course=graded / "course")
    assert done.returncode == 1
    assert "nothing is written" in done.stderr
    assert "def by_a_half(x):" in done.stdout
    assert solution.read_text() == right
    arguments = ("accept", record, "half", "--name", "by_a_half", "--yes")
    done = kata(*arguments, course=graded / "course")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "`by_a_half` is an alternative now, and proved" in done.stdout
    assert "return x * 0.5" in solution.read_text()
    assert solution.read_text().startswith(right.rstrip("\n"))
    assert (graded / "results" / "before" / "1").is_dir()


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--to", "csv"), 0, "bo,Bo,0,1,1 min,0,0,"),
        (("--to", "paper"), 2, "'paper' is not one of"),
        (("--to", "csv", "--out", "batch.json"), 2, "is there already; --force overwrites it"),
        (("--to", "gradescope"), 2, "these are 5 students; say which: --student ID"),
        (("--to", "canvas"), 2, "export it, then --gradebook"),
        (("--to", "canvas", "--gradebook", "book.csv"), 1, "not in the gradebook: bo, chidi"),
        (("--to", "moodle"), 2, "no e-mail address is known of ada"),
        (("--to", "classroom50", "--student", "ada"), 2, "classroom, assignment, owner"),
        (("--to", "classroom50", "--student", "ada", "--field", "x"), 2, "write name=value"),
    ],
)
def test_export_at_the_command_line(graded, options, status, said):
    """What it writes, and one sentence for what it does not."""
    (graded / "results" / "book.csv").write_text("Student,ID,Section,Week 1 (3)\nA,ada,x,\n")
    done = kata("export", ".", *options, course=graded / "results")
    assert done.returncode == status, done.stdout + done.stderr
    assert said in done.stdout + done.stderr
    assert json.loads((graded / "results" / "batch.json").read_text())["schema"]


def test_reading_results_needs_no_torch():
    """A class is exported at once."""
    code = "import sys, torchkata.platforms.exporters; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_records_of_another_version_are_one_sentence(graded):
    """And say which one is read."""
    path = graded / "results" / "records" / "ada.json"
    path.write_text(path.read_text().replace("torchkata/record/3", "torchkata/record/1"))
    done = kata("export", "results", "--to", "csv", course=graded)
    assert done.returncode == 2
    assert "is of schema torchkata/record/1; this version reads torchkata/record/3" in done.stderr


@pytest.mark.slow
def test_what_would_spoil_the_course_is_not_accepted(graded):
    """A name that is taken, or none: the course is as it was."""
    solution = graded / "course" / "solutions" / "warmup" / "half.py"
    right = solution.read_bytes()
    record = graded / "results" / "records" / "ada.json"
    for name in ("half", "times_a_half", "_hidden"):
        done = kata("accept", record, "half", "--name", name, "--yes", course=graded / "course")
        assert done.returncode == 1, name
        assert solution.read_bytes() == right
