"""The two distributions: what is in them, and that who has no clone can work with them."""

import json
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import torchkata
from torchkata.sandbox import backends

from conftest import ROOT
from installed import built, environment, kata_of, python_of, run_apart

pytestmark = pytest.mark.slow

SHARE = "share/torchkata-course"
DATA = f"torchkata_course-{torchkata.__version__}.data/data/{SHARE}/"
SOLVED = "optimizers/sgd"
# What the page of a class is made of.
PAGE = ("class_page.html", "class_page.css", "class_page.js", "vega/vega.min.js", "vega/SHA256SUMS")


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """Both wheels."""
    return built(tmp_path_factory.mktemp("wheels"), ROOT, ROOT / "course")


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """Both sdists."""
    out = tmp_path_factory.mktemp("sdists")
    code = f"from hatchling.build import build_sdist; build_sdist({str(out)!r})"
    for folder in (ROOT, ROOT / "course"):
        run_apart(sys.executable, "-c", code, cwd=folder)
    return {path.name.partition("-")[0]: path for path in out.iterdir()}


@pytest.fixture(scope="session")
def place(wheels, tmp_path_factory):
    """A fresh environment with both installed; what they depend on is borrowed from this one."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    environment(folder, wheels.values())
    return folder


@pytest.fixture(scope="session")
def mine(place, tmp_path_factory):
    """A workspace, as `kata init` makes it there."""
    folder = tmp_path_factory.mktemp("home")
    said = kata_of(place, folder, "init", "my-kata").stdout
    assert "Now type:\n\n    cd my-kata\n" in said
    assert said.endswith("    kata watch\n\n")
    return folder / "my-kata"


def _names(path):
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return wheel.namelist()
    with tarfile.open(path) as sdist:
        return [name.partition("/")[2] for name in sdist.getnames()]


def _text(wheel, name):
    with zipfile.ZipFile(wheel) as opened:
        return opened.read(f"torchkata_course-{torchkata.__version__}.dist-info/{name}").decode()


def test_the_engine_holds_no_exercise(wheels, sources):
    """Nor a test; and the wheel is the package and nothing else."""
    inside = {name.partition("/")[0] for name in _names(wheels["torchkata"])}
    assert inside == {"torchkata", f"torchkata-{torchkata.__version__}.dist-info"}
    modules = {path.name for path in (ROOT / "torchkata").glob("*.py")}
    assert {f"torchkata/{name}" for name in modules} <= {*_names(wheels["torchkata"])}
    names = _names(wheels["torchkata"])
    assert "torchkata/templates/workspace.md" in names
    assert {f"torchkata/templates/{name}" for name in PAGE} <= set(names)
    tops = {name.partition("/")[0] for name in _names(sources["torchkata"])}
    own = {"torchkata", "pyproject.toml", "README.md", "LICENSE", "PKG-INFO", ".gitignore"}
    assert tops == own


def test_no_answer_is_in_the_engine(wheels, course):
    """No line of a solution's body, whatever file it would be in."""
    with zipfile.ZipFile(wheels["torchkata"]) as wheel:
        text = "\n".join(wheel.read(name).decode() for name in wheel.namelist())
    lines = {line.strip() for line in text.splitlines()}
    for exercise in course.exercises.values():
        told = {line.strip() for line in exercise.stub.splitlines()}
        secret = {line.strip() for line in exercise.solution.splitlines()} - told
        assert not {line for line in secret if len(line) > 30} & lines, exercise.id


def test_the_course_holds_all_of_it_and_nothing_else(wheels, sources, course):
    """As data, so that nothing lands where the walls show it; and no test, no cache."""
    names = {*_names(wheels["torchkata_course"])}
    files = {name.removeprefix(DATA) for name in names if name.startswith(DATA)}
    rest = {name.rpartition("/")[2] for name in names if not name.startswith(DATA)}
    assert rest == {"METADATA", "RECORD", "WHEEL"}
    shared = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("graders/**/_shared.py")]
    wanted = {"LICENSE", "course.toml", *shared} | {
        f"{kind}/{exercise.id}.py"
        for exercise in course.exercises.values()
        for kind in ("exercises", "graders", "solutions")
    }
    folder = ROOT / "exercises"
    pages = [*folder.glob("*.md"), *folder.glob("*/*.md"), *folder.glob("*/*.png")]
    pages += [path for path in (ROOT / "data").iterdir() if path.is_file()]
    assert files == wanted | {path.relative_to(ROOT).as_posix() for path in pages}
    assert files <= {*_names(sources["torchkata_course"])}


def test_the_course_wants_the_engine_of_its_version(wheels):
    """Which is in one place."""
    text = _text(wheels["torchkata_course"], "METADATA")
    assert f"\nVersion: {torchkata.__version__}\n" in text
    assert f"\nRequires-Dist: torchkata=={torchkata.__version__}\n" in text


