"""Commands as one types them, wherever one is and whether the environment is active or not."""

import shutil
import sys
from pathlib import Path

import pytest

from torchkata.text import shell

BIN = Path(sys.executable).parent


def test_a_command_that_the_shell_finds_is_its_name(monkeypatch, tmp_path):
    """One that it does not find, or finds elsewhere, is a path."""
    monkeypatch.setenv("PATH", str(BIN))
    assert shell.command("pytest", tmp_path) == "pytest"
    other = tmp_path / "pytest"
    shutil.copy(BIN / "pytest", other)
    other.write_text(f"{other.read_text()}# another\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shell.command("pytest", BIN.parent) == str(Path(BIN.name, "pytest"))
    assert shell.command("pytest", Path("/a/b/c/d/e/f")) == str(BIN / "pytest")


def test_what_is_not_in_the_environment_is_its_name(tmp_path):
    """No path is made up."""
    assert shell.command("no-such-command", tmp_path) == "no-such-command"


@pytest.mark.parametrize(
    ("path", "here", "expected"),
    [
        ("/home/me/torchkata/.venv", "/home/me/my-kata", "../torchkata/.venv"),
        ("/home/me/my-kata/.venv", "/home/me/my-kata", ".venv"),
        ("/opt/env", "/home/me/my-kata", "/opt/env"),
    ],
)
def test_a_path_that_is_not_far_is_relative(path, here, expected):
    """One that goes up more than two folders is whole."""
    assert shell.near(Path(path), Path(here)) == Path(expected)


def test_an_environment_is_activated_by_its_script(monkeypatch, tmp_path):
    """With quotes where the shell needs them; without an environment there is nothing to type."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "my env"))
    assert shell.activation(tmp_path) == "source 'my env/bin/activate'"
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    assert shell.activation(tmp_path) == ""
