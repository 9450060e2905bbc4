"""What a class costs besides the walls: collecting, reading, judging, keeping, exporting.

A class of 200 hands in 8 exercises each, three in five of them right. One worker grades them, so
that seconds behind the walls and seconds elsewhere add up to what passes on the clock.

Run: python benchmarks/class.py [students]
"""

import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from torchkata.cli.collect import write as write_collected
from torchkata.course.course import Course
from torchkata.grading import batch, grading_run, results, runs
from torchkata.grading.assignment import Assignment
from torchkata.grading.grading_run import Terms
from torchkata.grading.submission import find_all
from torchkata.platforms.downloads import Download, reading
from torchkata.platforms.exporters import FORMATS, OF_ONE
from torchkata.platforms.exporters.common import Options
from torchkata.platforms.matching import plan_of
from torchkata.platforms.roster import read as read_roster
from torchkata.platforms.sources import SOURCES

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
import submissions as answers  # noqa: E402

EXERCISES = (
    "probabilities/row_probabilities", "probabilities/prediction", "probabilities/softmax",
    "cross_entropy/cross_entropy", "cross_entropy/weighted_mean", "cross_entropy/class_weights",
    "optimizers/sgd_step", "training_loop/train_step",
)  # fmt: skip
SEEDS = (1, 2)


class Clock:
    """Seconds by what they were spent on."""

    def __init__(self):
        self.spent = {}

    @contextmanager
    def on(self, what):
        """Count what passes within."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.spent[what] = self.spent.get(what, 0.0) + time.perf_counter() - begun


def hand_in(course, folder, students):
    """Write a made-up download: a folder for each student, files as in the course."""
    texts = {}
    for name in EXERCISES:
        exercise = course.exercises[name]
        right, wrong = answers.right(exercise), answers.wrong(exercise)
        texts[name] = [*right.values()], [*wrong.values()]
    lines = ["id,name"]
    for number in range(students):
        lines.append(f"s{number:04},Student {number}")
        for index, (name, (right, wrong)) in enumerate(texts.items()):
            kind = right if (number + index) % 5 < 3 else wrong
            path = folder / "download" / f"s{number:04}" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(kind[(number * 7 + index) % len(kind)])
    (folder / "roster.csv").write_text("\n".join(lines) + "\n")


def graded(course, folder, clock):
    """Go from the download to all exports of the class."""
    with clock.on("collecting"), reading(folder / "download") as entries:
        roster = read_roster(folder / "roster.csv")
        plan = plan_of(SOURCES["folder"](Download(entries, roster)), roster, "last")
        write_collected(plan, roster, None, folder / "work")
    given = Assignment("Benchmark", list(EXERCISES), partial=True)
    out = folder / "results"
    with clock.on("reading, judging and keeping"):
        found = find_all(course, [folder / "work"], [course.exercises[n] for n in EXERCISES])
        terms = runs.terms_of(out, course, Terms(SEEDS, assignment=given))
        batch.keep_manifest([folder / "work"], out)
        count = sum(len(done.record.exercises) for done in batch.run(found, terms, out, 1))
    with clock.on("exporting"):
        for name, export in FORMATS.items():
            whole = results.load(out)
            if name not in (*OF_ONE, "canvas"):
                export(whole, Options(by="username"))
            elif name == "gradescope":
                for one in whole.students:
                    export(whole, Options(one.student))
    return count


def main(students=200):
    """Measure, and print shares."""
    course, clock = Course(ROOT), Clock()
    real_respond, real_init = grading_run.Worker.respond, grading_run.Worker.__init__

    def respond(self, *arguments, **options):
        with clock.on("behind the walls"):
            return real_respond(self, *arguments, **options)

    def init(self, *arguments, **options):
        with clock.on("building the walls"):
            real_init(self, *arguments, **options)

    grading_run.Worker.respond, grading_run.Worker.__init__ = respond, init
    with tempfile.TemporaryDirectory() as name:
        hand_in(course, Path(name), students)
        count = graded(course, Path(name), clock)
    spent = clock.spent
    walls = spent["behind the walls"] + spent["building the walls"]
    spent["reading, judging and keeping"] -= walls
    total = sum(spent.values())
    print(
        f"{students} students, {count} answers, {total:.1f} s; {1000 * total / count:.1f} ms each"
    )
    for what, seconds in spent.items():
        print(f"{what:30}{seconds:8.2f} s{100 * seconds / total:7.1f} %")
    print(f"{'besides the walls':30}{total - walls:8.2f} s{100 * (total - walls) / total:7.1f} %")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
