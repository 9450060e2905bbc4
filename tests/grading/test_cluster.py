"""Grading on the nodes of a cluster: what crosses, what is lost, and what is not used."""

import re
import socket
import sys
from unittest import mock

import msgspec
import pytest

from torchkata.grading import batch, cluster_slot, records
from torchkata.grading.cluster import Cluster, NoCluster
from torchkata.grading.grading_run import Terms
from torchkata.grading.submission import find_all
from torchkata.sandbox import backends
from torchkata.sandbox.backends import NoWalls

from open_walls import Nowhere, Open
from ray_in_place import Node

TERMS = Terms((1, 2), Open)
ANSWERS = {
    "ann": "def half(x):\n    return x / 2\n",
    "ben": "def half(x):\n    return x\n",
    "cem": "def half(x):\n    return x / 2  # ok\n",
    "dee": "def half(x: 'not Python'\n",
    "eli": None,
    "fay": "ㅎ" * 200_000,
}


@pytest.fixture
def submissions(elsewhere, monkeypatch):
    """A class: right, wrong, no Python, nothing there, and too large."""
    monkeypatch.setitem(backends.BY_ASSURANCE, "limited", Open)
    folder = elsewhere.root / "handed_in"
    for name, text in ANSWERS.items():
        (folder / name / "warmup").mkdir(parents=True)
        if text is not None:
            (folder / name / "warmup" / "half.py").write_text(text)
    return find_all(elsewhere, [folder], [elsewhere.exercises["warmup/half"]], "class")


def graded(course, submissions, terms=TERMS, out=None):
    """{student: record} of a class that is graded on the cluster that is there."""
    with Cluster("local", course, terms) as machines:
        done = list(batch.run(submissions, terms, out, machines=machines))
    return {one.record.submission: one.record for one in done}


def lasting(record):
    """A record without when and where it was made."""
    nowhere = {"began": "", "seconds": 0.0, "host": "", "processor": ""}
    exercises = [msgspec.structs.replace(one, seconds=0.0) for one in record.exercises]
    return msgspec.structs.replace(record, exercises=exercises, **nowhere)


def test_records_are_those_of_one_machine(ray_of, elsewhere, submissions, tmp_path):
    """But for when and where they were made; the files are kept, too."""
    ray_of(Node("a"))
    far = graded(elsewhere, submissions, out=tmp_path / "out")
    near = {one.record.submission: one.record for one in batch.run(submissions, TERMS)}
    assert {name: lasting(one) for name, one in far.items()} == {
        name: lasting(one) for name, one in near.items()
    }
    kept = {path.read_text() for path in (tmp_path / "out" / "files").iterdir()}
    assert kept >= {ANSWERS["ann"], ANSWERS["ben"], ANSWERS["dee"]}


def test_a_node_that_dies_costs_another_try(ray_of, elsewhere, submissions):
    """And nothing else: all are graded."""
    ray = ray_of(Node("a", lose=1), Node("b"))
    found = graded(elsewhere, submissions)
    assert not any(one.failed for one in found.values())
    assert len(ray.known["a"].jobs) == 2
    assert len(ray.known["a"].jobs) + len(ray.known["b"].jobs) == len(submissions) + 1


def test_where_all_nodes_die_what_is_graded_is_kept(
    ray_of,
    elsewhere,
    submissions,
    tmp_path,
):
    """And the run ends with a sentence."""
    ray_of(Node("a", lose=2))
    with pytest.raises(NoWalls, match="no node of the cluster is left"):
        graded(elsewhere, submissions, out=tmp_path)
    assert len(list((tmp_path / "records").iterdir())) == 2


def test_what_takes_nodes_along_is_given_to_no_more(ray_of, elsewhere, submissions):
    """After three it is not graded yet, and the others are."""
    nodes = [Node(str(number), lose=0) for number in range(3)]
    ray_of(*nodes, Node("last"))
    with Cluster("local", elsewhere, TERMS) as machines:
        machines.count = 1
        found = {one.record.submission: one.record for one in
                 batch.run(submissions, TERMS, machines=machines)}  # fmt: skip
    failed = [name for name, one in found.items() if one.failed]
    assert len(failed) == 1
    assert "3 nodes were lost" in found[failed[0]].exercises[0].text


def told(**other):
    """A slot that is told something else than what it was sent."""

    class Told(cluster_slot.Slot):
        def begin(self, data):
            return super().begin(msgspec.json.encode(msgspec.json.decode(data) | other))

    return Told


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (told(digest="0"), "its course at .* is another"),
        (
            told(course="/nowhere"),
            "it has no course at /nowhere; every machine needs it at the same place",
        ),
        (told(torch="1.0"), r"it has torch .*, and not 1\.0"),
    ],
)
def test_a_node_that_differs_is_told_of_and_not_used(
    ray_of,
    elsewhere,
    submissions,
    kind,
    said,
):
    """Once, however many slots it has."""
    ray = ray_of(Node("a", 3, kind), Node("b"))
    with Cluster("local", elsewhere, TERMS) as machines:
        assert machines.count == 1
        (refusal,) = machines.refusals
        assert not any(one.record.failed for one in
                       batch.run(submissions, TERMS, machines=machines))  # fmt: skip
    assert not ray.known["a"].jobs
    assert re.search(f"is not used: {said}", refusal)


