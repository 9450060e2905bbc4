"""What is kept of a learner's work: which checks count, and what a verdict is about."""

import msgspec
import pytest

from torchkata.course.course import Course
from torchkata.learning import progress as kept
from torchkata.learning.progress import Checked, Entry, Progress
from torchkata.learning.workspace import Workspace, hash_of, verdict_of


def checked(verdict, when):
    """A verdict at a time."""
    return Checked("file", "grader", verdict, "", when)


def noted(entry, *verdicts):
    """An entry after some checks, one a second."""
    for when, verdict in enumerate(verdicts, start=1):
        entry.note(checked(verdict, float(when)))
    return entry


def test_only_the_first_pass_counts():
    """To check a passed file again is no review: it would be asked again ever later."""
    entry = noted(Entry(), "wrong", "passed", "passed", "passed")
    assert entry.passed == [2.0]
    assert entry.checked.when == 4.0


def test_a_pass_counts_once_for_each_time_it_is_asked_again():
    """The first one after it was asked, and not what is checked after that."""
    entry = noted(Entry(passed=[0.5], reviewing=True), "wrong", "passed", "passed")
    assert (entry.passed, entry.reviewing) == ([0.5, 2.0], False)


@pytest.mark.parametrize("verdict", ["wrong", "todo", "error", "timeout"])
def test_what_is_not_passed_counts_as_nothing(verdict):
    """It is kept, and an exercise that is asked again stays so."""
    entry = noted(Entry(reviewing=True), verdict)
    assert (entry.passed, entry.reviewing, entry.checked.verdict) == ([], True, verdict)


def test_progress_is_read_as_it_was_written(tmp_path):
    """With all that is known of an exercise."""
    with kept.changing(tmp_path) as progress:
        progress.entry("warmup/half").note(checked("passed", 1.0))
        progress.current = "warmup/half"
    again = kept.load(tmp_path)
    assert again == progress
    assert again.exercises["warmup/half"].passed == [1.0]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"\xff", b"[]", b'{"version": 99}', b'{"exercises": 1}']
)
def test_damaged_progress_is_none(tmp_path, damage):
    """It begins again, and nothing ends."""
    kept.save(tmp_path, Progress(current="warmup/half"))
    (tmp_path / kept.FILE).write_bytes(damage)
    assert kept.load(tmp_path) == Progress()


def test_progress_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    """If the machine stops in the middle, the old file is still there; and nothing is raised."""
    kept.save(tmp_path, Progress(current="old"))

    def stops(*_):
        raise OSError("power cut")

    monkeypatch.setattr("pathlib.Path.replace", stops)
    kept.save(tmp_path, Progress(current="new"))
    assert kept.load(tmp_path).current == "old"


@pytest.mark.parametrize("changed", ["answer", "grader", "solution"])
def test_a_verdict_is_about_a_file_a_grader_and_its_answers(elsewhere, changed):
    """Where one of the three has changed, nothing is known any more."""
    workspace = Workspace(elsewhere.root, elsewhere)
    half = elsewhere.exercises["warmup/half"]
    known = Checked(hash_of(half.stub_path), workspace.facts[half.id].digest, "wrong", "", 1.0)
    progress = Progress(exercises={half.id: Entry(checked=known)})
    assert verdict_of(workspace, progress, half) == "wrong"
    paths = {"answer": half.stub_path, "grader": half.grader_path, "solution": half.solution_path}
    with paths[changed].open("a") as file:
        file.write("# changed\n")
    again = Course(elsewhere.root)
    workspace = Workspace(again.root, again)
    assert verdict_of(workspace, progress, again.exercises[half.id]) is None


def test_facts_are_read_again_where_the_solution_has_changed(elsewhere):
    """What is kept of a grader includes its answers: a stub is made of them."""
    half = elsewhere.exercises["warmup/half"]
    facts = Workspace(elsewhere.root, elsewhere).facts[half.id]
    kept.save(elsewhere.root, Progress(exercises={half.id: Entry(facts=facts)}))
    text = half.solution_path.read_text()
    half.solution_path.write_text(text.replace("Halve every number.", "Halve them all."))
    again = Course(elsewhere.root)
    assert "Halve them all." in Workspace(again.root, again).facts[half.id].stub


def test_what_is_kept_has_a_version():
    """So that a later kata can tell what it reads."""
    assert msgspec.json.decode(msgspec.json.encode(Progress()))["version"] == kept.VERSION
