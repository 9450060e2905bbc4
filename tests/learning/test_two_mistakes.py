"""`kata watch` shows the verdict first, and looks for two mistakes at once after."""

import pytest

from torchkata.cli.watch import Session
from torchkata.learning import judge_server, watcher
from torchkata.learning import progress as kept
from torchkata.learning.judge_server import Outcome, Question, judge
from torchkata.learning.screen import Screen
from torchkata.learning.workspace import find_workspace
from torchkata.running.known_answers import forget

TWO = "def scaled(x):\n    y = x + 1\n    return y / 3\n"
UNKNOWN = "def scaled(x):\n    return x / 7\n"


@pytest.fixture
def file(scaled):
    """The learner's file, with two mistakes."""
    scaled.stub_path.parent.mkdir(parents=True, exist_ok=True)
    scaled.stub_path.write_text(TWO)
    return scaled.stub_path


@pytest.fixture
def ask(scaled, file, monkeypatch):
    """Ask the process that judges, in this one; `ask.runs` is how often the answer ran."""
    real = judge_server._report

    def report(*given):
        asked.runs += 1
        return real(*given)

    def asked(**options):
        given = Question(str(scaled.course.root), scaled.id, str(file), **options)
        return judge(given, apart=False)

    asked.runs = 0
    monkeypatch.setattr(judge_server, "_report", report)
    judge_server._last_run().clear()
    forget()
    yield asked
    forget()


def test_the_verdict_comes_without_pairs_and_the_explanation_after(ask):
    """Of one and the same run of the answer."""
    first = ask(pairs=False)
    assert (first.verdict, first.misconception, first.open) == ("wrong", None, True)
    then = ask()
    assert (then.verdict, then.open) == ("wrong", False)
    assert (then.misconception, then.second) == ("adds_one", "takes_a_third")
    assert "1. Subtract 1: here it is added." in then.text
    assert ask.runs == 1


def test_what_is_asked_at_once_is_told_at_once(ask):
    """And each such question runs the answer."""
    assert ask().second == ask().second == "takes_a_third"
    assert ask.runs == 2


def test_another_question_is_another_run(ask, file):
    """An answer that was saved again is asked about without pairs first, and so runs again."""
    ask(pairs=False)
    file.write_text(UNKNOWN)
    assert ask(pairs=False).open
    assert ask().second is None
    assert ask.runs == 2


def test_an_answer_that_is_explained_is_asked_about_once(ask, file):
    """There is nothing to look for, nor where it passes."""
    for text in ("return (x + 1) / 2", "return (x - 1) / 2", "raise NotImplementedError"):
        file.write_text(f"def scaled(x):\n    {text}\n")
        assert not ask(pairs=False).open


@pytest.fixture
def judging(scaled, file, monkeypatch):
    """A judge of saves whose other process is `answers`, called with each question."""

    def made(answers):
        told = []
        found = watcher.Judge(
            find_workspace(scaled.course.root), lambda kind, what: told.append((kind, what))
        )
        warm = type("Fake", (), {"ask": staticmethod(answers)})()
        return found, lambda: found._answer(warm, scaled), told

    return made


def outcome(question):
    """A wrong answer that two mistakes explain."""
    text = "explained" if question.pairs else "wrong"
    return Outcome(question.exercise, "wrong", {}, text, open=not question.pairs)


def test_both_are_told_and_kept(judging, scaled):
    """First the verdict, then what explains it; asked for again, it is the same."""
    _, answer, told = judging(outcome)
    answer()
    assert [what[0].text for _, what in told] == ["wrong", "explained"]
    assert kept.load(scaled.course.root).entry(scaled.id).checked.verdict == "wrong"
    answer()
    assert [what[0].text for _, what in told] == ["wrong", "explained", "explained"]


def test_what_waits_goes_before_two_mistakes(judging, scaled):
    """The search is left out, and made when the same file is asked about again."""
    judge, answer, told = judging(outcome)
    judge.want(scaled)
    answer()
    assert [what[0].text for _, what in told] == ["wrong"]
    judge._queue.get()
    answer()
    assert [what[0].text for _, what in told] == ["wrong", "wrong", "explained"]


def test_of_a_file_that_is_saved_meanwhile_nothing_is_explained(judging, file):
    """The next verdict is that of what it holds now."""

    def saved_meanwhile(question):
        if question.pairs:
            file.write_text(UNKNOWN)
        return outcome(question)

    judge, answer, told = judging(saved_meanwhile)
    answer()
    assert [what[0].text for _, what in told] == ["wrong"]
    assert not judge._queue.empty()


@pytest.mark.parametrize(("plain", "looks"), [(True, 0), (False, 1)])
def test_the_screen_shows_both(scaled, file, capsys, plain, looks):
    """What is the same is not shown again; that it is being looked for, on a screen alone."""
    session = Session(find_workspace(scaled.course.root), Screen(plain=plain))
    session.choose(scaled)
    question = Question("", scaled.id, "", pairs=False)
    first = outcome(question)
    then = outcome(Question("", scaled.id, ""))
    for shown in (first, first, then, then):
        session._judged(shown, "digest")
    said = capsys.readouterr().out
    assert (said.count("wrong\n"), said.count("explained\n")) == (1, 1)
    assert said.count("looking for two at once") == looks
