"""A pack: the same verdicts and explanations, and no answer in it."""

import ast
import contextlib
import io
import re
import zipfile
from unittest import mock

import pytest
import submissions

from torchkata.course.course import Course
from torchkata.course.grader import Edit, GraderError
from torchkata.course.source import definition_of, marks_of, without_docstrings
from torchkata.grading import pack
from torchkata.grading.assignment import Assignment, check, read
from torchkata.running import practice
from torchkata.running.files import File
from torchkata.text import explanations

from conftest import GIVEN_OUT

TOML = """
title = "Week 3"
exercises = ["warmup"]
due = 2026-12-04T23:59:00+09:00
void = ["warmup/half/large"]
[points]
"warmup/half" = 3
"""


@pytest.fixture(scope="module")
def packed(request, course, tmp_path_factory):
    """A pack of a few exercises that are little alike, and nightly of all."""
    out = tmp_path_factory.mktemp("given") / "pack"
    names = course.modules if request.config.getoption("--nightly") else GIVEN_OUT
    with mock.patch.object(pack, "MOST_PAIRS", 2):
        pack.build(course, Assignment("All", names, form="both"), out)
    return Course(out)


@pytest.mark.slow
def test_in_a_pack_everything_is_told_as_in_the_course(packed, given_out, sample):
    """Right answers pass, and each mistake has its name and the same words."""
    exercise, inside = given_out, packed.exercises[given_out.id]
    assert inside.packed
    answers = {**submissions.right(exercise), **sample(submissions.wrong(exercise))}
    for name, text in answers.items():
        file = File(f"{exercise.id}.py", text)
        told = [
            explanations.render(practice.examine(one, file), one.grader, one.further_reading)
            for one in (exercise, inside)
        ]
        assert told[0] == told[1], name


@pytest.mark.slow
def test_no_answer_is_in_a_pack(packed, course):
    """No line of a solution's or a misconception's body, in any file, however it is stored."""
    told = {line for exercise in course.exercises.values() for line in _public_lines(exercise)}
    secret = {line for e in course.exercises.values() for line in _secret_lines(e)} - told
    assert len(secret) > 1000
    for path in sorted(packed.root.rglob("*")):
        if path.is_file() and path.suffix != ".png":
            for text in _texts(path.read_bytes()):
                lines = {re.sub(r"\s+", "", line) for line in text.splitlines()}
                assert not lines & secret, (path, lines & secret)
                # The engine, which holds no answer, says where a course has them.
                assert "solutions." not in text or path.parent.name == "engine", path


def test_a_pack_is_the_same_byte_for_byte(elsewhere, tmp_path):
    """Anyone who makes it, and when."""
    given = Assignment("Twice", ["warmup"])
    for name in ("one", "two"):
        pack.build(elsewhere, given, tmp_path / name)
    first, second = (_contents(tmp_path / name) for name in ("one", "two"))
    assert first == second
    assert len(first) >= 12


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("x / 2", "x / 2.5", "alternative"),
        ('new="x / 3"', 'new="x * 0.5"', "misconception takes_a_third"),
    ],
)
def test_what_cannot_be_trusted_is_not_given_out(elsewhere, tmp_path, old, new, said):
    """If a reference is wrong, or a misconception passes, there is no pack, not even a half."""
    half = elsewhere.exercises["warmup/half"]
    for path in (half.solution_path, half.grader_path):
        path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(ValueError, match=f"warmup/half cannot be given out: {said}"):
        pack.build(elsewhere, Assignment("Broken", ["warmup"]), tmp_path / "pack")
    assert not any(path.name.endswith("pack") for path in tmp_path.iterdir())


def test_a_folder_in_use_is_left_alone(elsewhere, tmp_path):
    """One sentence, and nothing overwritten."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="holds something already"):
        pack.build(elsewhere, Assignment("Here", ["warmup"]), tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("damage", [b"", b"KATA1\n", b"\0" * 99])
def test_a_damaged_pack_is_one_sentence(elsewhere, tmp_path, damage):
    """And what to do."""
    pack.build(elsewhere, Assignment("Damaged", ["warmup"]), tmp_path / "pack")
    half = Course(tmp_path / "pack").exercises["warmup/half"]
    half.recorded_path.write_bytes(damage)
    with pytest.raises(GraderError, match="take the pack again"):
        practice.examine(half, File("half.py", "def half(x): return x / 2"))


def test_an_assignment_says_what_counts(elsewhere, tmp_path):
    """Points, the end, and what is void are in the page that the class reads."""
    path = tmp_path / "assignment.toml"
    path.write_text(TOML)
    given = read(path)
    pack.build(elsewhere, given, tmp_path / "pack")
    page = (tmp_path / "pack" / "README.md").read_text()
    assert "Due 2026-12-04 23:59 UTC+09:00. 2 exercises, 4 points, about " in page
    assert re.search(r"\| \[warmup/half\]\(exercises/warmup/half.py\) \| .+ \| 3 \|", page)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("exercises = []", "names no exercise"),
        ("exercise = ['warmup']", "unknown field `exercise`"),
        ("due = 2026-12-04T23:59:00", "has no offset from UTC"),
        ("points = {'warmup/third' = 1}", "warmup/third, which is not in the assignment"),
        ("points = {'warmup/half' = 0}", "must be above 0"),
        ("void = ['warmup/half/nonsense']", "which is no exercise/case"),
        ("feedback = 'all'", "there is full, named, points"),
        ("form = 'paper'", "there is files, notebooks, both"),
        ("title = 5", "Expected `str`"),
        ("title = ", "Invalid value"),
    ],
)
def test_a_wrong_assignment_is_one_sentence(elsewhere, tmp_path, line, said):
    """Never a traceback, and no pack."""
    key = line.partition(" ")[0]
    lines = {"title": "title = 'x'", "exercises": "exercises = ['warmup']", key: line}
    path = tmp_path / "assignment.toml"
    path.write_text("\n".join(lines.values()))
    with pytest.raises(ValueError, match=re.escape(said)):
        check(read(path), elsewhere)


def _secret_lines(exercise):
    """Telling lines of what answers do, without their spaces."""
    tree = [*ast.parse(exercise.solution).body]
    tree += [node for node in ast.parse(exercise.grader_path.read_text()).body if _is_wrong(node)]
    for node in tree:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            text = ast.unparse(without_docstrings(node))
            yield from (re.sub(r"\s+", "", line) for line in text.splitlines()[1:] if _tells(line))
    for wrong in exercise.grader.misconceptions.values():
        lines = wrong.new.splitlines() if isinstance(wrong, Edit) else []
        yield from (re.sub(r"\s+", "", line) for line in lines if _tells(line))


def _is_wrong(node):
    return "grader.misconception" in marks_of(node)


def _tells(line):
    return len(line.strip()) > 24 and not line.strip().startswith(
        ("def ", "class ", "@", "except ")
    )


def _public_lines(exercise):
    """What everybody is given: the stub, helpers and the docstring's examples included."""
    # A program to fix may be no Python.
    with contextlib.suppress(SyntaxError):
        node = definition_of(exercise.stub, exercise.name)
        yield from (re.sub(r"\s+", "", line) for line in ast.unparse(node).splitlines())
    text = f"{exercise.stub}\n{exercise.cut_grader}"
    yield from (re.sub(r"\s+", "", line) for line in text.splitlines())


def _texts(data):
    """All that a file says, decoded and decompressed."""
    yield data.decode("utf-8", "replace")
    yield data.decode("utf-16", "replace")
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _texts(archive.read(name))


def _contents(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}
