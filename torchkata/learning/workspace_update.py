"""What a workspace was given, and how more comes to it. No line that a learner wrote is touched."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import msgspec

from torchkata.course import source
from torchkata.course.answer_name import Definition
from torchkata.course.course import Course, Exercise
from torchkata.course.grader import GraderError
from torchkata.course.writing import write_bytes
from torchkata.learning.state_files import read_state
from torchkata.learning.workspace import Workspace

VERSION = 1
GIVEN = Path(".kata", "given.json")
BESIDE = Path(".kata", "new")

# As much as is read of an answer (running/files.py, which needs torch).
_MAX_BYTES = 256 * 1024


class Stub(msgspec.Struct, frozen=True):
    """What a learner began with, and its digest, which says whether the text is still whole."""

    text: str
    digest: str


class Given(msgspec.Struct):
    """All that a workspace was given. Losing it costs only merges: files are then left alone.

    Attributes:
        version: of this layout.
        exercises: {exercise id: its stub}.
        pages: {page or picture within exercises/: its digest}.
        gone: exercises that the course has no more, as was told.
    """

    version: int = VERSION
    exercises: dict[str, Stub] = {}
    pages: dict[str, str] = {}
    gone: list[str] = []

    def stub(self, exercise: str) -> str | None:
        """The stub an exercise began with; None where that is not known for sure."""
        stub = self.exercises.get(exercise)
        return stub.text if stub and stub.digest == _digest(stub.text.encode()) else None


@dataclass
class Arrived:
    """What an update did, as names within `exercises/`.

    Attributes:
        unusable: {exercise id: what is wrong with its files}, of those left as they are.
    """

    new: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)


def bring(workspace: Workspace) -> Arrived:
    """Bring what is new or repaired in the course; a second time there is nothing to do.

    Raises:
        OSError: a file cannot be written; the others are as they were, or up to date.
    """
    given, arrived = load(workspace.root), Arrived()
    try:
        for exercise in workspace.course.exercises.values():
            try:
                stub = exercise.stub
            except GraderError as problem:
                arrived.unusable[exercise.id] = str(problem)
                continue
            base = _bring_exercise(workspace, exercise, stub, given.stub(exercise.id), arrived)
            given.exercises.pop(exercise.id, None)
            if base is not None:
                given.exercises[exercise.id] = Stub(base, _digest(base.encode()))
        _bring_pages(workspace, given, arrived)
        gone = sorted(given.exercises.keys() - workspace.course.exercises.keys())
        arrived.gone = [name for name in gone if name not in given.gone]
        given.gone = gone
    finally:
        _save(workspace.root, given)
    return arrived


def load(root: Path) -> Given:
    """Read what a workspace was given; where that is not known, nothing."""
    return read_state(root, GIVEN, Given)


def _save(root: Path, given: Given) -> None:
    data = msgspec.json.format(msgspec.json.encode(given))
    if data != _bytes(root / GIVEN):
        write_bytes(root / GIVEN, data, aside=root / GIVEN.parent)


def merge(old: str, mine: str, new: str) -> str | None:
    """A learner's text, with what became of its stub.

    Args:
        old: the stub it was begun with.
        mine: what the learner made of it.
        new: what the stub is now.

    Returns:
        None where that is not safe: both changed the same place, or the learner's code would mean
        something else.
    """
    lines = [text.split("\n") for text in (old, mine, new)]
    # Where both made the same change, the line is the learner's all the same: no merge.
    changes = sorted([*_changes(lines[0], lines[1]), *_changes(lines[0], lines[2])])
    if any(after[0] <= before[1] for before, after in pairwise(changes)):
        return None
    merged = lines[0][:]
    for start, end, instead in reversed(changes):
        merged[start:end] = instead
    text = "\n".join(merged)
    return text if _means_the_same(old, mine, new, text) else None


def _changes(old: list[str], other: list[str]) -> list[tuple[int, int, tuple[str, ...]]]:
    """(first line, line after the last, what is there instead) of each change."""
    codes = SequenceMatcher(None, old, other, autojunk=False).get_opcodes()
    return [(a, b, tuple(other[c:d])) for kind, a, b, c, d in codes if kind != "equal"]


def _means_the_same(old: str, mine: str, new: str, merged: str) -> bool:
    """Whether each function that the learner changed does what it did, with the names it needs."""
    try:
        before, own, then = _code(old), _code(mine), _code(merged)
        lost = (_names(old) - _names(new)) & _names(merged)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    changed = {name for name, code in own.items() if before.get(name) != code}
    return not lost and all(then.get(name) == own[name] for name in changed)


def _code(text: str) -> dict[str, list[str]]:
    """{name or text of a statement: what it does, whatever is said about it}."""
    found: dict[str, list[str]] = {}
    for node in _parse(text).body:
        if isinstance(node, Definition):
            found.setdefault(node.name, []).append(ast.dump(source.without_docstrings(node)))
        else:
            found.setdefault(ast.dump(node), []).append("")
    return found


def _names(text: str) -> set[str]:
    """All names that a text defines or uses."""
    found: set[object] = set()
    for node in ast.walk(_parse(text)):
        if isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        else:
            found |= {getattr(node, part, None) for part in ("id", "arg", "name")}
    return {name for name in found if isinstance(name, str)}


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        # Of a learner's file, what it does is to be known, and not what could be better in it.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _bring_exercise(
    workspace: Workspace, exercise: Exercise, stub: str, old: str | None, arrived: Arrived
) -> str | None:
    """Bring one exercise up to date, or put its stub beside the learner's file.

    Returns:
        The stub that the file is made from: all else in it is the learner's.
    """
    root, path, name = workspace.root, workspace.path(exercise), f"{exercise.id}.py"
    beside = root / BESIDE / exercise.relative
    if not os.path.lexists(path):
        write_bytes(path, stub.encode(), aside=root / GIVEN.parent)
        arrived.new.append(name)
        return stub
    mine, newline = _text(path)
    merged = mine if stub in (mine, old) else stub if mine == old else _merged(old, mine, stub)
    if merged is None and stub != old:
        if _bytes(beside) != stub.encode():
            write_bytes(beside, stub.encode(), aside=root / GIVEN.parent)
            arrived.beside.append(name)
        return old
    beside.unlink(missing_ok=True)
    if merged is not None and merged != mine:
        write_bytes(path, merged.replace("\n", newline).encode(), aside=root / GIVEN.parent)
        arrived.repaired.append(name)
    return stub


def _merged(old: str | None, mine: str | None, new: str) -> str | None:
    return None if old is None or mine is None else merge(old, mine, new)


def _bring_pages(workspace: Workspace, given: Given, arrived: Arrived) -> None:
    """Bring pages and pictures up to date. One that was deleted stays away until it changes."""
    root = workspace.root
    for name, data in _pages(workspace.course):
        path, digest, known = root / "exercises" / name, _digest(data), given.pages.get(name)
        given.pages[name] = digest
        beside, mine = root / BESIDE / name, _bytes(path)
        if mine == data:
            beside.unlink(missing_ok=True)
        if known == digest or mine == data:
            continue
        if not os.path.lexists(path):
            arrived.new.append(name)
        elif mine is not None and known == _digest(mine):
            beside.unlink(missing_ok=True)
            arrived.repaired.append(name)
        else:
            # Notes of the learner's are in it.
            path = beside
            arrived.beside.append(name)
        write_bytes(path, data, aside=root / GIVEN.parent)


def _pages(course: Course) -> Iterator[tuple[str, bytes]]:
    folder, patterns = course.root / "exercises", ("*.md", "*.png")
    found = {
        f"{exercise.module}/{path.name}": path
        for exercise in course.exercises.values()
        for pattern in patterns
        for path in exercise.stub_path.parent.glob(pattern)
    }
    # Its own come before those of a module of the same name that it uses.
    own = [path for one in patterns for name in (one, f"*/{one}") for path in folder.glob(name)]
    found |= {path.relative_to(folder).as_posix(): path for path in own}
    for name in sorted(found):
        yield name, found[name].read_bytes()


def _text(path: Path) -> tuple[str | None, str]:
    """A learner's text and how its lines end; None if it is not to be written to by us."""
    data = _bytes(path)
    if data is None or len(data) > _MAX_BYTES:
        return None, "\n"
    with contextlib.suppress(UnicodeDecodeError):
        text = data.decode().replace("\r\n", "\n")
        for newline in ("\n", "\r\n"):
            if text.replace("\n", newline).encode() == data:
                return text, newline
    return None, "\n"


def _bytes(path: Path) -> bytes | None:
    """What an ordinary file holds; a link belongs to somebody else."""
    with contextlib.suppress(OSError):
        if path.is_file() and not path.is_symlink():
            return path.read_bytes()
    return None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
