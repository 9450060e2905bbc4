"""The contract that a reference disturbs nothing finds one that does."""

import pytest
import torch

from torchkata.authoring.findings.references import changed_data, disturbed, seeded
from torchkata.course.course import Course

DISTURBING = {
    "default dtype": "torch.set_default_dtype(torch.float64)",
    "default device": "torch.set_default_device('meta')",
    "threads": "torch.set_num_threads(2)",
    "grad mode": "torch.set_grad_enabled(False)",
    "anomaly mode": "torch.autograd.set_detect_anomaly(True, check_nan=False)",
    "precision of products": "torch.set_float32_matmul_precision('medium')",
    "Python's generator": "__import__('random').random()",
    "recursion limit": "__import__('sys').setrecursionlimit(3000)",
    "path": "__import__('sys').path.append('/nowhere')",
    "warnings": "__import__('warnings').simplefilter('ignore', UserWarning)",
    "environment": "__import__('os').environ.update(KATA_SET='1')",
    "folder": "__import__('os').chdir('/')",
}

GRADER = '''
import torch
from torch.utils.data import DataLoader, TensorDataset

from torchkata import Grader

grader = Grader(points=1, level=1, hints=("None: this is no exercise.",))


@grader.observe
def what_comes_back(answer, batches, options, loader, model, params):
    answer(batches, options, loader, model, params)
    return {"seen": torch.randn(2)}


@grader.case
def once():
    """Data in a list (nan among them), in a dict and in a loader; a model, and params."""
    loader = DataLoader(TensorDataset(torch.ones(3)))
    params = [torch.ones(2)]
    return [(torch.tensor([1.0, torch.nan]), 1)], {"lr": 0.1}, loader, torch.nn.Linear(2, 2), params
'''
SOLUTION = '''
import torch


def look(batches, options, loader, model, params):
    """Look at what is given."""
    {line}
'''


@pytest.fixture(autouse=True)
def _as_it_was():
    """What a reference of these tests sets and `undisturbed` does not put back."""
    yield
    torch.autograd.set_detect_anomaly(False)
    torch.set_float32_matmul_precision("highest")


@pytest.fixture
def begins_with(half, monkeypatch):
    """Let the reference of the small course's first exercise do something first."""
    monkeypatch.setenv("KATA_SET", "")

    def change(line):
        text = half.solution_path.read_text()
        half.solution_path.write_text(
            text.replace("    return x / 2", f"    {line}\n    return x / 2", 1)
        )
        assert line in half.solution
        return half

    return change


@pytest.fixture
def looking(elsewhere):
    """An exercise whose reference does one thing to its arguments."""

    def write(line):
        for folder, text in (("graders", GRADER), ("solutions", SOLUTION.format(line=line))):
            (elsewhere.root / folder / "warmup" / "look.py").write_text(text)
        return Course(elsewhere.root).exercises["warmup/look"]

    return write


def test_a_reference_that_disturbs_nothing_is_in_order(half):
    """The small course's own."""
    assert (disturbed(half), seeded(half)) == ({}, [])
    assert changed_data(half) == {"row": (1, set()), "table": (1, set()), "large": (1, set())}


@pytest.mark.parametrize("what", DISTURBING)
def test_a_reference_that_disturbs_is_found(begins_with, what):
    """By what it has set, although it is put back afterwards."""
    assert what in disturbed(begins_with(DISTURBING[what]))


@pytest.mark.parametrize(
    "line",
    ["torch.manual_seed(0)", "torch.random.manual_seed(0)", "import random; random.seed(0)"],
)
def test_a_reference_that_seeds_is_found(begins_with, line):
    """Anyone who draws after it would draw the same numbers each time."""
    ((_, name),) = seeded(begins_with(line))
    assert name.endswith("seed")


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("batches[0][0].mul_(2)", "batches[0][0]"),
        ("batches[0] = (batches[0][0], 2)", "batches[0][1]"),
        ("batches.append((torch.ones(2), 1))", "batches[1][0]"),
        ("options['lr'] = 0.2", "options[lr]"),
        ("options.clear()", "options[lr]"),
        ("loader.dataset.tensors[0].zero_()", "loader[0][0]"),
    ],
)
def test_a_reference_that_changes_its_data_is_found(looking, line, where):
    """Wherever they are among its arguments."""
    ((count, changed),) = changed_data(looking(line)).values()
    assert count == 4
    assert where in changed


@pytest.mark.parametrize("line", ["model.weight.data.zero_()", "params[0].zero_()", "pass"])
def test_what_is_there_to_be_trained_may_change(looking, line):
    """A model, an optimizer, and what an argument calls `params`."""
    assert changed_data(looking(line)) == {"once": (4, set())}
