"""An exercise of another course, copied into one's own to be changed: `kata new --from`."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from torchkata.authoring.new_course import begin_course
from torchkata.authoring.scaffold import begin_module, class_name, named
from torchkata.course.course import Course, Exercise
from torchkata.course.data import ABOUT, FOLDER
from torchkata.course.outline import FILE
from torchkata.course.writing import write_bytes


def copy(course: Course, name: str, there: Exercise) -> list[Path]:
    """Copy an exercise under another name: its two files, what its grader imports, its data.

    Args:
        course: where it goes; its folder need not be there yet, and is then begun.
        name: `module/exercise`, both in lower case with underscores.
        there: the exercise, of this course or another.

    Returns:
        The files that were written, without those of a new course.

    Raises:
        ValueError: the name cannot be one or is taken, the exercise has no answers, or a file that
            it needs is here with something else in it.
        GraderError: the exercise cannot be used.
    """
    exercise = named(course, name)
    if there.packed:
        raise ValueError(f"{there.id} of {there.course.root} has no solution to copy")
    files = dict(_files(exercise, there))
    for path, data in files.items():
        if path.exists() and path.read_bytes() != data:
            raise ValueError(f"{path} is there already, with something else in it; move it away")
    if not (course.root / "graders").is_dir():
        begin_course(course.root)
    missing = [path for path in files if not path.exists()]
    for path in missing:
        write_bytes(path, files[path])
    written = [*missing, *begin_module(exercise)]
    _declare(course.root / FILE, there.data_digests)
    return written


def _files(exercise: Exercise, there: Exercise) -> Iterator[tuple[Path, bytes]]:
    """{where it goes: what it holds}."""
    for old, new in (
        (there.solution_path, exercise.solution_path),
        (there.grader_path, exercise.grader_path),
    ):
        yield new, _renamed(old.read_text("utf-8"), exercise, there).encode()
    root = exercise.course.root
    for path in there.shared_paths:
        yield root / path.relative_to(there.course.root), path.read_bytes()
    for name, path in there.data.items():
        yield root / FOLDER / name, path.read_bytes()
    about = there.course.root / FOLDER / ABOUT
    if there.data and about.is_file() and not (root / FOLDER / ABOUT).exists():
        yield root / FOLDER / ABOUT, about.read_bytes()


def _renamed(text: str, exercise: Exercise, there: Exercise) -> str:
    """A text in which an exercise has the other's name, as a function's or a class's."""
    before, after = (f"solutions.{one.module}.{one.name} " for one in (there, exercise))
    text = text.replace(before, after)
    spelled = there.asked.name
    wanted = class_name(exercise.name) if spelled != there.name else exercise.name
    lines = text.splitlines(keepends=True)
    for start, end in reversed([*_places(text, spelled)]):
        line = lines[start[0] - 1]
        lines[start[0] - 1] = line[: start[1]] + wanted + line[end[1] :]
    # In docstrings and edits, where it is used as code: elsewhere it may be a word like others.
    files = "".join(rf"(?!{re.escape(name)})" for name in there.data)
    code = rf"(?<![\w.]){files}{re.escape(spelled)}(?=\(|\.[a-z_])"
    return re.sub(code, wanted, "".join(lines))


def _places(text: str, name: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where code names what an exercise asks for, and not something of torch's of that name."""
    before, imports = "", ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.NEWLINE, tokenize.NL):
            imports = ""
        elif token.string in ("import", "from") and not imports:
            imports = token.line
        theirs = bool(imports) and "solutions." not in imports
        if token.type == tokenize.NAME and token.string == name and before != "." and not theirs:
            yield token.start, token.end
        before = token.string


def _declare(path: Path, data: dict[str, str]) -> None:
    """Name data files in a course.toml that does not name them yet."""
    text = path.read_text("utf-8") if path.is_file() else ""
    lines = [f'"{name}" = "{digest}"' for name, digest in data.items() if digest not in text]
    if not lines:
        return
    before, table, after = text.partition("[data]\n")
    if not table:
        before, table = text and f"{text.rstrip()}\n\n", "[data]\n"
    write_bytes(path, (before + table + "".join(f"{line}\n" for line in lines) + after).encode())
