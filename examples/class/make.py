"""Writes a made-up Canvas download, its roster and its gradebook: python examples/class/make.py.

Thirty people hand in three exercises as files, notebooks and archives: right, wrong, late, twice,
damaged, and one of them is in no roster. A test says when what is here is stale.
"""

import io
import sys
import zipfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

HERE = Path(__file__).parent

PEOPLE = """\
Ada Lovelace|Bo Kim|Chidi Anagonye|Dana Scully|Emil Post|Fatima Al-Fihri|Goro Shimura|Hana Yori|
Iris Murdoch|José Núñez|Kwame Nkrumah|Lena Meyer|김민수|Nadia Comăneci|Oscar Wilde|Priya Natarajan|
Quentin Blake|Rosa Parks|Sofia Kovalevskaya|Tomás Ó Criomhthain|Uma Thapa|Vera Rubin|Wole Soyinka|
Xin Liu|Yusuf Idris|Zoe Wees|Ann O'Neil|Ben de Vries|Carl Friedrich Gauß|이서연""".replace("\n", "")

ROWS, LOSS, MEAN = "row_probabilities", "cross_entropy", "weighted_mean"
ANSWERS = {
    ROWS: {
        "right": "return logits.softmax(dim=1)",
        "by hand": "scores = (logits - logits.amax(1, keepdim=True)).exp()\n"
        "return scores / scores.sum(1, keepdim=True)",
        "columns": "return torch.softmax(logits, dim=0)",
        "overflows": "scores = logits.exp()\nreturn scores / scores.sum(1, keepdim=True)",
        "prints": 'print("scores:", logits)\nreturn torch.softmax(logits, dim=-1)',
        "todo": "raise NotImplementedError",
    },
    LOSS: {
        "right": "return torch.nn.functional.cross_entropy(logits, target)",
        "by hand": "picked = logits.log_softmax(1)[torch.arange(len(target)), target]\n"
        "return -picked.mean()",
        "softmax twice": "return torch.nn.functional.cross_entropy(logits.softmax(1), target)",
        "sums": 'return torch.nn.functional.cross_entropy(logits, target, reduction="sum")',
        "raises": "return torch.nn.functional.cross_entropy(logits, targets)",
        "todo": "raise NotImplementedError",
    },
    MEAN: {
        "right": "return torch.nn.functional.cross_entropy(logits, target, weight=weight)",
        "by hand": "losses = torch.nn.functional.cross_entropy(logits, target, "
        'reduction="none")\nreturn (losses * weight[target]).sum() / weight[target].sum()',
        "divides by n": "losses = torch.nn.functional.cross_entropy(logits, target, "
        'reduction="none")\nreturn (losses * weight[target]).mean()',
        "no weights": "return torch.nn.functional.cross_entropy(logits, target)",
        "exits": "import os\nos._exit(0)",
    },
}
ARGUMENTS = {ROWS: "logits", LOSS: "logits, target", MEAN: "logits, target, weight"}

# What each of the thirty does; who is not named here does all of it right.
DOES = {
    1: ("right", "right", "divides by n"),
    2: ("columns", "right", "divides by n"),
    3: ("by hand", "by hand", "by hand"),
    4: ("right", "softmax twice", "no weights"),
    5: ("overflows", "right", "right"),
    6: ("right", "raises", "todo"),
    7: ("right", "right", "no weights"),
    9: ("prints", "by hand", "right"),
    10: ("columns", "sums", "no weights"),
    12: ("right", "sums", "by hand"),
    14: ("right", "right", "exits"),
    16: ("todo", "todo", "todo"),
    18: ("overflows", "softmax twice", "divides by n"),
    21: ("columns", "right", "right"),
    23: ("right", "softmax twice", "right"),
    26: ("right", "right", "divides by n"),
    28: ("by hand", "right", "divides by n"),
}
NOTEBOOKS, ARCHIVES, LATE, TWICE, NOTHING = {3, 4, 9, 12, 21, 25}, {5, 13}, {4, 17}, {21}, {29}
STRANGER = "quill_9999_50001_row_probabilities.py"


