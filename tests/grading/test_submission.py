"""Which files a submission answers with, wherever they are in it, and that no link is followed."""

import os

import pytest

from torchkata.grading import manifest, records, submission
from torchkata.grading.records import BatchInfo

RIGHT = "def half(x):\n    return x / 2\n"


@pytest.fixture
def handed_in(tmp_path):
    """A folder of submissions, with one in it that is in order."""
    (tmp_path / "in" / "ann" / "warmup").mkdir(parents=True)
    (tmp_path / "in" / "ann" / "warmup" / "half.py").write_text(RIGHT)
    return tmp_path / "in"


def test_a_link_to_a_submission_is_not_followed(elsewhere, handed_in):
    """Neither to another's nor to the course: there is nothing to grade, and it is said why."""
    (handed_in / "ben").symlink_to(handed_in / "ann")
    (handed_in / "cem").symlink_to(elsewhere.root / "solutions")
    (handed_in / "dea.py").symlink_to(handed_in / "ann" / "warmup" / "half.py")
    ann, *links = submission.find_all(elsewhere, [handed_in])
    assert (len(ann.files), ann.note) == (2, "")
    assert [one.name for one in links] == ["ben", "cem", "dea.py"]
    for one in links:
        assert (one.files, one.note) == ({}, "it is a link, and not followed")


def test_no_submission_is_lost_and_none_is_made_up(elsewhere, handed_in):
    """An empty folder is one too; what is hidden, or no folder and no answer, is none."""
    for name in ("eli", ".git", "__MACOSX"):
        (handed_in / name).mkdir()
    (handed_in / "notes.txt").write_text("?")
    found = submission.find_all(elsewhere, [handed_in])
    assert [one.name for one in found] == ["ann", "eli"]
    assert found[1].note.startswith("found no exercise of this course in eli")


def test_how_submissions_may_lie(elsewhere, tmp_path):
    """As modules, as single files, as the whole course, in a folder of a folder, or as one file."""
    deep = "f/hw/week3/exercises/warmup"
    for name in (
        "a/warmup",
        "b",
        "c/exercises/warmup",
        "d/homework/exercises/warmup",
        "e/w/warmup",
        deep,
    ):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "half.py").write_text(RIGHT)
    (tmp_path / "in" / "e" / "notes.txt").write_text("what I did")
    found = submission.find_all(elsewhere, [tmp_path / "in"])
    assert [one.name for one in found] == list("abcdef")
    for one in found:
        files = {exercise.id: path for exercise, path in one.files.items()}
        assert files["warmup/half"].read_text() == RIGHT, one.name
    (alone,) = submission.find_all(elsewhere, [tmp_path / "in" / "b" / "half.py"])
    assert [exercise.id for exercise in alone.files] == ["warmup/half"]


@pytest.mark.parametrize("name", ["exercises/warmup/half.py", "warmup/half.py", "half.py"])
@pytest.mark.parametrize("listed", [False, True])
def test_one_folder_does_not_swallow_the_class(elsewhere, handed_in, name, listed):
    """Where something looks like one submission and something like a class, nothing is graded."""
    path = handed_in / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RIGHT)
    (handed_in / "bo").mkdir()
    if listed:
        (handed_in / "manifest.csv").write_text(
            f"{','.join(manifest.COLUMNS)}\nann,Ann,,1,,,\n{name.partition('/')[0]},X,,1,,,\n"
        )
    with pytest.raises(ValueError, match=r"may be one submission.*or a folder of several") as told:
        submission.find_all(elsewhere, [handed_in])
    assert str(told.value).endswith("Say which: --one or --class")
    both = submission.find_all(elsewhere, [handed_in], reading="class")
    assert {one.name for one in both} == {"ann", "bo", name.partition("/")[0]}
    (one,) = submission.find_all(elsewhere, [handed_in], reading="one")
    assert one.files[elsewhere.exercises["warmup/half"]] == path


def test_a_learners_own_folders_make_no_class(elsewhere, handed_in):
    """Nor what a course, a pack or a workspace has beside its exercises."""
    for name in ("exercises/warmup/half.py", "graders/warmup/half.py", "utils/helpers.py"):
        path = handed_in / "ann" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import math\n" if "utils" in name else RIGHT)
    assert [one.name for one in submission.find_all(elsewhere, [handed_in / "ann"])] == ["ann"]


@pytest.mark.parametrize("place", ["elsewhere", "", None])
def test_a_file_of_ours_that_was_handed_in_hides_nothing(elsewhere, handed_in, place):
    """Results are known by where they were written, and a submission was not."""
    info = BatchInfo([1], "", "sandbox", "cpu", "full", place=place or "")
    records.write(handed_in / "ann" / "batch.json", info if place is not None else {"schema": []})
    (handed_in / "ann" / "warmup").rename(handed_in / "ann" / "exercises")
    (handed_in / "bo").mkdir()
    found = submission.find_all(elsewhere, [handed_in])
    assert [one.name for one in found] == ["ann", "bo"]
    assert found[0].files[elsewhere.exercises["warmup/half"]].name == "half.py"


def test_a_pipe_that_is_called_like_ours_is_not_waited_for(elsewhere, handed_in):
    """Nor is a link followed."""
    os.mkfifo(handed_in / "ann" / "batch.json")
    (handed_in / "manifest.csv").touch()
    assert [one.name for one in submission.find_all(elsewhere, [handed_in])] == ["ann"]
