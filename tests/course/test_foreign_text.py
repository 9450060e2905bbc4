"""What others wrote is shown so that it can only be read, by one function everywhere."""

import html
import json
import re
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from torchkata.course.foreign_text import (
    as_html,
    as_json,
    as_markdown,
    as_markdown_block,
    plain,
    plain_lines,
)

HOSTILE = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b2J", "a\nada  4 of 4  3 passed", "a\r0 of 4",
    "\u202edessap", "\u2066a\u2069", "a\u2028b\u2029c", "\ud800", "\x00",
    "\ufffe\uffff", "a\x7fb\x85",
]  # fmt: skip
FRIENDLY = ["Ada", "김민수", "José Núñez", "علی‌رضا", "👩‍💻", "Zoë\u00a0B.", "O'Neil, A."]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_nothing_foreign_forges_a_line_a_colour_or_a_direction(text):
    """One line comes out, of characters that are shown, and no two become more."""
    shown = plain(text)
    assert "_" in shown
    assert len(shown) == len(text)
    assert shown.isprintable()
    assert shown.splitlines() == [shown]
    assert "\u202e" not in plain_lines(text)
    assert all(line.isprintable() for line in plain_lines(text).split("\n"))


@pytest.mark.parametrize("text", FRIENDLY)
def test_names_of_people_stay_as_they_are(text):
    """In every script, with the joiners of Persian and of emoji."""
    assert plain(text) == text
    assert plain_lines(text) == text


def test_lines_stay_lines_and_tabs_become_blanks():
    """Of a message of several lines."""
    assert plain_lines("a\r\n\tb\nc") == "a\n    b\nc"


MARKUP = ["<script>alert(1)</script>", '"><img src=x onerror=y>', "&lt;b&gt;", "a | b", "]]>"]


@pytest.mark.parametrize("text", [*HOSTILE, *MARKUP], ids=ascii)
def test_html_and_xml_say_what_the_text_says(text):
    """And hold no element of it, nor a character that XML lacks."""
    element = ElementTree.fromstring(f'<p title="{as_html(text)}">{as_html(text)}</p>')
    assert element.text == plain_lines(text)
    assert not list(element)
    assert "<" not in as_html(text)


@pytest.mark.parametrize(
    "text", [*MARKUP, "**a**", "_a_", "`a`", "[a](http://b)", "![a](b)", "~~a~~", "# a", "$x$"]
)
def test_markdown_shows_a_text_and_none_of_its_markup(text):
    """In a line and in a cell of a table, as a reader of Markdown has it."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    said = html.unescape(re.sub("<[^>]*>", "", reader.render(f"a {as_markdown(text)}")))
    assert said.strip() == f"a {text}"
    table = reader.render(f"| a | b |\n|---|---|\n| {as_markdown(text)} | c |\n")
    assert table.count("<td>") == 2
    assert not re.search("<(em|strong|code|a|img|s|h1|script)\\b", table)


def test_a_block_of_markdown_cannot_be_ended_from_within():
    """Whatever fences, headings and empty lines a message holds."""
    text = "a\n````\n# b\n\n\n```\n- c"
    (token,) = MarkdownIt().parse(as_markdown_block(text))
    assert (token.type, token.content) == ("code_block", f"{text}\n")


def test_json_is_exact_and_obeyed_by_no_terminal():
    """What a program reads is what there was, though it is shown as escapes."""
    data = {"name": "".join(HOSTILE[:6]) + "김"}
    text = as_json(data)
    assert json.loads(text) == data
    assert "김" in text
    assert all(line.isprintable() for line in text.splitlines())
