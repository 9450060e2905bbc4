"""An exercise that is half written stops nothing but itself."""

import json
import shutil

import pytest

from command import kata

GRADER = """\
import torch

from torchkata import Grader

grader = Grader(points=1, level=1, hints=("A question.",))


@grader.observe
def what_comes_back(answer, x):
    return {"half": answer(x)}


@grader.case
def row():
    \"\"\"Four random numbers.\"\"\"
    return torch.randn(4)
"""
SOLUTION = 'def begun(x):\n    """Do nothing yet."""\n    return x\n'
# {what is half written: (the grader, the solution), what is said of it}
HALF = {
    "no Grader": (("", SOLUTION), "graders/warmup/begun.py:1: no `grader = Grader(...)`"),
    "a grader that does not parse": (("def", SOLUTION), "graders/warmup/begun.py:1: invalid"),
    "a grader that is no text": (("\udcff", SOLUTION), "graders/warmup/begun.py cannot be read"),
    "a grader that needs what is not there": (
        (f"import nowhere\n{GRADER}", SOLUTION), "begun.py:1: ModuleNotFoundError: No module",
    ),
    "no solution": ((GRADER, None), "solutions/warmup/begun.py: missing; write the reference"),
    "an empty solution": ((GRADER, ""), "no function or class is named 'begun'"),
    "a solution that does not parse": ((GRADER, "def"), "solutions/warmup/begun.py:1: invalid"),
    "a reference that raises": (
        (GRADER, SOLUTION.replace("return x", "raise TypeError")),
        "case 'row': the reference fails with TypeError",
    ),
}  # fmt: skip


@pytest.fixture(params=HALF)
def beside(request, elsewhere):
    """The small course with one more exercise, and what is wrong with that."""
    files, said = HALF[request.param]
    for folder, text in zip(("graders", "solutions"), files, strict=True):
        if text is not None:
            path = elsewhere.root / folder / "warmup" / "begun.py"
            path.write_text(text, errors="surrogateescape")
    return elsewhere.root, said


def test_all_others_are_proved(beside):
    """The one is a problem among theirs."""
    root, said = beside
    done = kata("prove", "--json", "--seeds", "1", "--no-mutants", "--course", root)
    assert done.returncode == 1
    proofs = {one["exercise"]: one for one in json.loads(done.stdout)["exercises"]}
    (problem,) = proofs["warmup/begun"]["problems"]
    assert said in problem
    assert proofs["warmup/half"]["caught"] == 3
    assert said not in done.stderr


def test_another_is_proved_and_written(beside):
    """And what is wrong with the one is no fault of the other."""
    root, _ = beside
    shutil.rmtree(root / "exercises")
    names = ("warmup/half", "--seeds", "1", "--no-mutants", "--course", root)
    done = kata("prove", *names, "--write")
    assert "3 of 3 misconceptions caught" in done.stdout
    assert "warmup/begun" not in done.stdout
    assert (root / "exercises/warmup/half.py").is_file()


def test_others_are_graded(beside, tmp_path):
    """Whatever would count of its module, and with records; the one is named."""
    root, said = beside
    (tmp_path / "ann" / "warmup").mkdir(parents=True)
    for name in ("half", "double"):
        shutil.copy(root / f"solutions/warmup/{name}.py", tmp_path / "ann/warmup")
    for counts in ((), ("--module", "warmup")):
        out = tmp_path / f"results{len(counts)}"
        done = kata("grade", tmp_path / "ann", "--one", "--out", out, *counts, "--course", root)
        assert done.returncode == 0, done.stderr
        assert "ann: 2 of 2 points" in done.stdout
        assert done.stderr.startswith("warmup/begun cannot be used: ")
        assert said in done.stderr
    done = kata("regrade", out, "--yes", "--course", root)
    assert done.stdout.startswith("No verdict and no points change."), done.stderr


def test_others_are_given_out_and_printed(beside, tmp_path):
    """What names its module is refused, since a grade would be out of less than was meant."""
    root, said = beside
    done = kata("assign", "half", "double", "--out", tmp_path / "pack", "--course", root)
    assert done.returncode == 0, done.stderr
    done = kata("assign", "warmup", "--out", tmp_path / "other", "--course", root)
    assert done.returncode == 2
    assert said in done.stderr
    said_by_others = json.loads(kata("sentences", "--course", root).stdout)
    assert "warmup/half/title" in said_by_others
