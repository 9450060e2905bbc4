"""torchkata.data: what cases and answers read, at home, behind the walls, and in packs."""

import hashlib
import re
import shutil
import threading
from pathlib import Path

import pytest

import torchkata
from torchkata.authoring.proof import prove
from torchkata.course import data as data_files
from torchkata.course.course import Course
from torchkata.course.data import current, reading
from torchkata.course.grader import GraderError
from torchkata.grading import pack, records
from torchkata.grading.assignment import Assignment
from torchkata.grading.grading_run import Terms, Worker, grade
from torchkata.grading.records import BadRecord
from torchkata.grading.replaying import replay
from torchkata.grading.submission import Submission
from torchkata.judging.observation import Raised
from torchkata.running.files import File, read
from torchkata.running.known_answers import judge_against
from torchkata.running.practice import examine, report_on
from torchkata.sandbox.backends import Limited

NAME = "shades.bin"
WRONG = "import torch, torchkata\ndef shades(which, scale):\n    "


def again(exercise):
    """The same exercise, read again from the disk."""
    return Course(exercise.course.root).exercises[exercise.id]


def declared(exercise, text):
    """The same exercise, of a course whose course.toml says this."""
    (exercise.course.root / "course.toml").write_text(text)
    return again(exercise)


def test_an_answer_that_reads_a_file_passes_at_home(shades):
    """So does one that imports `data` alone, and the exercise is proved."""
    assert prove(shades, (0, 1)).problems == []
    assert examine(shades, File("shades.py", shades.solution)).verdict == "passed"
    text = shades.solution.replace("torchkata.data(", "place(")
    text = text.replace("import torchkata", "from torchkata import data as place")
    assert examine(shades, File("shades.py", text)).verdict == "passed"


def test_it_passes_behind_the_walls(shades, worker):
    """And a wrong one is told the same mistake as at home."""
    for text, verdict in ((shades.solution, "passed"), (WRONG + "return which", "wrong")):
        report = worker.respond(shades, text, (0, 1))
        assert judge_against(shades, report, (0, 1)).verdict == verdict


@pytest.mark.slow
def test_it_passes_with_limits_alone(shades):
    """Where there are no walls, the file is in the answer's own folder."""
    with Limited() as walls:
        report = walls.respond(shades, shades.solution, (0,))
    assert judge_against(shades, report, (0,)).verdict == "passed"


def test_an_answer_finds_no_other_file(shades, worker):
    """It is told which there are, in the same words at home and behind the walls."""
    text = WRONG + "return torchkata.data('README.md')"
    at_home = report_on(shades, File("shades.py", text), (0,))
    for report in (at_home, worker.respond(shades, text, (0,))):
        seen = report.observations["some_rows", 0]
        assert isinstance(seen, Raised)
        assert seen.message.startswith("there is no data file 'README.md' for this exercise, it")


def test_an_exercise_that_names_no_file_has_none(shades):
    """What goes behind the walls is what its grader or its stub names."""
    half = shades.course.exercises["warmup/half"]
    assert (half.data, [*shades.data]) == ({}, [NAME])
    text = "import torchkata\ndef half(x):\n    return torchkata.data('shades.bin')\n"
    result = examine(half, File("half.py", text))
    assert "it has none" in str(result)


def test_a_pack_and_its_notebooks_read_the_same_file(shades, tmp_path, monkeypatch):
    """With what is said of its licence, and no file that its exercises do not read."""
    other = shades.course.root / "data" / "other.bin"
    other.write_bytes(b"0")
    digest = hashlib.sha256(b"0").hexdigest()
    toml = (shades.course.root / "course.toml").read_text() + f'"other.bin" = "{digest}"\n'
    course = declared(shades, toml).course
    pack.build(course, Assignment("Given", ["shades"], form="both"), tmp_path / "pack")
    inside = Course(tmp_path / "pack").exercises["warmup/shades"]
    assert sorted(path.name for path in (tmp_path / "pack/data").iterdir()) == ["README.md", NAME]
    assert examine(inside, File("shades.py", shades.solution)).verdict == "passed"
    monkeypatch.chdir(tmp_path / "pack")
    assert torchkata.data(NAME).read_bytes() == shades.data[NAME].read_bytes()
    space = {"__file__": str(tmp_path / "mine.py"), "torchkata": torchkata}
    (tmp_path / "mine.py").write_text(f"{shades.solution}\nfound = torchkata.check('shades')\n")
    exec(compile((tmp_path / "mine.py").read_text(), tmp_path / "mine.py", "exec"), space)
    assert space["found"].verdict == "passed"


