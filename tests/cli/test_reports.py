"""What people reported, each by its name: it gives now what it should have given."""

import io
import json
import shutil
import zipfile

import pytest

from torchkata.cli.init import build
from torchkata.running.files import File
from torchkata.running.practice import examine
from torchkata.text.explanations import render

from command import kata, kata_apart

ROW = "probabilities/row_probabilities"
HIDING = ("random", "torch", "copy", "math", "types")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.fixture
def solved(course, tmp_path):
    """A workspace whose path is not ASCII, with one exercise solved."""
    root = tmp_path / "[ü] a b" / "kata [1]"
    build(course, root)
    shutil.copy(course.exercises[ROW].solution_path, root / "exercises" / f"{ROW}.py")
    return root


def with_top(exercise, lines):
    """What is told of a right answer with some lines at its top."""
    result = examine(exercise, File("answer.py", lines + exercise.solution))
    return result, render(result, exercise.grader)


@pytest.mark.parametrize("name", ["probabilities/log_sum_exp", "cross_entropy/batch_loss"])
def test_anomaly_detection(course, name):
    """An answer that switches it on is right, and so is the next one."""
    top = "import torch\ntorch.autograd.set_detect_anomaly(True)\n"
    assert with_top(course.exercises[name], top)[0].verdict == "passed"
    assert with_top(course.exercises[name], "")[0].verdict == "passed"


def test_what_a_file_sets_for_all_of_torch_is_told(half):
    """It is undone before the answer is called, and a wrong answer is told so."""
    top = "import torch\ntorch.set_default_dtype(torch.float64)\n"
    text = f"{top}def half(x):\n    return x * torch.ones(1)\n"
    result = examine(half, File("half.py", text))
    assert "torch.set_default_dtype in your file is undone" in render(result, half.grader)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("input('how many?')", "Line 2 asks for input, and nobody is there to give it"),
        ("breakpoint()", "`breakpoint()` stops before line 3, and nobody is there to look"),
    ],
)
def test_asking_and_stopping(elsewhere, line, said):
    """Nobody waits for an answer that waits for somebody."""
    stub = elsewhere.exercises["warmup/half"].stub_path
    stub.write_text(f"def half(x):\n    {line}\n    return x / 2\n")
    assert said in " ".join(kata("check", "half", cwd=elsewhere.root).stdout.split())


def test_shadowing_files(solved):
    """A random.py or torch.py beside the exercises hides nothing from them."""
    for name in HIDING:
        (solved / f"{name}.py").write_text("print(1)\n")
    assert "passed" in kata_apart("check", ROW, cwd=solved).stdout


@pytest.mark.parametrize("environment", [ASCII, {"PYTHONOPTIMIZE": "2"}])
def test_ascii_and_paths(solved, environment):
    """A path that ASCII cannot say, and docstrings that Python leaves away, are no obstacle."""
    done = kata_apart("check", ROW, cwd=solved, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "passed" in done.stdout


@pytest.fixture
def canvas(tmp_path):
    """A download of Canvas with one student's file, collected: `canvas(name, bytes)`."""
    (tmp_path / "roster.csv").write_text("id,name,canvas_id\ns1,Ada Lovelace,7001\n")

    def collect(name, data):
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / f"lovelaceada_7001_40001_{name}").write_bytes(data)
        options = ("--from", "canvas", "--roster", tmp_path / "roster.csv")
        done = kata("collect", tmp_path / "in", *options, "--out", tmp_path / "out", cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return tmp_path / "out" / "s1"

    return collect


def test_handed_in_with_venv(canvas, course):
    """What was installed beside the work is left out, however many files that are."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(1100):
            archive.writestr(f"pack/.venv/lib/{number}.py", "")
        archive.writestr(f"pack/exercises/{ROW}.py", course.exercises[ROW].solution)
    taken = canvas("pack.zip", packed.getvalue())
    assert [path.name for path in taken.rglob("*.py")] == ["row_probabilities.py"]


def test_large_notebook(canvas):
    """A notebook with a picture of 3 MB is taken, as `kata grade` reads it."""
    outputs = [{"output_type": "display_data", "data": {"image/png": "A" * 3_000_000}}]
    cell = {"cell_type": "code", "source": "x = 1", "outputs": outputs, "metadata": {}}
    notebook = json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    taken = canvas("probabilities.ipynb", notebook.encode())
    assert (taken / "probabilities.ipynb").stat().st_size > 3_000_000
