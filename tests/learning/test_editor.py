"""Which command opens a file at a line."""

from pathlib import Path

import pytest

from torchkata.learning import editor
from torchkata.learning.editor import Editor, editor_for

FILE = Path("half.py")


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch):
    """No editor is found on the path, and none is chosen."""
    monkeypatch.setattr(editor.shutil, "which", lambda name: None)
    for name in ("VISUAL", "EDITOR", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("chosen", "command", "in_terminal"),
    [
        ("vim -u NONE", ["vim", "-u", "NONE", "+7", "half.py"], True),
        ("/usr/bin/nano", ["/usr/bin/nano", "+7", "half.py"], True),
        ("mine", ["mine", "half.py"], True),
        ("code --wait", ["code", "-g", "half.py:7"], False),
        ("subl", ["subl", "half.py:7"], False),
        ("gedit", ["gedit", "half.py"], False),
    ],
)
def test_the_chosen_one(monkeypatch, chosen, command, in_terminal):
    """It is given the line where it takes one; one with its own windows is not waited for."""
    monkeypatch.setenv("EDITOR", chosen)
    assert editor_for(FILE, 7) == Editor(command, in_terminal)


def test_the_one_whose_terminal_it_is(monkeypatch):
    """In the terminal of VS Code that is VS Code, whatever else is chosen."""
    monkeypatch.setattr(editor.shutil, "which", {"code": "/bin/code"}.get)
    monkeypatch.setenv("EDITOR", "vim")
    assert editor_for(FILE, 7).in_terminal
    monkeypatch.setenv("TERM_PROGRAM", "vscode")
    assert editor_for(FILE, 7) == Editor(["/bin/code", "-g", "half.py:7"], in_terminal=False)


def test_without_any():
    """There is none to start."""
    assert editor_for(FILE, 7) is None
