"""Running an answer: what it may use, what it may raise, and what is noticed."""

import pytest
import torch

from torchkata.course.answer_name import Asked
from torchkata.course.course import Course
from torchkata.course.loading import NameMissing, NotHandedIn, load_answer
from torchkata.running import practice
from torchkata.running.files import File, read
from torchkata.running.forbidden_calls import Watch, calls_in
from torchkata.running.practice import examine
from torchkata.text.explanations import render

from conftest import HERE

FORBIDDEN = (
    "torch.nn.Dropout",
    "torch.nn.functional.dropout",
    "torch.Tensor.softmax",
    "torch.optim.SGD",
)

USES = {
    "by its module": ("import torch\ndef f(x): return torch.nn.functional.dropout(x)", 2),
    "by an alias": ("import torch.nn.functional as F\n\ndef f(x): return F.dropout(x)", 3),
    "by its name": ("from torch.nn.functional import dropout\ndef f(x): return dropout(x)", 2),
    "by another name": ("from torch.nn import Dropout as D\ndef f(x): return D()(x)", 2),
    "by getattr": (
        "import torch.nn as nn\ndef f(x):\n    return getattr(nn, 'Drop' + 'out')()(x)",
        3,
    ),
    "as a method": ("def f(x): return x.softmax(0)", 1),
    "as a base class": ("import torch\nclass f(torch.optim.SGD): pass", 2),
}


@pytest.mark.parametrize(("text", "line"), USES.values(), ids=list(USES))
def test_a_forbidden_call_is_noticed(text, line):
    """In the source or while running, with the line it is in."""
    answer = load_answer(text, "<f>", Asked("f"))
    before = torch.nn.Dropout.__init__
    with Watch(FORBIDDEN, text, "<f>", "f") as watch:
        answer([torch.nn.Parameter(torch.ones(3))] if isinstance(answer, type) else torch.ones(3))
    assert line in {seen for seen, _ in watch.seen}
    assert torch.nn.Dropout.__init__ is before


def test_what_the_library_calls_itself_is_not_the_answers():
    """A line of the answer must lead there."""
    text = "def f(x): return x"
    with Watch(FORBIDDEN, text, "<f>", "f") as watch:
        torch.nn.Dropout()(torch.ones(3))
    assert watch.seen == []
    assert calls_in("import dropout\nx = dropout.torch", "f", FORBIDDEN) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("import utils", NotHandedIn),
        ("from . import utils", NotHandedIn),
        ("import pytest", NotHandedIn),
        ("from torchkata import data, Grader", NotHandedIn),
        ("import torchkata.course.data", NotHandedIn),
        ("x = 1", NameMissing),
        ("f = 3", NameMissing),
    ],
)
def test_what_an_answer_cannot_be(text, problem):
    """One file, torch, numpy and the standard library, and the name that is asked for."""
    with pytest.raises(problem):
        load_answer(text, "<f>", Asked("f"))


def test_what_an_answer_may_import():
    """The packages the course allows, lazily too, and their own imports."""
    text = "import torch, numpy, dataclasses\ndef f():\n    import torch.utils.data\n    return 1"
    assert load_answer(text, "<f>", Asked("f"))() == 1


def test_a_todo_deep_inside_is_told_with_its_line(half):
    """The stub's own line is todo; a NotImplementedError of torch is an error."""
    begun = "def half(x):\n    return _rest(x)\n\ndef _rest(x):\n    raise NotImplementedError\n"
    assert examine(half, File("half.py", begun)).verdict == "todo"
    lacking = "import torch\ndef half(x):\n    return torch.nn.Module()(x)\n"
    assert examine(half, File("half.py", lacking)).verdict == "error"


def test_a_stub_is_todo_whatever_it_does(elsewhere):
    """One that runs, as that of a debugging exercise; another comment makes no difference."""
    double = elsewhere.exercises["warmup/double"]
    for more, verdict in (("", "todo"), ("# looked at\n", "todo"), ("x = 1\n", "wrong")):
        assert examine(double, File("double.py", double.stub + more)).verdict == verdict


@pytest.mark.parametrize("line", ["NotImplementedError()", "NotImplementedError  # later"])
def test_only_the_stubs_own_line_is_todo(half, line):
    """As a stub has it, or nbgrader's version of one; a complaint of the answer's own is none."""
    begun = f"def half(x):\n    raise {line}\n"
    assert examine(half, File("half.py", begun)).verdict == "todo"
    complaint = "def half(x):\n    raise NotImplementedError(f'not of {x}')\n"
    assert examine(half, File("half.py", complaint)).verdict == "error"


RAISING = """
def half(x):
    if x.dim() == 2:
        raise {problem}
    return {value}
"""
OWN = "class Unknown(ValueError): pass\n"


