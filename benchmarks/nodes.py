"""What a second node of a Ray cluster brings: the time of two, as a share of the time of one.

Run: python benchmarks/nodes.py [submissions]      2000, unless you say otherwise

It takes torchkata[ray].

Both nodes are this machine, with a core each, so it takes two cores with little else to do.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
from ray.cluster_utils import Cluster as Nodes

from torchkata.course.course import Course
from torchkata.grading import batch
from torchkata.grading.cluster import Cluster
from torchkata.grading.grading_run import Terms
from torchkata.grading.submission import find_all

EXERCISE = "probabilities/row_probabilities"


def main(count=2000):
    """Measure, and say so."""
    course = Course(Path(__file__).parents[1])
    solution = course.exercises[EXERCISE].solution_path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            path = Path(folder, f"s{number:05}", f"{EXERCISE}.py")
            path.parent.mkdir(parents=True)
            path.write_text(f"{solution}# {number}\n", encoding="utf-8")
        submissions = find_all(course, [Path(folder)], [course.exercises[EXERCISE]], "class")
        nodes = Nodes()
        add_to(nodes)
        one = seconds(course, submissions, nodes.address)
        add_to(nodes)
        two = seconds(course, submissions, nodes.address)
        nodes.shutdown()
    print(f"{count} submissions: one node {one:.1f} s, two nodes {two:.1f} s: {two / one:.2f}")


def add_to(nodes):
    """A node of one core; on a busy machine Ray ends one that is not ready after 15 seconds."""
    for _ in range(5):
        try:
            return nodes.add_node(num_cpus=1, include_dashboard=False)
        except Exception as problem:
            print(f"again: {problem}")
    raise SystemExit("Ray does not start here")


def seconds(course, submissions, address):
    """How long they take on all nodes there are; the start of walls is not counted."""
    terms = Terms((1, 2), public=True)
    with Cluster(address, course, terms) as machines:
        began = time.monotonic()
        done = list(batch.run(submissions, terms, machines=machines))
        assert all(one.record.points for one in done)
        return time.monotonic() - began


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
