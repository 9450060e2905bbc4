"""Two mistakes at once in a pack: as many as there is room for, and the same when they are read."""

import pytest

from torchkata.judging.codec import BadFrame
from torchkata.running import recorded_pairs
from torchkata.running.recorded_pairs import RecordedPairs, fitting


def pairs(count):
    """So many pairs, each with numbers of its own."""
    for number in range(count):
        yield (f"a{number}", f"b{number}"), [("row", 0, {"x": [float(number * 7919 % 1009)] * 20})]


def read(packed):
    """The pairs that were packed."""
    return list(RecordedPairs(packed, lambda listed: listed))


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 40])
def test_all_are_read_that_were_packed(count):
    """In their order, with what they showed."""
    packed, every = fitting(pairs(count))
    assert every
    assert read(packed) == list(pairs(count))


def test_nothing_is_packed_into_nothing():
    """A pack without pairs has no bytes for them."""
    assert fitting([]) == (b"", True)
    assert read(b"") == []


@pytest.mark.parametrize("most", [400, 700, 1500])
def test_as_many_are_packed_as_there_is_room_for(monkeypatch, most):
    """The first ones; one more would be too many."""
    monkeypatch.setattr(recorded_pairs, "MOST_BYTES", most)
    packed, every = fitting(pairs(200))
    found = read(packed)
    assert not every
    assert found == list(pairs(len(found)))
    assert len(packed) <= most
    monkeypatch.setattr(recorded_pairs, "MOST_BYTES", 10**6)
    assert len(fitting(pairs(len(found) + 1))[0]) > most


def test_no_pair_is_asked_for_that_cannot_fit(monkeypatch):
    """Observing them takes time."""
    monkeypatch.setattr(recorded_pairs, "MOST_BYTES", 200)
    asked = iter(pairs(200))
    fitting(asked)
    assert next(asked)[0] == ("a16", "b16")


def test_what_would_fill_the_memory_is_not_unpacked(monkeypatch):
    """Whatever somebody has put into a pack."""
    packed, _ = fitting(pairs(40))
    monkeypatch.setattr(recorded_pairs, "_MOST_UNPACKED", 1000)
    with pytest.raises(BadFrame, match="too many pairs"):
        read(packed)
