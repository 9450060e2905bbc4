"""An answer as an edit of the reference, where it is the reference but for some lines."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

from torchkata.course.answer_name import Asked
from torchkata.course.source import apply_edit, definition_of, without_docstrings

# Lines that an edit exchanges at most: what changes more is another answer, and reads as one.
_LONGEST = 4
_BLOCKS = ("body", "orelse", "finalbody")

_Run = list[ast.stmt]


def edit_between(solution: str, text: str, asked: Asked) -> tuple[str, str] | None:
    """The passages (old, new) that turn the reference into an answer; None if none do.

    Args:
        solution: the text of the solution file.
        text: of the answer; what it uses besides its definition is not looked at.
        asked: which function or class.
    """
    reference, answer = (without_docstrings(definition_of(one, asked)) for one in (solution, text))
    wanted, lines = ast.dump(answer), solution.splitlines()
    for ours, theirs in _runs(reference, answer):
        old = textwrap.dedent("\n".join(lines[ours[0].lineno - 1 : ours[-1].end_lineno])).strip()
        new = "\n".join(map(ast.unparse, theirs))
        if max(old.count("\n"), new.count("\n")) < _LONGEST and wanted == _edited(
            solution, asked, old, new
        ):
            return old, new
    return None


def _edited(solution: str, asked: Asked, old: str, new: str) -> str:
    """The tree that an edit makes of the reference; empty if it does not apply."""
    try:
        edited = apply_edit(solution, asked.name, old, new)
        return ast.dump(without_docstrings(definition_of(edited, asked)))
    except (ValueError, SyntaxError):
        return ""


def _runs(reference: ast.stmt, answer: ast.stmt) -> Iterator[tuple[_Run, _Run]]:
    """Statements of the reference and what the answer has instead, from few to more."""
    blocks = _inside(reference, answer)
    if blocks is None:
        return
    ours, theirs = blocks
    begin, end = _in_common(ours, theirs)
    left, right = ours[begin : len(ours) - end], theirs[begin : len(theirs) - end]
    if len(left) == len(right) == 1:
        yield from _runs(left[0], right[0])
    # A neighbour on either side: something must be there to be exchanged, and found only once.
    for before, after in ((0, 0), (1, 0), (0, 1), (1, 1)):
        first, last = max(begin - before, 0), max(end - after, 0)
        pair = ours[first : len(ours) - last], theirs[first : len(theirs) - last]
        if all(pair):
            yield pair


def _inside(left: ast.stmt, right: ast.stmt) -> tuple[_Run, _Run] | None:
    """The one block of statements in which two statements differ."""
    differing = [
        name
        for name in left._fields
        if type(left) is type(right) and _dumped(left, name) != _dumped(right, name)
    ]
    if len(differing) != 1 or differing[0] not in _BLOCKS:
        return None
    return getattr(left, differing[0]), getattr(right, differing[0])


def _dumped(node: ast.stmt, name: str) -> str:
    value = getattr(node, name)
    parts = value if isinstance(value, list) else [value]
    return repr([ast.dump(part) if isinstance(part, ast.AST) else part for part in parts])


def _in_common(ours: _Run, theirs: _Run) -> tuple[int, int]:
    """How many statements are equal at the beginning, and how many of the others at the end."""
    pairs = [(ast.dump(a) == ast.dump(b)) for a, b in zip(ours, theirs, strict=False)]
    begin = next((place for place, same in enumerate(pairs) if not same), len(pairs))
    ends = zip(reversed(ours[begin:]), reversed(theirs[begin:]), strict=False)
    same = [ast.dump(a) == ast.dump(b) for a, b in ends]
    return begin, next((place for place, equal in enumerate(same) if not equal), len(same))
