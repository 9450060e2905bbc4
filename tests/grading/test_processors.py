"""Right on any processor: torch chooses its code by what the processor has, and numbers differ."""

import shutil
from unittest import mock

import pytest
import torch

from torchkata.course.course import Course
from torchkata.grading import pack
from torchkata.grading.assignment import Assignment
from torchkata.grading.grading_run import Worker

from command import kata_apart

# Those whose right answers were rejected when float64 was drawn as float32.
FEW = [
    "cross_entropy/safe_cross_entropy",
    "cross_entropy/scaled_weights",
    "debugging/tutorial_epoch",
    "optimizers/build",
    "optimizers/frozen_step",
]
OTHERS = ["default", "avx2"]
ANSWER = """
import sys, pytest, torch
print(torch.backends.cpu.get_cpu_capability())
sys.exit(pytest.main(["-q"]))
"""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("few", marks=pytest.mark.slow),
        pytest.param("all", marks=pytest.mark.nightly),
    ],
)
def names(request, course):
    """The exercises of a run: a few, or all of the course."""
    return FEW if request.param == "few" else list(course.exercises)


@pytest.fixture(scope="module")
def solved(names, course, tmp_path_factory):
    """A pack that was made on this processor, with a right answer in each file."""
    out = tmp_path_factory.mktemp("given") / "pack"
    with mock.patch.object(pack, "MOST_PAIRS", 2):
        pack.build(course, Assignment("Everywhere", names), out)
    for exercise in Course(out).exercises.values():
        exercise.stub_path.write_text(course.exercises[exercise.id].solution)
    return out


@pytest.mark.parametrize("capability", OTHERS)
def test_a_pack_takes_right_answers_on_another_processor(solved, names, capability):
    """An older x86 takes the path that ARM takes."""
    done = kata_apart(cwd=solved, code=ANSWER, ATEN_CPU_CAPABILITY=capability)
    assert done.stdout.startswith(f"{capability.upper()}\n")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(" passed in ") == 1


@pytest.mark.parametrize("capability", OTHERS)
def test_grading_takes_right_answers_from_another_processor(
    worker, names, course, tmp_path, capability
):
    """The reference runs on one kind, and what was handed in behind the walls on another."""
    for name in names:
        target = tmp_path / "ada" / f"{name}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(course.exercises[name].solution_path, target)
    typed = ("grade", tmp_path / "ada", "--course", course.root)
    done = kata_apart(*typed, ATEN_CPU_CAPABILITY=capability)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" passed\n") == len(names)


@pytest.mark.slow
def test_the_sandbox_uses_what_its_processor_has(worker, look, monkeypatch):
    """Whatever the process that grades is told to use: the environment stays outside."""
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    with Worker() as walled:
        text = "import torch\ndef look():\n    return torch.backends.cpu.get_cpu_capability()\n"
        seen = walled.respond(look, text, [1]).observations["once", 1]
    assert seen == {"result": torch.backends.cpu.get_cpu_capability()}
