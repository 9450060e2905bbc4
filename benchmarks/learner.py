"""How long a learner waits: a cold `pytest` of one exercise, beside what torch itself takes.

Speeds differ between machines and moments, so everything is measured in turns within one run, and
what counts is the difference and the ratio.

Run: python benchmarks/learner.py [rounds]
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]

TORCH = "import torch"
OPTIMIZER = "import torch; torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)"


def python(code):
    """A fresh process that runs some code."""
    return [sys.executable, "-c", code]


def pytest(exercise):
    """A fresh pytest of one exercise, solved."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return [*command, "--submission=solutions", f"exercises/{exercise}.py"]


# (what is run, what it is compared with)
RUNS = {
    "import torch": (python(TORCH), None),
    "torch and its first optimizer": (python(OPTIMIZER), None),
    "pytest: a loss": (pytest("cross_entropy/weighted_mean"), "import torch"),
    "pytest: layouts": (pytest("probabilities/class_probabilities"), "import torch"),
    "pytest: an optimizer by hand": (pytest("optimizers_from_scratch/adam"), "import torch"),
    "pytest: model, loss, optimizer": (pytest("optimizers/build"), "torch and its first optimizer"),
    "pytest: a training loop": (
        pytest("training_loop/train_one_epoch"),
        "torch and its first optimizer",
    ),
}


def seconds(command):
    """How long a command takes."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begun


def main(rounds=5):
    """Measure all runs in turns, and print medians."""
    taken = {name: [] for name in RUNS}
    for _ in range(rounds):
        for name, (command, _) in RUNS.items():
            taken[name].append(seconds(command))
    print(f"{'median of ' + str(rounds):34}{'seconds':>9}{'more':>9}{'ratio':>8}   than")
    for name, (_, base) in RUNS.items():
        median = statistics.median(taken[name])
        line = f"{name:34}{median:9.2f}"
        if base is not None:
            beside = statistics.median(taken[base])
            line += f"{median - beside:9.2f}{median / beside:8.2f}   {base}"
        print(line)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
