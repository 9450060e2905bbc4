"""The autograder for Gradescope: its zip file, and a results.json at the end, whatever happens."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from unittest import mock

import pytest

from conftest import ROOT

pytestmark = pytest.mark.slow

GRADESCOPE = ROOT / "recipes/gradescope"
KATA = "from torchkata.cli.start import main; main()"
RIGHT = "probabilities/row_probabilities"
WRONG = "def row_probabilities(scores):\n    return scores\n"


@pytest.fixture(scope="session")
def assignment(tmp_path_factory):
    """One exercise, of one point."""
    path = tmp_path_factory.mktemp("assignment") / "assignment.toml"
    path.write_text(f'title = "Week 1"\nexercises = ["{RIGHT}"]\nseeds = [0, 1]\n')
    return path


@pytest.fixture(scope="session")
def autograder_zip(assignment, tmp_path_factory):
    """What a teacher uploads."""
    out = tmp_path_factory.mktemp("zip") / "autograder.zip"
    assert _build(assignment, out).returncode == 0
    return out


@pytest.fixture
def autograder(autograder_zip, tmp_path):
    """Gradescope's folder, with everything that setup.sh would install there already."""
    root = tmp_path / "autograder"
    with zipfile.ZipFile(autograder_zip) as archive:
        archive.extractall(root / "source")
    (root / "submission").mkdir()
    program(root / "venv/bin/python", f'exec "{sys.executable}" "$@"')
    program(root / "venv/bin/kata", f'exec "{sys.executable}" -c "{KATA}" "$@"')
    # Which are for root alone, and so may these tests be run.
    program(root / "venv/bin/runuser", 'shift 3; exec "$@"')
    program(root / "venv/bin/chown", "exit 0")
    return root


def program(path, script):
    """Write a small program of bash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{script}\n")
    path.chmod(0o755)


def _build(assignment, out, *options):
    command = [sys.executable, GRADESCOPE / "build.py", assignment, "--out", out, *options]
    return subprocess.run(command, capture_output=True, text=True)


def _environment(root):
    return {**os.environ, "KATA_AUTOGRADER": str(root), "PYTHONPATH": str(ROOT)}


def _graded(root):
    """Run the autograder: its status, what it wrote, and what a teacher sees."""
    command = ["bash", GRADESCOPE / "run_autograder"]
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(root))
    assert not [*root.glob("kata.*")]
    found = json.loads((root / "results/results.json").read_text())
    return done.returncode, found, done.stdout + done.stderr


def test_the_zip_has_the_same_bytes_each_time(assignment, autograder_zip, tmp_path):
    """Whatever the files' dates are."""
    os.utime(assignment)
    assert _build(assignment, tmp_path / "again.zip").returncode == 0
    assert (tmp_path / "again.zip").read_bytes() == autograder_zip.read_bytes()


def test_the_zip_holds_what_gradescope_and_the_grader_need(autograder_zip):
    """Two programs at its root, the engine, the course with its answers, and nothing left over."""
    with zipfile.ZipFile(autograder_zip) as archive:
        rights = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    runs = {name for name, mode in rights.items() if mode & 0o111}
    assert runs == {"setup.sh", "run_autograder"}
    course = {f"course/{kind}/{RIGHT}.py" for kind in ("exercises", "graders", "solutions")}
    engine = "engine/torchkata/sandbox/lock.py"
    assert {"constraints.txt", "assignment.toml", engine, *course} <= set(rights)
    assert not [name for name in rights if "__pycache__" in name or "/." in name]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = 1", "assignment.toml"),
        ('title = "x"\nexercises = ["no_such"]', "build.py: no exercise is called 'no_such'"),
    ],
)
def test_an_assignment_that_does_not_fit_makes_no_zip(text, said, tmp_path):
    """One sentence, and status 2."""
    (tmp_path / "assignment.toml").write_text(text)
    done = _build(tmp_path / "assignment.toml", tmp_path / "a.zip")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (tmp_path / "a.zip").exists()


def test_a_zip_that_is_there_is_kept(assignment, tmp_path):
    """Until --force is said."""
    out = tmp_path / "a.zip"
    out.write_text("mine")
    assert _build(assignment, out).returncode == 2
    assert out.read_text() == "mine"
    assert _build(assignment, out, "--force").returncode == 0
    assert zipfile.is_zipfile(out)


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    ("files", "score"),
    [
        pytest.param({f"{RIGHT}.py": None}, 1, marks=pytest.mark.nightly),
        pytest.param({"row_probabilities.py": None}, 1, marks=pytest.mark.nightly),
        ({"week1/exercises/probabilities/row_probabilities.py": None}, 1),
        ({f"{RIGHT}.py": WRONG}, 0),
        pytest.param({}, 0, marks=pytest.mark.nightly),
        ({"notes/a.txt": "", "other/b.py": "", "bo/c.py": ""}, 0),
    ],
    ids=["right", "one file", "in a folder", "wrong", "empty", "folders of something else"],
)
def test_gradescope_gets_a_grade(files, score, autograder, course):
    """End to end: the score is what was earned, of one submission, whatever folders it has."""
    for name, text in files.items():
        path = autograder / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(course.exercises[RIGHT].solution if text is None else text)
    status, found, said = _graded(autograder)
    assert status == 0, said
    assert found.get("score", sum(test["score"] for test in found["tests"])) == score
    assert [(test["score"], test["max_score"]) for test in found["tests"]] == [(score, 1)]
    assert "assurance: sandbox" in said