def test_a_node_that_cannot_wall_is_told_of_and_not_used(
    ray_of,
    elsewhere,
    submissions,
    monkeypatch,
):
    """With what is missing there; where there is no other, nothing is graded."""
    ray_of(Node("a"))
    monkeypatch.setitem(backends.BY_ASSURANCE, "limited", Nowhere)
    with pytest.raises(NoCluster, match="is not used: nothing of the kind is installed"):
        graded(elsewhere, submissions)


def sending(**other):
    """A slot that sends back a record in which something is another."""

    class Sending(cluster_slot.Slot):
        def grade(self, data):
            reply = msgspec.json.decode(super().grade(data))
            return msgspec.json.encode(reply | {"record": reply["record"] | other})

    return Sending


@pytest.mark.parametrize(
    "other",
    [
        {"submission": "ann"},
        {"sha256": "0"},
        {"exercises": []},
        {"points": "all"},
        {"assurance": "sandbox"},
        {"seeds": [3, 4]},
    ],
)
def test_what_comes_back_is_held_to_what_was_asked(
    ray_of,
    elsewhere,
    submissions,
    other,
):
    """Else that submission is not graded yet."""
    ray_of(Node("a", kind=sending(**other)))
    found = graded(elsewhere, [one for one in submissions if one.name == "ben"])
    assert found["ben"].failed
    assert found["ben"].points == 0


class Broken(cluster_slot.Slot):
    """A node whose judge fails, in words of its own."""

    def _grade(self, job):
        raise RuntimeError("\x1b[2J" + job.submission)


def test_no_exception_crosses(ray_of, elsewhere, submissions):
    """What failed comes back as text that a terminal does not obey."""
    ray_of(Node("a", kind=Broken))
    found = graded(elsewhere, submissions[:1])
    (one,) = found.values()
    assert one.failed
    assert "\x1b" not in one.exercises[0].text


def test_a_cluster_of_ones_own_is_for_this_machine_alone(ray_of, elsewhere):
    """It listens on 127.0.0.1, has no dashboard, and tells nobody that it is used."""
    ray = ray_of(Node("a"))
    Cluster("local", elsewhere, TERMS).close()
    address, options = ray.begun
    assert address == "local"
    assert options["_node_ip_address"] == "127.0.0.1"
    assert options["include_dashboard"] is False
    assert ray.ended


def test_at_most_so_many_slots(ray_of, elsewhere):
    """And nodes take turns."""
    ray_of(Node("a", 4), Node("b", 4))
    with Cluster("local", elsewhere, TERMS, most=3) as machines:
        assert machines.count == 3
        assert sorted(machines._slots.values()) == ["a", "a", "b"]


def test_an_address_where_nothing_answers_is_named(ray_of, elsewhere):
    """At once, and so is one that is none."""
    ray = ray_of(Node("a"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(NoCluster, match=f"nothing answers at {place}"):
        Cluster(place, elsewhere, TERMS)
    for wrong in ("ray://host:10001", "here", "host:x"):
        with pytest.raises(NoCluster, match="is no HOST:PORT, nor auto or local"):
            Cluster(wrong, elsewhere, TERMS)
    assert ray.begun is None


def test_ray_that_does_not_start_is_one_sentence(ray_of, elsewhere, monkeypatch):
    """It raises an Exception of no kind of its own, of several lines."""
    ray = ray_of(Node("a"))
    monkeypatch.setattr(ray, "init", mock.Mock(side_effect=Exception("timed out\nmore")))
    with pytest.raises(NoCluster, match=r"^Ray does not start here: timed out$"):
        Cluster("local", elsewhere, TERMS)


def test_without_ray_it_says_what_to_install(elsewhere, monkeypatch):
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(NoCluster, match=r"pip install 'torchkata\[ray\]'"):
        Cluster("local", elsewhere, TERMS)


def test_kata_grade_grades_on_a_cluster(ray_of, elsewhere, submissions, tmp_path):
    """With the option that names it; a node that is not used is named."""
    from command import kata

    ray_of(Node("a", kind=told(course="/nowhere")), Node("b"))
    typed = ["grade", elsewhere.root / "handed_in", "--course", elsewhere.root, "--class"]
    done = kata(*typed, "--assurance", "limited", "--ray", "local", "--out", tmp_path / "out")
    assert "is not used: it has no course at" in " ".join(done.stderr.split())
    assert len(list((tmp_path / "out" / "records").iterdir())) == len(submissions)
    assert records.read(tmp_path / "out" / "records" / "ann.json").points == 1


def test_a_cluster_that_is_busy_is_waited_for_with_a_sentence(ray_of, elsewhere):
    """One who sees nothing happen would end it."""
    ray_of(Node("a"), Node("b", busy=True))
    said = []
    with Cluster("local", elsewhere, TERMS, told=said.append) as machines:
        assert machines.count == 2
    assert len(said) == 1
    assert said[0].startswith("the cluster is busy, or slow: 1 of 2 places are there")


def test_of_a_cluster_that_is_free_nothing_is_said(ray_of, elsewhere):
    """Nor is anything waited for."""
    ray_of(Node("a"), Node("b"))
    said = []
    with Cluster("local", elsewhere, TERMS, told=said.append):
        assert said == []
