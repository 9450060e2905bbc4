"""The layout that docs/design.md promises."""

import ast
import re

import pytest

import torchkata

from conftest import ROOT

PACKAGE = ROOT / "torchkata"
ENGINE = sorted(
    path
    for pattern in ("*.py", "exporters/*.py", "texts/*.py")
    for path in PACKAGE.glob(pattern)
    if path != PACKAGE / "__init__.py"
)
ROOMS = [
    re.findall(r"\w+", line.partition(":")[2])
    for line in torchkata.__doc__.splitlines()
    if re.match(r"\d+\. ", line)
]
ROOM_OF = {module: room for room, modules in enumerate(ROOMS) for module in modules}


def _module(path):
    """The module that a file is, or is a part of."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def _name(path):
    return str(path.relative_to(PACKAGE))


def test_every_module_has_a_room():
    """The package's docstring names each module once."""
    assert set(ROOM_OF) == {_module(path) for path in ENGINE}
    assert len(ROOM_OF) == sum(map(len, ROOMS))


@pytest.mark.parametrize("path", ENGINE, ids=_name)
def test_rooms_import_only_upwards(path):
    """A module imports from its own room and those above, never from one below."""
    for name in _imported(path):
        assert ROOM_OF[name] <= ROOM_OF[_module(path)], f"{_name(path)} imports {name}"


@pytest.mark.parametrize("path", ENGINE, ids=_name)
def test_the_engine_knows_no_exercise(path, course):
    """No exercise's name stands in the engine."""
    text = path.read_text()
    for exercise in course.exercises.values():
        assert exercise.id not in text
        assert not re.search(rf"[\"'`]{exercise.name}[\"'`]", text)


@pytest.mark.parametrize("path", ENGINE, ids=_name)
def test_files_and_functions_stay_small(path):
    """A file is a few screens, a function fits a glance."""
    text = path.read_text()
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = node.end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 40, f"{node.name} has {lines} lines"


def test_every_test_says_what_it_proves():
    """Each test has a docstring."""
    for path in (ROOT / "tests").glob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"


def _imported(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "torchkata":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("torchkata."):
            found.add(node.module.split(".")[1])
    return found & ROOM_OF.keys()
