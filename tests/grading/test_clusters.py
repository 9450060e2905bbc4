"""From what nothing explains to the sentence for all who wrote it: unexplained, new, regrade."""

import json
import shutil

import pytest

from torchkata.course.course import Course
from torchkata.grading import records
from torchkata.grading.assignment import Assignment
from torchkata.grading.clusters import unexplained_answers
from torchkata.notebooks.script import script_from
from torchkata.sandbox import backends

from command import kata as type_kata
from open_walls import Nowhere, Open

# A mistake that nobody has named, written in three ways; another one; and what needs no name.
ANSWERS = {
    "ann": "def half(x):\n    return x / 5\n",
    "ben": "def _by(x):\n    return 0.2 * x\n\n\ndef half(x):\n    'Mine.'\n    return _by(x)\n",
    "cem": "import torch\n\n\ndef half(x):\n    y = torch.mul(x, 0.2)\n    return y\n",
    "dan": "def half(x):\n    return x + 5\n",
    "eli": "def half(x):\n    return x / 3\n",
    "fay": "def half(x):\n    return x / 2\n",
    "gus": "def half(x):\n    return y\n",
    "hal": "def half(x) return x\n",
    "ida": "import no_such_module\n\n\ndef half(x):\n    return x\n",
}


@pytest.fixture
def kata(elsewhere, monkeypatch):
    """Run `kata` on the small course behind walls that are none, called `limited`."""
    monkeypatch.setitem(backends.BY_ASSURANCE, "limited", Open)

    def run(*arguments):
        one = ["--workers", "1"] if arguments[0] in ("grade", "regrade") else []
        return type_kata(*arguments, "--course", elsewhere.root, *one)

    return run


@pytest.fixture
def graded(kata, elsewhere, tmp_path):
    """Grade {student: text}, and return the folder of the results."""

    def grade(answers=ANSWERS):
        for name, text in answers.items():
            place = tmp_path / "handed_in" / name / "warmup" / "half.py"
            place.parent.mkdir(parents=True)
            place.write_text(text)
        options = ("--module", "warmup", "--assurance", "limited", "--out", tmp_path / "out")
        kata("grade", tmp_path / "handed_in", "--class", *options)
        assert len([*(tmp_path / "out" / "records").iterdir()]) == len(answers)
        return tmp_path / "out"

    return grade


def found_in(course, folder):
    """{whose: cluster}."""
    return {one.students: one for one in unexplained_answers(course, folder).clusters}


def test_answers_that_show_the_same_are_one_cluster(graded, elsewhere):
    """The biggest first; what is right or explained is in none."""
    folder = graded()
    found = unexplained_answers(elsewhere, folder).clusters
    assert [one.students for one in found] == [("ann", "ben", "cem"), ("dan",), ("gus",)]
    assert [one.exercise for one in found] == ["warmup/half"] * 3
    fifth, _, raising = found
    assert fifth.answer == ANSWERS["ann"]
    assert fifth.record == folder / "records" / "ann.json"
    assert fifth.facts[0] == "`half` is 2.5 times too small in every case."
    assert "  row: Four random numbers." in fifth.told
    assert raising.facts == ()


def test_of_an_answer_is_shown_what_its_stub_has_not(graded, elsewhere, half):
    """With its imports and signatures; what is in cells of other exercises is not."""
    mine = half.stub.replace("raise NotImplementedError", "return x * 0.2  # mine")
    shown = "import torch\ndef half(x):\n    return x * 0.2  # mine\n"
    script = script_from(
        [("cell [1]", "print('a long cell of another exercise')"), ("cell [2]", mine)]
    )
    for number, text in enumerate((mine, script)):
        folder = graded({f"ann{number}": text})
        [cluster] = unexplained_answers(elsewhere, folder).clusters
        assert cluster.answer == shown
        shutil.rmtree(folder)
        shutil.rmtree(folder.parent / "handed_in")


