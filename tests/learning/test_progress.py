"""How far a learner is, as a file that may go to another machine."""

import subprocess

import pytest

from torchkata.course.grader import GraderError
from torchkata.learning import progress
from torchkata.learning.progress import Checked, Progress

from command import kata

RIGHT = "def half(x):\n    return x / 2\n"


def passed(when):
    """What is kept of an exercise that was passed."""
    entry = progress.Entry()
    entry.note(Checked("f" * 64, "a" * 64, "passed", when))
    return entry


def test_each_exercise_is_a_line_in_the_order_of_the_alphabet(tmp_path):
    """Whichever came first; exercises that this course does not know are kept."""
    names = ["b/second", "a/first", "c/of_another_course"]
    progress.save(tmp_path, Progress(exercises={name: passed(1.0) for name in names}))
    lines = (tmp_path / progress.FILE).read_text().splitlines()
    assert [line.partition('"')[2].partition('"')[0] for line in lines[3:-1]] == sorted(names)
    assert progress.load(tmp_path).exercises.keys() == {*names}


def test_no_path_and_no_code_is_in_it(elsewhere):
    """Nor what a learner was told."""
    elsewhere.exercises["warmup/half"].stub_path.write_text(RIGHT)
    kata(cwd=elsewhere.root)
    text = (elsewhere.root / progress.FILE).read_text()
    assert '"verdict":"passed"' in text
    for held in (str(elsewhere.root), "def ", "return", "Halve", "/ 2"):
        assert held not in text


def test_git_merges_what_was_done_on_two_machines(tmp_path):
    """Of different exercises, without anyone's help."""

    def git(*arguments):
        person = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
        return subprocess.run(["git", *person, *arguments], cwd=tmp_path, capture_output=True)

    def keep(state, message):
        progress.save(tmp_path, state)
        git("add", "-A")
        git("commit", "-m", message)

    git("init", "-b", "here")
    both = {f"m/exercise_{number}": progress.Entry(hints=1) for number in range(9)}
    keep(Progress(exercises=dict(both), current="m/exercise_0"), "begin")
    git("branch", "there")
    keep(Progress(exercises=both | {"m/exercise_2": passed(1.0)}, current="m/exercise_0"), "here")
    git("checkout", "there")
    keep(Progress(exercises=both | {"m/exercise_6": passed(2.0)}, current="m/exercise_0"), "there")
    assert git("merge", "here", "-m", "both").returncode == 0
    merged = progress.load(tmp_path).exercises
    assert [name for name, entry in merged.items() if entry.passed] == [
        "m/exercise_2",
        "m/exercise_6",
    ]


def test_what_git_could_not_merge_is_one_sentence(tmp_path):
    """And the file is left as it is: both versions are in it."""
    progress.save(tmp_path, Progress(exercises={"a/b": passed(1.0)}))
    path = tmp_path / progress.FILE
    text = path.read_text().replace('"a/b"', '<<<<<<< HEAD\n"a/b": {},\n=======\n"a/b"')
    path.write_text(text + ">>>>>>> there\n")
    with pytest.raises(GraderError, match="two versions that git could not merge") as problem:
        progress.load(tmp_path)
    assert "\n" not in str(problem.value)
    assert ">>>>>>> there" in path.read_text()
