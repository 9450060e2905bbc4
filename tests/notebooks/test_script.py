"""Notebooks that are handed in: what is taken from them, and that each gets one clear verdict."""

import gc
import json
import shutil
import subprocess
import sys
from unittest import mock

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from torchkata.course.answer_name import Asked
from torchkata.course.course import Course
from torchkata.grading import pack
from torchkata.grading.assignment import Assignment
from torchkata.grading.batch import run
from torchkata.grading.grading_run import Terms
from torchkata.grading.submission import find_all
from torchkata.notebooks import script
from torchkata.notebooks.script import MARK, Damaged, answer_of, may_define, place_in, script_of
from torchkata.running.files import read

from conftest import HERE, activated

IMPORT = "import torch"
RIGHT = "def half(x):\n    return x / 2"
WRONG = "def half(x):\n    return 2 * x"
STUB = 'def half(x):\n    """Half of x."""\n    raise NotImplementedError'
OURS = "answer-warmup-half"


def notebook(*cells):
    """A notebook's bytes; a cell is its source, or (id, source)."""
    made = [cell if isinstance(cell, tuple) else (None, cell) for cell in cells]
    kinds = [new_code_cell(source, **({"id": i} if i else {})) for i, source in made]
    return nbformat.writes(new_notebook(cells=kinds)).encode()


def of_version_3():
    """The same in the format of ten years ago."""
    cell = {"cell_type": "code", "language": "python", "input": RIGHT, "outputs": []}
    cell |= {"collapsed": False, "metadata": {}, "prompt_number": 1}
    sheets = [{"cells": [cell], "metadata": {}}]
    whole = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets}
    return json.dumps(whole).encode()


def damaged_by(change):
    """A right notebook, changed as a program might."""
    whole = json.loads(notebook((OURS, RIGHT)))
    change(whole)
    return json.dumps(whole).encode()


def _without_ids(whole):
    for cell in whole["cells"]:
        del cell["id"]


def _same_id_twice(whole):
    whole["cells"] = whole["cells"] * 2


def _unknown_fields(whole):
    whole["cells"][0]["colour"] = "red"
    whole["extra"] = {"a": 1}


def _source_in_lines(whole):
    whole["cells"][0]["source"] = RIGHT.splitlines(keepends=True)


def _half_an_emoji(whole):
    whole["cells"][0]["source"] = f"# caf\ud83d\n{RIGHT}"


