"""What is printed while an answer runs."""

from __future__ import annotations

import io

_KEPT = 64 * 1024


class Prints(io.TextIOBase):
    """Keeps the beginning of what is printed, and counts no further."""

    def __init__(self) -> None:
        self._text = ""
        self._kept = 0

    def write(self, text: str, /) -> int:
        """Take what is printed."""
        self._text += text[: max(0, _KEPT - self._kept)]
        self._kept += len(text)
        return len(text)

    def since(self) -> str:
        """What was printed since it was last asked for."""
        text, self._text = self._text, ""
        return text
