"""Text that others wrote (names, cells, messages), shown so that it can only be read.

No name of a file, a student or a column moves a terminal's cursor, colours it, turns its letters
around, or looks like a line of its own. What a reader of HTML, XML or Markdown would obey besides
is escaped here too, from the same plain text.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from textwrap import indent

# Controls, what gives a direction, halves of characters, and what ends a line or a paragraph.
_ODD = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Persian, the scripts of India, and emoji join and part letters with these.
_JOINERS = "\u200c\u200d"
_MARKUP = re.compile(r"([\\`*_\[\]<>|#&~$])")
_TAB = 4


def plain(text: str) -> str:
    """A text as one line, with `_` for each character that would be obeyed and not shown."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def plain_lines(text: str) -> str:
    """A text of several lines, each of them plain; tabs become blanks."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(plain(line.expandtabs(_TAB)) for line in lines)


def as_html(text: str) -> str:
    """A text of one line or several, for between tags and for attributes in quotes."""
    return html.escape(plain_lines(text))


def as_markdown(text: str) -> str:
    """A text for within a line or a cell of Markdown, without its markup."""
    return _MARKUP.sub(r"\\\1", plain(" ".join(text.split())))


def as_markdown_block(text: str) -> str:
    """A text of several lines as a block, which no line of it ends, since all are indented."""
    return indent(plain_lines(text).strip("\n"), " " * _TAB)


def as_json(data: object) -> str:
    """Data as JSON for programs, exactly, without a character that a terminal obeys."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    # Outside of strings, JSON has none but the ends of lines.
    return "".join(c if c == "\n" or _shown(c) == c else json.dumps(c)[1:-1] for c in text) + "\n"


def _shown(char: str) -> str:
    odd = unicodedata.category(char) in _ODD and char not in _JOINERS
    # U+FFFE and U+FFFF are no characters, and XML cannot write them.
    return "_" if odd or ord(char) & 0xFFFE == 0xFFFE else char
