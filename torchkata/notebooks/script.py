"""What a notebook hands in: its code cells as one script, and the part of it that is one answer.

`script_of` reads a notebook without looking at its Python. `answer_of` looks, and therefore works
where answers run: behind the walls in a graded run, as everything of a submission does.
`torchkata.check` makes a script of what was run so far, so that it judges what is graded.
"""

from __future__ import annotations

import gc
import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from torchkata.course.answer_name import Asked, plain_name, same_name
from torchkata.course.source import digest_or_none
from torchkata.notebooks.dependencies import Cell, HandIn, hand_in, import_of, parses

# The first line of each script, by which it is known; and what is above each cell.
# A notebook holds what its cells have shown, pictures too.
MAX_NOTEBOOK = 8 * 1024 * 1024
# Of all code cells together, as of a file.
MAX_CODE = 256 * 1024
# Of a cell that is no code.
_MOST_LINES = 1000

MARK = "# %% torchkata: the code cells of a notebook"
_ABOVE = "# %% torchkata: "
_ABOVE_ONCE = "# %% "
_ANSWER = "answer-"
_NO_CODE = ", which is "

_HALF = re.compile("[\ud800-\udfff]")
_MAGIC = re.compile(r"\s*(?:[\w.,\[\] ]+=\s*)?(%|!)|\s*(\?|[\w.]+\?)")
# Cell magics below which Python is that is run here and now.
_PYTHON_BELOW = re.compile(r"\s*%%(time|timeit|capture|prun)\b")
# Without ways back, so that no text takes long: it is looked for in the process that judges.
_DEFINED = re.compile(r"^[ \t]*+(?:async[ \t]++)?+(?:def|class)[ \t]++(\w++)", re.MULTILINE)
_ASSIGNED = re.compile(r"^(\w++)[ \t]*+(?::[^=\n]++)?+=[ \t]*+(?=[A-Za-z_(])", re.MULTILINE)
# In prose, a line may begin with the word "class".
_DEFINED_BELOW = re.compile(r"^[ \t]*+(?:def|class)[ \t]++\w++[ \t]*+[(:]", re.MULTILINE)


class Damaged(ValueError):
    """A file that is no notebook; str() says why."""


class CellLine(int):
    """The number of a line in a cell, that says in words which cell it is.

    Attributes:
        cell: what the cell is called.
    """

    cell: str

    def __new__(cls, number: int, cell: str) -> CellLine:
        """A line of a cell."""
        line = super().__new__(cls, number)
        line.cell = cell
        return line

    def __str__(self) -> str:
        return f"{int(self)} of {self.cell}"

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec else str(self)


def answer_id(module: str, name: str) -> str:
    """The id of the cell in which an exercise is to be answered."""
    return f"{_ANSWER}{module}-{name}"[:64]


@lru_cache(maxsize=16)
def script_of(data: bytes) -> str:
    """The code cells of a notebook, one below the other, each under a line with its number.

    Of a cell that is no code, the lines are kept that would define something, as comments. What the
    cells have shown is not looked at.

    Raises:
        Damaged: there are none available.
    """
    try:
        cells = list(_cells_in(_parsed(data)))
    except RecursionError:
        raise Damaged("it is nested too deeply for a notebook") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        # Whatever JSON there is in a file that no notebook program has written.
        raise Damaged("no notebook, or a damaged one: open it in Jupyter and save it") from None
    labelled, room = [], MAX_CODE
    for label, source in _labelled(cells):
        labelled.append((label, source))
        room -= len(label) + len(source)
        if room < 0:
            raise Damaged(f"more than {MAX_CODE // 1024} KiB of code")
    return script_from(labelled)


def _parsed(data: bytes) -> Any:
    """The JSON of a notebook, all of it at once.

    A cell may have shown millions of empty lists, which Python would look through again and again.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return json.loads(data.decode("utf-8-sig"))
    finally:
        if collects:
            gc.enable()


def _labelled(cells: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(what the cell is called, what the script has of it) of each that matters."""
    for number, (kind, source) in enumerate(cells, start=1):
        # JSON can say what UTF-8 cannot; nothing that holds it could be kept.
        if kind == "code" and _HALF.search(source):
            raise Damaged(
                "it holds half a character, which no program can save; "
                f"write that character again in cell {number}"
            )
        if kind == "code":
            yield f"cell {number}", source
        elif lines := [m[0] for m in _below(source) if not _HALF.search(m[0])]:
            what = "Markdown" if kind == "markdown" else "raw text"
            yield (
                f"cell {number}{_NO_CODE}{what}",
                "\n".join(f"# {line.strip()}" for line in lines),
            )


def _below(source: str) -> Iterator[re.Match[str]]:
    """The lines of a text that would define something; the first thousand."""
    return islice(_DEFINED_BELOW.finditer(source), _MOST_LINES)


def script_from(cells: Iterable[tuple[str, str]]) -> str:
    """A script of some cells.

    Args:
        cells: (what the cell is called, its source), in order.
    """
    lines = [MARK]
    for label, source in cells:
        lines += [f"{_ABOVE}{label}", *source.split("\n")]
    return "\n".join(lines) + "\n"


def may_define(text: str, asked: Asked) -> bool:
    """Whether a text may define an answer, found without reading it as Python."""
    defined, assigned = _names_in(text)
    return plain_name(asked.name) in defined or asked.name in assigned


@lru_cache(maxsize=64)
def _names_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """What may be defined in a text for others, as `plain_name` has it, and what be assigned.

    Each text is looked through once, and not for each exercise: it may have 40 thousand names.
    """
    public = {name for name in _DEFINED.findall(text) if not name.startswith("_")}
    return frozenset(map(plain_name, public)), frozenset(_ASSIGNED.findall(text))


