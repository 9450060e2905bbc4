"""What holds for a whole batch: it is kept, and nothing goes on where it has changed."""

import json
from dataclasses import replace

import pytest

from torchkata.course.course import Course
from torchkata.grading import batch, records, runs
from torchkata.grading.assignment import Assignment
from torchkata.grading.grading_run import Terms
from torchkata.grading.submission import find_all
from torchkata.sandbox.backends import Limited, Sandbox

from open_walls import Open

TERMS = Terms((1, 2), Open)
RIGHT, WRONG = "def half(x):\n    return x / 2\n", "def half(x):\n    return x\n"


@pytest.fixture
def handed_in(elsewhere):
    """A folder with the submissions of two students."""
    folder = elsewhere.root / "handed_in"
    for name, text in {"ann": RIGHT, "ben": WRONG}.items():
        (folder / name / "warmup").mkdir(parents=True)
        (folder / name / "warmup" / "half.py").write_text(text)
    return folder


@pytest.fixture
def graded(elsewhere, handed_in, tmp_path):
    """Grade them into a folder: {student: what was done}."""

    def run(terms=TERMS, workers=1):
        submissions = find_all(elsewhere, [handed_in], [elsewhere.exercises["warmup/half"]])
        done = batch.run(submissions, terms, tmp_path / "out", workers)
        return {one.record.submission: one for one in done}

    return run


def test_seeds_are_fresh_and_many():
    """Nobody knows a graded run's arguments beforehand, and no two runs have the same."""
    drawn = {runs.fresh_seeds() for _ in range(20)}
    assert len(drawn) == 20
    seeds = {seed for run in drawn for seed in run}
    assert len(seeds) == 20 * runs.SEEDS
    assert max(seeds) > 2**28


def test_seeds_are_for_the_teachers_eyes(elsewhere, tmp_path):
    """The file that keeps them can be read by nobody else."""
    runs.terms_of(tmp_path, elsewhere, TERMS)
    assert (tmp_path / "batch.json").stat().st_mode & 0o777 == 0o600
    assert records.read_batch_info(tmp_path).seeds == [1, 2]


def test_a_batch_goes_on_with_its_own_seeds(elsewhere, tmp_path):
    """Those that were drawn afresh for the same command are dropped."""
    runs.terms_of(tmp_path, elsewhere, TERMS)
    assert runs.terms_of(tmp_path, elsewhere, Terms((8, 9), Open)).seeds == (1, 2)
    assert runs.terms_of(None, elsewhere, Terms((8, 9), Open)).seeds == (8, 9)


@pytest.mark.parametrize(
    ("changed", "terms"),
    [
        ("assurance", replace(TERMS, walls=Sandbox)),
        ("device", replace(TERMS, device="cuda")),
        ("feedback", replace(TERMS, feedback="points")),
        ("assignment", replace(TERMS, assignment=Assignment("t", ["warmup"]))),
    ],
)
def test_a_batch_does_not_go_on_on_other_terms(elsewhere, tmp_path, changed, terms):
    """Least of all behind weaker walls: grades of one batch are of one kind."""
    for out, first, second in ((tmp_path / "a", TERMS, terms), (tmp_path / "b", terms, TERMS)):
        runs.terms_of(out, elsewhere, first)
        with pytest.raises(ValueError, match=f"was begun with another {changed}"):
            runs.terms_of(out, elsewhere, second)


@pytest.mark.parametrize("changed", ["grader_path", "solution_path"])
@pytest.mark.parametrize("name", ["warmup/half", "warmup/double"])
def test_a_batch_does_not_go_on_with_another_course(elsewhere, tmp_path, changed, name):
    """Neither another grader nor another solution: a verdict rests on both."""
    runs.terms_of(tmp_path / "out", elsewhere, TERMS)
    with getattr(elsewhere.exercises[name], changed).open("a") as file:
        file.write("# changed\n")
    with pytest.raises(ValueError, match="was begun with another course; kata regrade"):
        runs.terms_of(tmp_path / "out", Course(elsewhere.root), TERMS)


