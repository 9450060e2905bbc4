"""Which files a submission answers with, wherever they are in it, and that no link is followed."""

import pytest

from torchkata.grading import submission

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
    assert found[1].note.startswith("eli holds no exercise of this course")


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
