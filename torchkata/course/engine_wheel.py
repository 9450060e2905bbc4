"""The engine as a wheel: no index has it, so a pack brings it along."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

MADE_WITH = (
    "# No index has torchkata: its wheel is in engine/. "
    "A torch that is there already, 2.6 or later, is kept.\n"
)
_CONSTRAINTS = """\
# What this was made with. Another torch may draw other numbers, and then you are told so.
torch=={version}
"""
# Where the wheels of courses put them, below share/.
SHELF = "torchkata-courses"
_NAME = "torchkata"
_WHEEL = "Wheel-Version: 1.0\nGenerator: torchkata\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
# Of its dist-info folder, what is not written where it is installed.
_FACTS = ("METADATA", "entry_points.txt", "licenses")
# What its metadata says of what it requires.
_REQUIRED = ("Requires-Dist: ", "Provides-Extra: ")
# The first moment that a zip file can hold, so that the same files make the same bytes.
_BEGINNING = (1980, 1, 1, 0, 0, 0)


def wheel_name() -> str:
    """What the engine's wheel is called."""
    return f"{_NAME}-{metadata.version(_NAME)}-py3-none-any.whl"


def constraints() -> str:
    """A constraints.txt with the torch that is installed here."""
    return _CONSTRAINTS.format(version=metadata.version("torch").partition("+")[0])


def build_wheel() -> bytes:
    """The engine that runs, with what is known of it where it is installed, as a wheel.

    The same bytes for the same engine, from a clone as from where it was installed.
    """
    return wheel_of(f"{_NAME}-{metadata.version(_NAME)}.dist-info", dict([*_modules(), *_facts()]))


def wheel_of(facts: str, contents: Mapping[str, bytes]) -> bytes:
    """A wheel of pure Python.

    Args:
        facts: the name of its dist-info folder.
        contents: {place in it: what the file holds}, without WHEEL and RECORD.
    """
    contents = {**contents, f"{facts}/WHEEL": _WHEEL.encode()}
    contents = dict(sorted(contents.items()))
    contents[f"{facts}/RECORD"] = _record(f"{facts}/RECORD", contents)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as wheel:
        for place, data in contents.items():
            entry = zipfile.ZipInfo(place, _BEGINNING)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            # Else it says on which system it was made.
            entry.create_system = 3
            wheel.writestr(entry, data)
    return made.getvalue()


def _root() -> Path:
    return Path(str(files(_NAME)))


def _modules() -> Iterator[tuple[str, bytes]]:
    for path in _root().rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{_NAME}/{path.relative_to(_root()).as_posix()}", path.read_bytes()


def _facts() -> Iterator[tuple[str, bytes]]:
    """The files of its dist-info folder: the metadata, the entry points, the licence."""
    for path in metadata.files(_NAME) or ():
        if path.parts[0].endswith(".dist-info") and path.parts[1] in _FACTS:
            data = Path(str(path.locate())).read_bytes()
            yield path.as_posix(), _of_today(data) if path.name == "METADATA" else data


def _of_today(data: bytes) -> bytes:
    """Metadata with what a clone requires now: it was installed when it may have required less."""
    project = _root().parent / "pyproject.toml"
    facts = tomllib.loads(project.read_text("utf-8"))["project"] if project.is_file() else {}
    if facts.get("name") != _NAME:
        return data
    header, blank, text = data.decode().partition("\n\n")
    kept = [line for line in header.splitlines() if not line.startswith(_REQUIRED)]
    return ("\n".join([*kept, *_requirements(facts)]) + blank + text).encode()


def _requirements(project: Mapping[str, Any]) -> Iterator[str]:
    for one in project["dependencies"]:
        yield f"Requires-Dist: {one}"
    for extra, wanted in project["optional-dependencies"].items():
        yield f"Provides-Extra: {extra}"
        yield from (f"Requires-Dist: {one}; extra == '{extra}'" for one in wanted)


def _record(own: str, contents: Mapping[str, bytes]) -> bytes:
    """The list of a wheel's files, with their digests and sizes."""
    listed = io.StringIO()
    table = csv.writer(listed, lineterminator="\n")
    for place, data in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        table.writerow((place, f"sha256={digest}", len(data)))
    table.writerow((own, "", ""))
    return listed.getvalue().encode()
