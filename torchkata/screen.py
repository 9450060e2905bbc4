"""What `kata watch` draws: a screen that is drawn anew, or lines that are appended."""

from __future__ import annotations

import shutil
import textwrap

from torchkata import phrases
from torchkata.course import Exercise
from torchkata.warm import Outcome
from torchkata.workspace import Workspace

_STYLES = {"passed": "bold green", "todo": "bold"}
_TROUBLE = "bold red"


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
        self._lines(phrases.judging(workspace.shown(exercise)))
        self._keys()

    def verdict(self, workspace: Workspace, outcome: Outcome, known: dict[str, str | None]) -> None:
        """A verdict, what explains it, and how far the learner is."""
        self._clear()
        head, _, rest = outcome.text.partition("\n")
        self._console.print(self._fitted(head), style=None if self.plain else _style(outcome))
        if rest:
            self._lines(rest)
        passed = list(known.values()).count("passed")
        self._lines("\n" + phrases.so_far(passed, len(known)))
        if outcome.verdict == "passed":
            self._lines(phrases.PASSED if not self.plain else phrases.PASSED_PLAIN)
        self._keys()

    def say(self, text: str) -> None:
        """Something besides."""
        self._lines("\n" + text)

    def _lines(self, text: str) -> None:
        for line in text.splitlines() or [""]:
            self._console.print(self._fitted(line))

    def _keys(self) -> None:
        if not self.plain:
            self._lines("\n" + phrases.KEYS)

    def _clear(self) -> None:
        if not self.plain:
            self._console.clear()

    def _fitted(self, line: str) -> str:
        """A line broken at words where the terminal is narrow; a heading without its gap."""
        width = shutil.get_terminal_size((88, 24)).columns
        if len(line) <= width or self.plain:
            return line
        margin = " " * (len(line) - len(line.lstrip()))
        short = margin + " ".join(line.split())
        return "\n".join(textwrap.wrap(short, width, subsequent_indent=margin)) or line


def _style(outcome: Outcome) -> str:
    return _STYLES.get(outcome.verdict, _TROUBLE)
