"""Ray itself: two nodes on this machine, one of which is killed in the middle."""

import contextlib
import os
import shutil
import socket

import msgspec
import pytest

from torchkata.grading import batch, runs
from torchkata.grading.cluster import Cluster
from torchkata.grading.grading_run import Terms
from torchkata.grading.results import load
from torchkata.grading.submission import find_all

from command import kata

EXERCISES = ["probabilities/row_probabilities", "cross_entropy/weighted_mean"]
STUDENTS = 24
_TRIES = 4
# Nodes that wait for such a port to be found end, on a busy machine, before it is.
_PORTS = (
    "metrics_agent_port",
    "metrics_export_port",
    "dashboard_agent_listen_port",
    "runtime_env_agent_port",
)


@pytest.fixture(scope="module")
def nodes():
    """A cluster of two nodes of one core each: its address, and the second node's end."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster as Nodes

    made = Nodes()
    _node(made, include_dashboard=False)
    second = _node(made, env_vars={"ATEN_CPU_CAPABILITY": "default"})
    yield made.address, lambda: made.remove_node(second, allow_graceful=False)
    made.shutdown()


def _node(cluster, **options):
    """Another node; on a busy machine Ray ends one that is not ready after 15 seconds."""
    for _ in range(_TRIES):
        with contextlib.suppress(Exception):
            return cluster.add_node(num_cpus=1, **options, **_ports())
    return cluster.add_node(num_cpus=1, **options, **_ports())


def _ports():
    with socket.socket() as one, socket.socket() as two, socket.socket() as three, \
         socket.socket() as four:  # fmt: skip
        sockets = (one, two, three, four)
        for free in sockets:
            free.bind(("127.0.0.1", 0))
        return dict(zip(_PORTS, (free.getsockname()[1] for free in sockets), strict=True))


@pytest.fixture(scope="module")
def handed_in(course, tmp_path_factory):
    """A class: solutions, and one of the known mistakes for every third."""
    folder = tmp_path_factory.mktemp("class")
    for number in range(STUDENTS):
        for name in EXERCISES:
            target = folder / f"s{number:02}" / f"{name}.py"
            target.parent.mkdir(parents=True)
            shutil.copy(course.exercises[name].solution_path, target)
            text = target.read_text()
            wrong = text.replace("dim=1", "dim=0").replace(".sum()", ".mean()")
            target.write_text(f"{wrong if number % 3 == 0 else text}# {number}\n")
    return folder


def _records(folder):
    """All of a batch, without when and where they were made."""
    for path in sorted((folder / "records").iterdir()):
        record = msgspec.json.decode(path.read_bytes())
        for name in ("began", "seconds", "host", "processor", "platform"):
            record.pop(name)
        for one in record["exercises"]:
            one.pop("seconds")
        yield record


@pytest.mark.nightly
def test_a_node_that_is_killed_changes_nothing(course, handed_in, nodes, tmp_path):
    """Records and gradebook equal those of one machine, but for when and where they were made.

    The second node computes as an older processor does, so verdicts are the same there, too.
    """
    address, kill = nodes
    exercises = [course.exercises[name] for name in EXERCISES]
    submissions = find_all(course, [handed_in], exercises, "class")
    terms, places = Terms((1, 2), public=True), [tmp_path / name for name in ("near", "far")]
    for place in places:
        runs.terms_of(place, course, terms)
    assert len(list(batch.run(submissions, terms, places[0], workers=1))) == STUDENTS
    with Cluster(address, course, terms) as machines:
        assert (machines.count, machines.refusals) == (2, [])
        for count, _ in enumerate(batch.run(submissions, terms, places[1], machines=machines)):
            if count == STUDENTS // 3:
                kill()
    near, far = (list(_records(place)) for place in places)
    assert near == far
    assert len({kata("export", place, "--to", "csv").stdout for place in places}) == 1
    processors = {
        msgspec.json.decode(path.read_bytes())["processor"].partition(",")[0]
        for path in (places[1] / "records").iterdir()
    }
    assert "DEFAULT" in processors
    assert len(processors) == 2
    assert {one.exercises[0].verdict for one in load(places[1]).students} == {"passed", "wrong"}
