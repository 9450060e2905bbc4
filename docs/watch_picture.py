"""Draws docs/images/watch.svg: what `kata watch` shows of a wrong answer, as a terminal has it.

Run: python docs/watch_picture.py      tests/project/test_docs.py says when it is stale
"""

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pexpect
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
PICTURE = HERE / "images" / "watch.svg"
NAME = "probabilities/row_probabilities"
ANSWER = "    return torch.softmax(logits, dim=0)"
WIDTH, HEIGHT = 88, 30
_KATA = [sys.executable, "-P", "-c", "from torchkata.cli.start import main; main()"]
_CLEAR = "\x1b[2J"
# The viewer's own font: rich would fetch one from the network.
_FORMAT = re.sub(r"@font-face \{\{.*?\n    \}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def main():
    """Write the picture."""
    PICTURE.write_text(svg(), encoding="utf-8")


def svg():
    """The picture, as it is to be."""
    with tempfile.TemporaryDirectory() as folder:
        screen = _watched(Path(folder, "my-kata"))
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(screen))
    made = console.export_svg(title="kata watch", code_format=_FORMAT, unique_id="watch")
    return made.replace("Fira Code", "ui-monospace")


def _watched(folder):
    """What is on the screen of `kata watch` for the answer, in a new workspace."""
    command = [*_KATA, "init", str(folder), "--course", str(HERE.parent)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    path = folder / "exercises" / f"{NAME}.py"
    begun = path.read_text(encoding="utf-8")
    path.write_text(begun.replace("    raise NotImplementedError", ANSWER), encoding="utf-8")
    settings = {"TERM": "xterm-256color", "COLUMNS": str(WIDTH), "LINES": str(HEIGHT)}
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    watch = pexpect.spawn(
        _KATA[0], [*_KATA[1:], "watch", NAME], cwd=str(folder), encoding="utf-8", timeout=120,
        dimensions=(HEIGHT, WIDTH), env=environment | settings,
    )  # fmt: skip
    watch.expect("0 of .* passed so far.*q quit")
    screen = (watch.before + watch.after).rpartition(_CLEAR)[2]
    watch.send("q")
    watch.expect(pexpect.EOF)
    return re.sub(r"\x1b\[\d*[HJ]", "", screen).replace("\r\n", "\n").strip("\n")


if __name__ == "__main__":
    main()
