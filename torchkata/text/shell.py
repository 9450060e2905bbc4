"""Commands as one types them: where the environment is active, and where it is not."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

_WINDOWS = os.name == "nt"
# A path that goes up further is clearer whole.
_HIGHEST = 2


def typed(path: Path) -> str:
    """A path as one types it into a shell."""
    text = str(path)
    return f'"{text}"' if _WINDOWS and " " in text else shlex.quote(text)


def command(name: str, here: Path) -> str:
    """A command of this Python's environment: its name alone, where a shell finds that one.

    Args:
        name: such as pytest.
        here: the folder in which it is to be typed.
    """
    own = Path(sys.executable).with_name(f"{name}.exe" if _WINDOWS else name)
    found = shutil.which(name)
    if not own.exists() or (found and Path(found).resolve() == own.resolve()):
        return name
    return typed(near(own, here))


def activation(here: Path) -> str:
    """What activates this Python's environment; empty if it is in none.

    Args:
        here: the folder in which it is to be typed.
    """
    if sys.prefix == sys.base_prefix:
        return ""
    folder, file = ("Scripts", "activate") if _WINDOWS else ("bin", "activate")
    script = typed(near(Path(sys.prefix, folder, file), here))
    return script if _WINDOWS else f"source {script}"


def near(path: Path, here: Path) -> Path:
    """A path as it is from a folder, if it is not far from there; else the whole path."""
    try:
        relative = Path(os.path.relpath(path, here))
    except ValueError:
        # On another drive.
        return path
    return path if relative.parts.count("..") > _HIGHEST else relative
