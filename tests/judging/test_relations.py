"""Where no mistake has a name, facts are told: each holds in every case, and none is guessed."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from torchkata.judging.relations import relations
from torchkata.text.explanations import fact

# The cases of these tests, and how large their argument is.
LENGTHS = {"two": 2, "five": 5, "seven": 7}


def _observed(transform, name="loss"):
    """(expected, got): random square tables, and what `transform(table, length)` makes of them."""
    torch.manual_seed(0)
    tables = {case: torch.randn(4, 4, dtype=torch.float64) for case in LENGTHS}
    expected = {(case, 0): {name: table, "steady": table} for case, table in tables.items()}
    got = {
        (case, 0): {name: transform(table, LENGTHS[case]), "steady": table}
        for case, table in tables.items()
    }
    return expected, got


SIZES = {(case, 0): {"len(target)": length} for case, length in LENGTHS.items()}

TRANSFORMS = {
    "factor": lambda table, length: 3 * table,
    "size": lambda table, length: length * table,
    "sign": lambda table, length: -table,
    "offset": lambda table, length: table + 0.5,
    "transposed": lambda table, length: table.mT.clone(),
    "late": lambda table, length: table.roll(1, 0),
    "early": lambda table, length: table.roll(-1, 0),
    "dtype": lambda table, length: table.float(),
    "constant": lambda table, length: torch.ones(4, 4, dtype=torch.float64),
    "absent": lambda table, length: None,
}
OTHERS = {
    "right": lambda table, length: table,
    "noise": lambda table, length: table + torch.randn(4, 4, dtype=torch.float64),
    "nan": lambda table, length: table * torch.nan,
    "smaller": lambda table, length: table / length,
    "another shape": lambda table, length: table[0],
}


@pytest.mark.parametrize("kind", TRANSFORMS)
def test_each_relation_is_found_and_told(kind, golden):
    """And the words for it, for a beginner."""
    found = relations(*_observed(TRANSFORMS[kind]), SIZES)
    assert [relation.kind for relation in found] == [kind, "alone"]
    golden(f"fact_{kind}", "\n".join(map(fact, found)) + "\n")


def test_where_a_run_of_values_begins_to_differ_is_told(golden):
    """Of a trajectory: the steps before are right, and this one is the first that is not."""
    torch.manual_seed(0)
    names = [f"params after step {step}" for step in range(7)]
    expected = {("one", seed): {name: torch.randn(3) for name in names} for seed in range(2)}
    got = {
        key: seen | {name: torch.randn(3) for name in names[5:]} for key, seen in expected.items()
    }
    (found,) = relations(expected, got, {})
    assert (found.kind, found.name, found.right) == ("from", names[5], tuple(names[:5]))
    golden("fact_from", fact(found) + "\n")


def test_what_differs_only_in_some_cases_is_not_called_right():
    """And what is right only behind something wrong is no beginning that is right."""
    keys = [("a", 0), ("b", 0)]
    expected = {key: {n: torch.randn(3) for n in ("one", "two", "three")} for key in keys}
    wrong = {"one": torch.randn(3), "three": torch.randn(3)}
    got = {keys[0]: expected[keys[0]], keys[1]: expected[keys[1]] | wrong}
    assert relations(expected, got, {}) == []


def test_what_never_changes_is_no_merit():
    """Of something that is the same in all cases, nobody is told that it is right."""
    expected, got = _observed(TRANSFORMS["factor"])
    for seen in (*expected.values(), *got.values()):
        seen["steady"] = torch.zeros(3)
    assert [relation.kind for relation in relations(expected, got, SIZES)] == ["factor"]


@pytest.mark.parametrize("kind", ["right", "noise", "nan", "another shape"])
def test_where_nothing_holds_nothing_is_told(kind):
    """Not even a near miss."""
    kinds = {relation.kind for relation in relations(*_observed(OTHERS[kind]), SIZES)}
    assert kinds <= {"alone"}


def test_a_size_must_be_seen_with_two():
    """Where all cases have 8 examples, 8 may be anything."""
    same = {key: {"len(target)": 3} for key in SIZES}
    (first, _) = relations(*_observed(TRANSFORMS["factor"]), same)
    assert (first.kind, first.number) == ("factor", pytest.approx(3))


def test_a_size_may_be_what_it_was_divided_by():
    """Too small by the number of examples."""
    (first, _) = relations(*_observed(OTHERS["smaller"]), SIZES)
    assert (first.kind, first.size, first.number) == ("size", "len(target)", 0.5)


def test_what_is_far_too_large_has_no_relation():
    """One large tensor under each name of each case would hold up all others that are judged."""
    large = torch.ones(2**14 + 1, dtype=torch.float64)
    for got, kinds in ((large[:-1], ["constant", "alone"]), (large, ["alone"])):
        found = relations(*_observed(lambda *_, got=got: got), SIZES)
        assert [relation.kind for relation in found] == kinds


def _holds(relation, pairs):
    """Whether a relation is true, by its definition."""
    kind, number = relation.kind, relation.number
    checks = {
        "factor": lambda e, g, n: torch.allclose(g, number * e),
        "sign": lambda e, g, n: torch.allclose(g, -e),
        "offset": lambda e, g, n: torch.allclose(g, e + number),
        "transposed": lambda e, g, n: torch.allclose(g, e.mT),
        "late": lambda e, g, n: torch.allclose(g[1:], e[:-1]),
        "early": lambda e, g, n: torch.allclose(g[:-1], e[1:]),
        "dtype": lambda e, g, n: torch.allclose(g.double(), e, atol=1e-4),
        "absent": lambda e, g, n: g is None,
        "constant": lambda e, g, n: torch.allclose(g.double(), pairs[0][1].double()),
    }
    if kind == "size":
        scaled = [torch.allclose(g, e * n ** (1 if number > 1 else -1)) for e, g, n in pairs]
        return all(scaled)
    if kind != "absent" and any(g is None or g.shape != e.shape for e, g, _ in pairs):
        return False
    return all(checks[kind](e, g, n) for e, g, n in pairs)


@given(st.lists(st.sampled_from([*TRANSFORMS.values(), *OTHERS.values()]), min_size=3, max_size=3))
@settings(deadline=None, max_examples=300)
def test_no_relation_is_told_that_does_not_hold(transforms):
    """Whatever is done to each case, what is said of all of them is true of each."""
    of_case = dict(zip(LENGTHS.values(), transforms, strict=True))
    expected, got = _observed(lambda table, length: of_case[length](table, length))
    pairs = [(expected[key]["loss"], got[key]["loss"], LENGTHS[key[0]]) for key in expected]
    for relation in relations(expected, got, SIZES):
        if relation.kind == "alone":
            assert relation.right == ("steady",)
        else:
            assert _holds(relation, pairs), relation
