"""`kata grade`, `replay` and `regrade` in this process: what they end with and refuse."""

import json

import pytest
from rich.cells import cell_len

from torchkata.grading import records
from torchkata.grading.results import load
from torchkata.sandbox import backends

from command import kata as type_kata
from open_walls import Nowhere, Open

RIGHT, WRONG = "def half(x):\n    return x / 2\n", "def half(x):\n    return x\n"
ANSWERS = {"ann": RIGHT, "ben": WRONG, "cem": "# die\n" + RIGHT}


@pytest.fixture
def handed_in(elsewhere):
    """A folder with a submission that is right, one that is wrong, and one that ends the walls."""
    folder = elsewhere.root / "handed_in"
    for name, text in ANSWERS.items():
        (folder / name / "warmup").mkdir(parents=True)
        (folder / name / "warmup" / "half.py").write_text(text)
    (folder / "eli").mkdir()
    return folder


@pytest.fixture
def kata(elsewhere, monkeypatch):
    """Run `kata` behind walls that are none, called `limited`."""
    monkeypatch.setitem(backends.BY_ASSURANCE, "limited", Open)

    def run(*arguments, assurance=True):
        command = [*arguments, "--course", elsewhere.root]
        # Two answers at a time would draw from the same generators here.
        command += ["--workers", "1"] if arguments[0] in ("grade", "regrade") else []
        command += ["--assurance", "limited"] if assurance and arguments[0] == "grade" else []
        return type_kata(*command)

    return run


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["ann"], 0),
        (["ben"], 0),
        (["ann", "--fail-under", "50"], 0),
        (["ben", "--fail-under", "50"], 1),
        (["eli"], 1),
        (["cem"], 3),
        (["cem", "--fail-under", "50"], 3),
        (["nobody"], 2),
        (["ann", "--module", "nonsense"], 2),
        (["ann", "--feedback", "all"], 2),
        (["ann", "--assurance", "trust"], 2),
        (["ann", "--device", "abacus"], 2),
    ],
)
def test_grade_ends_with_what_became_of_it(kata, handed_in, arguments, status):
    """0 graded; 1 too few points, or nothing there; 2 a wrong command; 3 sandboxes that failed."""
    name, *options = arguments
    done = kata("grade", handed_in / name, *options, assurance="--assurance" not in options)
    assert done.returncode == status, done.stdout + done.stderr
    assert (done.returncode == 2) == (done.stdout == "")


def test_one_that_is_not_graded_is_enough(kata, handed_in, tmp_path):
    """The others are graded and kept, and the status says that somebody is not."""
    done = kata("grade", handed_in, "--out", tmp_path / "out", "--module", "warmup")
    assert done.returncode == 3
    kept = {path.stem for path in (tmp_path / "out" / "records").glob("*.json")}
    assert kept == {"ann", "ben", "cem", "eli"}
    assert "cem: 0 of 2 points, and some of it is not graded yet" in done.stderr
    assert records.read(tmp_path / "out" / "records" / "ann.json").points == 1


def test_without_walls_nothing_is_graded_and_nothing_weaker_is_taken(
    kata, handed_in, tmp_path, monkeypatch
):
    """One sentence, status 3, and no record; the default is the strongest there is."""
    monkeypatch.setitem(backends.BY_ASSURANCE, "sandbox", Nowhere)
    done = kata("grade", handed_in / "ann", "--out", tmp_path / "out", assurance=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing of the kind is installed" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out" / "records").exists()


def test_what_is_no_grade_says_so(kata, handed_in):
    """Of one submission and of several, in words and as data."""
    assert "(assurance: limited)" in kata("grade", handed_in / "ann").stdout
    assert "That is no grade against attackers" in kata("grade", handed_in).stdout
    data = json.loads(kata("grade", handed_in / "ann", "--json").stdout)
    assert data["assurance"] == "limited"


def test_a_batch_does_not_go_on_behind_weaker_walls(kata, handed_in, tmp_path, monkeypatch):
    """Nor behind others at all."""
    monkeypatch.setitem(backends.BY_ASSURANCE, "sandbox", type("S", (Open,), SANDBOX))
    options = ("grade", handed_in / "ann", "--out", tmp_path / "out")
    assert kata(*options, assurance=False).returncode == 0
    done = kata(*options)
    assert done.returncode == 2
    assert "was begun with another assurance" in done.stderr


def test_the_best_is_taken_and_said_and_kept_to(kata, handed_in, tmp_path, monkeypatch):
    """Why no better one is told; what was begun goes on as it was, whatever there is by then."""
    monkeypatch.setitem(backends.BY_ASSURANCE, "sandbox", Nowhere)
    monkeypatch.setitem(backends.BY_ASSURANCE, "landlock", type("L", (Open,), LANDLOCK))
    options = ("--assurance", "best", "--out", tmp_path / "out")
    done = kata("grade", handed_in / "ann", *options, assurance=False)
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    assert "nothing of the kind is installed" in done.stderr
    assert "(assurance: landlock)" in done.stdout
    monkeypatch.setitem(backends.BY_ASSURANCE, "sandbox", type("S", (Open,), SANDBOX))
    done = kata("grade", handed_in / "ann", *options, assurance=False)
    assert "(assurance: landlock)" in done.stdout, done.stderr


SANDBOX = {"assurance": "sandbox"}
LANDLOCK = {"assurance": "landlock"}


@pytest.mark.parametrize(("level", "shown"), [("full", True), ("named", False), ("points", False)])
def test_feedback_shows_what_it_may(kata, handed_in, level, shown):
    """Only the full one tells a number that was expected."""
    said = kata("grade", handed_in / "ben", "--seed", "0", "--feedback", level).stdout
    assert ("expected" in said) == shown
    assert "wrong, 0 of 3 cases right" in said


