"""What a notebook hands in: its code cells as one script, and the part of it that is one answer.

`script_of` reads a notebook without looking at its Python. `file_of` looks, and therefore works
where answers run: behind the walls in a graded run, as everything of a submission does.
"""

from __future__ import annotations

import ast
import contextlib
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from torchkata.course.answer_name import same_name
from torchkata.notebooks.dependencies import Cell, hand_in

# The first line of each script, by which it is known; and what stands above each cell.
MARK = "# %% torchkata: the code cells of a notebook"
_ABOVE = "# %% "
_ANSWER = "answer-"

_NO_ID = re.compile(r"[^\w-]")
_HALF = re.compile("[\ud800-\udfff]")
_MAGIC = re.compile(r"\s*(%|!|\?|[\w.]+\?)")
# Cell magics below which Python stands that is run here and now.
_PYTHON_BELOW = re.compile(r"\s*%%(time|timeit|capture|prun)\b")
# Without ways back, so that no text takes long: it is looked for in the process that judges.
_DEFINED = re.compile(r"^[ \t]*+(?:async[ \t]++)?+(?:def|class)[ \t]++(\w++)", re.MULTILINE)


class Damaged(ValueError):
    """A file that is no notebook; str() says why."""


def answer_id(module: str, name: str) -> str:
    """The id of the cell in which an exercise is to be answered."""
    return f"{_ANSWER}{module}-{name}"[:64]


@lru_cache(maxsize=16)
def script_of(data: bytes) -> str:
    """The code cells of a notebook, one below the other, each under a line with its id.

    Raises:
        Damaged: there are none to be had.
    """
    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(data.decode("utf-8-sig"), as_version=4)
        cells = [(str(c.get("id", "")), c["source"]) for c in notebook.cells if _is_code(c)]
    except RecursionError:
        raise Damaged("it is nested too deeply for a notebook") from None
    except Exception:
        # Whatever nbformat makes of a file that no notebook program has written.
        raise Damaged("no notebook, or a damaged one: open it in Jupyter and save it") from None
    lines = [MARK]
    for identity, source in cells:
        lines += [f"{_ABOVE}{_NO_ID.sub('', identity)[:64]}", *source.split("\n")]
    for number, (_, source) in enumerate(cells, start=1):
        # JSON can say what UTF-8 cannot; nothing that holds it could be kept.
        if _HALF.search(source):
            raise Damaged(
                "it holds half a character, which no program can save; "
                f"write that character anew in code cell {number}"
            )
    return "\n".join(lines) + "\n"


def names_in(script: str) -> set[str]:
    """What may be defined in a script, found without reading it as Python."""
    return set(_DEFINED.findall(script))


def written_in(text: str) -> dict[str, str]:
    """{what is defined at the top of a text: its lines}, found without reading it as Python.

    Blank lines and comments are left out, and of several of one name the last counts.
    """
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.split("\n"):
        # A signature or a docstring of several lines may end at the margin.
        if line.startswith(_ABOVE) or (line.strip() and line[0] not in " \t\f#)]}\"'"):
            lines = []
            if defined := _DEFINED.match(line):
                found[defined[1]] = lines
        if line.strip() and not line.lstrip().startswith("#"):
            lines.append(line.rstrip())
    return {name: "\n".join(lines) for name, lines in found.items()}


def answer_in(written: Mapping[str, str], name: str) -> str:
    """The lines of one answer, of what `written_in` found; empty if it is not there."""
    found = [lines for defined, lines in written.items() if same_name(name, defined)]
    # As nbgrader writes what a stub has.
    return found[-1].replace("NotImplementedError()", "NotImplementedError") if found else ""


def is_script(text: str) -> bool:
    """Whether a text is a notebook's script."""
    return text.startswith(MARK)


