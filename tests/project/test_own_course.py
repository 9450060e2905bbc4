"""A course of one's own, from an empty folder on, where only the engine's wheel is installed."""

import hashlib
import json
import shutil

import pytest

from torchkata.course.engine_wheel import wheel_of

from conftest import HERE, ROOT
from installed import built, environment, install, kata_of, python_of, run_apart

pytestmark = pytest.mark.slow

FILES = HERE / "own_course"
NAMES = ("readings/at_hours", "readings/fahrenheit")
FACTS = "Metadata-Version: 2.1\nName: our-units\nVersion: 1.0\n"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The engine's wheel, and that of a package of the house."""
    folder = tmp_path_factory.mktemp("wheels")
    built(folder, ROOT)
    contents = {"ourunits.py": (FILES / "packages" / "ourunits.py").read_bytes()}
    contents["our_units-1.0.dist-info/METADATA"] = FACTS.encode()
    wheel = wheel_of("our_units-1.0.dist-info", contents)
    (folder / "our_units-1.0-py3-none-any.whl").write_bytes(wheel)
    return folder


@pytest.fixture(scope="module")
def author(wheels, tmp_path_factory):
    """The author's environment."""
    place = tmp_path_factory.mktemp("author") / "venv"
    environment(place, wheels.iterdir())
    return place


@pytest.fixture(scope="module")
def own(author, tmp_path_factory):
    """The course, as its author begins it, writes it and proves it."""
    here = tmp_path_factory.mktemp("empty")
    for name in NAMES:
        kata_of(author, here, "new", name, "--course", "own")
    for part in ("solutions", "graders", "exercises", "data"):
        shutil.copytree(FILES / part, here / "own" / part, dirs_exist_ok=True)
    path, data = here / "own" / "course.toml", here / "own" / "data" / "day.json"
    digest = hashlib.sha256(data.read_bytes()).hexdigest()
    said = kata_of(author, here / "own", "prove", "--write", status=1).stdout
    assert f'write below [data]: "day.json" = "{digest}"' in said
    assert "imports ourunits, which" in said
    text = path.read_text().replace("version = ", 'packages = ["ourunits"]\nversion = ')
    path.write_text(f'{text}\n[data]\n"day.json" = "{digest}"\n')
    said = kata_of(author, here / "own", "prove", "--write").stdout
    assert said.count("4 of 4 misconceptions caught, 4 named, 2 of 2 alternatives accepted") == 2
    assert "!" not in said
    return here / "own"


def _solve(own, folder):
    for name in NAMES:
        shutil.copy(own / "solutions" / f"{name}.py", folder / f"{name}.py")


def test_a_class_gets_it_solves_it_and_is_graded(author, own, wheels, tmp_path):
    """As a pack, in an environment of the student's; then behind the walls, and exported."""
    kata_of(author, own, "assign", "readings", "--out", tmp_path / "pack")
    pack, student = tmp_path / "pack", tmp_path / "student"
    environment(student, [])
    install(student, "-r", "requirements.txt", "--find-links", str(wheels), cwd=pack)
    said = json.loads(kata_of(student, pack, "check", "readings", "--json", status=1).stdout)
    assert [one["verdict"] for one in said] == ["todo", "todo"]
    for who in ("ann", "bob"):
        shutil.copytree(pack / "exercises", tmp_path / "class" / who)
    _solve(own, pack / "exercises")
    said = run_apart(python_of(student), "-m", "pytest", "-q", "exercises", cwd=pack)
    assert "6 passed" in said
    _solve(own, tmp_path / "class" / "ann")
    wrong = tmp_path / "class" / "bob" / "readings" / "at_hours.py"
    right = (own / "solutions/readings/at_hours.py").read_text()
    wrong.write_text(right.replace("table[hours]", "table[hours - 1]"))
    graded = kata_of(author, own, "grade", tmp_path / "class", "--out", tmp_path / "results").stdout
    assert graded.splitlines()[-1] == "assurance: sandbox"
    record = json.loads((tmp_path / "results/records/bob.json").read_text())
    by_name = {one["exercise"]: one for one in record["exercises"]}
    assert by_name["readings/at_hours"]["misconception"] == "counts_from_one"
    table = kata_of(author, own, "export", tmp_path / "results", "--to", "csv").stdout
    assert [line.split(",")[:4] for line in table.splitlines()[1:]] == [
        ["ann", "", "2", "2"],
        ["bob", "", "0", "2"],
    ]


@pytest.mark.nightly
def test_learners_install_it_and_graders_install_it(author, own, wheels, tmp_path):
    """Each their wheel; neither needs to say where the course is."""
    kata_of(author, own, "build-course", "--out", tmp_path / "dist")
    learner, grader = tmp_path / "learner", tmp_path / "grader"
    for place, name in ((learner, "own"), (grader, "own-graders")):
        environment(place, [])
        found = ["--find-links", str(tmp_path / "dist"), "--find-links", str(wheels)]
        install(place, "torchkata", "our-units", name, *found)
    kata_of(learner, tmp_path, "init", "mine")
    page = (tmp_path / "mine" / "README.md").read_text()
    assert page.startswith("# My exercises: Own\n")
    assert "`pip install -U own`" in page
    _solve(own, tmp_path / "mine" / "exercises")
    said = json.loads(kata_of(learner, tmp_path / "mine", "check", "--json").stdout)
    assert [one["verdict"] for one in said] == ["passed", "passed"]
    assert not list((learner / "share").rglob("solutions"))
    said = kata_of(grader, tmp_path, "grade", tmp_path / "mine" / "exercises").stdout
    assert said.endswith("2 of 2 points (assurance: sandbox)\n")


@pytest.mark.nightly
def test_its_own_ci_installs_what_it_says(own, wheels, tmp_path):
    """The engine that is in engine/, with what an author needs besides, and no index."""
    place = tmp_path / "ci"
    environment(place, [])
    install(place, "-r", "requirements.txt", "--find-links", str(wheels), cwd=own)
    install(place, "our-units", "--find-links", str(wheels))
    said = kata_of(place, own, "prove", "--seeds", "1", "--no-pairs").stdout
    assert said.count("4 of 4 misconceptions caught, 4 named") == 2