def test_what_is_graded_is_kept(graded):
    """The same command again grades nothing a second time."""
    assert {name: one.record.points for name, one in graded().items()} == {"ann": 1, "ben": 0}
    assert [one.kept for one in graded().values()] == [True, True]


def test_other_bytes_are_graded_again(graded, handed_in, tmp_path):
    """And the record that they replace is kept, and told."""
    first = graded()["ben"].record
    (handed_in / "ben" / "warmup" / "half.py").write_text(RIGHT)
    done = graded()
    assert (done["ann"].kept, done["ben"].kept, done["ben"].was) == (True, False, 0)
    assert done["ben"].record.points == 1
    (kept,) = (tmp_path / "out" / "before" / "replaced").iterdir()
    assert records.read(kept) == first


class Other(Open):
    """Other walls."""

    assurance = "other"


def test_a_record_on_other_terms_does_not_count(graded):
    """Made behind other walls."""
    graded()
    assert [one.kept for one in graded(replace(TERMS, walls=Other)).values()] == [False, False]


def test_what_comes_later_is_another_run(graded, handed_in, elsewhere, tmp_path):
    """On seeds of its own; equal bytes keep their record and its seeds."""
    out = tmp_path / "out"
    runs.terms_of(out, elsewhere, TERMS)
    graded()
    (handed_in / "ben" / "warmup" / "half.py").write_text(RIGHT)
    terms = runs.terms_of(out, elsewhere, replace(TERMS, seeds=(8, 9)))
    assert terms.seeds == (8, 9)
    done = graded(replace(terms, public=True))
    assert [done[name].record.seeds for name in ("ann", "ben")] == [[1, 2], [8, 9]]
    assert done["ann"].kept


def test_a_run_that_is_not_finished_goes_on_on_its_seeds(graded, handed_in, elsewhere, tmp_path):
    """Also where some of it is not graded yet, since walls died."""
    out, path = tmp_path / "out", handed_in / "ann" / "warmup" / "half.py"
    path.write_text("# die\n" + RIGHT)
    runs.terms_of(out, elsewhere, TERMS)
    assert graded()["ann"].record.failed
    assert runs.terms_of(out, elsewhere, replace(TERMS, seeds=(8, 9))).seeds == (1, 2)
    path.write_text(RIGHT)
    graded()
    assert runs.terms_of(out, elsewhere, replace(TERMS, seeds=(8, 9))).seeds == (8, 9)


def test_what_replaces_a_record_has_seeds_that_nobody_was_told_of(graded, handed_in):
    """Also within a run; not where the seeds were given, and are public."""
    graded()
    path = handed_in / "ben" / "warmup" / "half.py"
    path.write_text(RIGHT)
    first = graded()["ben"].record.seeds
    path.write_text(RIGHT + "# again\n")
    second = graded()["ben"].record.seeds
    assert len({(1, 2), tuple(first), tuple(second)}) == 3
    path.write_text(RIGHT + "# with public ones\n")
    assert graded(replace(TERMS, public=True))["ben"].record.seeds == [1, 2]


def test_what_is_not_graded_yet_is_graded_again(graded, handed_in):
    """Where the walls died, the next run tries once more; no points are said to be replaced."""
    (handed_in / "ann" / "warmup" / "half.py").write_text("# die\n" + RIGHT)
    assert graded()["ann"].record.failed
    again = graded()["ann"]
    assert (again.kept, again.was) == (False, None)


def test_the_files_themselves_are_kept(graded, tmp_path):
    """By their digest, so that a verdict can be contested."""
    record = graded()["ann"].record
    (one,) = record.exercises
    assert (tmp_path / "out" / "files" / f"{one.sha256}.py").read_text() == RIGHT
    assert records.digest(RIGHT) == one.sha256


def test_a_batch_says_how_it_is_walled_off(elsewhere, tmp_path):
    """In what it keeps, for anyone who goes on or grades it again."""
    runs.terms_of(tmp_path, elsewhere, Terms((1,), Limited))
    assert json.loads((tmp_path / "batch.json").read_text())["assurance"] == "limited"
