"""All commands, put together."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

import torchkata
from torchkata.cli import (
    author,
    collect,
    export,
    init,
    learn,
    regrade,
    report,
    teach,
    unexplained,
    watch,
)
from torchkata.course.foreign_text import plain
from torchkata.course.grader import GraderError
from torchkata.learning.workspace import find_workspace
from torchkata.text.wrapping import is_plain

app = typer.Typer(
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]}
)


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"torchkata {torchkata.__version__}")
        with contextlib.suppress(GraderError):
            outline = find_workspace(Path.cwd()).course.outline
            licence = f" ({outline.licence})" if outline.licence else ""
            if outline.version:
                print(plain(f"here: {outline.called}{licence}"))
        raise typer.Exit


@app.callback()
def kata(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    """PyTorch exercises, graded by observation.

    Without a command: how far you are, and where to go on.
    """


for commands in (init, learn, report, watch, teach, collect, regrade, unexplained, export, author):
    commands.add_to(app)


def run() -> None:
    """Run the command that was typed."""
    app.rich_markup_mode = None if is_plain() else "rich"
    app(prog_name="kata")
