"""What `torchkata.check` gives back, and how a notebook shows it."""

from __future__ import annotations

import html
import sys
import textwrap
from dataclasses import dataclass, field

from torchkata.judging.verdicts import SIGNS
from torchkata.text import notebook_messages

_COLOURS = {"passed": "#2a9d4a", "todo": "#c98a00"}
_BAD = "#d1453b"
_HTML = """\
<div style="border-left: 0.35em solid {colour}; padding: 0.1em 0 0.1em 0.9em; max-width: 60em">
<div><span style="border: 1px solid; border-radius: 0.2em; padding: 0 0.4em; font-family: monospace\
; font-weight: bold">{sign}</span> <strong>{verdict}</strong>{rest} &nbsp; <code>{exercise}</code>\
</div>{body}
</div>"""
_PRE = """
<pre style="margin: 0.5em 0 0; color: inherit; background: none; white-space: pre-wrap; \
overflow-wrap: anywhere">{text}</pre>"""


class NotChecked(Exception):
    """Nothing was judged; str() says why."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: the sentence, and none of the engine's frames."""
        return [f"torchkata: {self}"]


class NotPassed(NotChecked):
    """An answer that was judged, and is not right yet."""


@dataclass(frozen=True, repr=False)
class Check:
    """What `check` found: shown as HTML by notebooks, and as text elsewhere.

    Attributes:
        exercise: its id.
        verdict: passed, wrong, todo, error, timeout, memory, crashed, missing or rejected.
        text: the explanation, as pytest gives it.
        cases: {case: its own verdict}.
    """

    exercise: str
    verdict: str
    text: str
    cases: dict[str, str] = field(default_factory=dict)

    def expect_passed(self) -> None:
        """Show it; where it is not passed, the cell ends in an error (nbgrader grades by that).

        Raises:
            NotPassed: it is not passed.
        """
        display = getattr(sys.modules.get("IPython.display"), "display", print)
        display(self)
        if self.verdict != "passed":
            raise NotPassed(notebook_messages.not_passed(self.exercise))

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        heading, _, body = self.text.partition("\n")
        rest = heading.removeprefix(self.exercise).strip().removeprefix(self.verdict)
        below = _PRE.format(text=html.escape(textwrap.dedent(body))) if body else ""
        return _HTML.format(
            colour=_COLOURS.get(self.verdict, _BAD),
            sign=html.escape(SIGNS[self.verdict]),
            verdict=html.escape(self.verdict),
            rest=html.escape(rest),
            exercise=html.escape(self.exercise),
            body=below,
        )
