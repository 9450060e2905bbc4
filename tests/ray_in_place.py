"""Takes the place of Ray, in this process: nodes, actors on them, and what happens to lost ones.

What crosses to an actor and back is bytes, or a test fails; Ray itself is tried in test_ray.py.
"""

import sys
import types
from dataclasses import dataclass, field

import pytest


class LostError(Exception):
    """What Ray raises where an actor or its node is gone."""


@dataclass
class Node:
    """A node of the cluster.

    Attributes:
        id: its name.
        cores: how many slots there can be.
        kind: what runs there instead of the slot that was asked for.
        lose: after how many jobs it is lost, with all that runs on it.
        busy: whether what is begun there has to wait.
    """

    id: str
    cores: int = 1
    kind: type | None = None
    lose: int | None = None
    busy: bool = False
    alive: bool = True
    jobs: list = field(default_factory=list)


class InPlace:
    """Does what `ray` does, as far as it is used."""

    def __init__(self, *nodes):
        self.known = {node.id: node for node in nodes}
        self.begun = self.ended = None
        self.exceptions = types.SimpleNamespace(RayError=LostError)

    def init(self, address, **options):
        """Connect."""
        self.begun = address, options

    def shutdown(self):
        """Disconnect."""
        self.ended = True

    def nodes(self):
        """All nodes, as Ray describes them."""
        return [
            {"NodeID": one.id, "Alive": one.alive, "Resources": {"CPU": float(one.cores)}}
            for one in self.known.values()
        ]

    def remote(self, kind):
        """A class whose objects are made on a node."""
        return types.SimpleNamespace(options=lambda **given: _Maker(self, kind, given))

    def get(self, call):
        """Do what was called, and give what came of it."""
        return call.get()

    def wait(self, calls, num_returns, timeout):
        """Those that are done in time, and those that are not: of a node that is busy."""
        assert num_returns == len(calls)
        assert timeout > 0
        late = [call for call in calls if call.node.busy]
        return [call for call in calls if not call.node.busy], late

    def kill(self, actor):
        """End an actor."""


class _Maker:
    def __init__(self, ray, kind, given):
        self._node = ray.known[given["scheduling_strategy"].node_id]
        self._kind = self._node.kind or kind
        assert given["num_cpus"] == 1

    def remote(self):
        return _Actor(self._node, self._kind())


class _Actor:
    def __init__(self, node, slot):
        self._node = node
        self.begin = self._method(lambda data: self._call(slot.begin, data))
        self.grade = self._method(lambda data: self._job(slot, data))

    def _method(self, do):
        """What Ray makes of a method: `.remote(data)` gives what is asked for its answer later."""
        return types.SimpleNamespace(
            remote=lambda data: types.SimpleNamespace(node=self._node, get=lambda: do(data))
        )

    def _job(self, slot, data):
        self._node.jobs.append(data)
        if self._node.lose is not None and len(self._node.jobs) > self._node.lose:
            self._node.alive = False
        return self._call(slot.grade, data)

    def _call(self, method, data):
        if not self._node.alive:
            raise LostError
        assert type(data) is bytes
        answer = method(data)
        assert type(answer) is bytes
        return answer


@pytest.fixture
def ray_of(monkeypatch):
    """Put a cluster of these nodes in the place of Ray."""

    def put(*nodes):
        ray = InPlace(*nodes)
        strategies = types.ModuleType("ray.util.scheduling_strategies")
        strategies.NodeAffinitySchedulingStrategy = types.SimpleNamespace
        monkeypatch.setitem(sys.modules, "ray", ray)
        monkeypatch.setitem(sys.modules, "ray.util", types.ModuleType("ray.util"))
        monkeypatch.setitem(sys.modules, "ray.util.scheduling_strategies", strategies)
        return ray

    return put
