"""What `kata watch` draws: a screen that is drawn anew, or lines that are appended."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping

from torchkata.course.course import Exercise
from torchkata.judging.verdicts import SIGNS
from torchkata.learning.judge_server import Outcome
from torchkata.learning.workspace import Workspace
from torchkata.text import messages

_STYLES = {"passed": "bold green", "todo": "bold"}
_TROUBLE, _TROUBLE_SIGN = "bold red", "!"


class Screen:
    """Where things are shown.

    Args:
        plain: append lines, without colours and without drawing anything anew.
    """

    def __init__(self, plain: bool) -> None:
        from rich.console import Console

        self.plain = plain
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    def waiting(self, workspace: Workspace, exercise: Exercise) -> None:
        """That an answer is being judged."""
        self._clear()
        self._lines(messages.judging(workspace.shown(exercise)))
        self._end()

    def verdict(
        self, workspace: Workspace, outcome: Outcome, known: Mapping[str, str | None], note: str
    ) -> None:
        """A verdict, what explains it, and how far the learner is.

        Args:
            workspace: where the answer lies.
            outcome: what was found.
            known: {exercise id: its verdict, or None}.
            note: what is to be read besides; may be empty.
        """
        self._clear()
        head, _, rest = outcome.text.partition("\n")
        style = None if self.plain else _STYLES.get(outcome.verdict, _TROUBLE)
        for line in self._fitted(_signed(outcome.verdict, head)):
            self._console.print(line, style=style)
        if rest:
            self._lines(rest)
        self._lines("\n" + "\n".join(self._so_far(outcome.exercise, known)))
        if outcome.verdict == "passed":
            self._lines(messages.PASSED if not self.plain else messages.PASSED_PLAIN)
        if note:
            self.say(note)
        self._end()

    def say(self, text: str) -> None:
        """Something besides."""
        self._lines("\n" + text)

    def keys(self) -> None:
        """Which keys there are, none of them parted from what it does."""
        # What belongs together is held together while lines are broken.
        held = messages.KEYS.replace("   ", "\0").replace(" ", "_").replace("\0", "   ")
        for line in ["", *textwrap.wrap(held, _width())]:
            self._console.print(line.replace("_", " "))

    def _so_far(self, exercise: str, known: Mapping[str, str | None]) -> Iterator[str]:
        """How many are passed, of this module and of all."""
        module = exercise.partition("/")[0] + "/"
        inside = {name: v or "error" for name, v in known.items() if name.startswith(module)}
        yield from messages.progress(inside) if self.plain else messages.bars(inside, _width())
        yield messages.so_far(list(known.values()).count("passed"), len(known))

    def _end(self) -> None:
        if not self.plain:
            self.keys()

    def _clear(self) -> None:
        if not self.plain:
            self._console.clear()

    def _lines(self, text: str) -> None:
        for line in self._fitted(text):
            self._console.print(line)

    def _fitted(self, text: str) -> list[str]:
        """Lines broken at words where the terminal is narrow; a heading without its gap."""
        lines, width = text.splitlines() or [""], _width()
        if self.plain:
            return lines
        whole = _rejoined(lines) if width < messages.WIDTH else lines
        return [part for line in whole for part in _broken(line, width)]


def _width() -> int:
    return shutil.get_terminal_size((messages.WIDTH, 24)).columns


def _signed(verdict: str, head: str) -> str:
    """A heading with a sign before it, which takes its room from the gap within."""
    narrower = head.replace("  ", "", 1) if "   " in head else head
    return f"{SIGNS.get(verdict, _TROUBLE_SIGN)} {narrower}"


def _rejoined(lines: list[str]) -> Iterator[str]:
    """Lines as they were before they were broken for a terminal of the usual width."""
    whole, last = lines[0], lines[0]
    for line in lines[1:]:
        first = line.split(maxsplit=1)[:1]
        full = bool(first) and len(last) + 1 + len(first[0]) > messages.WIDTH
        if full and _margin(line) == _margin(last):
            whole = f"{whole} {line.strip()}"
        else:
            yield whole
            whole = line
        last = line
    yield whole


def _broken(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    margin = _margin(line)
    short = margin + " ".join(line.split())
    return textwrap.wrap(short, width, subsequent_indent=margin, break_on_hyphens=False)


def _margin(line: str) -> str:
    return " " * (len(line) - len(line.lstrip()))