def names():
    """(id, name) of each, in order."""
    return [(f"s{1001 + n}", name) for n, name in enumerate(PEOPLE.split("|"))]


def code(exercise, kind):
    """An answer as a learner types it."""
    body = ANSWERS[exercise].get(kind, "raise NotImplementedError")
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"import torch\n\n\ndef {exercise}({ARGUMENTS[exercise]}):\n{lines}"


def answers(number):
    """{exercise: its text} of one of them."""
    kinds = DOES.get(number, ("right", "right", "right"))
    return {name: code(name, kind) for name, kind in zip(ARGUMENTS, kinds, strict=True)}


def notebook(texts):
    """All answers in one notebook, with some notes and an experiment between."""
    cells = [new_code_cell("%matplotlib inline\nimport torch", id="first")]
    for name, text in texts.items():
        cells.append(new_code_cell(text.removeprefix("import torch\n\n\n"), id=f"my-{name}"))
    cells.append(new_code_cell("row_probabilities(torch.randn(2, 3)).sum(1)", id="try"))
    return (nbformat.writes(new_notebook(cells=cells)) + "\n").encode()


def archive(texts):
    """All answers in a zip file, always the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in texts.items():
            file.writestr(zipfile.ZipInfo(f"week3/{name}.py", (2026, 12, 4, 0, 0, 0)), text)
    return out.getvalue()


def files(number):
    """{name: bytes} of what one of them uploads."""
    texts = answers(number)
    if number in NOTEBOOKS:
        return {"week3.ipynb": notebook(texts)}
    if number in ARCHIVES:
        return {"work.zip": archive(texts)}
    if number == 19:
        # The third was lost on the way, and the second saved as something else.
        return {f"{ROWS}.py": texts[ROWS].encode(), f"{LOSS}.py": texts[LOSS].encode("utf-16")}
    return {f"{name}.py": text.encode() for name, text in texts.items()}


def download():
    """{name in the download: bytes}, as Canvas names it."""
    found, upload = {}, 40_000
    for number, (_, name) in enumerate(names()):
        if number in NOTHING:
            continue
        squashed = "".join(reversed(name.replace("'", "").split())).lower()
        late = "LATE_" if number in LATE else ""
        for file, data in files(number).items():
            upload += 1
            name, uploaded = file, upload
            if number in TWICE:
                # Canvas gives the last attempt alone, and a number to a name that was there before.
                name, uploaded = file.replace(".", "-1.", 1), upload + 500
                data = notebook({n: code(n, "right") for n in ARGUMENTS})
            found[f"{squashed}_{late}{7001 + number}_{uploaded}_{name}"] = data
    found[STRANGER] = code(ROWS, "right").encode()
    return found


def roster():
    """The class, as the teacher keeps it."""
    rows = [f'{one},"{name}",{7001 + n}' for n, (one, name) in enumerate(names())]
    return "\n".join(["id,name,canvas_id", *rows, ""])


def gradebook():
    """What Canvas exports, the name of the assignment with its number."""
    head = "Student,ID,SIS User ID,SIS Login ID,Section,Week 3: losses (4711)"
    rows = []
    for n, (one, name) in enumerate(names()):
        first, _, last = name.rpartition(" ")
        shown = f"{last}, {first}" if first else last
        rows.append(f'"{shown}",{7001 + n},{one},{one},Monday,')
    return "\n".join([head, "    Points Possible,,,,,4", *rows, '"Student, Test",9,,,Monday,', ""])


def write(folder):
    """Write all of it."""
    (folder / "submissions").mkdir(parents=True, exist_ok=True)
    for name, data in download().items():
        (folder / "submissions" / name).write_bytes(data)
    (folder / "roster.csv").write_text(roster(), encoding="utf-8")
    (folder / "gradebook.csv").write_text(gradebook(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else HERE)
