"""What `kata prove` says of two mistakes at once."""

from torchkata.authoring.mutants import survivors
from torchkata.authoring.pair_proof import try_pairs
from torchkata.authoring.proof import Proof, prove
from torchkata.course.course import Course
from torchkata.running.known_answers import forget

from command import kata

LISTED = 'grader.equivalent("doubles_it + takes_a_quarter", "twice a quarter is a half")\n'


def tried(exercise):
    """The proof of an exercise's pairs, as its files are now."""
    forget()
    proof, fresh = Proof(exercise.id), Course(exercise.course.root).exercises[exercise.id]
    try_pairs(fresh, proof)
    forget()
    return proof


def test_pairs_are_counted(scaled):
    """And the misconceptions that cannot be paired."""
    proof = tried(scaled)
    assert (proof.functions, proof.pairs, proof.distinct_pairs) == (1, 4, 3)
    assert prove(scaled, (0,)).problems == []


def test_two_mistakes_that_cancel_out_are_a_case_that_is_missing(scaled):
    """It is told with what to do; where a case shows them, nothing is."""
    (problem,) = tried(scaled).problems
    assert (
        "no case shows the two mistakes doubles_it + takes_a_quarter, which cancel out" in problem
    )
    assert 'grader.equivalent("doubles_it + takes_a_quarter", reason)' in problem
    rounded = scaled.solution.replace("shifted = x - 1", "shifted = (x - 1).round()")
    scaled.solution_path.write_text(rounded)
    assert tried(scaled).problems == []


def test_two_that_honestly_are_the_reference_may_be_listed(scaled):
    """With a reason; where a case shows them after all, that is told."""
    text = scaled.grader_path.read_text()
    scaled.grader_path.write_text(text + LISTED)
    assert tried(scaled).problems == []
    fresh = Course(scaled.course.root).exercises[scaled.id]
    assert survivors(fresh, (0,))[1] == []
    stale = LISTED.replace("doubles_it", "adds_one")
    scaled.grader_path.write_text(text + LISTED + stale)
    (problem,) = tried(scaled).problems
    assert "a case shows the two mistakes adds_one + takes_a_quarter; take them out" in problem


def test_of_a_family_one_member_that_cancels_out_is_enough(scaled):
    """It is told once, and the other members take nothing out of the list."""
    text = scaled.grader_path.read_text()
    one = '"x - 1", "2 * (x - 1)")'
    assert one in text
    family = text.replace('grader.edit("doubles_it"', 'grader.edits("doubles_it"')
    family = family.replace(one, '"x - 1", ["2 * (x - 1)", "(x - 1) * 2", "x - 1 + x"])')
    scaled.grader_path.write_text(family)
    assert len(tried(scaled).problems) == 1
    scaled.grader_path.write_text(family + LISTED)
    assert tried(scaled).problems == []


def test_the_command_tries_pairs_unless_told_otherwise(scaled):
    """Exit status 1 for two that cancel out."""
    options = ("prove", "scaled", "--seeds", 1, "--no-mutants", "--write")
    course = ("--course", scaled.course.root)
    done = kata(*options, *course)
    assert (done.returncode, "which cancel out" in done.stdout) == (1, True)
    assert "3 of 4 pairs of mistakes are something of their own" in done.stdout
    assert "cancel out" not in kata(*options, "--no-pairs", *course).stdout
