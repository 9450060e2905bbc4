"""Where lines are broken: once, where they are shown, by the room that letters take there."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from typing import TextIO

# What is comfortable to read; a narrower terminal takes its own width.
WIDTH = 88
# Between the two parts of a heading.
_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
# A word, or a command that is there to be typed, which stays in one line where it can.
_WORD = re.compile(r"\S+\s*")
_HELD = re.compile(r"(?:`?kata [a-z]+(?: [^\s`]+(?: --\S+)?)?`?\S*|\S+)\s*")


def is_plain() -> bool:
    """Whether lines are only appended, without boxes, bars, colours and redrawing.

    For screen readers and logs: KATA_PLAIN is set to anything, or the terminal is a dumb one.
    """
    return bool(os.environ.get("KATA_PLAIN")) or os.environ.get("TERM") == "dumb"


def terminal_width() -> int:
    """How many columns a line may have in this terminal."""
    return min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)


def shown(text: str, stream: TextIO | None = None, hanging: int = 0, wide: bool = False) -> str:
    """What is printed: broken for a terminal, and as it is for a file, a pipe or a log.

    Args:
        text: lines that know of no width.
        stream: where it is printed; standard output if none.
        hanging: how much further in the parts of a line after its first begin.
        wide: whether a table may take all of a wide terminal, and not only what reads well.
    """
    if not (stream or sys.stdout).isatty():
        return text
    width = shutil.get_terminal_size().columns
    return fitted(text, width if wide else min(WIDTH, width), hanging, fold=False)


def fitted(text: str, width: int = WIDTH, hanging: int = 0, fold: bool = True) -> str:
    """Break long lines at words, each part as far in as its first.

    Args:
        text: lines that know of no width.
        width: in columns; a letter of Hangul takes two.
        hanging: how much further in the parts of a line after its first begin.
        fold: whether a word that is longer than a line is broken, too.
    """
    lines = text.split("\n")
    return "\n".join(part for line in lines for part in broken(line, width, hanging, fold))


def broken(line: str, width: int, hanging: int = 0, fold: bool = True) -> list[str]:
    """The parts of one line; a gap of three blanks or more in it gives way first.

    Args:
        line: what is to be broken.
        width: how many columns each part may have.
        hanging: how much further in the parts after the first begin.
        fold: whether a word that is longer than a part is broken, too.
    """
    if columns(line) <= width:
        return [line]
    margin = " " * (len(line) - len(line.lstrip()))
    body = _with_a_smaller_gap(line.strip(), width - len(margin))
    first, *rest = _parts(body, width - len(margin), fold)
    if rest and hanging:
        rest = _parts(body[len(first) :].lstrip(), width - len(margin) - hanging, fold)
    return [margin + first, *(margin + " " * hanging + part for part in rest)]


def columns(text: str) -> int:
    """How many columns of a terminal a line takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """A line with blanks behind it, so that it takes at least so many columns."""
    return text + " " * (width - columns(text))


def _with_a_smaller_gap(body: str, width: int) -> str:
    """A heading's gap gives the columns that are too many, and keeps two blanks."""
    found = _GAP.search(body)
    if found is None:
        return body
    room = max(2, len(found[0]) - (columns(body) - width))
    return body[: found.start()] + " " * room + body[found.end() :]


def _parts(body: str, width: int, fold: bool) -> list[str]:
    parts, width = [""], max(1, width)
    for word in _words(body, width):
        if parts[-1] and columns(parts[-1] + word.rstrip()) > width:
            parts.append("")
        parts[-1] += word
        if fold and columns(parts[-1].rstrip()) > width:
            parts[-1:] = _chopped(parts[-1], width)
    return [part.rstrip() for part in parts]


def _words(body: str, width: int) -> Iterator[str]:
    for held in _HELD.findall(body):
        yield from [held] if columns(held.rstrip()) <= width else _WORD.findall(held)


def _chopped(word: str, width: int) -> list[str]:
    # Only here: few words are so long, and a learner waits for what is imported.
    from rich.cells import chop_cells

    return chop_cells(word, width)
