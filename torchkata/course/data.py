"""The files of a course's `data/` that cases and answers read, as `torchkata.data` finds them.

course.toml names each with its digest, so that a file that has changed is noticed. An exercise has
those that its grader, above the first misconception, or its stub names: anyone who reads these two
knows what goes behind the walls with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from torchkata.course.grader import GraderError

FOLDER = "data"
# Where the files come from, and under which licence; it goes wherever they go.
ABOUT = "README.md"
# Of a course's files together: they go behind the walls with each answer.
MOST_BYTES = 8 * 2**20

# What is being run: in which thread, and the files of its exercise. A class is graded in several
# threads, and a grader may be loaded in one of them while another judges.
_running: list[tuple[int, Mapping[str, Path]]] = []


@contextlib.contextmanager
def reading(files: Mapping[str, Path]) -> Iterator[None]:
    """Let `torchkata.data` find these files, {name: where it is}, and no others."""
    entry = threading.get_ident(), files
    _running.append(entry)
    try:
        yield
    finally:
        _running.remove(entry)


def current() -> Mapping[str, Path] | None:
    """The files of the exercise that is being run here, or that has started this thread, as it
    seems; None while none is run.
    """
    here = threading.get_ident()
    own = [files for thread, files in _running if thread == here]
    return next(reversed(own or [files for _, files in _running]), None)


def found_in(files: Mapping[str, Path], name: str) -> Path:
    """Where a file is.

    Raises:
        FileNotFoundError: it is none of these.
    """
    if name in files:
        return files[name]
    there = f"it has {', '.join(files)}" if files else "it has none"
    raise FileNotFoundError(
        f"there is no data file {name!r} for this exercise, {there}; its author names one in "
        "course.toml below [data], and in the grader or the docstring"
    )


def checked(root: Path, declared: Mapping[str, str], text: str) -> dict[str, Path]:
    """The data files that a text names, once each is known to be what course.toml means.

    Args:
        root: the course.
        declared: {name: its SHA-256}, from course.toml.
        text: what can name them.

    Raises:
        GraderError: one is missing, has changed, or is not in course.toml.
    """
    folder = root / FOLDER
    for name in sorted(path.name for path in folder.glob("[!.]*")):
        if name not in declared and (f'"{name}"' in text or f"'{name}'" in text):
            said = f"{root / 'course.toml'}: does not name the data file {name}"
            raise GraderError(f"{said}; {_write(name, folder / name)}")
    found = {name: folder / name for name in declared if name in text}
    for name, path in found.items():
        _check(path, declared[name])
    return found


def faults(root: Path, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(name, what is wrong with it) of the data files that a course cannot have."""
    size = 0
    for name in names:
        if name != Path(name).name or "\\" in name or name.startswith("."):
            yield name, f"{name!r} is no file of {FOLDER}/ itself; move it there, not hidden"
        path = root / FOLDER / name
        size += path.stat().st_size if path.is_file() else 0
        if size > MOST_BYTES:
            most = f"more than {MOST_BYTES >> 20} MiB"
            yield name, f"the files of {FOLDER}/ have {most} with {name}; make them smaller"


def _check(path: Path, declared: str) -> None:
    if not path.is_file():
        raise GraderError(
            f"{path}: missing; put it there, or take its line out of course.toml, [data]"
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != declared:
        raise GraderError(
            f"{path}: not the file that course.toml means; put that one there, or if this one is "
            f"right, {_write(path.name, path)}"
        )


def _write(name: str, path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f'write below [data]: "{name}" = "{digest}"'
