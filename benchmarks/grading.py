"""What the walls cost: per exercise, per submission, with many submissions, with two workers.

Everything is measured in one run, on the same submissions of one loss exercise: (a) behind the
walls, (b) with a fresh pytest for each, as popular graders do it, (c) observed in this process.

And by assurance, over all exercises of the course: what each that is available here costs more
than (c).

Run: python benchmarks/grading.py [submissions | assurances]
"""

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from torchkata.course.course import Course
from torchkata.grading import batch
from torchkata.grading.grading_run import Terms
from torchkata.grading.submission import find_all
from torchkata.running import practice
from torchkata.running.files import File
from torchkata.running.known_answers import judge_against
from torchkata.sandbox import backends

ROOT = Path(__file__).parents[1]
EXERCISE = "cross_entropy/weighted_mean"
SEEDS = (1, 2)


def hand_in(folder, text, count):
    """Write `count` submissions of one exercise."""
    for number in range(count):
        path = Path(folder, f"s{number:04}", f"{EXERCISE}.py")
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return folder


def graded(course, folder, workers=1, kind=backends.Sandbox):
    """Seconds that a batch takes from its first verdict to its last, and how many there are."""
    submissions = find_all(course, [folder])
    done = batch.run(submissions, Terms(SEEDS, kind), workers=workers)
    # The workers have started, and the reference has been observed, once the first is there.
    next(done)
    begun = time.perf_counter()
    rest = len(list(done))
    return time.perf_counter() - begun, rest


def with_pytest(folder, rounds):
    """Seconds that a fresh pytest takes for each submission."""
    taken = []
    for number in range(rounds):
        given = f"--submission={folder}/s{number:04}"
        begun = time.perf_counter()
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", given]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def in_process(exercise, rounds=50):
    """Seconds that loading, observing and judging takes in this process."""
    file = File("weighted_mean.py", exercise.solution)
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        practice.examine(exercise, file, SEEDS)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken[1:])


def behind_walls(exercise, rounds=50):
    """(seconds to start a worker, per answer on two seeds and on one, its MB, MB of a fork)."""
    begun = time.perf_counter()
    with backends.Sandbox() as sandbox:
        start = time.perf_counter() - begun
        medians = []
        for seeds in (SEEDS, SEEDS[:1]):
            taken = []
            for _ in range(rounds):
                begun = time.perf_counter()
                sandbox.respond(exercise, exercise.solution, seeds)
                taken.append(time.perf_counter() - begun)
            medians.append(statistics.median(taken))
        return start, *medians, *memory(sandbox, exercise)


def by_assurance(course, kind):
    """(seconds to start a worker, median of what the walls cost more per exercise), on one seed."""
    begun = time.perf_counter()
    with kind() as walls:
        start, more = time.perf_counter() - begun, []
        for exercise in course.exercises.values():
            file = File(f"{exercise.id}.py", exercise.solution)
            practice.examine(exercise, file, SEEDS[:1])
            rounds = []
            for _ in range(5):
                here, there = (
                    timed(practice.examine, exercise, file, SEEDS[:1]),
                    timed(judged, walls, exercise),
                )
                rounds.append(there - here)
            more.append(statistics.median(rounds))
    return start, statistics.median(more)


def judged(walls, exercise):
    """The verdict on the reference, behind the walls."""
    seen = walls.respond(exercise, exercise.solution, SEEDS[:1])
    return judge_against(exercise, seen, SEEDS[:1])


def timed(function, *arguments):
    """Seconds that a call takes."""
    begun = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begun


def assurances(course):
    """Print a line for each assurance."""
    for name, kind in backends.BY_ASSURANCE.items():
        try:
            start, more = by_assurance(course, kind)
            print(f"{name:<10} start {start:6.2f} s, {1000 * more:8.1f} ms more an exercise")
        except backends.NoWalls as refusal:
            print(f"{name:<10} {refusal}")


def memory(sandbox, exercise):
    """MB of the waiting process, and what a fork of it holds for itself while it answers."""
    waiting = max(children(sandbox._process.pid), key=lambda pid: field(pid, "VmRSS"))
    held = exercise.solution + "\nimport time\ntime.sleep(1)\n"
    answer = threading.Thread(target=sandbox.respond, args=(exercise, held, SEEDS))
    answer.start()
    time.sleep(0.5)
    forks = children(waiting)
    private = max((private_of(pid) for pid in forks), default=0.0)
    answer.join()
    return field(waiting, "VmRSS"), private


def children(pid):
    """The processes below one, all the way down."""
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            below = [int(word) for word in path.read_text().split()]
            found += below
            waiting += below
    return found


def field(pid, name):
    """A size of /proc/PID/status, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def private_of(pid):
    """What a process shares with no other, in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    sizes = (line.split() for line in text.splitlines() if line.startswith("Private_"))
    return sum(int(size) for _, size, _ in sizes) / 1024


def main(largest=1000):
    """Measure, and print a table."""
    course = Course(ROOT)
    assurances(course)
    if largest is None:
        return
    exercise = course.exercises[EXERCISE]
    start, walled, once, worker, fork = behind_walls(exercise)
    inside = in_process(exercise)
    print(f"start of a worker          {start:8.2f} s, {worker:.0f} MB; a fork adds {fork:.0f} MB")
    print(f"(c) observed in process    {1000 * inside:8.1f} ms an exercise")
    more = 1000 * (walled - inside)
    print(f"(a) behind the walls       {1000 * walled:8.1f} ms an exercise, {more:.1f} ms more")
    with tempfile.TemporaryDirectory() as folder:
        hand_in(folder, exercise.solution, 10)
        fresh = with_pytest(folder, 5)
        print(f"(b) a fresh pytest         {1000 * fresh:8.1f} ms a submission")
        print(
            f"    (b) / (a)              {fresh / walled:8.1f}, on one seed too {fresh / once:.1f}"
        )
    rates = {}
    for count in sorted({10, 100, largest}):
        for workers in (1, 2):
            with tempfile.TemporaryDirectory() as folder:
                folder = Path(hand_in(folder, exercise.solution, count + 1))
                seconds, done = graded(course, folder, workers)
            rates[count, workers] = done / seconds
            each = 1000 * seconds / done
            print(f"{count:5} submissions, {workers} workers {each:7.1f} ms each")
    print(f"    2 workers / 1 worker   {rates[largest, 2] / rates[largest, 1]:8.2f}")


if __name__ == "__main__":
    main(*(None if word == "assurances" else int(word) for word in sys.argv[1:]))
