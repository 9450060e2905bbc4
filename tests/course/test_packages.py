"""What course.toml declares once: packages of the course, its version and its licence."""

import sys

import pytest

from torchkata.authoring.proof import prove
from torchkata.course.course import Course
from torchkata.course.grader import GraderError
from torchkata.grading import pack
from torchkata.grading.assignment import Assignment
from torchkata.grading.grading_run import Terms, Worker, grade
from torchkata.grading.submission import Submission
from torchkata.running.files import File, read
from torchkata.running.practice import examine
from torchkata.sandbox import bubblewrap
from torchkata.sandbox.backends import Limited, Sandbox
from torchkata.text.explanations import render

TOML = 'title = "Own"\nversion = "1.2"\nlicence = "CC BY 4.0"\npackages = ["ourlibrary"]\n'
LIBRARY = "def halved(x):\n    return x / 2\n"


@pytest.fixture
def libraries(monkeypatch, tmp_path):
    """A folder of packages that is not the one of torch, as where somebody develops one."""
    (tmp_path / "libraries").mkdir()
    (tmp_path / "libraries" / "ourlibrary.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(tmp_path / "libraries")
    monkeypatch.setattr(bubblewrap, "_declared", {})
    yield tmp_path / "libraries"
    sys.modules.pop("ourlibrary", None)


@pytest.fixture
def own(elsewhere, libraries):
    """An exercise whose solution imports a package that its course declares."""
    (elsewhere.root / "course.toml").write_text(TOML)
    path = elsewhere.exercises["warmup/half"].solution_path
    text = path.read_text().replace("import torch\n", "import ourlibrary\nimport torch\n")
    path.write_text(text.replace("return 0.5 * x", "return ourlibrary.halved(x)"))
    return Course(elsewhere.root).exercises["warmup/half"]


def test_an_answer_imports_what_its_course_declares(own):
    """At home; the exercise is proved, and what it may import is told where it imports else."""
    assert prove(own, (0, 1)).problems == []
    assert examine(own, File("half.py", own.solution)).verdict == "passed"
    other = examine(own, File("half.py", "import rich\n"))
    assert "only torch, numpy, ourlibrary and Python's own modules" in render(other, own.grader)


def test_a_solution_with_a_package_that_is_not_declared_is_one_sentence(own):
    """With its line, and what to write; so is one that fails when it is loaded."""
    (own.course.root / "course.toml").unlink()
    said = r"half.py:3: imports ourlibrary, which .*course.toml: packages = \[.ourlibrary.\]"
    with pytest.raises(GraderError, match=said):
        Course(own.course.root).exercises[own.id].reference()
    own.solution_path.write_text("def half(x):\n    return x / 2\n\n\n1 / 0\n")
    with pytest.raises(GraderError, match=r"half.py:5: ZeroDivisionError: division by zero"):
        Course(own.course.root).exercises[own.id].reference()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Sandbox, Limited])
def test_it_is_imported_behind_the_walls(own, kind, tmp_path, worker):
    """From wherever it is; a record says which course it was."""
    path = tmp_path / "ada" / own.relative
    path.parent.mkdir(parents=True)
    path.write_text(own.solution.replace("return x / 2", "return ourlibrary.halved(x)"))
    files = {own: read(path, tmp_path / "ada")}
    with Worker(kind, packages=own.course.packages) as walled:
        record = grade(walled, Submission("ada", path, {}), files, Terms((0,), kind))
    assert [one.verdict for one in record.exercises] == ["passed"]
    assert record.course == "Own 1.2"


def test_a_folder_of_packages_holds_no_course(own, libraries):
    """What answers can read is checked with the folders of what courses declare."""
    bubblewrap.show(own.course.packages)
    assert str(libraries) in Sandbox.readable()


def test_a_package_that_is_not_installed_is_one_sentence(own, libraries):
    """With the line of course.toml; other commands go on."""
    (libraries / "ourlibrary.py").unlink()
    half = Course(own.course.root).exercises[own.id]
    assert half.facts.level == 1
    said = r"course.toml:4: the package ourlibrary is not installed; .*pip install ourlibrary\), or"
    with pytest.raises(GraderError, match=said):
        examine(half, File("half.py", own.solution))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("os", "'os' can be imported in any course; take it out"),
        ("torch", "'torch' can be imported in any course; take it out"),
        ("a.b", "'a.b' is no package's name; write the one that `import` takes"),
        ("scikit-learn", "'scikit-learn' is no package's name; write the one"),
    ],
)
def test_what_is_no_package_is_one_sentence(elsewhere, name, said):
    """With the line."""
    (elsewhere.root / "course.toml").write_text(f'packages = ["{name}"]\n')
    with pytest.raises(GraderError, match=f"course.toml:1: {said}"):
        _ = elsewhere.exercises


def test_a_pack_asks_for_the_packages(elsewhere, tmp_path):
    """As pip calls them, in the version that is here; it says which course it is from."""
    toml = TOML.replace('"ourlibrary"', '"yaml"')
    (elsewhere.root / "course.toml").write_text(toml)
    pack.build(elsewhere, Assignment("Given", ["half"]), tmp_path / "pack")
    names = ("README.md", "requirements.txt", "constraints.txt")
    made = {name: (tmp_path / "pack" / name).read_text() for name in names}
    assert made["requirements.txt"].splitlines()[-1].lower() == "pyyaml"
    assert made["constraints.txt"].splitlines()[-1].lower().startswith("pyyaml==")
    assert "it may import numpy, torch, yaml and what comes with Python" in made["README.md"]
    assert "Own 1.2; licence: CC BY 4.0" in made["README.md"]
    assert Course(tmp_path / "pack").packages == {"torch", "numpy", "yaml"}
