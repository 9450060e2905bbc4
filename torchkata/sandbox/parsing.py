"""Answers read as Python in a process of their own, with limits: what ends it ends nothing else.

Nothing of them is run. Usage: python -c "from torchkata.sandbox.parsing import main; main()", with
JSON on standard input, and a line of JSON for each answer on standard output.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence

from torchkata.course.answer_name import Asked
from torchkata.notebooks.normal_form import NormalForm, normal_form
from torchkata.sandbox.lock import limit

# Seconds: an ordinary answer takes some thousandths of one.
_EACH, _START = 5.0, 30.0
_READY = "ready"
_COMMAND = [sys.executable, "-P", "-c", "from torchkata.sandbox.parsing import main; main()"]


def normal_forms(answers: Sequence[tuple[str, Asked]]) -> list[NormalForm | None]:
    """The form of each answer; None for one that has none, or that cannot be read within limits.

    Args:
        answers: (text, which of its definitions is meant), untrusted.

    Raises:
        OSError: there is no such process here.
    """
    found: list[NormalForm | None] = []
    while len(found) < len(answers):
        done = _in_a_process(answers[len(found) :])
        # One that ended the process has no form; those behind it are read by another.
        found += done if len(found) + len(done) == len(answers) else [*done, None]
    return found


def main() -> None:
    """Read the answers that are on standard input, one after the other."""
    answers = json.load(sys.stdin)
    limit(_START + _EACH * len(answers))
    print(_READY, flush=True)
    for text, name, kind in answers:
        if hasattr(signal, "setitimer"):
            # Nobody waits for it in Python, so it also ends what does not come back from C.
            signal.setitimer(signal.ITIMER_REAL, _EACH)
        form = normal_form(text, Asked(name, kind))
        print(json.dumps([form.nodes, form.digest] if form else None), flush=True)


def _in_a_process(answers: Sequence[tuple[str, Asked]]) -> list[NormalForm | None]:
    """The forms of the first answers, as many as come out."""
    sent = json.dumps([(text, asked.name, asked.kind) for text, asked in answers]).encode()
    with subprocess.Popen(
        _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            said, _ = process.communicate(sent, timeout=_START + _EACH * len(answers))
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    ready, *lines = said.decode().splitlines(keepends=True) or [""]
    if ready.strip() != _READY:
        raise OSError("no process that reads answers can be started")
    return [_read(line) for line in lines if line.endswith("\n")]


def _read(line: str) -> NormalForm | None:
    found = json.loads(line)
    return NormalForm(*found) if found else None
