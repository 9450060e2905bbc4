"""What the tests share: this repository's course, a small course elsewhere, and the walls."""

import atexit
import contextlib
import io
import itertools
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import torchkata
from torchkata.course.course import Course

import downloads
from ray_in_place import ray_of  # noqa: F401
from walled import look, outside_alone, seen  # noqa: F401

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent

# The exercises whose answers are least alike: a function, a class with state, a loop, files, a
# random layer, a prediction. They go behind the walls at each commit, and all exercises nightly.
LEAST_ALIKE = (
    "cross_entropy/weighted_mean",
    "data_and_models/dropout",
    "optimizers/trained_parts",
    "optimizers_from_scratch/adam",
    "state_and_precision/checkpoint",
    "training_loop/train_one_epoch",
)

# Making a pack takes longest: a function, parts of a model, and files.
GIVEN_OUT = LEAST_ALIKE[::2]

# What this run was asked for is not what the runs inside it are asked for.
os.environ.pop("PYTEST_ADDOPTS", None)
# xdist says how wide its terminal is; what is said here goes to none.
os.environ.pop("COLUMNS", None)
# Which courses are known to the one who runs the tests is not theirs.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="kata-state-")
atexit.register(shutil.rmtree, os.environ["XDG_STATE_HOME"], ignore_errors=True)
# What pytest says is not for a page of GitHub, unless a test asks for that.
os.environ.pop("GITHUB_ACTIONS", None)


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


def pytest_addoption(parser):
    """Three speeds: what one waits for, what CI waits for, what runs at night; and other walls."""
    group = parser.getgroup("lanes")
    group.addoption("--ci", action="store_true", help="run slow tests, too")
    group.addoption("--nightly", action="store_true", help="run everything, on 100 seeds")
    group.addoption("--seeds", type=int, help="on how many seeds exercises are proved")
    group.addoption("--landlock", type=int, help="the highest version that is taken to be here")
    group.addoption("--assurance", default="sandbox", help="of the walls that are attacked")
    group.addoption("--old-bubblewrap", action="store_true", help="use no option since 0.5")


def pytest_configure(config):
    """Take this machine for one that offers less, for tests of the sandbox."""
    from torchkata.sandbox import bubblewrap, lock

    if (abi := config.getoption("--landlock")) is not None:
        lock.LANDLOCK_ABI = abi
    if config.getoption("--old-bubblewrap"):
        bubblewrap.WHOLE = (1000,)


def pytest_report_header():
    """Which engine is tested: this one, unless PYTHONPATH says otherwise."""
    return f"engine: {Path(torchkata.__file__).parent}"


def pytest_collection_modifyitems(config, items):
    """Leave out what is too slow for this lane; begin with the longest."""
    speeds = ["fast"]
    speeds += ["slow"] * (config.getoption("--ci") or config.getoption("--nightly"))
    speeds += ["nightly"] * config.getoption("--nightly")
    chosen = [item for item in items if _speed(item) in speeds]
    config.hook.pytest_deselected(items=[item for item in items if _speed(item) not in speeds])
    items[:] = sorted(chosen, key=lambda item: -speeds.index(_speed(item)))


def _speed(item):
    return next((name for name in ("nightly", "slow") if item.get_closest_marker(name)), "fast")


def pytest_make_parametrize_id(config, val, argname):
    """Name bytes by their place: what they hold may be another in each process (times, say)."""
    return argname if isinstance(val, bytes) else None


def pytest_generate_tests(metafunc):
    """Let a test that takes `exercise` run over all exercises of the course.

    One that takes `walled` runs over those that are least alike, one that takes `given_out` over
    some of these, and both over all of them nightly.
    """
    exercises = Course(ROOT).exercises
    if "exercise" in metafunc.fixturenames:
        metafunc.parametrize("exercise", exercises.values(), ids=lambda exercise: exercise.id)
    if "walled" in metafunc.fixturenames:
        _over(metafunc, "walled", exercises, LEAST_ALIKE)
    if "given_out" in metafunc.fixturenames:
        _over(metafunc, "given_out", exercises, GIVEN_OUT)


def _over(metafunc, argument, exercises, some):
    names = exercises if metafunc.config.getoption("--nightly") else some
    metafunc.parametrize(argument, [exercises[name] for name in names], ids=list(names))


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


@pytest.fixture
def scaled(elsewhere):
    """An exercise of two steps beside those of the small course: two mistakes at once fit in it."""
    shutil.copytree(HERE / "pair_course", elsewhere.root, dirs_exist_ok=True)
    return Course(elsewhere.root).exercises["warmup/scaled"]


@pytest.fixture
def shades(tmp_path):
    """An exercise whose cases and answers read a data file, beside those of the small course."""
    for name in ("small_course", "data_course"):
        shutil.copytree(HERE / name, tmp_path / "shades", dirs_exist_ok=True)
    return Course(tmp_path / "shades").exercises["warmup/shades"]


@pytest.fixture
def collect(tmp_path):
    """Run the command on a download, given as {path: bytes}, as a zip file and as a folder."""
    import typer
    from typer.testing import CliRunner

    from torchkata.cli import collect as command

    app = typer.Typer()
    app.callback()(lambda: None)
    command.add_to(app)

    def run(kind, files, *options, roster=downloads.ROSTER, as_zip=False, due=downloads.DUE):
        (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
        (tmp_path / "assignment.toml").write_text(due, encoding="utf-8")
        source = tmp_path / ("download.zip" if as_zip else "download")
        if as_zip:
            source.write_bytes(downloads.packed(files))
        for name, data in {} if as_zip else files.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(data)
        out = tmp_path / "out"
        typed = [source, "--from", kind, "--roster", tmp_path / "roster.csv", "--out", out]
        return CliRunner().invoke(app, ["collect", *map(str, [*typed, *options])]), out

    return run


@pytest.fixture(scope="session")
def worker(request):
    """A sandbox behind both walls, or what was asked for. In CI it must be there."""
    from torchkata.grading.grading_run import Worker
    from torchkata.sandbox.backends import BY_ASSURANCE, NoWalls

    try:
        found = Worker(BY_ASSURANCE[request.config.getoption("--assurance")])
    except NoWalls as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no walls on this machine: {reason}")
    with found:
        yield found


@pytest.fixture
def sample(request):
    """Every fourth of {name: answer}, and nightly all."""
    step = 1 if request.config.getoption("--nightly") else 4
    return lambda answers: dict(itertools.islice(answers.items(), 0, None, step))


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
def seeds(request):
    """The seeds on which exercises are proved."""
    few, many = 5, 100
    default = many if request.config.getoption("--nightly") else few
    return range(request.config.getoption("--seeds") or default)
