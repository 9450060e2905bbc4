"""How long a learner waits: a cold `pytest` of one exercise, a save under `kata watch`, and `kata`.

Speeds differ between machines and moments, so everything is measured in turns within one run, and
what counts is the difference and the ratio. A cold run is measured in seconds of the processor,
which others on the machine lengthen less.

Run: python benchmarks/learner.py [rounds]
"""

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]

KATA = [sys.executable, "-c", "from torchkata.cli.start import main; main()"]
TORCH = "import torch"
OPTIMIZER = "import torch; torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)"


def python(code):
    """A fresh process that runs some code."""
    return [sys.executable, "-c", code]


def pytest(exercise, *options):
    """A fresh pytest of one exercise, solved, in a learner's workspace."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return [*command, *options, f"exercises/{exercise}.py"]


# (what is run, what it is compared with)
RUNS = {
    "import torch": (python(TORCH), None),
    "torch and its first optimizer": (python(OPTIMIZER), None),
    "pytest: a loss": (pytest("cross_entropy/weighted_mean"), "import torch"),
    "the same, --submission": (
        pytest("cross_entropy/weighted_mean", "--submission=solutions"),
        "pytest: a loss",
    ),
    "pytest: layouts": (pytest("probabilities/class_probabilities"), "import torch"),
    "pytest: an optimizer by hand": (pytest("optimizers_from_scratch/adam"), "import torch"),
    "pytest: model, loss, optimizer": (pytest("optimizers/build"), "torch and its first optimizer"),
    "pytest: a training loop": (
        pytest("training_loop/train_one_epoch"),
        "torch and its first optimizer",
    ),
}


def workspace(folder):
    """Make a workspace in which everything is solved."""
    subprocess.run([*KATA, "init", folder, "--course", ROOT], check=True, capture_output=True)
    for path in (ROOT / "solutions").glob("*/*.py"):
        shutil.copy(path, folder / "exercises" / path.parent.name)
    shutil.copytree(ROOT / "solutions", folder / "solutions")


def seconds(command, folder):
    """How long a command keeps a processor busy."""
    begun = _used()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return _used() - begun


def _used():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def saves(rounds):
    """{exercise: seconds from each save to the verdict, under `kata watch --plain`}."""
    taken = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in ("exercises", "graders", "solutions"):
            shutil.copytree(ROOT / part, Path(folder, part))
        for exercise in ("cross_entropy/weighted_mean", "optimizers_from_scratch/adam"):
            taken[exercise] = _of_saves(Path(folder), exercise, rounds)
    return taken


def _of_saves(folder, exercise, rounds):
    text = (ROOT / "solutions" / f"{exercise}.py").read_text()
    path = folder / "exercises" / f"{exercise}.py"
    command = [*KATA, "watch", exercise, "--plain"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        _until(process, "todo")
        found = []
        for number in range(rounds + 1):
            half = path.with_suffix(".half")
            half.write_text(f"{text}\n# save {number}\n")
            begun = time.perf_counter()
            half.replace(path)
            _until(process, "Passed.")
            found.append(time.perf_counter() - begun)
        process.terminate()
    # The first answer of an exercise has the reference observed too.
    return found[1:]


def _until(process, text):
    for line in process.stdout:
        if text in line:
            return
    raise RuntimeError(f"kata watch ended without {text!r}")


def alone(rounds):
    """Seconds that `kata` takes where nothing has changed."""
    with tempfile.TemporaryDirectory() as folder:
        for part in ("exercises", "graders", "solutions"):
            shutil.copytree(ROOT / part, Path(folder, part))
        runs = [_seconds_in(folder, KATA) for _ in range(rounds + 1)]
    return runs[1:]


def _seconds_in(folder, command):
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - begun


def cold(rounds):
    """{run: its seconds}, measured in turns."""
    taken = {name: [] for name in RUNS}
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "mine")
        workspace(folder)
        for _ in range(rounds):
            for name, (command, _) in RUNS.items():
                taken[name].append(seconds(command, folder))
    return taken


def main(rounds=5):
    """Measure everything, and print medians."""
    taken = cold(rounds)
    print(f"{'median of ' + str(rounds):34}{'seconds':>9}{'more':>9}{'ratio':>8}   than")
    for name, (_, base) in RUNS.items():
        median = statistics.median(taken[name])
        line = f"{name:34}{median:9.2f}"
        if base is not None:
            beside = statistics.median(taken[base])
            line += f"{median - beside:9.2f}{median / beside:8.2f}   {base}"
        print(line)
    print("\nfrom a save to the verdict under `kata watch`:")
    for exercise, found in saves(2 * rounds).items():
        median = statistics.median(found)
        print(f"{exercise:34}{median:9.3f}")
    print(f"{'kata, nothing changed':34}{statistics.median(alone(rounds)):9.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
