"""Tries: what counts as one, and what is told at which."""

import pytest
from msgspec.structs import replace

from torchkata.course.grader_facts import Facts
from torchkata.learning import progress, session, tries
from torchkata.learning.progress import Entry
from torchkata.learning.tries import Try, next_try
from torchkata.learning.workspace import Workspace

from command import kept_warm

THIRD = "def half(x):\n    return x / 3{}\n"
FIRST, SECOND, LAST = "A third is `x / 3`", "Try it on 6", "Divide by 2, once."


@pytest.fixture
def checked(elsewhere, monkeypatch):
    """What is told of one answer after another to an exercise of the small course."""
    workspace = Workspace(elsewhere.root, elsewhere)
    monkeypatch.setattr(session, "Warm", kept_warm)

    def check(name, text):
        exercise = elsewhere.exercises[f"warmup/{name}"]
        workspace.path(exercise).write_text(text)
        (outcome,) = session.check(workspace, [exercise])
        return outcome

    return check


def test_a_try_is_a_changed_syntax_tree(course):
    """Not the text that was given, not one that is no Python, and no comment."""
    facts, entry = course.exercises["debugging/tutorial_epoch"].facts, Entry()
    for text, number in (
        (facts.stub, 0),
        ("x = 1", 1),
        ("x = 1  # one", 1),
        ("x = (", 1),
        (facts.stub, 1),
        ("x = 1", 1),
        ("x = 2", 2),
        ("x = 3", 3),
    ):
        tried = next_try(entry, facts, text)
        assert (tried.number, tried.quiet) == (number, number < 2), text
        tries.count(entry, tried, [])


def test_what_is_kept_of_a_try_is_counts_and_a_digest(course):
    """And no code; a mistake that was not told is not counted."""
    facts, entry = course.exercises["debugging/tutorial_epoch"].facts, Entry()
    for number in range(3):
        tries.count(entry, next_try(entry, facts, f"secret = {number}"), ["a_name"])
    assert (entry.tries, entry.mistakes) == (3, {"a_name": 2})
    assert b"secret" not in progress.to_bytes(progress.Progress(exercises={"a/b": entry}))


def test_a_mistake_that_comes_again_is_told_further(checked):
    """After a change each time; of the same text, never more, and no more than there is."""
    both = [
        ("", FIRST, []),
        ("  # a third", FIRST, []),
        (" * 1", FIRST, [SECOND]),
        (" * 1", FIRST, [SECOND]),
        (" * 1 * 1", FIRST, [LAST]),
        (" + 0", FIRST, [LAST]),
    ]
    for change, first, more in both:
        told = checked("half", THIRD.format(change)).text
        assert first in told
        assert [one for one in (SECOND, LAST) if one in told] == more, change


def test_a_program_to_be_fixed_shows_what_is_wrong_first(checked, elsewhere):
    """Its numbers from the start, and what explains them from the second try on."""
    stub = elsewhere.exercises["warmup/double"].facts.stub
    untouched = checked("double", stub)
    assert untouched.verdict == "todo"
    assert "Unchanged, so nothing is fixed yet." in untouched.text
    assert "4 of 4 values differ" in untouched.text
    for change, named in (("2 + x + 0", False), ("x + 2", True)):
        outcome = checked("double", stub.replace("2 + x", change))
        told = outcome.text
        assert bool(outcome.misconception) == named
        assert "4 of 4 values differ" in told
        assert ("Adding 2 is not doubling." in told) == named
        assert ("Look for the bug once more" in told) != named


def test_pytest_counts_tries_too(run, elsewhere, monkeypatch):
    """And leaves no file where nothing that is told depends on it."""
    monkeypatch.chdir(elsewhere.root)
    half, double = (elsewhere.exercises[f"warmup/{name}"] for name in ("half", "double"))
    half.stub_path.write_text("def half(x):\n    return 2 * x\n")
    assert "Twice is the other way round" in run(half.stub_path).said
    assert not (elsewhere.root / progress.FILE).exists()
    for change, named in (("2 + x + 0", False), ("x + 2", True)):
        double.stub_path.write_text(double.facts.stub.replace("2 + x", change))
        said = run(double.stub_path, "-rf").said
        assert ("Adding 2 is not doubling." in said) == named
    double.stub_path.write_text(double.facts.stub.replace("2 + x", "2 + x + 0"))
    submitted = run("--submission", double.stub_path).said
    assert "Adding 2 is not doubling." in submitted


def test_without_a_file_there_is_no_try(elsewhere):
    """Nothing is read, and nothing is counted."""
    workspace, half = Workspace(elsewhere.root, elsewhere), elsewhere.exercises["warmup/half"]
    half.stub_path.unlink()
    assert session.try_at(workspace, half) == Try()


def test_no_mistake_is_held_back_where_an_answer_is_written(course):
    """Only where a program is to be fixed."""
    facts: Facts = course.exercises["cross_entropy/cross_entropy"].facts
    assert not next_try(Entry(), facts, "x = 1").quiet
    assert next_try(Entry(), replace(facts, has_bug=True), "x = 1").quiet
