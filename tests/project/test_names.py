"""What documents, docstrings and comments name is there."""

import importlib
import pkgutil
import re

import pytest

from torchkata.course.grader import Grader

from conftest import ROOT

PACKAGE = ROOT / "torchkata"
SOURCES = sorted(PACKAGE.rglob("*.py"))
# Without what is imported by nothing here: templates, and what tries to break walls.
MODULES = [path for path in SOURCES if path.parent.name not in ("templates", "probe")]
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/*.md"),
    *PACKAGE.glob("templates/*.md"),
    ROOT / "docs" / "record.schema.json",
    ROOT / "tests" / "formats" / "README.md",
]
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
# The grader of a grader file, not the module; and files of these kinds.
_GRADER, _FILES = "grader", {"csv", "html", "json", "md", "py", "toml", "zip"}


def _shown(path):
    return path.relative_to(ROOT).as_posix()


def _holders(stem):
    """What the name of a module means before a dot; nothing if it is none of the engine's."""
    if stem == _GRADER:
        return [Grader]
    found = [path.relative_to(ROOT) for path in MODULES if path.stem == stem]
    return [importlib.import_module(".".join(path.with_suffix("").parts)) for path in found]


@pytest.mark.parametrize("path", [*SOURCES, *DOCUMENTS], ids=_shown)
def test_dotted_names_can_be_imported(path):
    """Each `torchkata.room.module.name`, wherever it is, and each `module.name` in backticks."""
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"\btorchkata(?:\.[A-Za-z_]\w*)+", text):
        assert pkgutil.resolve_name(name)
    for stem, name in re.findall(r"`(\w+)\.(\w+)", text):
        if name not in _FILES and (holders := _holders(stem)):
            assert any(hasattr(holder, name) for holder in holders), f"{stem}.{name}"


def test_the_names_that_are_looked_for_are_found():
    """A document with names that are gone would fail."""
    assert _holders("judge")
    assert not any(hasattr(holder, "VERDICTS") for holder in _holders("judge"))
    with pytest.raises(AttributeError):
        pkgutil.resolve_name("torchkata.judging.judge.VERDICTS")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w./]+)`", DESIGN))))
def test_the_design_names_files_that_are_there(name):
    """Files and folders in backticks, as paths in the repository or in the engine."""
    if "/" in name or name.rpartition(".")[2] in _FILES:
        assert (ROOT / name).exists() or (PACKAGE / name).exists()


def test_the_design_tells_of_every_room():
    """A line for each, and the rule that pyproject.toml has."""
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)/`", DESIGN, re.M)) == rooms
    layers = re.search(r"^layers = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.S | re.M)
    [rule] = re.findall(r"^```\n(cli >.*?)```", DESIGN, re.S | re.M)
    assert " ".join(rule.split()) == " > ".join(re.findall(r'"(.+?)"', layers[1]))
