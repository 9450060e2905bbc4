"""A malformed grader fails at load, with file, line and what to do."""

import re

import pytest

from torchkata import Grader, GraderError
from torchkata.running.known_answers import reference_observations

# (what is wrong, the passage of the small course's grader, what is there instead, what is said)
BROKEN = [
    ("no case", "@grader.case", "", "no @grader.case; add a function that returns arguments"),
    ("no observe", "@grader.observe", "", "no @grader.observe; say what is seen of an answer"),
    (
        "two observes",
        "@grader.case\ndef row",
        "@grader.observe\ndef row",
        "a second @grader.observe",
    ),
    ("same case", "def table", "def row", "two cases are named 'row'; give each its own name"),
    ("same mistake", "def doubles", "def takes_a_third", "two misconceptions are named"),
    (
        "no text",
        '    """Twice is the other way round: half is `x / 2`."""\n',
        "",
        "has no docstring",
    ),
    ("no case text", '    """Four random numbers."""\n', "", "'row' has no docstring"),
    ("empty edit", '"A third is `x / 3`; a half is `x / 2`."', '""', "has no text"),
    ("keyword", "level=1", "levle=1", "unexpected keyword argument 'levle'"),
    ("level", "level=1", "level=9", "level=9; give 1 (beginner) to 5 (expert)"),
    ("points", "points=1", "points=0", "points=0; give a number above 0"),
    ("hints", '("How often does 2 go into x?",)', "()", "hints is empty"),
    ("tolerance", "timeout=1.0", "tolerance={'half': (0, float('inf'))}", "give finite numbers"),
    ("edit", 'old="x / 2"', 'old="x / 5"', "'x / 5' occurs 0 times in the reference"),
    ("broken edit", 'new="x / 3"', 'new="x / ("', "was never closed"),
    (
        "idea",
        'new="x / 3"',
        'new="x / 3", idea="Another Part"',
        "idea='Another Part' of 'takes_a_third'; write it in lowercase_with_underscores",
    ),
    (
        "idea of an answer",
        "@grader.misconception\ndef doubles",
        "@grader.misconception(idea='a-b')\ndef doubles",
        "idea='a-b' of 'doubles'; write it in lowercase_with_underscores",
    ),
    ("no text of an idea", 'new="x / 3"', 'new="x / 3", idea=7', "idea=7 of 'takes_a_third'"),
    (
        "computed idea",
        'new="x / 3"',
        'new="x / 3", idea="a" + "b"',
        '`idea` must be a literal, such as idea="double_softmax"',
    ),
    ("start", "timeout=1.0", "start='nobody'", "start='nobody' names no edit of this grader"),
    ("syntax", "points=1,", "points=1", "forgot a comma"),
    ("no grader", "grader = Grader(", "greader = Grader(", "no `grader = Grader(...)`"),
    ("reference fails", "torch.randn(4)", "[1.0]", "the reference fails with AttributeError"),
    ("draw fails", "torch.randn(4)", "torch.rnd(4)", "cannot draw its arguments"),
    ("raises", "@grader.case\ndef row", "@grader.case(raises=ValueError)\ndef row", "should raise"),
]