NOTEBOOKS = {
    "right": (notebook((OURS, RIGHT)), "passed"),
    "wrong": (notebook((OURS, WRONG)), "wrong"),
    "not begun": (notebook(IMPORT, (OURS, STUB)), "todo"),
    "another id": (notebook(RIGHT), "passed"),
    "moved above its imports": (notebook((OURS, f"{RIGHT} * torch.ones(())"), IMPORT), "passed"),
    "split from its helper": (notebook("def two(): return 2", "def half(x): return x / two()"), "passed"),  # noqa: E501
    "a helper below": (notebook("def half(x): return x / two()", "def two(): return 2"), "passed"),
    "a constant": (notebook("TWO = 2.0", "def half(x): return x / TWO"), "passed"),
    "a constant of another cell that is computed": (
        notebook("two = len('ab')", "def half(x): return x / two"), "error",
    ),
    "computed in its own cell": (
        notebook("two = len('ab')\ndef half(x): return x / two"), "passed",
    ),
    "copied, and the copy changed": (notebook((OURS, RIGHT), WRONG), "wrong"),
    "defined twice": (notebook(WRONG, RIGHT), "passed"),
    "ours emptied, and written elsewhere": (notebook((OURS, ""), RIGHT), "passed"),
    "deleted": (notebook(IMPORT, "print(1)"), "missing"),
    "no cell at all": (notebook(), "missing"),
    "timed": (notebook(f"%%time\n{RIGHT}"), "passed"),
    "another language's cell": (notebook("%%bash\ndef half(x) {", RIGHT), "passed"),
    "magics and shell lines": (
        notebook("%matplotlib inline\n!pip install x\nimport math", "half?", RIGHT), "passed",
    ),
    "magics in its own cell": (notebook((OURS, f"%load_ext x\n{RIGHT}\n!ls")), "passed"),
    "a modulo at the start of a line": (
        notebook("def half(x):\n    y = (x\n    % 1e9)\n    return x / 2"), "passed",
    ),
    "never ends outside of it": (notebook("while True: pass", RIGHT), "passed"),
    "raises outside of it": (notebook("1 / 0", "open('/nowhere')", RIGHT), "passed"),
    "no Python yet": (notebook((OURS, "def half(x):\n    return (x")), "error"),
    "no Python elsewhere": (notebook("def other(:", RIGHT), "passed"),
    "from the future": (
        notebook(IMPORT, "from __future__ import annotations\ndef half(x: Nowhere): return x / 2"),
        "passed",
    ),
    "a decorated function": (
        notebook("import functools", "@functools.cache\ndef two():  # 2\n    return 2  # so",
                 "def half(x): return x / two()"),
        "passed",
    ),
    "exit at the top": (notebook("import os\nos._exit(0)", RIGHT), "passed"),
    "exit inside": (notebook("import os\ndef half(x): os._exit(0)"), "crashed"),
    "version 3": (of_version_3(), "passed"),
    "without ids": (damaged_by(_without_ids), "passed"),
    "one id twice": (damaged_by(_same_id_twice), "passed"),
    "unknown fields": (damaged_by(_unknown_fields), "passed"),
    "source as lines": (damaged_by(_source_in_lines), "passed"),
    "a byte order mark": (b"\xef\xbb\xbf" + notebook(RIGHT), "passed"),
    "cut off": (notebook(RIGHT)[:-40], "rejected"),
    "no JSON": (b"def half(x): return x / 2", "rejected"),
    "another JSON": (b'{"cells": 3}', "rejected"),
    "a list": (b"[]", "rejected"),
    "empty": (b"", "rejected"),
    "not UTF-8": (b"\xff\xfe" + notebook(RIGHT), "rejected"),
    "nested too deeply": (b"[" * 100_000, "rejected"),
    "too large": (b" " * (9 * 1024 * 1024), "rejected"),
    "too much code": (notebook("x = 1\n" * 60_000), "rejected"),
    "too much code in few characters": (notebook("# " + "가" * 100_000, RIGHT), "rejected"),
    "half a character": (damaged_by(_half_an_emoji), "rejected"),
}  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """{kind of notebook: what became of it}, all of them graded behind the walls."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(HERE / "small_course", course, dirs_exist_ok=True)
    work = tmp_path_factory.mktemp("work")
    names = {f"s{number:02}": name for number, name in enumerate(NOTEBOOKS)}
    for number, name in names.items():
        (work / number).mkdir()
        (work / number / "warmup.ipynb").write_bytes(NOTEBOOKS[name][0])
    found = Course(course)
    exercises = [found.exercises["warmup/half"]]
    submissions = find_all(found, [work], exercises)
    done = run(submissions, Terms((1, 2)), None, 2)
    return {names[one.record.submission]: one.record.exercises[0] for one in done}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_notebook_gets_its_verdict(graded, name):
    """Whatever an editor or a learner has made of it."""
    assert graded[name].verdict == NOTEBOOKS[name][1], graded[name].text


def test_what_is_wrong_is_told(graded):
    """The mistake by name, the line as code, and what to do with a damaged file."""
    assert "Twice is the other way round" in graded["wrong"].text
    assert "return (x" in graded["no Python yet"].text
    said = " ".join(graded["cut off"].text.split())
    assert "a damaged one: open it in Jupyter and save it" in said
    said = " ".join(graded["half a character"].text.split())
    assert "no program can save; write that character again in cell 1" in said
    assert "name 'two' is not defined" in graded["a constant of another cell that is computed"].text


def test_lines_are_those_of_the_script():
    """Each line of an answer is where the script has it, so that errors name it."""
    script = script_of(notebook("import math", "print(1)", f"# above\n{RIGHT}  # two"))
    answer = answer_of(script, Asked("half"))
    lines = script.split("\n")
    assert answer.text == f"{RIGHT}\n"
    places = zip(RIGHT.split("\n"), answer.places, strict=True)
    assert all(lines[number - 1].startswith(line) for line, (_, number) in places)


def test_scripts_that_were_kept_before_are_read():
    """Their cells are under ids, and are counted."""
    script = f"{MARK}\n# %% 1b2c\nimport math\n# %% {OURS}\n{RIGHT}\n"
    assert answer_of(script, Asked("half")).text == f"{RIGHT}\n"
    assert f"{place_in(script, 6)}" == "2 of cell 2"


def test_reading_a_notebook_looks_at_no_python():
    """What Python cannot even parse is a script all the same."""
    script = script_of(notebook("(" * 5000, RIGHT))
    assert "(" * 5000 in script
    with pytest.raises(Damaged):
        script_of(b"{}")


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "source",
    [
        "\n" * 250_000,
        ("async" + " " * 2000 + "\n") * 120,
        " " * 250_000,
        "class" * 50_000,
        "a:" * 125_000,
    ],
    ids=["empty lines", "async", "spaces", "class", "annotation"],
)
def test_no_notebook_takes_long_to_look_through(source):
    """The judging process looks for names in it, and must not be kept busy by a text."""
    assert not may_define(source, Asked("half"))


def shown_by(outputs):
    """A notebook of one cell, as bytes, that has shown these things."""
    cell = {"cell_type": "code", "source": "def half(x):\n    return x / 2", "outputs": outputs}
    return json.dumps(
        {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    ).encode()


def test_what_cells_have_shown_is_not_looked_at():
    """Twenty thousand outputs that are none, or what no schema knows, make no other script."""
    invalid = [{"output_type": "nonsense", "metadata": 5, "x": "y" * 300} for _ in range(20_000)]
    plain = script_of(shown_by([]))
    for outputs in (invalid, "none", None, [[[]]], [float("nan")]):
        assert script_of(shown_by(outputs)) == plain
    assert script_of.__wrapped__(shown_by(invalid)) == plain
    assert gc.isenabled()


def test_equal_bytes_are_equal_scripts():
    """No id of a cell is made up, where the notebook has none."""
    data = damaged_by(_without_ids)
    assert script_of.__wrapped__(data) == script_of.__wrapped__(data)


@pytest.mark.parametrize(
    "cells",
    [
        [("code", "x = 1\n" * 50_000)],
        [("code", "")] * 50_000,
        [("markdown", "def half(x):\n" * 1000)] * 30,
    ],
    ids=["one cell", "empty cells", "prose"],
)
def test_no_more_code_is_taken_than_a_file_may_have(cells):
    """However it is spread over cells; the rest is not even put together."""
    made = [{"cell_type": kind, "source": source} for kind, source in cells]
    with pytest.raises(Damaged, match="more than 256 KiB of code"):
        script_of(json.dumps({"cells": made}).encode())


def test_of_prose_no_more_than_a_thousand_lines_are_taken():
    """They only tell that an answer is in the wrong kind of cell."""
    made = [{"cell_type": "markdown", "source": "def half(x):\n" * 5000}]
    assert script_of(json.dumps({"cells": made}).encode()).count("def half") == 1000


def test_a_text_is_looked_through_once_for_all_exercises(monkeypatch):
    """Its names are put into one form when they are found, however many exercises ask for one."""
    names = [f"Name_{number}" for number in range(1000)]
    text = "".join(f"def {name}(x): pass\n" for name in names)
    asked, plain = [], script.plain_name
    monkeypatch.setattr(script, "plain_name", lambda name: asked.append(name) or plain(name))
    script._names_in.cache_clear()
    assert all(may_define(text, Asked(name.lower())) for name in names)
    assert not may_define(text, Asked("other"))
    assert len(asked) == 1000 + 1001


def test_a_file_that_was_worked_on_counts_before_a_notebook(elsewhere, tmp_path):
    """And a stub does not."""
    half = elsewhere.exercises["warmup/half"]
    (tmp_path / "warmup").mkdir()
    (tmp_path / "warmup.ipynb").write_bytes(notebook((OURS, RIGHT)))
    path = tmp_path / "warmup" / "half.py"
    for text, suffix in ((half.stub, ".ipynb"), (WRONG, ".py")):
        path.write_text(text)
        (one,) = find_all(elsewhere, [tmp_path], reading="one")
        assert one.files[half].suffix == suffix


@pytest.mark.parametrize("left", ["warmup.ipynb", "warmup/half.py"])
def test_of_answers_that_differ_the_note_names_the_one_that_is_taken(elsewhere, tmp_path, left):
    """And the others; what is equal but for layout, or not begun, is no other answer."""
    (tmp_path / "warmup").mkdir()
    (tmp_path / "warmup" / "half.py").write_text(f"import math\n\n\n{RIGHT}\n")
    release = STUB.replace("NotImplementedError", "NotImplementedError()")
    begun = elsewhere.exercises["warmup/half"].stub.rstrip()
    equal = "# mine\ndef half(x):\n\n    # so\n    return x / 2  \n"
    for source in (begun, f"# %matplotlib\n{begun}".replace(STUB, release), equal):
        (tmp_path / "warmup.ipynb").write_bytes(notebook(IMPORT, (OURS, source)))
        (one,) = find_all(elsewhere, [tmp_path], reading="one")
        assert one.note == "", source
    (tmp_path / "warmup.ipynb").write_bytes(notebook((OURS, WRONG)))
    taken = "warmup/half.py"
    if left == taken:
        (tmp_path / "warmup" / "half.py").unlink()
        (tmp_path / "copy.ipynb").write_bytes(notebook(RIGHT))
        taken, left = "warmup.ipynb", "copy.ipynb"
    (one,) = find_all(elsewhere, [tmp_path], reading="one")
    assert one.note == (
        f"warmup/half was answered more than once: {taken} was taken, and not {left}"
    )
    assert one.files[elsewhere.exercises["warmup/half"]] == tmp_path / taken


def test_notebooks_beside_the_exercises_hide_no_file(elsewhere, tmp_path):
    """A pack has both; whichever was worked on counts."""
    half = elsewhere.exercises["warmup/half"]
    path = tmp_path / "exercises" / "warmup" / "half.py"
    path.parent.mkdir(parents=True)
    for text, source, suffix in ((WRONG, half.stub, ".py"), (half.stub, RIGHT, ".ipynb")):
        path.write_text(text)
        (tmp_path / "warmup.ipynb").write_bytes(notebook((OURS, source)))
        (one,) = find_all(elsewhere, [tmp_path], [half], "one")
        assert (one.files[half].suffix, one.note) == (suffix, "")


def test_a_notebook_that_was_worked_on_counts_before_one_that_was_not(elsewhere, tmp_path):
    """Even if the other is called like the module."""
    half = elsewhere.exercises["warmup/half"]
    (tmp_path / "warmup.ipynb").write_bytes(notebook((OURS, half.stub)))
    (tmp_path / "mine.ipynb").write_bytes(notebook(RIGHT))
    (one,) = find_all(elsewhere, [tmp_path], [half], "one")
    assert (one.files[half].name, one.note) == ("mine.ipynb", "")


def test_single_notebooks_are_submissions(elsewhere, tmp_path):
    """Each in a folder of them, whatever it is called; what it does not define is not counted."""
    (tmp_path / "work").mkdir()
    for name in ("ada", "bo"):
        (tmp_path / "work" / f"{name}.ipynb").write_bytes(notebook(RIGHT))
    found = find_all(elsewhere, [tmp_path / "work"])
    assert [one.name for one in found] == ["ada.ipynb", "bo.ipynb"]
    assert [list(one.files) for one in found] == [[elsewhere.exercises["warmup/half"]]] * 2


@pytest.fixture(scope="module")
def sheets(course, tmp_path_factory):
    """A pack of two modules as files and notebooks."""
    out = tmp_path_factory.mktemp("given") / "pack"
    names = ["probabilities/row_probabilities", "debugging/tutorial_epoch"]
    with mock.patch.object(pack, "MOST_PAIRS", 2):
        pack.build(course, Assignment("Sheets", names, form="both"), out)
    return Course(out)


def solved(path, course):
    """A pack's notebook with the course's solutions in the cells for the answers."""
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        for exercise in course.exercises.values():
            if cell.id == f"answer-{exercise.module}-{exercise.name}":
                cell.source = exercise.solution
    return book


def shown(book, folder):
    """What the cells of a notebook show when it is run in a kernel."""
    client = NotebookClient(
        book, timeout=120, allow_errors=True, kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    client.execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    html = [one["data"]["text/html"] for one in outputs if "text/html" in one.get("data", {})]
    return html, [one["evalue"] for one in outputs if one.output_type == "error"]


@pytest.mark.slow
def test_a_packs_notebook_runs_unsolved_and_solved(sheets, course):
    """In a real kernel: not begun without an answer, passed with the solution."""
    html, errors = shown(nbformat.read(sheets.root / "debugging.ipynb", 4), sheets.root)
    assert ["<strong>todo</strong>" in one for one in html] == [True]
    assert errors == ["debugging/tutorial_epoch is not passed yet"]
    for name in ("probabilities", "debugging"):
        html, errors = shown(solved(sheets.root / f"{name}.ipynb", course), sheets.root)
        assert ["<strong>passed</strong>" in one for one in html] == [True]
        assert errors == []


@pytest.mark.parametrize("module", ["probabilities", "debugging"])
def test_a_packs_notebook_is_graded_as_its_file_is(sheets, course, worker, module, tmp_path):
    """Unsolved it is not begun, solved it passes."""
    from torchkata.grading.grading_run import examine

    chosen = [one for one in sheets.exercises.values() if one.module == module]
    (exercise,) = (course.exercises[one.id] for one in chosen)
    path = tmp_path / f"{module}.ipynb"
    for book, verdict in (
        (nbformat.read(sheets.root / path.name, 4), "todo"),
        (solved(sheets.root / path.name, course), "passed"),
    ):
        nbformat.write(book, path)
        assert examine(worker, exercise, read(path), [3]).verdict == verdict


@pytest.mark.slow
def test_nbgrader_takes_a_packs_notebook(sheets, tmp_path):
    """Its own command makes a student's version: stubs are whole, and checks test and count."""
    (tmp_path / "source" / "week3").mkdir(parents=True)
    for path in sheets.root.glob("*.ipynb"):
        shutil.copyfile(path, tmp_path / "source" / "week3" / path.name)
    command = [sys.executable, "-W", "ignore", "-m", "nbgrader", "generate_assignment", "week3"]
    options = ["--create", f"--course-dir={tmp_path}"]
    # nbgrader calls alembic by its bare name.
    done = subprocess.run(
        [*command, *options], cwd=tmp_path, capture_output=True, text=True, env=activated()
    )
    assert done.returncode == 0, done.stderr
    for name, points in (("probabilities", 1), ("debugging", 2)):
        book = nbformat.read(tmp_path / "release" / "week3" / f"{name}.ipynb", as_version=4)
        answers = [cell for cell in book.cells if cell.id.startswith("answer-")]
        assert len(answers) == 1
        assert "def " in answers[0].source
        assert '"""' in answers[0].source
        marks = [cell.metadata.get("nbgrader", {}) for cell in book.cells]
        assert [mark["points"] for mark in marks if mark.get("grade")] == [points]
    assert (
        "raise NotImplementedError()"
        in (tmp_path / "release/week3/probabilities.ipynb").read_text()
    )


def test_ids_are_those_of_no_other_cell(sheets):
    """And a notebook is valid by nbformat's own schema."""
    for path in sheets.root.glob("*.ipynb"):
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        ids = [cell.id for cell in book.cells]
        assert len(ids) == len(set(ids))
        assert isinstance(book.cells[0], type(new_markdown_cell("")))