def test_an_sdist_makes_the_same_wheel(wheels, sources, tmp_path):
    """Far from the repository, too."""
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "-w", str(tmp_path)]
    run_apart(sys.executable, "-m", "pip", "wheel", *options, str(sources["torchkata_course"]))
    (made,) = tmp_path.iterdir()
    assert _text(made, "RECORD") == _text(wheels["torchkata_course"], "RECORD")


def test_init_finds_what_was_installed(place, mine, course):
    """The exercises as they are, and no answer beside them."""
    for exercise in course.exercises.values():
        assert (mine / "exercises" / exercise.relative).read_text() == exercise.stub
    assert {path.name for path in (mine / ".kata").iterdir()} == {"given.json"}
    code = "import torchkata, torchkata.course.installed_courses as w; print(torchkata.__file__)"
    engine, found = run_apart(
        python_of(place), "-c", f"{code}; print(w.installed_course())", cwd=mine
    ).split()
    assert Path(found) == place / SHARE
    assert place in Path(engine).parents


def test_an_installed_course_judges(place, mine, course):
    """`kata check` and pytest, on a right answer and a stub; the grader's solutions are found."""
    solution = course.exercises[SOLVED].solution
    (mine / "exercises" / f"{SOLVED}.py").write_text(solution)
    said = kata_of(place, mine, "check", SOLVED, "build", "--json", status=1).stdout
    assert [one["verdict"] for one in json.loads(said)] == ["passed", "todo"]
    said = run_apart(python_of(place), "-m", "pytest", "-q", f"exercises/{SOLVED}.py", cwd=mine)
    assert "4 passed" in said


def test_an_installed_course_can_be_proved(place, mine):
    """Below the cut, graders import from solutions; that works there, too."""
    folder = place / SHARE
    names = [
        path.relative_to(folder / "graders").with_suffix("").as_posix()
        for path in sorted((folder / "graders").glob("*/*.py"))
        if "from solutions." in path.read_text()
    ]
    assert names
    options = ("--seeds", 1, "--no-mutants", "--no-pairs", "--course", folder)
    said = kata_of(place, mine, "prove", names[0], *options).stdout
    assert said.startswith(names[0])
    assert "!" not in said


def test_update_there_keeps_what_was_written(place, mine, course):
    """And a second one has nothing to do."""
    path = mine / "exercises" / f"{SOLVED}.py"
    path.write_text(course.exercises[SOLVED].solution)
    (mine / "exercises" / "optimizers" / "build.py").unlink()
    said = kata_of(place, mine, "update").stdout
    assert said == "New: optimizers/build.py\n"
    assert path.read_text() == course.exercises[SOLVED].solution
    assert kata_of(place, mine, "update").stdout == "Everything is up to date.\n"


def test_behind_the_walls_the_solutions_cannot_be_read(worker, place, mine, course, tmp_path):
    """An answer that fetches the solution from where it is installed passes without walls only."""
    assert worker
    share = place / SHARE
    thief = f"exec(open({str(share / 'solutions' / f'{SOLVED}.py')!r}).read())\n"
    # What is looked for in the text is the name; the rest comes with the solution.
    thief += "_stolen = sgd\ndef sgd(*a, **k):\n    return _stolen(*a, **k)\n"
    for name, text in (("honest", course.exercises[SOLVED].solution), ("thief", thief)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sgd.py").write_text(text)
    said = {
        assurance: kata_of(
            place, mine, *("grade", tmp_path, "--course", share, "--assurance", assurance)
        ).stdout.splitlines()
        for assurance in ("sandbox", "limited")
    }
    assert said["sandbox"][:2] == ["honest      1 of 1  1 passed", "thief       0 of 1  1 error"]
    assert said["limited"][:2] == ["honest      1 of 1  1 passed", "thief       1 of 1  1 passed"]


def test_without_an_environment_of_its_own_it_is_not_graded_with(place):
    """What is beside the system's Python can be read behind the walls, so they refuse it."""
    backends.Sandbox.keep_apart([place / SHARE])
    with pytest.raises(backends.NoWalls, match="which answers can read; move it"):
        backends.Sandbox.keep_apart([Path(sys.base_prefix, SHARE)])


def test_it_is_found_where_a_user_installs(wheels, tmp_path):
    """`pip install --user` puts it elsewhere."""
    folder = tmp_path / "venv"
    environment(folder, wheels.values(), "--user", system=True)
    code = "import torchkata.course.installed_courses as w; print(w.installed_course())"
    said = run_apart(
        python_of(folder), "-c", code, cwd=tmp_path, PYTHONUSERBASE=str(folder / "user")
    )
    assert Path(said.strip()) == folder / "user" / SHARE