# What kata says instead, by its command: a line of bash.
FAILURES = {
    "no kata": {"grade": "exit 127"},
    "not graded": {"grade": "exit 3"},
    "a wrong command": {"grade": "exit 2"},
    "killed": {"grade": "kill -9 $$"},
    "partly graded": {"export": """echo '{"score": 0, "tests": []}'; exit 1"""},
    "nothing": {"export": "exit 0"},
    "half of it": {"export": """printf '{"score": 1, "te'"""},
    "no score": {"export": """echo '{"tests": [{"name": "a"}]}'"""},
    "no test": {"export": """echo '{"tests": []}'"""},
    "a score that is a string": {"export": """echo '{"score": "1"}'"""},
    "no number": {"export": """echo '{"score": NaN}'"""},
}
FINE = {
    "grade": "exit 0",
    "export": """echo '{"score": 1}'""",
}


def _kata_says(root, said):
    cases = "\n".join(f"{name}) {line} ;;" for name, line in {**FINE, **said}.items())
    program(root / "venv/bin/kata", f'echo "$*" >>"{root}/said"\ncase $1 in\n{cases}\nesac')


@pytest.mark.parametrize("said", [pytest.param(v, id=k) for k, v in FAILURES.items()])
def test_where_we_fail_no_score_is_made_up(said, autograder):
    """A results.json all the same, which says to rerun; and the exit status is 1."""
    _kata_says(autograder, said)
    status, found, _ = _graded(autograder)
    assert status == 1
    assert found.keys() == {"output", "output_format", "extra_data"}
    assert found["output"].startswith("Not graded yet: ")
    assert "rerun it for this submission" in found["output"]
    assert "limited" not in (autograder / "said").read_text()


def test_root_gives_accounts_where_an_ordinary_user_has_no_walls(autograder):
    """kata is asked once more, as root; whichever it is, it takes the best that there is."""
    asked = autograder / "asked"
    _kata_says(autograder, {"grade": f"[ -e {asked} ] && exit 0; touch {asked}; exit 3"})
    assert _graded(autograder)[:2] == ((0, {"score": 1}) if os.getuid() == 0 else (1, mock.ANY))
    said = (autograder / "said").read_text()
    assert said.count("--assurance best --out") == (2 if os.getuid() == 0 else 1)


def test_a_grade_of_before_is_not_left_standing(autograder):
    """Where a rerun fails, nothing that looks like its result is there."""
    _kata_says(autograder, {})
    _graded(autograder)
    _kata_says(autograder, {"grade": "exit 3"})
    assert "score" not in _graded(autograder)[1]


def test_an_autograder_that_is_killed_leaves_word(autograder):
    """Gradescope ends what takes too long without asking."""
    _kata_says(autograder, {"grade": "sleep 60"})
    command = ["bash", GRADESCOPE / "run_autograder"]
    going = subprocess.Popen(
        command, env=_environment(autograder), stdout=subprocess.DEVNULL, start_new_session=True
    )
    until = time.monotonic() + 30
    while "grade" not in (_text(autograder / "said")) and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(going.pid, signal.SIGKILL)
    going.wait()
    found = json.loads((autograder / "results/results.json").read_text())
    assert found["output"].startswith("Not graded yet: the autograder did not get to its end")


def _text(path):
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize(("python", "status"), [(0, 0), (1, 1)], ids=["new", "old"])
def test_setup_installs_what_was_tested(python, status, autograder, tmp_path):
    """The walls' programs, torch for CPUs at its version; and with an old Python, nothing."""
    shims, log = tmp_path / "shims", tmp_path / "log"
    say = f'echo "$(basename "$0") $*" >>"{log}"'
    for name in ("apt-get", "useradd"):
        program(shims / name, say)
    program(shims / "id", "exit 1")
    program(shims / "python3", f"{say}\n[ $1 = -m ] || exit {python}")
    program(autograder / "venv/bin/python", f'{say} "($PIP_CONSTRAINT)"')
    environment = {**_environment(autograder), "PATH": f"{shims}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", GRADESCOPE / "setup.sh"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == status
    said = log.read_text()
    assert "bubblewrap libseccomp2" in said
    if status:
        assert "choose Ubuntu 24.04" in done.stderr
        assert "pip" not in said
        return
    version = re.search(r"^torch==.*", (ROOT / "constraints.txt").read_text(), re.M)[0]
    assert f" {version} (" in said
    assert said.count(f"({autograder}/source/constraints.txt)") == 2
    assert "useradd --system" in said
