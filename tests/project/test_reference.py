"""The reference says what the code says, and leaves no command and no option out."""

import re
import runpy

import pytest
import typer

from torchkata.cli.app import app
from torchkata.grading import assignment, manifest, overrides
from torchkata.platforms import roster

from conftest import ROOT

PAGE = ROOT / "docs" / "reference.md"
COMMANDS = typer.main.get_command(app).commands


def part(name):
    """What the page says under a heading."""
    found = re.search(rf"^(#+) {name}\n(.*?)(?=^#|\Z)", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert found, name
    return found[2]


def test_the_reference_is_current():
    """It is what the script makes."""
    made = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))["page"]()
    assert PAGE.read_text() == made, "run: python docs/make_reference.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_in_it_with_all_its_options(name):
    """Each under a name that can be typed, and each with its text."""
    said = part(f"kata {name}")
    for param in COMMANDS[name].params:
        names = [*param.opts, *param.secondary_opts]
        if param.param_type_name == "argument":
            names = [(param.metavar or param.name).upper()]
        rows = [line for line in said.splitlines() if f"`{names[0]}`" in line]
        assert len(rows) == 1
        assert all(f"`{one}`" in rows[0] for one in names)
        assert " ".join(param.help.split()).rstrip(".") in rows[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_how_it_ends(name):
    """With 0 where it did what it was to do, and 1 to 3 where not."""
    (said,) = re.findall(r"^Exit status: (.*)", part(f"kata {name}"), re.MULTILINE)
    assert re.match(r"0 \w+.*[,;] [12] ", said)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("assignment.toml", assignment.Assignment.__struct_fields__),
        ("assignment.toml", assignment.Late.__struct_fields__),
        ("Roster", roster.COLUMNS),
        ("manifest.csv", manifest.COLUMNS),
        ("overrides.csv", overrides.COLUMNS),
    ],
)
def test_a_file_is_in_it_with_all_its_fields(name, fields):
    """Each in a row of its own, with its text."""
    said = part(re.escape(name))
    for field in fields:
        assert re.search(rf"^\| `{field}` \|.* \w+ .*\|$", said, re.MULTILINE), field
