"""Answers that are alike: what is listed, what is not, and in which words."""

import pytest

from torchkata.course.answer_name import Asked
from torchkata.grading import manifest, records
from torchkata.grading.manifest import Row
from torchkata.grading.records import BatchInfo, Graded, Record
from torchkata.grading.results import load
from torchkata.grading.similar_answers import FEWEST_NODES, similar_answers
from torchkata.notebooks.normal_form import normal_form
from torchkata.notebooks.script import script_from

from command import kata

LONG = """\
def half(x):
    total = 0 * x
    for step in range(4):
        if step % 2:
            total = total + x / 8 + x / 8
        else:
            total = total + x / 4 - 0 * x
    return total - x / 2 + x / 2 - x / 2
"""
RENAMED = '"""Mine."""\n\n' + LONG.replace("total", "result").replace("step", "i")
ASKED = Asked("half", "function")
OTHER = LONG.replace("x / 8 + x / 8", "x / 4")
SHORT = "def half(x):\n    y = x / 4\n    return y + y\n"


@pytest.fixture
def graded(elsewhere, tmp_path):
    """What makes results of {submission: text}, and returns what is found in them."""

    def make(texts, sources=None, others=12):
        folder = tmp_path / "results"
        texts |= {f"z{number:02}": "def half(:" for number in range(others)}
        for name, text in texts.items():
            sha = records.digest(text)
            (folder / "files").mkdir(parents=True, exist_ok=True)
            (folder / "files" / f"{sha}.py").write_text(text)
            one = Graded("warmup/half", sha, "wrong", 0, 1, {}, None, [], "told", 0.1)
            record = Record(
                name, sha, "sandbox", [0], "cpu", "float64", "2", "linux",
                "2026-12-06T00:00:00+00:00", 0.1, 0, 1, [one],
            )  # fmt: skip
            records.write(records.path_of(folder / "records", name), record)
        records.write(folder / "batch.json", BatchInfo([0], "", "sandbox", "cpu", "full"))
        rows = [Row(name, name.title(), attempt=1, source=s) for name, s in (sources or {}).items()]
        (folder / "manifest.csv").write_bytes(manifest.as_bytes(rows))
        return folder

    def find(*arguments, **more):
        folder = make(*arguments, **more)
        return similar_answers(folder, load(folder), elsewhere)

    find.make = make
    return find


def test_two_that_differ_in_words_alone_are_listed(graded):
    """A notebook and a file, too; what computes otherwise is not, nor is one's second attempt."""
    notebook = script_from([("cell 1", "import torch"), ("cell 2", RENAMED)])
    found = graded({"ann": LONG, "ben": RENAMED, "cem": OTHER, "dan": notebook, "eli@2": OTHER})
    assert [(one.exercise, one.students) for one in found.alike] == [
        ("warmup/half", ("ann", "ben", "dan")),
        ("warmup/half", ("cem", "eli")),
    ]
    assert found.alike[0].nodes == normal_form(LONG, ASKED).nodes >= FEWEST_NODES
    assert graded({"ann@1": LONG, "ann@2": RENAMED}).alike[0].students == ("ann", "ben", "dan")


def test_short_answers_are_not_listed(graded):
    """They can hardly be written in two ways."""
    assert normal_form(SHORT, ASKED).nodes < FEWEST_NODES
    assert graded({"ann": SHORT, "ben": SHORT}).alike == []


@pytest.mark.parametrize(
    "kind", ["reference", "alternative", "misconception", "remark", "edit", "stub"]
)
def test_what_the_course_has_itself_is_not_listed(graded, elsewhere, kind):
    """Right or wrong: everybody can have come to it, or been given it."""
    half = elsewhere.exercises["warmup/half"]
    solution, grader = half.solution_path.read_text(), half.grader_path.read_text()
    other = LONG.replace("def half", "def by_parts")
    marked = f"\n\n@grader.misconception\n{other}".replace("(x):", '(x):\n    """Wrong."""')
    answer = LONG
    if kind == "reference":
        solution = LONG
        grader = grader.partition("# What follows")[0]
    elif kind == "alternative":
        solution += f"\n\n{other}"
    elif kind == "misconception":
        grader += marked
    elif kind == "remark":
        grader += marked.replace("misconception", "remark(written='for _ in _: ...')")
    elif kind == "edit":
        solution = LONG
        grader = grader.partition("# What follows")[0] + EDIT
        answer = LONG.replace("range(4)", "range(5)")
    else:
        grader = grader.replace("points=1,", f"points=1,\n    start={LONG!r},")
    half.solution_path.write_text(solution)
    half.grader_path.write_text(grader)
    assert graded({"ann": answer, "ben": RENAMED if answer == LONG else answer}).alike == []
    assert graded({"cem": OTHER, "dan": OTHER}).alike[0].students == ("cem", "dan")


