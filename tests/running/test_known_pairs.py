"""Two mistakes at once, from an answer to its explanation, and what of it is kept."""

import threading

import pytest

from torchkata.course.course import Exercise
from torchkata.judging.observation import Raised
from torchkata.running import known_pairs
from torchkata.running.files import File
from torchkata.running.known_answers import forget
from torchkata.running.known_answers import known_pairs as pairs_known
from torchkata.running.practice import examine

TWO = "def scaled(x):\n    y = x + 1\n    return y / 3\n"


@pytest.fixture
def observed(monkeypatch):
    """How often a pair is loaded and observed."""
    real, seen = Exercise.load, []

    def load(exercise, text, path):
        if " + " in path:
            seen.append(path)
        return real(exercise, text, path)

    monkeypatch.setattr(Exercise, "load", load)
    forget()
    yield seen
    forget()


def examined(exercise, text=TWO):
    """The result of an answer in practice."""
    return examine(exercise, File("scaled.py", text))


def test_two_mistakes_are_told_in_the_order_of_the_code(scaled):
    """Which is another than that of the grader here."""
    result = examined(scaled)
    assert (result.verdict, result.misconception, result.second) == (
        "wrong",
        "adds_one",
        "takes_a_third",
    )


def test_one_mistake_is_told_alone(scaled, observed):
    """Then no pair is observed."""
    result = examined(scaled, "def scaled(x):\n    return (x + 1) / 2\n")
    assert (result.misconception, result.second, observed) == ("adds_one", None, [])


def test_what_was_observed_of_pairs_is_kept(scaled, observed):
    """Between two saves nothing is observed again; after a change of the grader, all is."""
    examined(scaled)
    first = list(observed)
    examined(scaled, TWO + "# saved again\n")
    assert observed == first
    assert len(first) > len(scaled.pairs)
    forget()
    examined(scaled)
    assert len(observed) == 2 * len(first)


def test_a_pair_that_cancels_out_explains_nothing(scaled):
    """It is the reference again, and an answer that agrees with it passes."""
    assert (
        examined(scaled, "def scaled(x):\n    y = 2 * x - 2\n    return y / 4\n").verdict
        == "passed"
    )
    assert examined(scaled, "def scaled(x):\n    return x / 7\n").second is None


@pytest.mark.parametrize("in_a_thread", [False, True])
def test_a_pair_that_does_not_end_ends_nothing(scaled, in_a_thread):
    """It agrees with no answer, and the others are tried."""
    never = known_pairs.Pair(("a", "b"), "def scaled(x):\n    while True:\n        pass\n")
    # As if the two were the first of the grader.
    vars(scaled)["pairs"] = [never, *scaled.pairs]
    seen = []
    if in_a_thread:
        thread = threading.Thread(target=lambda: seen.append(examined(scaled).second))
        thread.start()
        thread.join()
    else:
        seen.append(examined(scaled).second)
    assert seen == ["takes_a_third"]
    assert known_pairs.ByItself(scaled, never)["row", 0] == Raised("TimeLimit", "")


def test_a_pair_that_cannot_be_loaded_agrees_with_nothing(scaled):
    """Each of its two edits can."""
    broken = known_pairs.Pair(("a", "b"), "x = missing\n")
    assert known_pairs.ByItself(scaled, broken)["row", 0].type == "NameError"


def test_each_case_of_a_pair_is_observed_by_itself(scaled):
    """What a pair keeps from one case to the next would depend on which is asked for first."""
    counting = "n = []\n\n\ndef scaled(x):\n    n.append(x)\n    return x * len(n)\n"
    pair = known_pairs.ByItself(scaled, known_pairs.Pair(("a", "b"), counting))
    once = known_pairs.ByItself(scaled, known_pairs.Pair(("a", "b"), counting))
    pair["table", 0]
    assert pair["row", 0]["result"].equal(once["row", 0]["result"])


def test_the_order_of_cases_is_of_the_cases_asked_for(scaled):
    """None is added or lost."""
    keys = [("large", 0), ("row", 1), ("row", 0)]
    assert sorted(pairs_known(scaled, (0, 1)).cheapest_first(keys)) == sorted(keys)