def test_a_record_says_which_file_it_was_graded_with(shades, tmp_path):
    """And is not replayed with another."""
    root = tmp_path / "ada"
    shutil.copytree(shades.course.root / "solutions", root)
    files = {shades: read(root / shades.relative, root)}
    with Worker(Limited) as limited:
        record = grade(limited, Submission("ada", root, {}), files, Terms((0,), Limited))
    [graded] = record.exercises
    assert (graded.verdict, graded.data) == ("passed", shades.data_digests)
    graded.data[NAME] = "another"
    records.write(tmp_path / "records" / "ada.json", record)
    with pytest.raises(BadRecord, match=f"was graded with another data/{NAME}; replay it with"):
        next(replay(shades.course, tmp_path / "records" / "ada.json"))


def test_a_changed_file_makes_verdicts_out_of_date(shades):
    """Those of the exercises that read it, and of no others."""
    path = shades.course.root / "data" / NAME
    path.write_bytes(path.read_bytes()[::-1])
    old, new = shades.course.outline.data[NAME], hashlib.sha256(path.read_bytes()).hexdigest()
    text = (shades.course.root / "course.toml").read_text()
    later = declared(shades, text.replace(old, new))
    half, before = "warmup/half", shades.course.exercises
    assert later.digest != shades.digest
    assert later.course.exercises[half].digest == before[half].digest


def test_a_file_that_is_missing_or_changed_is_one_sentence(shades):
    """With the file, and what to write."""
    path = shades.course.root / "data" / NAME
    path.write_bytes(b"another")
    digest = hashlib.sha256(b"another").hexdigest()
    line = re.escape(f'if this one is right, write below [data]: "{NAME}" = "{digest}"')
    with pytest.raises(GraderError, match=f"{NAME}: not the file that course.toml means.*{line}"):
        _ = again(shades).grader
    path.unlink()
    with pytest.raises(GraderError, match=f"{NAME}: missing; put it there, or take its line out"):
        _ = again(shades).grader


def test_a_file_that_is_not_declared_is_one_sentence(shades):
    """With the line to write; so is one that is not there at all."""
    said = f'course.toml: does not name the data file {NAME}; write below .data.: "{NAME}" = "'
    with pytest.raises(GraderError, match=said):
        _ = declared(shades, 'title = "Shades"\n').grader
    (shades.course.root / "data" / NAME).unlink()
    with pytest.raises(GraderError, match=f"there is no data file '{NAME}' for this"):
        _ = again(shades).grader


@pytest.mark.parametrize("name", ["../secret", "a/b.bin", ".hidden", "a\\\\b"])
def test_data_files_are_in_their_folder(shades, name):
    """Not hidden, and in no folder of it."""
    with pytest.raises(GraderError, match=r"course.toml:2: .* is no file of data/ itself"):
        _ = declared(shades, f'[data]\n"{name}" = ""\n').course.exercises


def test_data_has_a_limit(shades, monkeypatch):
    """It goes behind the walls with each answer."""
    monkeypatch.setattr(data_files, "MOST_BYTES", 11)
    with pytest.raises(GraderError, match=f"course.toml:4: .* more than 0 MiB with {NAME}"):
        _ = again(shades).course.exercises


def test_our_digits_are_read_as_their_page_says(course):
    """1797 of them, of all ten kinds, each of 64 pixels from 0 to 16."""
    page = (course.root / "data" / "README.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", page, re.S)
    space = {}
    with data_files.reading(data_files.checked(course.root, course.outline.data, "digits.bin")):
        exec(code, space)
    assert (space["images"].shape, int(space["images"].max())) == ((1797, 8, 8), 16)
    counts = space["labels"].long().bincount().tolist()
    assert (len(counts), min(counts), max(counts)) == (10, 174, 183)


def test_threads_have_their_own_files():
    """What one thread begins, as it loads a grader, changes nothing for another that judges."""
    began, done = threading.Event(), threading.Event()

    def load():
        with reading({"b": Path("b")}):
            began.set()
            done.wait(60)

    other = threading.Thread(target=load)
    with reading({"a": Path("a")}):
        other.start()
        assert began.wait(60)
        assert current() == {"a": Path("a")}
    done.set()
    other.join()
    assert current() is None


def test_a_thread_of_an_answer_reads_what_the_answer_may():
    """As where a data set is read in the background."""
    seen = []
    with reading({"a": Path("a")}):
        background = threading.Thread(target=lambda: seen.append(current()))
        background.start()
        background.join()
    assert seen == [{"a": Path("a")}]
