"""What the tests share: this repository's course, a small course elsewhere, and the walls."""

import contextlib
import functools
import io
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from torchkata.course.course import Course

from walled import look, outside_alone, seen  # noqa: F401

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent

FEW, MANY = 5, 100

# What this run was asked for is not what the runs inside it are asked for.
os.environ.pop("PYTEST_ADDOPTS", None)


def activated():
    """The environment of somebody who has activated the virtual environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path}


@dataclass
class Run:
    """What a run of pytest ended with and said, without its header."""

    status: int
    said: str

    @property
    def counts(self):
        """{outcome: how many}, from the last line."""
        last = self.said.rstrip().splitlines()[-1]
        return {word: int(count) for count, word in re.findall(r"(\d+) (\w+)", last)}


@pytest.fixture
def run():
    """Run pytest in this process, where the current folder is.

    Not with pytester: that unloads modules behind a run, and torch cannot be loaded twice.
    """

    def run_pytest(*arguments):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            options = ["--capture=sys", "-p", "no:hypothesispytest", "-p", "no:xdist"]
            status = pytest.main([*options, *map(str, arguments)])
        text = said.getvalue()
        begin = text.find("\n\n", text.find("rootdir: ")) + 2
        return Run(int(status), text[begin:] if "rootdir: " in text else text)

    return run_pytest


def pytest_collection_modifyitems(items):
    """The longest first, so that two processes end at the same time."""
    items.sort(key=lambda item: not item.name.startswith("test_strong_fair"))


def pytest_make_parametrize_id(config, val, argname):
    """Name bytes by their place: what they hold may be another in each process (times, say)."""
    return argname if isinstance(val, bytes) else None


def pytest_generate_tests(metafunc):
    """Let a test that takes `exercise` run over all exercises of the course."""
    if "exercise" in metafunc.fixturenames:
        exercises = Course(ROOT).exercises.values()
        metafunc.parametrize("exercise", exercises, ids=lambda exercise: exercise.id)


@pytest.fixture(scope="session")
def course():
    """This repository's course."""
    return Course(ROOT)


@pytest.fixture
def elsewhere(tmp_path):
    """A small course outside the repository, free to be changed."""
    shutil.copytree(HERE / "small_course", tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture
def half(elsewhere):
    """The small course's first exercise."""
    return elsewhere.exercises["warmup/half"]


@pytest.fixture(scope="session")
def worker():
    """A sandbox behind both walls. In CI it must be there."""
    from torchkata.grading.grading_run import Worker
    from torchkata.sandbox.backends import NoWalls

    try:
        found = Worker()
    except NoWalls as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no walls on this machine: {reason}")
    with found:
        yield found


@pytest.fixture
def golden():
    """Compare a text with a file of tests/golden; UPDATE_GOLDEN=1 writes it, for you to read."""

    def check(name, text):
        path = HERE / "golden" / f"{name}.txt"
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no {path.name}; run with UPDATE_GOLDEN=1 and read what it says"
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture
def seeds_of():
    """5 seeds; 100 where the exercise or the engine changed within a day of the last commit."""

    def count(exercise):
        return MANY if _proof_rests_on(exercise) & _changed() else FEW

    return count


def _proof_rests_on(exercise):
    files = (exercise.grader_path, exercise.solution_path, *_engine())
    return {str(Path(path).relative_to(ROOT)) for path in files}


@functools.cache
def _engine():
    """The files of the engine that are loaded where something is proved."""
    code = (
        "import sys, torchkata.authoring.proof\n"
        "for name, module in sys.modules.items():\n"
        "    if name.startswith('torchkata'): print(module.__file__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@functools.cache
def _changed():
    """The files that differ from what was there a day ago, or ever."""
    git = functools.partial(subprocess.run, cwd=ROOT, capture_output=True, text=True, check=True)
    day_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 86400))
    base = git(["git", "rev-list", "-1", f"--before={day_ago}", "HEAD"]).stdout.strip()
    known = git(["git", "ls-files"]).stdout.split()
    changed = git(["git", "diff", "--name-only", base]).stdout.split() if base else known
    return set(changed)
