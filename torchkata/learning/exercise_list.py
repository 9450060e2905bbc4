"""The list of exercises in `kata watch`: it scrolls, is filtered by what is typed, and chooses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torchkata.text import messages
from torchkata.text.wrapping import broken

# What terminals send, in small letters (keyboard.letter); two ways on POSIX, and Windows.
_UP, _DOWN = ("\x1b[a", "\x1boa", "\xe0h", "\0h"), ("\x1b[b", "\x1bob", "\xe0p", "\0p")
_PAGE_UP, _PAGE_DOWN = ("\x1b[5~", "\xe0i", "\0i"), ("\x1b[6~", "\xe0q", "\0q")
_ENTER, _BACK, _ERASE = ("\r", "\n"), ("\x1b",), ("\x7f", "\b")
_PAGE = 10


@dataclass(frozen=True)
class Row:
    """One line of the list.

    Attributes:
        exercise: the id of the exercise it is about; empty for a heading.
        text: what it says.
    """

    exercise: str
    text: str


class ExerciseList:
    """What is typed while the list is shown, and which exercise that leads to.

    Args:
        rows: all of the list.
        current: the id of the exercise that is worked on, which is marked at first.
    """

    def __init__(self, rows: Sequence[Row], current: str) -> None:
        self.typed, self.marked, self.closed = "", current, False
        self._rows, self._current = rows, current

    def press(self, key: str) -> str:
        """Do what a key asks for; the id of the exercise that is chosen with it, or nothing."""
        if key in _ENTER:
            self.closed = True
            return self.marked
        if key in _BACK:
            self.closed = not self.typed
            self._filter("")
        elif key in _ERASE:
            self._filter(self.typed[:-1])
        elif len(key) == 1 and key.isprintable():
            self._filter(self.typed + key)
        steps = {_UP: -1, _DOWN: 1, _PAGE_UP: -_PAGE, _PAGE_DOWN: _PAGE}
        self._move(sum(step for keys, step in steps.items() if key in keys))
        return ""

    def lines(self, width: int, height: int) -> Iterator[str]:
        """What of the list fits: the marked line is in the middle, where that is possible.

        Args:
            width: of the terminal, in columns.
            height: how many lines there are for it.
        """
        lines, place = list[str](), 0
        for row in self._found():
            marked = row.exercise != "" and row.exercise == self.marked
            place = len(lines) if marked else place
            here = messages.HERE if row.exercise and row.exercise == self._current else ""
            text = f"{'>' if marked else ' '} {row.text}{here}".rstrip()
            lines += broken(text, width, hanging=4, fold=False)
        first = max(0, min(place - height // 2, len(lines) - height))
        yield from lines[first : first + height]
        if not lines:
            yield messages.nothing_fits(self.typed)

    def _found(self) -> list[Row]:
        """The rows that hold what is typed; all, with their headings, where nothing is."""
        words = self.typed.split()
        if not words:
            return list(self._rows)
        found = [row for row in self._rows if row.exercise]
        return [row for row in found if all(word in row.text.lower() for word in words)]

    def _filter(self, typed: str) -> None:
        self.typed = typed
        self._move(0)

    def _move(self, steps: int) -> None:
        """Mark another of the exercises that are found; the first, if the marked one is not."""
        found = [row.exercise for row in self._found() if row.exercise]
        place = found.index(self.marked) + steps if self.marked in found else 0
        self.marked = found[max(0, min(place, len(found) - 1))] if found else ""
