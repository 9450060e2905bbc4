"""A family is one misconception with several spellings; what graders share is part of them all."""

import shutil

import pytest

from torchkata import GraderError
from torchkata.authoring.proof import prove
from torchkata.course import source
from torchkata.course.course import Course
from torchkata.grading import pack
from torchkata.grading.assignment import Assignment
from torchkata.running.files import File
from torchkata.running.practice import examine

EDIT = """grader.edit(
    "takes_a_third",
    "A third is `x / 3`; a half is `x / 2`.",
"""
FAMILY = """
grader.edits(
    "takes_another_part", "A half is `x / 2`.", "x / 2", [f"x / {n}" for n in (3, 5, 7)]
)
"""
SHARED = 'PART = {"text": "A part.", "idea": "another_part"}\n'


@pytest.fixture
def family(half):
    """The small course's first exercise, with a family in its grader."""
    half.grader_path.write_text(half.grader_path.read_text().replace(EDIT, f"{FAMILY}\n{EDIT}"))
    return Course(half.course.root).exercises["warmup/half"]


@pytest.fixture
def sharing(half):
    """The same exercise, which takes a sentence from a file beside its grader."""
    half.grader_path.with_name("_shared.py").write_text("from graders._all import PART\n")
    half.grader_path.parent.with_name("_all.py").write_text(SHARED)
    with half.grader_path.open("a") as grader:
        grader.write("\n\nfrom graders.warmup._shared import PART\n\n")
        grader.write('grader.edit("takes_a_part", **PART, old="x / 2", new="x / 9")\n')
    return Course(half.course.root).exercises["warmup/half"]


def test_each_member_is_named_by_the_family(family):
    """In one sentence."""
    for number in (3, 5, 7):
        result = examine(family, File("half.py", f"def half(x):\n    return x / {number}\n"))
        assert result.misconception == "takes_another_part"
    result = examine(family, File("half.py", "def half(x):\n    return x / 9\n"))
    assert result.misconception is None


def test_a_pack_knows_each_member(family, tmp_path):
    """Under the family's name."""
    half = family.course.exercises["warmup/half"]
    half.grader_path.write_text(half.grader_path.read_text().replace(EDIT, "dict("))
    pack.build(Course(half.course.root), Assignment("Given", ["warmup"]), tmp_path / "pack")
    packed = Course(tmp_path / "pack").exercises["warmup/half"]
    for number in (3, 5, 7):
        result = examine(packed, File("half.py", f"def half(x):\n    return x / {number}\n"))
        assert result.misconception == "takes_another_part"


def test_each_member_is_proved(family):
    """A member that passes, and one that another misconception explains, are problems."""
    text = family.grader_path.read_text()
    family.grader_path.write_text(text.replace("(3, 5, 7)", "(3, 2.0, 0.5)"))
    problems = prove(Course(family.course.root).exercises["warmup/half"], (0,)).problems
    assert any("takes_another_part, member 2, is at most 0 tolerances" in one for one in problems)
    assert any("member 3, is explained as doubles" in one for one in problems)
    assert any("takes_a_third is explained as takes_another_part" in one for one in problems)


@pytest.mark.parametrize("news", ['"x / 3"', '["x / 3"]', '["x / 3", "x / 3"]', "[]"])
def test_a_family_has_several_members(half, news):
    """Of one, `grader.edit` is made."""
    text = half.grader_path.read_text() + f'\ngrader.edits("f", "Text.", "x / 2", {news})\n'
    half.grader_path.write_text(text)
    with pytest.raises(GraderError, match="give two passages or more, no two alike"):
        _ = Course(half.course.root).exercises["warmup/half"].grader


def test_a_member_that_does_not_apply_is_an_error(family):
    """With the file and the line of the family."""
    family.grader_path.write_text(family.grader_path.read_text().replace("x / {n}", "x / ({n}"))
    line = family.grader_path.read_text().splitlines().index("grader.edits(") + 1
    with pytest.raises(GraderError, match=f"half.py:{line}: edit 'takes_another_part'"):
        _ = Course(family.course.root).exercises["warmup/half"].grader


def test_a_family_is_below_the_cut():
    """As an edit is."""
    above = "import torch\n\nx = 1\n"
    assert source.cut(above + FAMILY) == above


def test_a_shared_sentence_is_one_of_the_grader(sharing):
    """With its name, its text and its idea."""
    wrong = sharing.grader.misconceptions["takes_a_part"]
    assert (wrong.text, wrong.idea) == ("A part.", "another_part")
    assert examine(sharing, File("half.py", "def half(x):\n    return x / 9\n")).misconception


def test_what_graders_share_is_no_exercise_and_in_no_pack(sharing, tmp_path):
    """It stays with the teacher."""
    assert list(sharing.course.exercises) == ["warmup/double", "warmup/half"]
    pack.build(sharing.course, Assignment("Given", ["warmup"]), tmp_path / "pack")
    graders = sorted(path.name for path in (tmp_path / "pack" / "graders").rglob("*.py"))
    assert graders == ["double.py", "half.py"]
    assert "PART" not in sharing.cut_grader


@pytest.mark.parametrize("place", ["warmup/_shared.py", "_all.py"])
def test_what_a_grader_shares_is_part_of_its_digest(sharing, place):
    """Directly or not: a verdict rests on it; on other exercises, none does."""
    before = {name: one.digest for name, one in sharing.course.exercises.items()}
    with (sharing.course.root / "graders" / place).open("a") as shared:
        shared.write("# another\n")
    after = {name: one.digest for name, one in sharing.course.exercises.items()}
    changed = [name for name in before if before[name] != after[name]]
    assert changed == ["warmup/half"]


def test_two_courses_share_nothing(sharing, tmp_path):
    """A file of the same name in another course is another."""
    shutil.copytree(sharing.course.root, tmp_path / "other")
    (tmp_path / "other/graders/_all.py").write_text(SHARED.replace("A part.", "Another."))
    _ = sharing.grader
    other = Course(tmp_path / "other").exercises["warmup/half"]
    assert other.grader.misconceptions["takes_a_part"].text == "Another."


def test_what_misconceptions_import_is_below_the_cut():
    """Unless a case comes after it: that is no lower half."""
    above = "import torch\n\n\n@grader.case\ndef row():\n    pass\n"
    shared = "\n\nfrom graders.warmup._shared import PART\n\n\n"
    mistake = "@grader.misconception(**PART)\ndef wrong():\n    pass\n"
    assert source.cut(above + shared + mistake) == above
    assert source.cut(shared + above + mistake) == shared + above


def test_a_shared_sentence_is_that_of_a_function(sharing):
    """In the place of a docstring."""
    with sharing.grader_path.open("a") as grader:
        grader.write("\n\n@grader.misconception(**PART)\ndef wrong(x):\n    return x / 8\n")
    wrong = Course(sharing.course.root).exercises["warmup/half"].grader.misconceptions["wrong"]
    assert (wrong.text, wrong.idea) == ("A part.", "another_part")