def test_seeds_are_fresh_unless_they_are_given(kata, handed_in):
    """Two runs have none in common; a seed that is given gives that one and the next."""
    runs = [
        json.loads(kata("grade", handed_in / "ann", "--json", *options).stdout)["seeds"]
        for options in ((), (), ("--seed", "7"))
    ]
    assert len({*runs[0], *runs[1]}) == 4
    assert runs[2] == [7, 8]


@pytest.fixture
def graded(kata, handed_in, tmp_path):
    """Results of the one that is right and the one that is wrong."""
    for name in ("cem", "eli"):
        (handed_in / name).rename(tmp_path / name)
    assert kata("grade", handed_in, "--out", tmp_path / "out").returncode == 0
    return tmp_path / "out"


def test_a_replay_says_whether_the_verdict_is_the_same(kata, graded, elsewhere):
    """Status 0 where it is, 1 where it is another."""
    path = graded / "records" / "ben.json"
    said = kata("replay", path, "warmup/half").stdout
    assert said.startswith("warmup/half: recorded as wrong, the same again\n")
    record = records.read(path)
    for one in record.exercises:
        one.verdict = "passed"
    records.write(path, record)
    done = kata("replay", path, "warmup/half")
    assert done.returncode == 1
    assert "warmup/half: recorded as passed, now wrong" in done.stdout


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "torchkata/record/1"}'])
def test_what_is_no_record_is_one_sentence(kata, tmp_path, text):
    """Status 2, and never a traceback."""
    (tmp_path / "x.json").write_text(text)
    done = kata("replay", tmp_path / "x.json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("command", ["replay", "regrade"])
def test_a_text_that_was_changed_since_is_refused(kata, graded, command):
    """It is not what was handed in: nobody gets a grade for it."""
    for path in (graded / "files").iterdir():
        path.write_text(path.read_text() + "# changed\n")
    what = graded / "records" / "ben.json" if command == "replay" else graded
    done = kata(command, what, *(["--yes"] if command == "regrade" else []))
    assert done.returncode == 2
    assert done.stderr.startswith(f"kata {command}: ")
    assert "is not" in done.stderr
    assert records.read(graded / "records" / "ann.json").points == 1


ASSIGNMENT = 'title = "t"\nexercises = ["warmup/half"]\npoints = {"warmup/half" = 3}\n'


def test_a_regrade_keeps_seeds_and_walls(kata, graded, tmp_path):
    """And writes nothing before it is agreed to; the old records are kept."""
    (tmp_path / "assignment.toml").write_text(ASSIGNMENT)
    command = ("regrade", graded, "--assignment", tmp_path / "assignment.toml")
    path = graded / "records" / "ann.json"
    before = records.read(path)
    assert kata(*command).returncode == 1
    assert records.read(path) == before
    done = kata(*command, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ann  warmup/half: passed -> passed, 1 -> 3 points" in done.stdout
    after = records.read(path)
    assert (after.points, after.seeds, after.assurance) == (3, before.seeds, "limited")
    assert records.read(graded / "before" / "1" / "records" / "ann.json") == before


def test_who_handed_in_too_large_a_file_is_told_why_it_is_missing(kata, collect, tmp_path):
    """What `kata collect` left out is in the learner's text, and in what the teacher exports."""
    done, out = collect("folder", {"ada/half.ipynb": bytes(9_000_000), "bo/half.py": b"x"})
    assert done.exit_code == 0, done.output
    kata("grade", out, "--module", "warmup", "--out", tmp_path / "results")
    ada, bo = (records.read(tmp_path / "results/records" / f"{one}.json") for one in ("ada", "bo"))
    said = "half.ipynb is larger than 8 MiB; left out."
    assert ada.exercises[0].verdict == "missing"
    assert f"  Noted when it was collected: {said}" in ada.exercises[0].text.splitlines()
    assert not any("Noted" in one.text for one in bo.exercises)
    [student] = [one for one in load(tmp_path / "results").students if one.student == "ada"]
    assert student.note.endswith(said)


def test_names_of_submissions_forge_nothing_and_line_up(elsewhere, kata, tmp_path):
    """A name with colours, another direction or a line of its own; a letter of Hangul is wide."""
    folder = tmp_path / "odd"
    for name in ("\x1b[31mann\n김민수  2 of 2  2 passed", "\u202enimda", "김민수"):
        (folder / name / "warmup").mkdir(parents=True)
        (folder / name / "warmup" / "half.py").write_text(RIGHT)
    done = kata("grade", folder, "--out", tmp_path / "out", "--module", "warmup")
    assert done.returncode == 0, done.stderr
    *rows, _, _ = done.stdout.splitlines()
    assert [row.partition("  ")[0] for row in rows] == ["_[31mann_김민수", "_nimda", "김민수"]
    assert len({cell_len(row.partition(" of 2  1 passed")[0]) for row in rows[1:]}) == 1
    for said in (done.stdout, done.stderr):
        assert not set(said) & {"\x1b", "\u202e"}
    assert len(done.stderr.splitlines()) == 3


def test_an_error_quotes_others_within_its_sentence(kata, graded):
    """A cell of overrides.csv that holds lines and colours of its own."""
    (graded / "overrides.csv").write_text(
        'student,exercise,points,reason,by\n"zoe\nkata: all is well\x1b[32m",warmup/half,1,x,y\n'
    )
    done = type_kata("export", graded, "--to", "csv")
    assert done.returncode == 2
    said = "overrides.csv names zoe kata: all is well_[32m, who is in no record"
    assert done.stderr == f"kata export: {said}\n"
