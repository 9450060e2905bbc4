"""Grading on the machines of a Ray cluster, from one of them.

Ray authenticates nobody: anyone who reaches a cluster's ports can run what they like there.
"""

from __future__ import annotations

import os
import queue
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
import torch

from torchkata.course.course import Course, Exercise
from torchkata.course.reading import from_json
from torchkata.grading.cluster_slot import Begin, Begun, Job, Reply, Slot, as_job_file
from torchkata.grading.grading_run import Terms, digest_of
from torchkata.grading.records import SCHEMA, Record
from torchkata.grading.runs import digest_of_course
from torchkata.grading.submission import Submission
from torchkata.running.files import File
from torchkata.sandbox.backends import NoWalls
from torchkata.sandbox.channel import Failure

# A submission that this many slots were lost over is given to no other.
_MOST_LOST = 3
_SECONDS_TO_ANSWER = 5.0
# A slot begins in a few: it imports torch, and tries its walls.
_SECONDS_TO_BEGIN = 30.0


class NoCluster(RuntimeError):
    """There is none, or none that can be used; str() is one sentence."""


class Cluster:
    """Slots on the nodes of a cluster, each with walls of its own.

    Args:
        address: HOST:PORT of a cluster that this machine is a node of; auto to find it; local for
            one of this machine alone, which listens on 127.0.0.1.
        course: whose exercises; it is at the same place on every node.
        terms: those of the run.
        most: how many slots at most; 0 for one a core, or one a GPU where that is asked for.
        told: gets a sentence where the cluster is busy, and is waited for.

    Attributes:
        count: how many submissions are graded at a time.
        refusals: a sentence for each node that is not used.

    Raises:
        NoCluster: Ray is not installed, nothing answers there, or no node can be used.
    """

    def __init__(
        self,
        address: str,
        course: Course,
        terms: Terms,
        most: int = 0,
        told: Callable[[str], object] = str,
    ) -> None:
        self._ray, self._told = _connected(address), told
        self._kind = "GPU" if terms.device == "cuda" else "CPU"
        self._begin = msgspec.json.encode(_beginning(course, terms))
        self.refusals: list[str] = []
        self._slots: dict[Any, str] = {}
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._replacing = threading.Lock()
        self._start(self._wanted()[: most or None])
        self.count = len(self._slots)
        if not self._slots:
            self.close()
            raise NoCluster("; ".join(self.refusals) or "the cluster has no node that is free")

    def grade(self, submission: Submission, files: dict[Exercise, File], terms: Terms) -> Record:
        """Grade a submission on the next slot that is idle, and on another where that is lost.

        Raises:
            Failure: it was lost too often, or what came back is no record of it.
            NoWalls: no slot is left, or walls ended on one, and no others began.
        """
        job = msgspec.json.encode(_job(submission, files, terms))
        for _ in range(_MOST_LOST):
            slot = self._next()
            try:
                data = self._ray.get(slot.grade.remote(job))
            except self._ray.exceptions.RayError:
                self._replace(slot)
                continue
            self._idle.put(slot)
            return _graded(data, submission, files, terms)
        raise Failure(f"{_MOST_LOST} nodes were lost while they graded it")

    def close(self) -> None:
        """End all slots, and what is behind their walls; a cluster of others goes on."""
        self._ray.shutdown()

    def _wanted(self) -> list[str]:
        """The node of each slot that there could be; nodes take turns."""
        nodes = [node for node in self._ray.nodes() if node["Alive"]]
        free = {node["NodeID"]: int(node["Resources"].get(self._kind, 0)) for node in nodes}
        rounds = range(max(free.values(), default=0))
        return [node for turn in rounds for node in free if turn < free[node]]

    def _start(self, nodes: Sequence[str]) -> None:
        """Begin a slot on each of these; a node that cannot be used is told of once."""
        made = [(node, self._slot(node)) for node in nodes]
        waiting = [(node, slot, slot.begin.remote(self._begin)) for node, slot in made]
        refusals = {}
        self._tell_of_waiting([said for _, _, said in waiting])
        for node, slot, said in waiting:
            begun = self._answer(node, said)
            if begun.refusal:
                refusals[node] = f"{begun.host} is not used: {begun.refusal}"
                self._ray.kill(slot)
            else:
                self._slots[slot] = node
                self._idle.put(slot)
        self.refusals += refusals.values()

    def _tell_of_waiting(self, said: list[Any]) -> None:
        """Say so if a slot does not begin soon: Ray has it wait until its node is free."""
        begun, late = self._ray.wait(said, num_returns=len(said), timeout=_SECONDS_TO_BEGIN)
        if late:
            counts = f"{len(begun)} of {len(said)} places are there"
            self._told(
                f"the cluster is busy, or slow: {counts}, and the others are waited for; "
                "Ctrl-C ends that"
            )

    def _slot(self, node: str) -> Any:
        """An actor on a node, which Ray does not start again by itself."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        there = NodeAffinitySchedulingStrategy(node_id=node, soft=False)
        gpus = 1 if self._kind == "GPU" else 0
        kind = self._ray.remote(Slot)
        return kind.options(num_cpus=1, num_gpus=gpus, scheduling_strategy=there).remote()

    def _answer(self, node: str, said: Any) -> Begun:
        try:
            return from_json(self._ray.get(said), Begun)
        except self._ray.exceptions.RayError as problem:
            return Begun(node, f"it was lost: {type(problem).__name__}")

    def _next(self) -> Any:
        """An idle slot.

        Raises:
            NoWalls: none is left; those that wait for one are told, too.
        """
        slot = self._idle.get()
        if slot is None:
            self._idle.put(None)
            raise NoWalls("no node of the cluster is left; what is graded is kept")
        return slot

    def _replace(self, lost: Any) -> None:
        """Begin another slot on the node of one that was lost, if the node is still there."""
        with self._replacing:
            node = self._slots.pop(lost)
            alive = any(one["NodeID"] == node and one["Alive"] for one in self._ray.nodes())
            self._start([node] if alive else [])
            if not self._slots:
                self._idle.put(None)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _connected(address: str) -> Any:
    """The module ray, connected; it sends nothing to anybody about its use."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # As it will be one day; until it is set, Ray warns of that.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ModuleNotFoundError:
        raise NoCluster("Ray is not installed: pip install 'torchkata[ray]'") from None
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    refused = f"this machine is no node of a cluster at {address}"
    if address == "local":
        options |= {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
        refused = "Ray does not start here"
    elif address != "auto":
        _refuse_silence(address)
    try:
        ray.init(address, **options)
    except Exception as problem:
        # Of a node that is not up in time Ray says so by an exception of no kind of its own.
        said = str(problem).partition("\n")[0]
        raise NoCluster(f"{refused}: {said}") from None
    return ray


def _refuse_silence(address: str) -> None:
    """See that something answers; Ray itself would wait for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or "/" in host:
        raise NoCluster(f"--ray {address} is no HOST:PORT, nor auto or local")
    try:
        socket.create_connection((host, int(port)), _SECONDS_TO_ANSWER).close()
    except (OSError, OverflowError) as problem:
        raise NoCluster(f"nothing answers at {address}: {problem}") from None


def _beginning(course: Course, terms: Terms) -> Begin:
    return Begin(
        course=str(Path(course.root).resolve()),
        digest=digest_of_course(course),
        torch=str(torch.__version__),
        packages=sorted(_packages(course.exercises.values())),
        assurance=terms.walls.assurance,
        device=terms.device,
        feedback=terms.feedback,
        assignment=terms.assignment,
        public=terms.public,
    )


def _packages(exercises: Iterable[Exercise]) -> set[str]:
    return {name for course in {one.course for one in exercises} for name in course.packages}


def _job(submission: Submission, files: dict[Exercise, File], terms: Terms) -> Job:
    return Job(
        submission=submission.name,
        note=submission.note,
        collected=submission.collected,
        seeds=list(terms.seeds),
        files={exercise.id: as_job_file(file) for exercise, file in files.items()},
    )


def _graded(
    data: bytes, submission: Submission, files: dict[Exercise, File], terms: Terms
) -> Record:
    """The record that came back, held to what was asked for, as one that is read from a disk.

    Raises:
        Failure: it is none of this submission.
        NoWalls: nothing else can be graded either.
    """
    reply = from_json(data, Reply)
    if reply.ends:
        raise NoWalls(reply.problem)
    record = reply.record
    if record is None:
        raise Failure(reply.problem)
    about = (record.schema, record.submission, record.sha256)
    made = (record.assurance, record.device, record.seeds)
    named = [one.exercise for one in record.exercises]
    wanted = (SCHEMA, submission.name, digest_of(files))
    asked = (terms.walls.assurance, terms.device, list(terms.seeds))
    if (about, made, named) != (wanted, asked, [exercise.id for exercise in files]):
        raise Failure("what came back from a node is no record of it")
    return record
