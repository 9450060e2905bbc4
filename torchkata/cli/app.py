"""All commands, put together."""

from __future__ import annotations

import typer

from torchkata.cli import author, collect, export, init, learn, regrade, teach, unexplained, watch

app = typer.Typer(pretty_exceptions_enable=False)


@app.callback()
def kata() -> None:
    """PyTorch exercises, graded by observation.

    Without a command: how far you are, and where to go on.
    """


for commands in (init, learn, watch, teach, collect, regrade, unexplained, export, author):
    commands.add_to(app)


def run() -> None:
    """Run the command that was typed."""
    app(prog_name="kata")
