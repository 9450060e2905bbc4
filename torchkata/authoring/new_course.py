"""The beginning of a course: what its folder holds besides exercises."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from string import Template

from torchkata.course.engine_wheel import MADE_WITH, build_wheel, constraints, wheel_name
from torchkata.course.outline import FILE
from torchkata.course.writing import write_bytes

_TEMPLATES = files("torchkata") / "templates"
_IGNORED = (".venv/", "__pycache__/", ".pytest_cache/", ".kata/", "dist/")
_PLACES = ("exercises", "graders", "solutions")


def begin_course(root: Path) -> None:
    """Make the folders of a course, and the files that it has before its first exercise.

    The engine is among them, as a wheel: no index has it, and so CI can install it.

    Args:
        root: the folder; what is in it already is left alone.
    """
    for place in _PLACES:
        (root / place).mkdir(parents=True, exist_ok=True)
    for name, data in _files(root).items():
        if not (root / name).exists():
            write_bytes(root / name, data)


def with_module(text: str, module: str) -> str:
    """A course.toml that names a module, too, as the last; as it was where it names no modules."""
    lines = text.splitlines()
    if "[modules]" not in lines:
        return text
    last = lines.index("[modules]")
    for place, line in enumerate(lines[last + 1 :], start=last + 1):
        if line.startswith("["):
            break
        name = line.partition("=")[0].strip(' "')
        if name == module:
            return text
        last = place if "=" in line and not line.startswith("#") else last
    title = json.dumps(module.replace("_", " ").capitalize())
    lines.insert(last + 1, f"{module} = {title}")
    return "\n".join([*lines, ""])


def page_of(module: str) -> str:
    """The beginning of a module's page."""
    return Template(_template("module.md")).substitute(module=module)


def _files(root: Path) -> dict[str, bytes]:
    title = root.name.replace("_", " ").replace("-", " ").capitalize()
    texts = {
        FILE: Template(_template("course.toml")).substitute(title=json.dumps(title)),
        "exercises/README.md": _template("course.md"),
        "pytest.ini": _template("pytest.ini"),
        ".gitignore": "\n".join([*_IGNORED, ""]),
        ".github/workflows/prove.yml": _template("course.yml"),
        "requirements.txt": f"{MADE_WITH}./engine/{wheel_name()}[author]\n",
        "constraints.txt": constraints(),
    }
    files = {name: text.encode() for name, text in texts.items()}
    return files | {f"engine/{wheel_name()}": build_wheel()}


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8")
