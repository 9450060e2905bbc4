"""What `kata watch` draws: a screen that is redrawn, or lines that are appended."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping

from torchkata.course.course import Exercise
from torchkata.judging.verdicts import SIGNS
from torchkata.learning import session
from torchkata.learning.exercise_list import ExerciseList
from torchkata.learning.judge_server import Outcome
from torchkata.learning.workspace import Workspace
from torchkata.text import messages
from torchkata.text.wrapping import fitted, terminal_width

_STYLES = {"passed": "bold green", "todo": "bold"}
_TROUBLE, _TROUBLE_SIGN = "bold red", "!"


class Screen:
    """Where things are shown.

    Args:
        plain: append lines, without colours and without redrawing anything.
    """

    def __init__(self, plain: bool) -> None:
        from rich.console import Console

        self.plain = plain
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._shown: Outcome | None = None
        self._again: tuple[Workspace, Outcome, Mapping[str, str | None]] | None = None

    def is_news(self, outcome: Outcome) -> bool:
        """Whether an outcome says more than the one that is shown; in lines, by another text."""
        if self._shown is None:
            return True
        if self.plain:
            return outcome.text != self._shown.text
        return (outcome.text, outcome.open) != (self._shown.text, self._shown.open)

    def waiting(self, workspace: Workspace, exercise: Exercise) -> None:
        """That an answer is being judged."""
        self._clear()
        self._again = None
        self._lines(messages.judging(workspace.shown(exercise)))
        self._end()

    def verdict(
        self, workspace: Workspace, outcome: Outcome, known: Mapping[str, str | None], note: str
    ) -> None:
        """A verdict, what explains it, and how far the learner is.

        Args:
            workspace: where the answer is.
            outcome: what was found.
            known: {exercise id: its verdict, or None}.
            note: what is to be read besides; may be empty.
        """
        self._draw(workspace, outcome, known, note)

    def _draw(
        self, workspace: Workspace, outcome: Outcome, known: Mapping[str, str | None], note: str,
        progress: bool = True,
    ) -> None:  # fmt: skip
        """A verdict; where room is needed below it, without how far the learner is."""
        self._clear()
        self._shown, self._again = outcome, (workspace, outcome, known)
        head, _, rest = _with_line(workspace, outcome).partition("\n")
        style = None if self.plain else _STYLES.get(outcome.verdict, _TROUBLE)
        for line in _lines_of(_signed(outcome.verdict, head)):
            self._console.print(line, style=style)
        if rest:
            self._lines(rest)
        if progress:
            self._lines("\n" + "\n".join(self._so_far(outcome.exercise, known)))
        if progress and outcome.verdict == "passed":
            self._lines(messages.PASSED if not self.plain else messages.PASSED_PLAIN)
        if outcome.open and not self.plain:
            self._lines(messages.LOOKING_FOR_TWO)
        if note:
            self._lines("\n" + note, hanging=3)
        self._end()

    def say(self, text: str) -> None:
        """Something besides, in the place of what was said before; the verdict stays above it."""
        if self._again is not None and not self.plain:
            self._draw(*self._again, text, progress=False)
            return
        self._lines("\n" + text, hanging=3)
        self._end()

    def again(self) -> None:
        """What was shown before the list, or before the editor."""
        if self._again is not None:
            self.verdict(*self._again, "")

    def list(self, exercises: ExerciseList) -> None:
        """The list of exercises, as much of it as there is room for."""
        self._clear()
        self._lines(messages.list_head(exercises.typed))
        below = _held(messages.LIST_KEYS)
        # Its own line, and an empty one beside each end.
        room = shutil.get_terminal_size().lines - len(below) - 4
        for line in ["", *exercises.lines(terminal_width(), max(3, room))]:
            self._console.print(line, style="bold" if line.startswith(">") else None)
        self._print_keys(below)

    def keys(self) -> None:
        """Which keys there are, none of them parted from what it does."""
        self._print_keys(_held(messages.KEYS))

    def _print_keys(self, lines: Iterable[str]) -> None:
        for line in ["", *lines]:
            self._console.print(line)

    def _so_far(self, exercise: str, known: Mapping[str, str | None]) -> Iterator[str]:
        """How many are passed, of this module and of all."""
        module = exercise.partition("/")[0] + "/"
        inside = {name: v or "error" for name, v in known.items() if name.startswith(module)}
        width = terminal_width()
        yield from messages.progress(inside) if self.plain else messages.bars(inside, width)
        yield messages.so_far(list(known.values()).count("passed"), len(known))

    def _end(self) -> None:
        if not self.plain:
            self.keys()

    def _clear(self) -> None:
        if not self.plain:
            self._console.clear()

    def _lines(self, text: str, hanging: int = 0) -> None:
        for line in _lines_of(text, hanging):
            self._console.print(line)


def _with_line(workspace: Workspace, outcome: Outcome) -> str:
    """What is told, with the file and the line to go to, which some terminals make a link."""
    exercise = workspace.course.exercises[outcome.exercise]
    if not workspace.path(exercise).is_file():
        return outcome.text
    where = workspace.shown(exercise)
    place = f"{where}:{outcome.line or session.line_of(workspace, exercise)}"
    if where in outcome.text:
        return outcome.text.replace(where, place, 1)
    return f"{outcome.text}\n  {place}"


def _signed(verdict: str, head: str) -> str:
    """A heading with a sign before it, which takes its room from the gap within."""
    narrower = head.replace("  ", "", 1) if "   " in head else head
    return f"{SIGNS.get(verdict, _TROUBLE_SIGN)} {narrower}"


def _held(keys: str) -> list[str]:
    """Keys in lines; what belongs together is held together while lines are broken."""
    held = keys.replace("   ", "\0").replace(" ", "_").replace("\0", "   ")
    return [line.replace("_", " ") for line in textwrap.wrap(held, terminal_width())]


def _lines_of(text: str, hanging: int = 0) -> list[str]:
    return fitted(text, terminal_width(), hanging, fold=False).splitlines() or [""]
