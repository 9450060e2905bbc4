"""Pages of HTML that need nothing else: made from templates, with all foreign text escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from torchkata.course.foreign_text import plain, plain_lines

_TEMPLATES = files("torchkata") / "templates"
# What would end the script, begin another, or end a line of it.
_ESCAPED = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def render(template: str, **values: Any) -> str:
    """A page; what is given is escaped, and `|plain` makes one line of it that can only be read.

    Args:
        template: its name.
        values: what it shows.
    """
    environment = Environment(
        loader=PackageLoader("torchkata", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plain": plain, "plain_lines": plain_lines, "exercise": _exercise}
    return environment.get_template(template).render(**values)


@lru_cache(maxsize=10_000)
def _exercise(name: str) -> Markup:
    """The id of an exercise, which may go on in a new line behind its module."""
    return escape(plain(name)).replace("/", Markup("/<wbr>"))


def data_block(data: object) -> Markup:
    """Data as JSON that can be within a script of a page."""
    # Escaped already, as JSON: within a script, HTML's own way is not read.
    return Markup(msgspec.json.encode(data).decode().translate(_ESCAPED))


def file(name: str) -> Markup:
    """A script or a style of ours, to be put into a page."""
    # Line ends as a browser hashes them.
    return Markup((_TEMPLATES / name).read_text("utf-8").replace("\r\n", "\n"))


def policy(scripts: list[Markup], style: Markup) -> str:
    """A Content-Security-Policy that allows these scripts, this style, and nothing else."""
    allowed = " ".join(map(_hash, scripts)) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