EDIT = """
@grader.misconception
def doubles(x):
    \"\"\"Twice is the other way round.\"\"\"
    return 2 * x


grader.edit("once_more", "Four steps.", old="range(4)", new="range(5)")
"""


def test_who_handed_in_together_is_one(graded):
    """A group's file is everybody's; with a third person's it is listed."""
    pair = {"ann": "pair_7", "ben": "pair_7", "cem": "cem"}
    assert graded({"ann": LONG, "ben": LONG}, pair).alike == []
    assert graded({"cem": RENAMED}, pair).alike[0].students == ("ann", "ben", "cem")


def test_what_more_than_a_quarter_has_is_counted_and_not_listed(graded):
    """It is what was taught, or what is found first."""
    texts = {f"a{number}": LONG for number in range(4)} | {
        f"b{number}": OTHER for number in range(5)
    }
    found = graded(texts, others=7)
    assert [one.students for one in found.alike] == [("a0", "a1", "a2", "a3")]
    assert [len(one.students) for one in found.common] == [5]


def test_what_cannot_be_read_is_counted(graded, tmp_path):
    """No Python, another file than was graded, and one that is gone."""
    folder = graded.make({"ann": LONG, "ben": RENAMED, "cem": OTHER}, others=1)
    (folder / "files" / f"{records.digest(OTHER)}.py").unlink()
    (folder / "files" / f"{records.digest(RENAMED)}.py").write_text(LONG)
    done = kata("export", folder, "--to", "similar", "--course", tmp_path / "course")
    assert done.returncode == 0, done.stderr
    assert "not compared: 3, which could not be read as Python, or are not what was" in done.stdout


def test_the_report_says_who_and_what_it_cannot_tell(graded, tmp_path):
    """Names beside ids, several exercises of the same two, and that equal is no proof."""
    sources = {"ann": "a", "ben": "b"}
    folder = graded.make({"ann": LONG, "ben": RENAMED}, sources)
    for path in (folder / "records").glob("*.json"):
        record = records.read(path)
        record.exercises += [
            Graded("warmup/double", one.sha256, "wrong", 0, 1, {}, None, [], "", 0.1)
            for one in record.exercises
        ]
        text = (folder / "files" / f"{record.exercises[0].sha256}.py").read_text()
        sha = records.digest(text.replace("def half", "def double"))
        (folder / "files" / f"{sha}.py").write_text(text.replace("def half", "def double"))
        record.exercises[1].sha256 = sha
        records.write(path, record)
    done = kata("export", folder, "--to", "similar", "--course", tmp_path / "course")
    assert done.returncode == 0, done.stderr
    nodes = normal_form(LONG, ASKED).nodes
    lines = done.stdout.splitlines()
    assert f"warmup/half: ann (Ann), ben (Ben) ({nodes} nodes)" in lines
    assert "in 2 exercises: ann (Ann), ben (Ben)" in lines
    for said in (
        "Equal is no proof of copying",
        "do not count",
        "order of statements",
        "is not seen",
    ):
        assert said in done.stdout
    out = tmp_path / "similar.txt"
    assert kata(
        "export", folder, "--to", "similar", "--out", out, "--course", tmp_path / "course"
    ).returncode == 0  # fmt: skip
    assert out.read_text() == done.stdout


def test_a_course_without_the_exercise_is_one_sentence(graded, tmp_path):
    """And says how another one is named."""
    folder = graded.make({"ann": LONG})
    (tmp_path / "course" / "graders" / "warmup" / "half.py").unlink()
    done = kata("export", folder, "--to", "similar", "--course", tmp_path / "course")
    assert done.returncode == 2
    assert done.stderr == (
        "kata export: this course has no exercise warmup/half; name its folder: --course DIR\n"
    )