@pytest.mark.parametrize(
    ("passage", "instead", "said"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_malformed_grader_is_told(half, passage, instead, said):
    """One sentence: where it is, what is wrong."""
    text = half.grader_path.read_text()
    assert passage in text
    times = -1 if passage == "@grader.case" else 1
    half.grader_path.write_text(text.replace(passage, instead, times))
    with pytest.raises(GraderError, match=re.escape(said)) as caught:
        reference_observations(half, (0,))
    assert re.search(r"half\.py:\d+: ", str(caught.value))


def test_an_idea_is_kept_with_its_misconception(half):
    """Of a function, of an edit, and none where none is given; the cut is above the first."""
    text = half.grader_path.read_text()
    text = text.replace("@grader.misconception\n", '@grader.misconception(idea="inverse")\n', 1)
    half.grader_path.write_text(text.replace('new="x / 3"', 'new="x / 3", idea="other_part"'))
    ideas = {name: wrong.idea for name, wrong in half.grader.misconceptions.items()}
    assert ideas == {"doubles": "inverse", "gives_a_number": "", "takes_a_third": "other_part"}
    assert "misconception" not in half.cut_grader
    assert (
        half.grader.misconceptions["doubles"].line
        == text[: text.index("@grader.mis")].count("\n") + 1
    )


def test_a_case_below_a_misconception_is_refused(half):
    """It would be cut off from what a sandbox gets."""
    late = '\n\n@grader.case\ndef late():\n    """Late."""\n    return 1\n'
    half.grader_path.write_text(half.grader_path.read_text() + late)
    with pytest.raises(GraderError, match="move it above them all"):
        _ = half.grader


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("()", "written is empty; name what is found in such an answer"),
        ("'x ='", "written='x =' is not Python: invalid syntax"),
        ("('_.data', '_; _')", "written='_; _' is 2 statements; write one in each pattern"),
    ],
)
def test_a_remark_that_no_answer_can_get_is_refused(half, written, said):
    """At its line, before anything is observed."""
    late = f"\n\n@grader.remark(written={written})\ndef late(x):\n    'Late.'\n    return x / 2\n"
    half.grader_path.write_text(half.grader_path.read_text() + late)
    with pytest.raises(GraderError, match=rf"half\.py:\d+: {re.escape(said)}"):
        _ = half.grader


def test_a_case_below_a_remark_is_refused(half):
    """A remark is an answer, and ends what a sandbox gets as a misconception does."""
    text = half.grader_path.read_text().partition("# What follows")[0]
    remark = "@grader.remark(written='_')\ndef late(x):\n    'Late.'\n    return x / 2\n"
    case = "@grader.case\ndef one_more():\n    'One more.'\n    return torch.ones(1)\n"
    half.grader_path.write_text(f"{text}{remark}\n\n{case}")
    with pytest.raises(GraderError, match="move it above them all"):
        _ = half.grader


def test_a_grader_without_a_solution_is_told(half):
    """The file that is missing is named."""
    half.solution_path.unlink()
    with pytest.raises(GraderError, match=r"half\.py: missing; write the reference there"):
        half.reference()


def test_a_solution_that_defines_something_else_is_told(half):
    """The function is named like the file."""
    half.solution_path.write_text("def third(x):\n    return x / 3\n")
    with pytest.raises(GraderError, match="no function or class is named 'half'"):
        half.reference()


def test_a_reference_may_be_meant_to_raise(half):
    """Then its type suffices, and an answer that raises it passes."""
    text = half.grader_path.read_text()
    refusing = "@grader.case(raises=AttributeError)\ndef row"
    text = text.replace("@grader.case\ndef row", refusing).replace("torch.randn(4)", "[1.0]")
    half.grader_path.write_text(text)
    seen = reference_observations(half, (0,))
    assert seen["row", 0].type == "AttributeError"


@pytest.mark.parametrize("more", ["a sentence", ("",), ("One.", "Two.", "Three."), ("No.", "No.")])
def test_further_sentences_are_one_or_two(more):
    """Given as a tuple, none empty, none said twice."""
    grader = Grader(points=1, level=1, hints=("None.",))
    with pytest.raises(GraderError, match="more="):
        grader.edit("sums", "A mean is no sum.", "a", "b", more=more)
    with pytest.raises(GraderError, match="more="):
        grader.misconception(text="A mean is no sum.", more=more)(lambda x: x)


def test_further_sentences_are_kept_on_one_line_each():
    """Of an edit, a family and a function alike."""
    grader, more = Grader(points=1, level=1, hints=("None.",)), ("One\n  more.", "Two.")
    grader.edit("sums", "A mean is no sum.", "a", "b", more=more)
    grader.edits("adds", "A mean is no sum.", "a", ["b", "c"], more=more)
    grader.misconception(text="A mean is no sum.", more=more)(print)
    assert {one.more for one in grader.misconceptions.values()} == {("One more.", "Two.")}
