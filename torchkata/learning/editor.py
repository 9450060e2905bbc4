"""Which command opens a learner's file at a line."""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

# Editors with windows of their own, and how they take a line. They are not waited for.
_AT_A_LINE = ("code", "code-insiders", "codium", "cursor", "windsurf")
_WITH_A_COLON = ("subl", "zed")
_WINDOWS = ("gedit", "kate", "gvim", "notepad", "notepad++", "charm", "pycharm", "mate")
# Editors in the terminal that take `+LINE`.
_WITH_A_PLUS = ("vi", "vim", "nvim", "nano", "emacs", "micro", "joe", "kak", "ne")


@dataclass(frozen=True)
class Editor:
    """A command that opens a file.

    Attributes:
        command: with the file.
        in_terminal: whether it takes the terminal, until it ends.
    """

    command: list[str]
    in_terminal: bool


def editor_for(path: Path, line: int) -> Editor | None:
    """The learner's editor, $VISUAL or $EDITOR, else the one whose terminal this is; or none."""
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not chosen or os.environ.get("TERM_PROGRAM") == "vscode":
        chosen = next(filter(shutil.which, _AT_A_LINE), chosen)
    words = shlex.split(chosen, posix=os.name != "nt")
    if not words:
        return None
    name = Path(words[0].strip('"')).name.lower().removesuffix(".exe").removesuffix(".cmd")
    program = [shutil.which(words[0].strip('"')) or words[0]]
    if name in _AT_A_LINE:
        return Editor([*program, "-g", f"{path}:{line}"], in_terminal=False)
    if name in _WITH_A_COLON:
        return Editor([*program, f"{path}:{line}"], in_terminal=False)
    if name in _WINDOWS:
        return Editor([*program, str(path)], in_terminal=False)
    at = [f"+{line}"] if name in _WITH_A_PLUS else []
    return Editor([*program, *words[1:], *at, str(path)], in_terminal=True)