def cell_without_code(script: str, asked: Asked) -> str:
    """Which cell would define an answer, but is no code: "cell 4, which is Markdown"; or empty."""
    found = ""
    for cell in _split(script) if _NO_CODE in script else ():
        names = _DEFINED.findall(cell.text.replace("# ", ""))
        if _NO_CODE in cell.label and any(same_name(asked.name, name) for name in names):
            found = cell.label
    return found


def written_in(text: str) -> dict[str, str]:
    """{what is defined at the top of a text: its lines}, found without reading it as Python.

    Blank lines and comments are left out, and of several of one name the last counts.
    """
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.split("\n"):
        # A signature or a docstring of several lines may end at the margin.
        if line.startswith(_ABOVE_ONCE) or (line.strip() and line[0] not in " \t\f#)]}\"'"):
            lines = []
            if defined := _DEFINED.match(line) or _ASSIGNED.match(line):
                found[defined[1]] = lines
        if line.strip() and not line.lstrip().startswith("#"):
            lines.append(line.rstrip())
    return {name: "\n".join(lines) for name, lines in found.items()}


def answer_in(written: Mapping[str, str], asked: Asked) -> str:
    """The lines of one answer, of what `written_in` found; empty if it is not there."""
    alike = [name for name in written if same_name(asked.name, name) and not name.startswith("_")]
    name = asked.name if asked.name in written else next(reversed(alike), "")
    # As nbgrader writes what a stub has.
    return written.get(name, "").replace("NotImplementedError()", "NotImplementedError")


def is_script(text: str) -> bool:
    """Whether a text is a notebook's script."""
    return text.startswith(MARK)


def answer_of(script: str, asked: Asked, untouched: str = "") -> HandIn:
    """The file that a script hands in for an exercise; of its lines, the places in the script.

    A cell that should define the answer and is no Python counts where nothing else defines it, or
    nothing but what the learner was given.

    Args:
        script: of a notebook.
        asked: what the exercise asks for.
        untouched: the digest of what the stub would hand in.
    """
    cells = cells_of(script)
    found = hand_in(asked, cells)
    if found is None or digest_or_none(found.text) == untouched:
        broken = [cell for cell in cells if not parses(cell.text) and may_define(cell.text, asked)]
        if broken:
            return _whole(broken[-1])
    return found or import_of(asked.name, cells) or HandIn()


def part_of(stub: str, asked: Asked) -> str:
    """The digest of what a stub would hand in, if it were a cell; empty if it would nothing."""
    found = hand_in(asked, [Cell("", stub)])
    return (digest_or_none(found.text) or "") if found else ""


def place_in(script: str, line: int) -> int:
    """Where a line of a script is: in which cell, and where there."""
    for cell in _split(script):
        if cell.above < line <= cell.above + cell.text.count("\n") + 1:
            number = line - cell.above
            return CellLine(number, cell.label) if cell.label else number
    return line


def cells_of(script: str) -> list[Cell]:
    """The cells of a script as Python; each knows how many lines are above it."""
    return [_as_python(cell) for cell in _split(script)]


def _cells_in(notebook: Any) -> Iterator[tuple[str, str]]:
    """(kind, source) of each cell, in the formats of today and of ten years ago."""
    cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
    for cell in cells:
        source = cell.get("source", cell.get("input", ""))
        text = source if isinstance(source, str) else "".join(source)
        yield str(cell["cell_type"]), text


@lru_cache(maxsize=16)
def _split(script: str) -> list[Cell]:
    found: list[Cell] = []
    label, above, lines = "", 0, list[str]()
    # Scripts that were kept before had the cells' ids there.
    mark = _ABOVE if f"\n{_ABOVE}" in script else _ABOVE_ONCE
    for number, line in enumerate(script.removesuffix("\n").split("\n"), start=1):
        if line.startswith(mark):
            found.append(Cell(label, "\n".join(lines), above))
            label, above, lines = line.removeprefix(mark), number, []
            if mark != _ABOVE:
                label = f"cell {len(found) - 1}"
        else:
            lines.append(line)
    # In front of the first cell is the mark.
    return [*found, Cell(label, "\n".join(lines), above)][2:]


def _as_python(cell: Cell) -> Cell:
    """A cell without the lines that are meant for the notebook program, if it has any."""
    if parses(cell.text):
        return cell
    first, _, below = cell.text.partition("\n")
    if first.lstrip().startswith("%%"):
        below = below if _PYTHON_BELOW.match(first) else ""
        return _as_python(Cell(cell.label, f"\n{below}", cell.above))
    for text in (textwrap.dedent(cell.text), _without_magics(textwrap.dedent(cell.text))):
        if parses(text):
            return Cell(cell.label, text, cell.above)
    return cell


def _without_magics(text: str) -> str:
    lines, goes_on = [], False
    for line in text.split("\n"):
        magic = _MAGIC.match(line) is not None
        # In a block, something has to be there.
        indent = line[: len(line) - len(line.lstrip())]
        instead = f"{indent}pass" if magic and indent else ""
        lines.append(instead if magic or goes_on else line)
        goes_on = (magic or goes_on) and line.endswith("\\")
    return "\n".join(lines)


def _whole(cell: Cell) -> HandIn:
    """A cell that is no Python yet: the error is told, with its line."""
    numbers = range(1, cell.text.count("\n") + 2)
    places = [(cell, cell.above + number) for number in numbers]
    return HandIn(cell.text, places, [], places[0])
