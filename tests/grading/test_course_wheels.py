"""`kata build-course` makes wheels: for learners without an answer in it, for graders whole."""

import zipfile

import pytest

from torchkata.course.course import Course
from torchkata.grading.course_wheels import build, name_for

from command import kata


@pytest.fixture
def opened(elsewhere, tmp_path):
    """Build the small course, and read what is in a wheel, as {place below the course: text}."""

    def read(kind="learners", name="small-course"):
        wheel = zipfile.ZipFile(getattr(build(elsewhere, name, tmp_path / "dist"), kind))
        texts = {one: wheel.read(one).decode("utf-8", "replace") for one in wheel.namelist()}
        return {one.partition(f"share/torchkata-courses/{name}")[2]: texts[one] for one in texts}

    return read


def test_learners_get_no_answer(opened, elsewhere):
    """No solution, no misconception's code and no line that only they have; but stubs and pages."""
    page = elsewhere.root / "exercises/warmup/README.md"
    page.write_text("# Warm up\n")
    inside = opened()
    assert inside["/exercises/warmup/README.md"] == "# Warm up\n"
    assert {"/graders/warmup/half.py", "/recorded/warmup/half.kata"} <= inside.keys()
    assert not [place for place in inside if "solutions" in place]
    assert not [place for place, text in inside.items() if "x / 2" in text and ".py" in place]
    assert not [place for place, text in inside.items() if "def doubles" in text]


def test_graders_get_all_of_it(opened, elsewhere):
    """Each grader and solution as it is, the stubs, and what the course says of itself."""
    inside = opened("graders", "small-course")
    rest = {place.removeprefix("-graders"): text for place, text in inside.items()}
    for exercise in elsewhere.exercises.values():
        for kind in ("solution", "grader"):
            path = getattr(exercise, f"{kind}_path")
            assert rest[f"/{kind}s/{exercise.id}.py"] == path.read_text()
        assert rest[f"/exercises/{exercise.id}.py"] == exercise.stub
    assert "/course.toml" in rest


def test_the_same_course_makes_the_same_bytes(elsewhere, tmp_path):
    """At any time, in any folder."""
    first, again = (build(elsewhere, "small", tmp_path / name) for name in ("a", "b"))
    for kind in ("learners", "graders", "engine"):
        assert getattr(first, kind).read_bytes() == getattr(again, kind).read_bytes()


def test_what_is_half_written_is_left_out(elsewhere, tmp_path):
    """And named; where nothing else is there, nothing is built."""
    path = elsewhere.exercises["warmup/half"].grader_path
    path.write_text("def")
    out = tmp_path / "dist"
    done = kata("build-course", "--name", "small", "--out", out, "--course", elsewhere.root)
    assert done.returncode == 0, done.stderr
    assert ": 1 exercises, and no answer to them" in done.stdout
    assert done.stderr.startswith("warmup/half cannot be used: ")
    for wheel in out.glob("small*"):
        assert not [name for name in zipfile.ZipFile(wheel).namelist() if "half" in name]
    elsewhere.exercises["warmup/double"].grader_path.write_text("def")
    done = kata("build-course", "--out", out, "--course", elsewhere.root)
    assert done.returncode == 2
    assert "no exercise can be used" in done.stderr


def test_pip_knows_its_version_its_licence_and_what_it_needs(elsewhere, tmp_path):
    """As course.toml says them; a version that is none for pip is refused, with what one is."""
    said = 'title = "Own"\nversion = "1.2"\nlicence = "CC BY 4.0"\npackages = ["yaml"]\n'
    (elsewhere.root / "course.toml").write_text(said)
    built = build(Course(elsewhere.root), "own", tmp_path)
    assert built.learners.name == "own-1.2-py3-none-any.whl"
    with zipfile.ZipFile(built.graders) as wheel:
        facts = wheel.read("own_graders-1.2.dist-info/METADATA").decode().splitlines()
    assert {"Name: own-graders", "Version: 1.2", "License: CC BY 4.0"} <= {*facts}
    assert "Requires-Dist: PyYAML" in facts
    (elsewhere.root / "course.toml").write_text(said.replace("1.2", "autumn"))
    done = kata("build-course", "--out", tmp_path, "--course", elsewhere.root)
    assert done.returncode == 2
    assert (
        "course.toml: version = 'autumn' is none that pip takes; write one like 1.2" in done.stderr
    )


@pytest.mark.parametrize("name", ["Own", "own_course", "torchkata-course", "a--b", "-"])
def test_names_that_no_index_could_take_are_refused(elsewhere, tmp_path, name):
    """With what a name looks like."""
    done = kata("build-course", f"--name={name}", "--out", tmp_path, "--course", elsewhere.root)
    assert done.returncode == 2
    assert "cannot be the name of a distribution: small letters, digits" in done.stderr


def test_it_is_called_by_its_title(elsewhere):
    """Or by its folder, where it says none."""
    assert name_for(elsewhere) == "course"
    (elsewhere.root / "course.toml").write_text('title = "Autumn 2026: Own Course!"\n')
    assert name_for(Course(elsewhere.root)) == "autumn-2026-own-course"