def test_what_cannot_be_observed_again_is_listed_with_the_reason(graded, elsewhere):
    """Files that do not load, that are gone or changed, and exercises that the course lost."""
    folder = graded()
    (folder / "files" / f"{records.digest(ANSWERS['ann'])}.py").unlink()
    (folder / "files" / f"{records.digest(ANSWERS['dan'])}.py").write_text("def half(x): 0\n")
    record = records.read(folder / "records" / "cem.json")
    for one in record.exercises:
        one.exercise = "warmup/gone"
    records.write(folder / "records" / "cem.json", record)
    found = unexplained_answers(elsewhere, folder)
    why = {one.students[0]: one.why for one in found.unobserved}
    gone = "its file is not beside the records, or somebody has changed it since"
    assert why["ann"] == why["dan"] == gone
    assert why["cem"] == "this course has no such exercise"
    assert why["hal"].startswith("error: Line 1 is not Python yet: expected ':'")
    assert why["ida"].startswith("error: Line 1 imports `no_such_module`, which cannot be imported")
    assert {one.students for one in found.clusters} == {("ben",), ("gus",)}


def test_a_wall_that_dies_over_an_answer_ends_nothing(graded, elsewhere):
    """It is listed, and the others are observed."""
    folder = graded({"ann": ANSWERS["ann"], "jon": "# die\n" + ANSWERS["dan"]})
    record = records.read(folder / "records" / "jon.json")
    for one in record.exercises:
        one.sha256 = records.digest("# die\n" + ANSWERS["dan"]) if "half" in one.exercise else ""
        one.verdict = "wrong" if one.sha256 else "missing"
    records.write(folder / "records" / "jon.json", record)
    (folder / "files" / f"{records.digest('# die' + chr(10) + ANSWERS['dan'])}.py").write_text(
        "# die\n" + ANSWERS["dan"]
    )
    found = unexplained_answers(elsewhere, folder)
    assert [one.students for one in found.clusters] == [("ann",)]
    assert [one.students for one in found.unobserved] == [("jon",)]


def test_a_student_who_tried_twice_is_counted_once(graded, elsewhere):
    """By the id, whatever the attempts are called."""
    folder = graded({"ann@1": ANSWERS["ann"], "ann@2": ANSWERS["cem"], "dan@1": ANSWERS["ben"]})
    assert [*found_in(elsewhere, folder)] == [("ann", "dan")]


def test_void_cases_part_nobody(graded, elsewhere):
    """What counts for nobody is not looked at."""
    odd = "def half(x):\n    return x / 5 if x.dim() == 1 else x / 7\n"
    folder = graded({"ann": ANSWERS["ann"], "kim": odd})
    assert len(found_in(elsewhere, folder)) == 2
    info = records.read_batch_info(folder)
    info.assignment = Assignment("t", ["warmup"], void=["warmup/half/table"])
    records.write(folder / "batch.json", info)
    assert [*found_in(elsewhere, folder)] == [("ann", "kim")]


def test_the_command_tells_how_many_who_an_example_and_what_to_type(graded, kata):
    """As text for people, with the progress beside it."""
    folder = graded()
    done = kata("unexplained", folder)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "  3 answers: ann, ben, cem" in lines
    assert "    `half` is 2.5 times too small in every case." in lines
    assert "    |     return x / 5" in lines
    assert "\n    kata new --misconception warmup/half --from " in done.stdout
    assert "\n  warmup/half, hal: error: Line 1 is not Python" in done.stdout
    assert done.stderr.splitlines()[-1] == "7 of 7: warmup/half"


def test_the_command_gives_data(graded, kata):
    """The same, whole."""
    folder = graded()
    data = json.loads(kata("unexplained", folder, "--json").stdout)
    first = data["clusters"][0]
    assert (first["exercise"], first["count"]) == ("warmup/half", 3)
    assert first["students"] == ["ann", "ben", "cem"]
    assert first["answer"] == ANSWERS["ann"]
    assert first["record"] == str(folder / "records" / "ann.json")
    assert sorted(one["students"] for one in data["unobserved"]) == [["hal"], ["ida"]]
    assert data["explained_now"] == 0


def test_what_an_answer_holds_moves_no_terminal(graded, kata):
    """It is shown as foreign text is."""
    text = "def half(x):\n    '\x1b[31m'\n    y = '\u202e'\n    return x / 5\n"
    folder = graded({"ann\x1b[31m": text})
    done = kata("unexplained", folder)
    assert not set(done.stdout + done.stderr) & {"\x1b", "\u202e"}


def test_results_that_are_none_and_walls_that_are_none_are_one_sentence(
    graded, kata, tmp_path, monkeypatch
):
    """Status 2 and 3."""
    done = kata("unexplained", tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    folder = graded({"ann": ANSWERS["ann"]})
    monkeypatch.setitem(backends.BY_ASSURANCE, "limited", Nowhere)
    done = kata("unexplained", folder)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)


