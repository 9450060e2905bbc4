"""`torchkata.check` and the grade agree on every kind of notebook: one rule finds the answer."""

import json
import types
import warnings

import pytest

from torchkata import check
from torchkata.course.answer_name import Asked
from torchkata.grading.submission import find_all
from torchkata.learning.check_result import NotChecked
from torchkata.notebooks.script import cells_of, script_from
from torchkata.running.files import read
from torchkata.running.practice import examine
from torchkata.text.explanations import render

RIGHT = "def half(x):\n    return x / 2"
WRONG = "def half(x):\n    return 2 * x"
STUB = 'def half(x):\n    """Half of x."""\n    raise NotImplementedError'
HELPED = "def half(x):\n    return x / two()"
TWO = "def two():\n    return 2"
THREE = "def two():\n    return 3"
OTHER = "def double(x):\n    return 2 * x"

# {what it is like: (its verdict, its cells)}; a cell that is no code is (kind, text).
NOTEBOOKS = {
    "right": ("passed", [RIGHT]),
    "wrong": ("wrong", [WRONG]),
    "the untouched stub": ("todo", ["<stub>"]),
    "the stub as nbgrader releases it": ("todo", [STUB.replace("Error", "Error()")]),
    "empty": ("missing", []),
    "empty cells": ("passed", ["", RIGHT, "", "   \n"]),
    "nothing of that name": ("missing", ["import torch", "print(1)"]),
    "below the untouched stub": ("passed", ["<stub>", RIGHT]),
    "wrong below the untouched stub": ("wrong", ["<stub>", WRONG]),
    "the stub below": ("todo", [RIGHT, "<stub>"]),
    "written twice": ("passed", [WRONG, RIGHT]),
    "written twice, worse below": ("wrong", [RIGHT, WRONG]),
    "twice in one cell": ("passed", [f"{WRONG}\n\n{RIGHT}"]),
    "check is imported in its cell": ("passed", [f"from torchkata import check\n{RIGHT}"]),
    "check is called in its cell": ("passed", [f"{RIGHT}\nprint(half(3))\n"]),
    "a plotting library in its cell": (
        "passed",
        [f"import matplotlib.pyplot as plt\nimport pandas as pd\n{RIGHT}"],
    ),
    "a plotting library in one line with another": (
        "passed",
        ["import math, matplotlib", "def half(x):\n    return x / math.sqrt(4)"],
    ),
    "a plotting library that it uses": (
        "error",
        ["import pandas as pd", "def half(x):\n    pd.DataFrame()\n    return x / 2"],
    ),
    "a line magic in its cell": ("passed", [f"%matplotlib inline\n{RIGHT}"]),
    "a shell line in its cell": ("passed", [f"!pip install \\\n    torch\n{RIGHT}"]),
    "a shell line with a name": ("passed", [f"files = !ls\n{RIGHT}"]),
    "a magic inside": ("passed", ["def half(x):\n    %time y = x\n    return x / 2"]),
    "timed": ("passed", [f"%%time\n{RIGHT}"]),
    "captured": ("passed", [f"%%capture said\n{RIGHT}"]),
    "another language's cell": ("passed", [RIGHT, "%%bash\ndef half(x) {"]),
    "a question": ("passed", [RIGHT, "half?"]),
    "indented": ("passed", ["    def half(x):\n        return x / 2"]),
    "Markdown": ("missing", [("markdown", RIGHT)]),
    "raw": ("missing", [("raw", RIGHT)]),
    "Markdown below the stub": ("todo", ["<stub>", ("markdown", RIGHT)]),
    "Markdown that speaks of it": ("passed", [("markdown", "# half\nclass half of it"), RIGHT]),
    "a helper above": ("passed", [TWO, HELPED]),
    "a helper below": ("passed", [HELPED, TWO]),
    "a helper of its own and another below": ("passed", [f"{TWO}\n{HELPED}", THREE]),
    "a helper that is written again": ("passed", [THREE, HELPED, TWO]),
    "a helper that is nowhere": ("error", [HELPED]),
    "a constant": ("passed", ["TWO = 2.0", "def half(x):\n    return x / TWO"]),
    "a constant that is changed": (
        "passed",
        ["TWO = 3", "TWO = 2", HELPED.replace("two()", "TWO")],
    ),
    "a number that is counted": ("error", ["n = 1", "n += 1", HELPED.replace("two()", "n")]),
    "a list that is filled": ("error", ["n = []", "n.append(2)", HELPED.replace("two()", "n[0]")]),
    "a table that is filled": ("passed", ["n = {}", "n[0] = 2", HELPED.replace("two()", "n[0]")]),
    "a variable that is computed": ("error", ["n = len('ab')", HELPED.replace("two()", "n")]),
    "raises where it is loaded": ("error", [f"n = 1 / 0\n{HELPED.replace('two()', 'n')}"]),
    "ends Python": ("error", [f"n = quit()\n{HELPED.replace('two()', 'n')}"]),
    "computed in its own cell": ("passed", [f"n = len('ab')\n{HELPED.replace('two()', 'n')}"]),
    "deleted": ("missing", [RIGHT, "del half"]),
    "deleted and written again": ("passed", [WRONG, "del half", RIGHT]),
    "a lambda": ("passed", ["half = lambda x: x / 2"]),
    "made by a function": (
        "passed",
        [
            "def make(n):\n    def inner(x):\n        return x / n\n    return inner",
            "half = make(2)",
        ],
    ),
    "wrapped below": ("passed", [RIGHT, "import functools\nhalf = functools.partial(half)"]),
    "a variable of its name": ("missing", [RIGHT, "half = 0.5"]),
    "tried under its own name": ("passed", [RIGHT, "half = half(3)"]),
    "decorated": (
        "passed",
        [
            "import functools",
            "def same(f):\n    @functools.wraps(f)\n    def inner(*a):\n"
            "        return f(*a)\n    return inner",
            f"@same\n{RIGHT}",
        ],
    ),
    "behind a condition": (
        "passed",
        ["import torch", f"if torch.ones(1) > 0:\n    {RIGHT.replace(chr(10), chr(10) + '    ')}"],
    ),
    "behind a try": (
        "passed",
        [
            "try:\n    import numba\nexcept ImportError:\n    TWO = 2",
            HELPED.replace("two()", "TWO"),
        ],
    ),
    "everything imported": (
        "passed",
        ["from math import *", "def half(x):\n    return x / sqrt(4)"],
    ),
    "imported": ("missing", ["from math import sqrt as half"]),
    "imported to compare": ("passed", [RIGHT, "from math import sqrt as half"]),
    "a private look-alike": ("passed", ["class _Half:\n    pass", RIGHT]),
    "a look-alike that is imported": ("passed", ["from fractions import Fraction as HALF", RIGHT]),
    "a look-alike below": ("passed", [RIGHT, "class Half:\n    pass"]),
    "another spelling": ("passed", [RIGHT.replace("half", "Half")]),
    "two exercises": ("passed", [OTHER, RIGHT]),
    "a helper of the same name in another exercise": (
        "passed",
        [f"{TWO}\n{HELPED}", f"{THREE}\n{OTHER.replace('2', 'two()')}"],
    ),
    "a name of another exercise's cell": (
        "passed",
        ["SIZE = 2\ndef double(x):\n    return x * SIZE", HELPED.replace("two()", "SIZE")],
    ),
    "no Python yet": ("error", ["def half(x):\n    return (x"]),
    "no Python yet, below the stub": ("error", ["<stub>", "def half(x):\n    return (x"]),
    "no Python elsewhere": ("passed", [RIGHT, "def other(:"]),
    "raises elsewhere": ("passed", ["1 / 0", RIGHT, "raise ValueError"]),
    "raises above it in its cell": ("passed", [f"1 / 0\n{RIGHT}"]),
    "awaits elsewhere": ("passed", [f"await nothing()\n{RIGHT}"]),
    "from the future": (
        "passed",
        ["from __future__ import annotations", "def half(x: Nowhere):\n    return x / 2"],
    ),
    "comments that look like cells": ("passed", [f"# %% part\n{TWO}\n# %% part\n{HELPED}"]),
    "not imported": ("error", ["def half(x):\n    return torch.mul(x, 0.5)"]),
    "loops": ("timeout", ["def half(x):\n    while True: pass"]),
    "forbidden": ("passed", ["import torch", "def half(x):\n    return torch.div(x, 2)"]),
    "windows lines": ("passed", [RIGHT.replace("\n", "\r\n")]),
}

