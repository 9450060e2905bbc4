"""The layout that docs/design.md promises: rooms, what they import, and how large things are."""

import ast
import re
import statistics
import subprocess
import sys
from collections import Counter

import pytest
import typer

from torchkata.cli.app import app

from conftest import ROOT

PACKAGE = ROOT / "torchkata"
ENGINE = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if not {"templates", "probe"} & set(path.relative_to(PACKAGE).parts)
)
TORCH_FREE = ("course", "learning", "platforms", "cli", "pytest_plugin")


def _name(path):
    return str(path.relative_to(PACKAGE))


def _functions(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield node.name, node.end_lineno - body[0].lineno + 1 if body else 0


def test_rooms_import_only_from_those_below_them():
    """The layers of pyproject.toml hold, and there is no circle, lazy imports included."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "2 kept, 0 broken" in done.stdout


def test_every_room_is_in_the_layers():
    """A new folder of the engine is put where it belongs, or this says so."""
    layers = re.search(r"^layers = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.S | re.M)
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert set(re.findall(r"\w+", layers[1])) == rooms


def test_what_a_terminal_waits_for_loads_no_torch():
    """No module of the rooms that learners and teachers wait for imports torch when imported."""
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for room in TORCH_FREE
        for path in sorted((PACKAGE / room).rglob("*.py"))
    ]
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "    assert 'torch' not in sys.modules, name"
    )
    assert len(names) > 40
    subprocess.run([sys.executable, "-c", code, *names], check=True)


def test_names_say_where_a_module_is():
    """No two rooms have a module of one name, and outside cli/ none is named like a command."""
    rooms = [path for path in ENGINE if path.parent != PACKAGE and path.stem != "__init__"]
    twice = [name for name, count in Counter(path.stem for path in rooms).items() if count > 1]
    assert not twice
    commands = set(typer.main.get_command(app).commands)
    assert len(commands) > 15
    outside = {path.stem for path in rooms if path.parent.name != "cli"}
    assert not outside & commands


@pytest.mark.parametrize("path", ENGINE, ids=_name)
def test_the_engine_knows_no_exercise(path, course):
    """No exercise's name is in the engine."""
    text = path.read_text()
    for exercise in course.exercises.values():
        assert exercise.id not in text
        assert not re.search(rf"[\"'`]{exercise.name}[\"'`]", text)


def test_functions_fit_a_glance():
    """Half of the functions have 6 lines at most, nine in ten 15, and none more than 40."""
    sizes = {(_name(path), name): lines for path in ENGINE for name, lines in _functions(path)}
    assert statistics.median(sizes.values()) <= 6
    assert statistics.quantiles(sizes.values(), n=10)[-1] <= 15
    assert not {where: lines for where, lines in sizes.items() if lines > 40}


def test_every_test_says_what_it_proves():
    """Each test has a docstring."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"