def begun_from(kata, folder, student):
    """Begin a misconception from a student's answer, without being asked."""
    path = folder / "records" / f"{student}.json"
    return kata("new", "--misconception", "half", "--from", path, "--yes")


@pytest.mark.parametrize(
    ("student", "form"),
    [("ann", "grader.edit("), ("ben", "def unnamed_"), ("cem", "y = torch.mul(")],
)
def test_a_misconception_that_is_begun_explains_the_whole_cluster(
    graded, kata, elsewhere, student, form
):
    """Once its sentence is written, which kata prove asks for: told at a regrade, to all three."""
    folder = graded()
    done = begun_from(kata, folder, student)
    assert done.returncode == 0, done.stderr
    grader = elsewhere.exercises["warmup/half"].grader_path
    added = grader.read_text().partition('new="x / 3"')[2]
    assert form in added
    proved = kata("prove", "half", "--no-mutants")
    assert proved.returncode == 1
    assert "has no sentence yet; write it in the place of the TODO" in proved.stdout
    begin = added.index("TODO: ")
    sentence = added[begin : added.index(".", added.index("what to do", begin)) + 1]
    grader.write_text(grader.read_text().replace(sentence, "A fifth is `x / 5`; take the half."))
    proved = kata("prove", "half", "--no-mutants").stdout
    assert "4 of 4 misconceptions caught, 4 named" in proved
    assert "no sentence" not in proved
    found = unexplained_answers(Course(elsewhere.root), folder)
    assert [one.students for one in found.clusters] == [("dan",), ("gus",)]
    assert found.explained == 3
    assert "3 more answers that nothing explained" in kata("unexplained", folder).stdout
    assert kata("regrade", folder, "--yes").returncode == 0
    name = f"unnamed_{records.digest(ANSWERS[student])[:6]}"
    for one in ("ann", "ben", "cem"):
        graded_half = records.read(folder / "records" / f"{one}.json").exercises[-1]
        assert graded_half.misconception == name
        assert "A fifth is `x / 5`; take the half." in graded_half.text


def test_nothing_becomes_code_of_the_course_unasked(graded, kata, elsewhere):
    """It is shown, and left out where nobody says yes."""
    folder, half = graded(), elsewhere.exercises["warmup/half"]
    before = half.grader_path.read_bytes()
    done = kata("new", "--misconception", "half", "--from", folder / "records" / "ann.json")
    assert done.returncode == 1
    assert "new='return x / 5'" in done.stdout
    assert "it then runs without walls" in done.stdout
    assert half.grader_path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("def half(x, _s=print()):\n    return x\n", 1, "`print()` would run whenever the course"),
        ("from math import pi as grader\n\n\ndef half(x):\n    return grader * x\n", 1, "`grader`"),
        ("def half(x) return x\n", 1, "its definition is not one that can be taken over"),
        ("def half(x):\n    return " + "-" * 10**5 + "x\n", 1, "its definition is not one"),
    ],
)
def test_what_a_machine_cannot_take_over_is_refused(graded, kata, elsewhere, text, status, said):
    """In one sentence, and the grader is as it was."""
    before = elsewhere.exercises["warmup/half"].grader_path.read_bytes()
    done = begun_from(kata, graded({"ann": text}), "ann")
    assert done.returncode == status
    assert done.stderr.startswith(f"kata new: {said}")
    assert elsewhere.exercises["warmup/half"].grader_path.read_bytes() == before


def test_an_answer_is_taken_once(graded, kata, elsewhere):
    """A second misconception of the same name leaves the grader as it was."""
    folder = graded({"ann": ANSWERS["ann"]})
    assert begun_from(kata, folder, "ann").returncode == 0
    before = elsewhere.exercises["warmup/half"].grader_path.read_bytes()
    done = begun_from(kata, folder, "ann")
    assert done.returncode == 1
    assert "two misconceptions are named" in done.stderr
    assert elsewhere.exercises["warmup/half"].grader_path.read_bytes() == before


@pytest.mark.parametrize("alone", [["--misconception"], ["--from", "ann.json"]])
def test_the_two_options_go_together(kata, alone):
    """One without the other would write another thing."""
    done = kata("new", "half", *alone)
    assert done.returncode == 2
    assert " goes with --" in done.stderr