def file_of(script: str, name: str) -> str:
    """The part of a script that answers an exercise, each line where it stands in the script.

    That is the definition in the cell with the exercise's id, else the last one of that name, and
    the imports, functions, classes and constants of other cells that it needs.

    Args:
        script: of a notebook.
        name: of the exercise's file.
    """
    cells = [_as_python(cell) for cell in _split(script)]
    own = _own(cells, name)
    if own is None:
        return ""
    # Last, since the last definition of a name counts.
    others = [cell for cell in cells if cell is not own]
    spelled = next((n for n in _bound(own) if same_name(name, n)), name)
    found = hand_in(spelled, None, [*others, own])
    if found is None:
        # No Python yet: the error is told, with its line.
        whole = enumerate(own.text.split("\n"), start=own.above + 1)
        return _placed(dict(whole))
    needed: dict[int, str] = {}
    for (_, number), line in zip(found.places, found.text.split("\n"), strict=False):
        needed[number] = f"{needed[number]}; {line}" if number in needed else line
    return _placed(needed | dict(_given_with(own)))


def _is_code(cell: object) -> bool:
    return (
        isinstance(cell, dict)
        and cell.get("cell_type") == "code"
        and isinstance(cell.get("source"), str)
    )


def _split(script: str) -> list[Cell]:
    """The cells of a script; each knows how many lines stand above it."""
    found: list[Cell] = []
    label, above, lines = "", 0, list[str]()
    for number, line in enumerate(script.split("\n"), start=1):
        if line.startswith(_ABOVE):
            found.append(Cell(label, "\n".join(lines), above))
            label, above, lines = line.removeprefix(_ABOVE), number, []
        else:
            lines.append(line)
    return [*found, Cell(label, "\n".join(lines), above)][1:]


def _as_python(cell: Cell) -> Cell:
    """A cell without the lines that are meant for the notebook program, if it has any."""
    if _parses(cell.text):
        return cell
    first, _, below = cell.text.partition("\n")
    if first.lstrip().startswith("%%"):
        text = f"\n{below}" if _PYTHON_BELOW.match(first) else ""
        return Cell(cell.label, text, cell.above)
    lines = ("" if _MAGIC.match(line) else line for line in cell.text.split("\n"))
    plain = Cell(cell.label, "\n".join(lines), cell.above)
    return plain if _parses(plain.text) else cell


def _own(cells: Sequence[Cell], name: str) -> Cell | None:
    """The cell that defines the answer: the one that is meant for it, else the last."""
    defining = [cell for cell in cells if any(same_name(name, one) for one in _bound(cell))]
    meant = [cell for cell in defining if _is_meant_for(cell, name)]
    if meant or defining:
        return (meant or defining)[-1]
    written = [c for c in cells if any(same_name(name, one) for one in names_in(c.text))]
    broken = [cell for cell in written if not _parses(cell.text)]
    return broken[-1] if broken else None


def _is_meant_for(cell: Cell, name: str) -> bool:
    return cell.label.startswith(_ANSWER) and cell.label.endswith(f"-{name}")


def _bound(cell: Cell) -> list[str]:
    """The functions, classes and variables that a cell defines at its top."""
    return [name for node in _statements(cell.text) for name in _names(node)]


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _given_with(own: Cell) -> Iterator[tuple[int, str]]:
    """What a cell that is meant for an answer holds besides: imports and definitions."""
    if not own.label.startswith(_ANSWER):
        return
    lines = own.text.split("\n")
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    for node in _statements(own.text):
        if isinstance(node, kinds) and not _is_future(node):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            for number in range(first, (node.end_lineno or first) + 1):
                yield own.above + number, lines[number - 1]


def _placed(lines: Mapping[int, str]) -> str:
    """A text with each line at its number; imports from the future come first, as they must."""
    text = [""] * max(lines, default=0)
    first = []
    for number, line in lines.items():
        if line.startswith("from __future__ import"):
            first.append(line)
        else:
            text[number - 1] = line
    # The first line of a script is its mark.
    text[:1] = ["; ".join(dict.fromkeys(first))]
    return "\n".join(text) + "\n"


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _statements(text: str) -> list[ast.stmt]:
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.parse(text).body
    return []