@pytest.fixture
def refusing(elsewhere):
    """An exercise whose tables are to be refused."""
    exercise = elsewhere.exercises["warmup/half"]
    for path, old, new in (
        (
            exercise.grader_path,
            "@grader.case\ndef table",
            "@grader.case(raises=ValueError)\ndef table",
        ),
        (
            exercise.solution_path,
            "    return x / 2",
            "    if x.dim() == 2:\n        raise ValueError('no tables')\n    return x / 2",
        ),
    ):
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
    return Course(elsewhere.root).exercises["warmup/half"]


def test_what_is_to_be_raised_may_be_said_in_any_words(refusing):
    """And in a class of its own, derived from the one that is asked for."""
    for problem, verdict in {
        "ValueError": "passed",
        "ValueError('in other words')": "passed",
        "Unknown('that is one, too')": "passed",
        "KeyError('x')": "error",
        "NotImplementedError": "todo",
    }.items():
        text = OWN + RAISING.format(problem=problem, value="x / 2")
        assert examine(refusing, File("half.py", text)).verdict == verdict, problem


def test_a_mistake_is_known_whatever_is_said_where_one_must_raise(refusing):
    """The words of an exception that is right are no part of the mistake."""
    for problem in ("ValueError('in other words')", "Unknown()"):
        text = OWN + RAISING.format(problem=problem, value="x / 3")
        assert examine(refusing, File("half.py", text)).misconception == "takes_a_third"


def test_what_is_kept_between_calls_is_seen(half):
    """The cases come twice, as they do where answers are graded."""
    text = "n = []\n\ndef half(x):\n    n.append(x)\n    return x / 2 if len(n) < 4 else x\n"
    result = examine(half, File("half.py", text))
    assert (result.verdict, [fact.kind for fact in result.facts]) == ("wrong", ["later"])


def test_memory_is_a_verdict(half):
    """torch says it in a RuntimeError of its own."""
    text = "import torch\ndef half(x):\n    return torch.empty(2**60)\n"
    assert examine(half, File("half.py", text)).verdict == "memory"


def test_an_exception_that_cannot_speak(half):
    """Its class is told all the same."""
    text = "class Mute(Exception):\n    def __str__(self): raise Mute\n\ndef half(x): raise Mute\n"
    result = examine(half, File("half.py", text))
    assert (result.verdict, result.failures[0].differences[0].got.type) == ("error", "Mute")


@pytest.mark.parametrize(("on_cpu", "verdict"), [("right", "passed"), ("wrong", "wrong")])
def test_an_accelerator_alone_makes_nobody_wrong(half, monkeypatch, on_cpu, verdict):
    """What disagrees there is run again on the CPU, and passes with a note where that agrees."""
    answers = {"cuda": HERE / "answers" / "wrong.py", "cpu": HERE / "answers" / f"{on_cpu}.py"}
    report, judge = practice.report_on, practice.judge_against
    # A machine without one: there, everything is on the CPU in truth.
    monkeypatch.setattr(practice, "reference_observations", lambda *_: {})
    monkeypatch.setattr(
        practice, "judge_against", lambda one, seen, *_, **__: judge(one, seen, (0,))
    )
    result = practice.judged(half, [0], "cuda", lambda on: report(half, read(answers[on]), [0]))
    assert result.verdict == verdict
    assert ("On cuda the numbers" in render(result, half.grader)) == (verdict == "passed")


def test_a_wrong_indentation_is_quoted_with_it(half):
    """It is what there is to see; other lines are quoted without."""
    text = "def half(x):\n    y = x\n\t  return y\n"
    assert examine(half, File("half.py", text)).trouble.code == "      return y"
    text = "def half(x):\n    return (x\n"
    assert examine(half, File("half.py", text)).trouble.code == "return (x"


def test_the_same_warning_is_told_once(half):
    """And up to two others."""
    text = (
        "import warnings\ndef half(x):\n    for n in (1, 1, 1, 2, 3, 4):\n"
        "        warnings.warn(f'number {n}')\n    return x\n"
    )
    printed = examine(half, File("half.py", text)).failures[0].printed
    assert printed.split("\n") == [f"UserWarning: number {n}" for n in (1, 2, 3)]


def test_a_forgotten_return_is_told_as_that(half):
    """In one sentence; not of an answer that may return nothing, or of one that is right."""
    told = render(examine(half, File("half.py", "def half(x):\n    x / 2\n")), half.grader)
    assert "`half` has no `return`, and Python then gives back None" in told
    assert told.count("gives back") == told.count("`return`") == 1
    later = "def half(x):\n    if x.dim() > 1:\n        return x / 2\n"
    told = render(examine(half, File("half.py", later)), half.grader)
    assert "None is what a function gives back where it comes to no `return`." in told
