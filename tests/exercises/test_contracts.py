"""What holds for every exercise. Adding one adds no line here."""

import pytest

from torchkata.authoring.findings import contracts, findings
from torchkata.authoring.pair_proof import try_pairs
from torchkata.authoring.proof import Proof, problems_on_disk, prove
from torchkata.course.order import in_order


@pytest.mark.nightly
def test_strong_fair_and_able_to_explain(exercise, seeds):
    """Misconceptions fail, by more than ten tolerances, and are named; alternatives pass.

    CI asks `kata prove` for that, on fewer seeds and with mutants.
    """
    proof = prove(exercise, seeds)
    assert proof.problems == []
    assert proof.caught == proof.named == proof.misconceptions
    assert proof.accepted == proof.alternatives
    assert findings(exercise, seeds) == []


@pytest.mark.nightly
def test_no_two_mistakes_cancel_out(exercise):
    """But for those that are listed with a reason; CI leaves pairs out, which take minutes."""
    proof = Proof(exercise.id)
    try_pairs(exercise, proof)
    assert proof.problems == []


def test_no_contract_is_broken(exercise):
    """Nothing is missing, no example is wrong, and the reference disturbs nothing."""
    assert [str(finding) for finding in contracts(exercise)] == []


def test_no_exercise_needs_a_later_one(course):
    """Prerequisites exist, lead in no circle, and are not harder."""
    facts = {exercise.id: exercise.facts for exercise in course.exercises.values()}
    ordered = [exercise.id for exercise in in_order(course.exercises.values(), facts)]
    place = {name: place for place, name in enumerate(ordered)}
    for exercise in course.exercises.values():
        for after in exercise.grader.after:
            assert place[after] < place[exercise.id]


def test_nothing_on_disk_is_stale(elsewhere):
    """`kata prove` names a stale stub and a stray file, and what to type."""
    stub = elsewhere.exercises["warmup/half"].stub_path
    stub.write_text("")
    (stub.parent / "stray.py").write_text("")
    (stub.parent / "README.md").write_text("# Warmup\n")
    (stale,), (stray,) = problems_on_disk(elsewhere, [elsewhere.exercises["warmup/half"]])
    assert "kata prove warmup/half --write" in stale
    assert "stray.py: belongs to no grader" in stray
