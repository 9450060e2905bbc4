"""What a learner reads, word for word, in practice and behind the walls."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from torchkata.course import source
from torchkata.grading.grading_run import examine
from torchkata.running.files import read
from torchkata.text import explanations, messages
from torchkata.text.wrapping import WIDTH, columns

from conftest import HERE

ANSWERS = sorted(path.stem for path in (HERE / "answers").glob("*.py"))


@pytest.fixture
def learner(run, half, monkeypatch):
    """Run pytest as a learner would, in the small course."""
    monkeypatch.chdir(half.course.root)

    def practise(*arguments):
        # As in an environment that is active already: another's path is another's.
        monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
        monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        done = run(*arguments)
        return done.status, re.sub(r"=+ (.*) in [\d.]+s.* =+", r"=== \1 in TIME ===", done.said)

    return practise


@pytest.mark.parametrize("name", ANSWERS)
def test_pytest_tells_a_learner(name, learner, half, golden):
    """Every kind of answer gets its own words, in at most 15 lines, without the engine's frames."""
    shutil.copy(HERE / "answers" / f"{name}.py", half.stub_path)
    status, said = learner(str(half.stub_path))
    golden(name, said)
    assert len(said.splitlines()) <= 15
    assert "torchkata" not in said
    assert (status == 0) == ("3 passed" in said)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_walls_tell_the_same(name, half, worker):
    """Verdict and text are the same behind the walls as in practice, and nothing is let through."""
    from torchkata.running.practice import examine as practise

    file = read(HERE / "answers" / f"{name}.py")
    read_more = source.further_reading(half.solution, half.name)
    texts = [
        explanations.render(result, half.grader, read_more)
        for result in (practise(half, file), examine(worker, half, file, (0, 1)))
    ]
    without_prints = [re.sub(r"\n    printed: .*", "", text) for text in texts]
    assert without_prints[0] == without_prints[1]


def test_a_named_exercise_that_is_todo(learner, half, golden):
    """Anyone who names an exercise hopes for more than todo: exit status 1, and where to write."""
    status, said = learner(str(half.stub_path))
    assert status == 1
    golden("todo", said)


def test_a_missing_file_is_missing(learner, half, golden):
    """A file that was deleted is told as such, not skipped."""
    half.stub_path.unlink()
    _, said = learner()
    golden("missing", said)


def test_a_fresh_clone_is_all_todo(learner, golden):
    """Bare pytest: everything todo, exit status 0, where to begin."""
    status, said = learner()
    assert status == 0
    golden("fresh", said)


def test_verbose_shows_every_case(learner, half, golden):
    """-v shows all cases and all that was printed."""
    shutil.copy(HERE / "answers" / "prints.py", half.stub_path)
    _, said = learner("-v", str(half.stub_path))
    golden("verbose", said)


def test_columns_line_up_whatever_script_a_module_is_named_in():
    """A letter of Hangul takes two columns of a terminal, in the list and beside the bars."""
    verdicts = {"손실/a": "passed", "warmup/b": "passed", "손실_함수/c": "todo"}
    for lines in (messages.progress(verdicts), messages.bars(verdicts, 80)):
        places = {columns(line[: re.search(r"\[|\d of", line).start()]) for line in lines}
        assert len(places) == 1
    assert columns(messages.stopped("손실/a").split("\n")[0]) == WIDTH


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (0, "The solution: kata solution half"),
        (1, "The solution and another right way: kata solution half"),
        (3, "The solution and 3 other right ways: kata solution half"),
    ],
)
def test_a_pass_says_what_more_there_is(others, said):
    """How many other right ways are known, and the page to read, if one is named."""
    assert messages.what_more("half", others, "") == said
    assert messages.what_more("half", others, "torch.mul") == f"{said}\nRead: torch.mul"


def test_how_long_something_takes_is_about():
    """In minutes, and from an hour on in hours and quarters of one."""
    spans = [messages.about(minutes) for minutes in (5, 45, 60, 75, 130, 600)]
    assert spans == [
        "about 5 min", "about 45 min", "about 1 h", "about 1 h 15 min", "about 2 h 15 min",
        "about 10 h",
    ]  # fmt: skip
