"""Goes through a document as a reader would: types its commands, saves its files, presses its keys.

What a document shows is thereby what happens; UPDATE_GOLDEN=1 writes it, for somebody to read.

- In a block of ```console, each line that begins with `$ ` is typed, and what follows it is said.
- A block of ```python or another language, followed by the name of a file, is saved to that file;
  an indented one takes the place of what is below the docstring there.
- `$ kata watch` goes on, and the blocks of ```text say what it shows after the last save, or, if
  keys are named (```text keys=h), after these keys.
- <!-- $ command --> is typed, and shown to nobody.
"""

import os
import re
import subprocess
import time
from pathlib import Path

import pexpect

from conftest import activated

_STEP = re.compile(r"<!-- \$ (?P<hidden>.+?) -->|```(?P<info>[^\n`]+)\n(?P<body>.*?)```", re.DOTALL)
_CLEAR = "\x1b[2J"
_WIDTH = 88
# Seconds without anything new, after which nothing more is to come.
_QUIET = 1.0


def walk(document, folder):
    """Go through a document from a folder on; what it should say, and what it says."""
    walker = _Walker(folder)
    text = document.read_text(encoding="utf-8")
    try:
        done = _STEP.sub(walker.step, text)
    finally:
        walker.close()
    if os.environ.get("UPDATE_GOLDEN"):
        document.write_text(done, encoding="utf-8")
    return _lasting(done), _lasting(document.read_text(encoding="utf-8"))


def shown_in_a_terminal(document, folder, width):
    """Go through a document in a terminal so wide: what each of its steps shows there."""
    walker = _InATerminal(folder, width)
    try:
        _STEP.sub(walker.step, document.read_text(encoding="utf-8"))
    finally:
        walker.close()
    return walker.shown_all


class _Walker:
    def __init__(self, folder, width=_WIDTH):
        self.folder, self.width = Path(folder), width
        self.watch = None
        fixed = {"NO_COLOR": "1", "COLUMNS": str(width), "TERM": "xterm"}
        self.environment = {**activated(), **fixed}

    def step(self, found):
        """Do what a block says, and return it with what has come of it."""
        if found["hidden"]:
            self.typed(found["hidden"])
            return found[0]
        kind, _, more = found["info"].partition(" ")
        body = found["body"]
        if kind == "console":
            body = "".join(map(self.shown, re.findall(r"^\$ (.*)\n", body, re.MULTILINE)))
        elif kind == "text" and self.watch is not None:
            self.watch.send(more.removeprefix("keys="))
            body = self.screen()
        elif more:
            _save(self.folder / more, body)
        return f"```{found['info']}\n{body}```"

    def shown(self, command):
        """A command, and what it says."""
        said = self.typed(command)
        return f"$ {command}\n{said.strip(chr(10))}\n" if said.strip() else f"$ {command}\n"

    def typed(self, command):
        """What a command says, on both of its channels."""
        if command.startswith("cd "):
            self.folder = (self.folder / command.removeprefix("cd ")).resolve()
            return ""
        if command.startswith("kata watch"):
            self.watch = pexpect.spawn(
                "bash", ["-c", command], cwd=str(self.folder), encoding="utf-8",
                dimensions=(60, self.width), env=self.environment,
            )  # fmt: skip
            return self.screen()
        # Where this is a terminal, a bar takes the place of the lines that count.
        said = re.sub(r"^\d+ of \d+: .*\n", "", self.run(command), flags=re.MULTILINE)
        # A terminal shows no byte order mark.
        return said.replace("\ufeff", "")

    def run(self, command):
        """Run a command that ends; its output goes to no terminal."""
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return done.stdout

    def screen(self):
        """What is to be seen once nothing more comes; if it was cleared, since then."""
        said, deadline = "", time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                said += self.watch.read_nonblocking(4096, timeout=_QUIET)
                continue
            except pexpect.TIMEOUT:
                seen = said.rpartition(_CLEAR)[2]
            except pexpect.EOF:
                self.watch = None
                return said
            if seen and not re.match(r"\s*(\x1b\S*)?Checking", seen):
                break
        seen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen).replace("\r\n", "\n")
        return f"{seen.strip(chr(10))}\n"

    def close(self):
        if self.watch is not None:
            self.watch.close(force=True)


class _InATerminal(_Walker):
    def __init__(self, folder, width):
        super().__init__(folder, width)
        self.shown_all = []

    def step(self, found):
        done = super().step(found)
        if found["info"] and re.match("console|text", found["info"]):
            self.shown_all.append(done)
        return done

    def run(self, command):
        """Run a command that ends, in a terminal."""
        child = pexpect.spawn(
            "bash", ["-c", command], cwd=str(self.folder), encoding="utf-8", timeout=120,
            dimensions=(60, self.width), env=self.environment,
        )  # fmt: skip
        child.expect(pexpect.EOF)
        return child.before.replace("\r\n", "\n")


def _save(path, text):
    if text.startswith(" "):
        above, quotes, _ = path.read_text(encoding="utf-8").rpartition('    """\n')
        text = above + quotes + text
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.half")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def uncounted(text):
    """A text without how many exercises there are: another one makes no document stale."""
    return re.sub(
        r"\d+ exercises in \d+ modules|(?<= of )\d+$|(?<= of )\d+(?= passed)", "", text, flags=re.M
    )


def _lasting(text):
    """A text without what changes from one day to the next: durations, dates, versions, counts."""
    text = re.sub(r"in [\d.]+s =*|(?<=torchkata-)[\d.]+(?=-py3)", "", text)
    return uncounted(re.sub(r"\d{8}-\d{6}", "", text))