OF_A_CLASS = {
    "a helper of its name above": ("passed", ["def adam():\n    return 0", "<solution>"]),
    "a helper of its name below": (
        "passed",
        ["<solution>", "def adam(params):\n    return Adam(params)"],
    ),
    "imported above": ("passed", ["from torch.optim import Adam", "<solution>"]),
    "extended by an attribute": (
        "error",
        ["<solution>", "def step(self):\n    raise ValueError", "Adam.step = step"],
    ),
    "extended by setattr": (
        "error",
        ["<solution>", "def step(self):\n    raise ValueError", "setattr(Adam, 'step', step)"],
    ),
    "extended by itself": (
        "passed",
        ["<solution>", "class Adam(Adam):\n    pass"],
    ),
    "deleted": ("missing", ["<solution>", "del Adam"]),
    "the stub": ("todo", ["<stub>"]),
    "below the stub": ("passed", ["<stub>", "<solution>"]),
}


def notebook(cells):
    """A notebook's bytes, without ids; a cell is its source, or (kind, source)."""
    made = [cell if isinstance(cell, tuple) else ("code", cell) for cell in cells]
    whole = [{"cell_type": kind, "source": text, "metadata": {}} for kind, text in made]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": whole}).encode()


def filled(exercise, cells):
    """The cells, with the stub and the solution where they are named."""
    texts = {"<stub>": exercise.stub, "<solution>": exercise.solution}
    return [texts.get(cell, cell) for cell in cells]


