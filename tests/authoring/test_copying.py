"""`kata new --from`: an exercise of another course, copied to be changed."""

import pytest

from torchkata.authoring.copying import copy
from torchkata.authoring.proof import prove
from torchkata.course import installed_courses
from torchkata.course.course import Course

from command import kata


@pytest.fixture
def installed(shades, monkeypatch):
    """A course that is installed."""
    root = shades.course.root
    monkeypatch.setattr(installed_courses, "installed_courses", lambda: {"shades": root})
    return shades


def test_a_copy_is_proved_under_its_own_name(installed, tmp_path):
    """In a course that is begun with it; what it reads comes along, and the original stays."""
    root, before = tmp_path / "mine", installed.digest
    done = kata("new", "pictures/tones", "--from", "warmup/shades", "--course", root)
    assert done.returncode == 0, done.stderr
    assert "Change them; then: kata prove pictures/tones --write" in done.stdout
    copied = Course(root).exercises["pictures/tones"]
    assert prove(copied, (0, 1)).problems == []
    assert "def tones(which, scale)" in copied.solution
    assert copied.data_digests == installed.data_digests
    assert (root / "data" / "README.md").is_file()
    assert installed.digest == before


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("optimizers_from_scratch/adam", "OurOwn"),
        ("cross_entropy/cross_entropy", "our_own"),
        ("data_and_models/dropout", "our_own"),
    ],
)
def test_a_copy_of_ours_is_proved_as_it_is(course, tmp_path, name, called):
    """What its grader imports comes along; what torch calls the same keeps its name."""
    root = tmp_path / "mine"
    copy(Course(root), "mine/our_own", course.exercises[name])
    copied = Course(root).exercises["mine/our_own"]
    assert copied.asked.name == called
    assert prove(copied, (0,)).problems == []


def test_a_second_copy_declares_its_data_once(installed, tmp_path):
    """And a file of another content is not written over."""
    root = tmp_path / "mine"
    for name in ("a/first", "a/second"):
        copy(Course(root), name, installed)
    assert [*Course(root).outline.data] == ["shades.bin"]
    (root / "data/shades.bin").write_bytes(b"mine")
    with pytest.raises(ValueError, match=r"data/shades.bin is there already, with something else"):
        copy(Course(root), "a/third", installed)
    assert not (root / "graders/a/third.py").exists()


def test_what_cannot_be_copied_is_one_sentence(installed, elsewhere):
    """A name that is taken, and an exercise that there is not."""
    taken = kata("new", "warmup/half", "--from", "warmup/shades", "--course", elsewhere.root)
    assert (taken.returncode, taken.stderr.count("\n")) == (2, 1)
    assert "is there already; choose another name" in taken.stderr
    none = kata("new", "a/b", "--from", "warmup/nothing", "--course", elsewhere.root)
    assert none.returncode == 2
    assert "nothing" in none.stderr
