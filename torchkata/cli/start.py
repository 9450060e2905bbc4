"""Where `kata` starts: alone it is quick, and with a command it has all of them."""

from __future__ import annotations

import io
import os
import sys

from torchkata.course.finding import NotFound
from torchkata.course.foreign_text import plain, plain_lines
from torchkata.course.grader import GraderError
from torchkata.text import messages
from torchkata.text.wrapping import shown


def main() -> None:
    """Run `kata`; a course that cannot be used, or a misspelt exercise, is one sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A console that cannot show a letter shows another, and nothing ends.
            stream.reconfigure(errors="replace")
    try:
        _run()
        sys.stdout.flush()
    except GraderError as problem:
        print(shown(plain_lines(str(problem)), sys.stderr), file=sys.stderr)
        sys.exit(2)
    except NotFound as problem:
        said = plain(f"kata: {messages.not_found(problem)}")
        print(shown(said, sys.stderr), file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        # What reads, as `head` does, has enough. What is not written yet goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run() -> None:
    # A shell that completes a command gives it none.
    if sys.argv[1:] or "_KATA_COMPLETE" in os.environ:
        from torchkata.cli.app import run

        run()
    else:
        from torchkata.learning.overview import overview

        overview()