@pytest.fixture
def checked(monkeypatch):
    """Run the code cells as a kernel does, one after the other; what `check` then says."""

    def run(exercise, cells):
        texts = [cell for cell in cells if not isinstance(cell, tuple)]
        space = {"__name__": "__main__", "check": check}
        for cell in cells_of(script_from((str(n), text) for n, text in enumerate(texts))):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _run(cell.text, space)
        history = types.SimpleNamespace(input_hist_raw=["", *texts])
        shell = types.SimpleNamespace(user_ns=space, history_manager=history)
        ipython = types.SimpleNamespace(get_ipython=lambda: shell)
        monkeypatch.setitem(__import__("sys").modules, "IPython", ipython)
        root = str(exercise.course.root)
        try:
            exec(f"found = check({exercise.id!r}, course={root!r})", space)
        except NotChecked as problem:
            return "missing", str(problem)
        return space["found"].verdict, space["found"].text

    return run


def _run(text, space):
    try:
        exec(compile(text, "<cell>", "exec"), space)
    except (Exception, SystemExit):
        # A kernel shows it, and goes on.
        return


def graded(exercise, cells, folder):
    """What the grade says of the same cells, and the verdict."""
    (folder / f"{exercise.module}.ipynb").write_bytes(notebook(cells))
    (submission,) = find_all(exercise.course, [folder], [exercise])
    file = read(submission.files[exercise], folder)
    result = examine(exercise, file)
    return result.verdict, render(result, exercise.grader)


@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_check_and_the_grade_agree(half, checked, tmp_path, kind):
    """On a function."""
    verdict, cells = NOTEBOOKS[kind]
    handed_in = tmp_path / "work"
    handed_in.mkdir()
    cells = filled(half, cells)
    assert (checked(half, cells)[0], graded(half, cells, handed_in)[0]) == (verdict, verdict)


@pytest.mark.parametrize("kind", OF_A_CLASS)
def test_check_and_the_grade_agree_on_a_class(course, checked, tmp_path, kind):
    """Which may be extended below."""
    verdict, cells = OF_A_CLASS[kind]
    adam = course.exercises["optimizers_from_scratch/adam"]
    cells = filled(adam, cells)
    assert (checked(adam, cells)[0], graded(adam, cells, tmp_path)[0]) == (verdict, verdict)


SAID = {
    "no Python yet": "Line 2 of cell 3 is not Python yet",
    "a helper that is nowhere": "Line 2 of cell 3 raised NameError",
    "imported": "Line 1 of cell 3 imports `half`, and no cell defines it: write it.",
    "Markdown": "`half` is in cell 3, which is Markdown: turn it into a code cell.",
    "raw": "`half` is in cell 3, which is raw text: turn it into a code cell.",
    "the untouched stub": "Not begun. Write it in cell 3.",
    "nothing of that name": "No code cell defines `half`.",
    "forbidden": "Line 2 of cell 4 uses torch.div",
    "a plotting library that it uses": "Line 1 of cell 3 imports `pandas`, which cannot be imported here",  # noqa: E501
    "raises where it is loaded": "Line 1 of cell 3 raised ZeroDivisionError",
    "ends Python": "Line 1 of cell 3 ends Python while it is run (n = quit()): take it out.",
    "loops": "2 | while True: pass",
}


@pytest.mark.parametrize("kind", SAID)
def test_the_authors_of_notebooks_are_told_of_their_cells(half, tmp_path, kind):
    """Counted as they are in the notebook, text and all; no file is named."""
    handed_in = tmp_path / "work"
    handed_in.mkdir()
    cells = [("markdown", "Some text"), "x = 1", *filled(half, NOTEBOOKS[kind][1])]
    said = graded(half, cells, handed_in)[1]
    assert SAID[kind] in said
    assert "half.py" not in said
    assert " file" not in said


def test_the_rule_looks_at_more_than_forty_kinds():
    """Of which each has one verdict."""
    assert len(NOTEBOOKS) + len(OF_A_CLASS) >= 40
    assert Asked("half").kind == ""


def test_the_same_bytes_have_the_same_script():
    """No id is invented; and a cell's id is no part of it."""
    from torchkata.notebooks.script import script_of

    data = notebook([RIGHT])
    before = script_of(data)
    script_of.cache_clear()
    assert script_of(data) == before
    named = json.loads(data)
    named["cells"][0]["id"] = "abc"
    assert script_of(json.dumps(named).encode()) == before
