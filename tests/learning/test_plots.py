"""Pictures of expected against got: which are drawn, which are not, and that none ever fails."""

import importlib.util
import math
import subprocess
import sys

import matplotlib.image
import pytest
import torch

from torchkata.cli.init import build
from torchkata.course.grader import Case, Grader
from torchkata.judging.comparison import differences
from torchkata.judging.judge import Failure, Report, Result, judge
from torchkata.learning import plots
from torchkata.learning.plot_data import choose
from torchkata.running.known_answers import mistakes, reference_observations

from command import kata

NAN, INF = math.nan, math.inf
LRS = [0.1 * 0.9**epoch for epoch in range(20)]


def result(**cases):
    """A wrong answer: {case: (expected, got)}."""
    failures = [Failure(case, 0, differences(*pair)) for case, pair in cases.items()]
    return Result("module/exercise", "wrong", dict.fromkeys(cases, "wrong"), failures)


def one(expected, got, name="value"):
    """A wrong answer to one case."""
    return result(case=({name: expected}, {name: got}))


def steps(*values):
    """An observation with a value after each step."""
    return {f"params after step {step}": value for step, value in enumerate(values, start=1)}


def walk(start, *moves):
    """Where params are after each move."""
    return steps(*(torch.tensor([start, -start]) + torch.tensor(move) for move in moves))


def bowl(x, y):
    """Of which the pictures of one case show the contours."""
    return x**2 + y**2


def grader(*cases, loss=None):
    """One with cases of these names."""
    made = Grader(points=1, level=1, hints=("a hint",))
    made.cases = {name: Case(name, "A case.", tuple, None, loss, 1) for name in cases}
    return made


def chosen(wrong, loss=None):
    """The picture of a wrong answer."""
    return choose(wrong, grader(*wrong.cases, loss=loss))


def drawn(wrong, path):
    """Whether a picture of a wrong answer is drawn there."""
    return plots.draw(wrong, grader(*wrong.cases), path)


GRADIENT = torch.arange(12.0).reshape(4, 3)
CURVE, PATH, HEAT, BARS = "curve", "path", "heat", "bars"
DRAWN = {
    "a list of numbers": (CURVE, one(LRS, [2 * lr for lr in LRS])),
    "a list of which the beginning is right": (CURVE, one(LRS, LRS[:12] + [0.0] * 8)),
    "a list that is too short": (CURVE, one(LRS, LRS[:-1])),
    "a tensor": (CURVE, one(torch.tensor(LRS), torch.tensor(LRS[::-1]))),
    "a tensor that is too long": (CURVE, one(torch.tensor(LRS), torch.tensor([1.0, *LRS]))),
    "a tensor with one column": (CURVE, one(torch.zeros(9, 1), torch.ones(9, 1))),
    "a number after each step": (
        CURVE,
        result(a=(steps(1.0, 0.5, 0.2, 0.1), steps(1.0, 2.0, 4.0, 8.0))),
    ),
    "params after each step": (
        PATH,
        result(
            a=(walk(1.0, [0, 0], [1, 1], [2, 1]), walk(1.1, [0, 0], [1, 2], [2, 4])),
        ),
    ),
    "params that stay where they are": (
        PATH,
        result(a=(walk(1.0, [0, 0], [1, 1], [2, 1]), walk(3.0, [0, 0], [0, 0], [0, 0]))),
    ),
    "a table": (HEAT, one(GRADIENT, GRADIENT * 4)),
    "a table of half precision": (HEAT, one(GRADIENT.half(), GRADIENT.half() * 4)),
    "the worst of four tables": (HEAT, one(torch.zeros(2, 2, 3, 4), torch.rand(2, 2, 3, 4))),
    "a number in each case": (BARS, result(a=(1.0, 8.0), b=(torch.tensor(2.0), torch.tensor(9.0)))),
    "a count in each case": (BARS, result(a=(1, 2), b=(1, 3), c=(1, 10**400))),
    "more cases than fit": (BARS, result(**{f"case_{n}": (n, n + 1) for n in range(30)})),
}
NOT_DRAWN = {
    "nothing is wrong": Result("module/exercise", "passed", {"a": "passed"}),
    "one number": one(1.0, 2.0),
    "three numbers": one(torch.zeros(3), torch.ones(3)),
    "a small table": one(torch.zeros(2, 2), torch.ones(2, 2)),
    "truth": result(a=(True, False), b=(True, False)),
    "text": one("a", "b"),
    "another type": one(torch.zeros(9), None),
    "another dtype": one(torch.zeros(9), torch.zeros(9).double()),
    "another shape": one(torch.zeros(4, 4), torch.zeros(4)),
    "whole numbers": one(torch.zeros(9, 9).long(), torch.ones(9, 9).long()),
    "complex numbers": one(torch.zeros(9).cfloat(), torch.ones(9).cfloat()),
    "nothing at all": one(torch.zeros(0), torch.zeros(9)),
    "no columns": one(torch.zeros(9, 0), torch.zeros(9)),
    "nothing finite": one(torch.full((9,), NAN), torch.zeros(9)),
    "an exception": result(a=({"x": 1}, [])),
}
ODD = {
    "nan": one(torch.tensor(LRS), torch.tensor([*LRS[:5], *[NAN] * 15])),
    "nan alone": one(torch.tensor(LRS), torch.full((20,), NAN)),
    "a table of nan": one(GRADIENT, torch.full((4, 3), NAN)),
    "nan in both": one(
        torch.tensor([[NAN, 1.0, 2.0], [3.0, 4.0, INF]]),
        torch.tensor([[NAN, 1.0, INF], [3.0, 5.0, INF]]),
    ),
    "inf": one(torch.tensor(LRS), torch.tensor([*LRS[:5], *[INF, -INF] * 7, INF])),
    "the largest there is": one(
        torch.zeros(9).double(), torch.full((9,), 1.7e308, dtype=torch.float64)
    ),
    "far apart": one(LRS, [1.6**n for n in range(20)]),
    "a path to nan": result(a=(steps(*torch.ones(4, 3)), steps(*torch.full((4, 3), NAN)))),
    "a path to far away": result(
        a=(steps(*torch.ones(4, 3)), steps(*(torch.ones(3) * 1e9**n for n in range(1, 5))))
    ),
    "bars of nan and inf": result(a=(1.0, NAN), b=(1.0, INF), c=(1.0, -INF), d=(1.0, 1e300)),
    "a long curve": one(torch.zeros(1_000_000), torch.rand(1_000_000)),
    "a large table": one(torch.zeros(1000, 700), torch.rand(1000, 700)),
    "a wide table": one(torch.zeros(2, 100_000), torch.rand(2, 100_000)),
    "a long path": result(a=(steps(*torch.zeros(3, 90_000)), steps(*torch.rand(3, 90_000)))),
    "other letters": result(경우=({"기울기": GRADIENT}, {"기울기": -GRADIENT})),
    "signs that mean something elsewhere": one(GRADIENT, -GRADIENT, "$x_{%s\\"),
    "long names": one(GRADIENT, -GRADIENT, "a very long name of a value " * 9),
}


@pytest.mark.parametrize("what", DRAWN)
def test_a_picture_is_drawn_where_it_says_more(what, tmp_path):
    """Of the right kind, as a PNG that is readable where a text is 700 pixels wide."""
    kind, wrong = DRAWN[what]
    path = tmp_path / "folder" / "picture.png"
    assert chosen(wrong).kind == kind
    assert drawn(wrong, path)
    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    height, width, _ = matplotlib.image.imread(path).shape
    assert (width, height) == (1050, 690)
    assert len(path.read_bytes()) < 150_000


def test_two_paths_are_drawn_on_the_loss_they_go_down(tmp_path):
    """Where one can see them part, whatever case fails first; with its contours explained."""
    path = walk(1.0, [0, 0], [1, 1], [2, 1])
    wrong = result(a=(LRS, LRS[::-1]), b=(path, walk(1.1, [0, 0], [1, 2], [2, 4])))
    assert chosen(wrong).kind == CURVE
    picture = chosen(wrong, loss=bowl)
    assert (picture.kind, picture.case, picture.loss) == (PATH, "b", bowl)
    assert plots.draw(wrong, grader("a", "b", loss=bowl), tmp_path / "picture.png")
    assert b"Along a grey line the loss stays the same" in (tmp_path / "picture.png").read_bytes()
    alike = result(a=(LRS, LRS[::-1]), b=(path, walk(1.01, [0, 0], [1, 1], [2, 1])))
    assert chosen(alike, loss=bowl).kind == CURVE


@pytest.mark.parametrize("got", [NAN, INF, -1e300, 1e20])
def test_a_path_may_leave_the_surface(got, tmp_path):
    """To wherever it goes."""
    there = torch.full((4, 2), got, dtype=torch.float64)
    wrong = result(a=(steps(*torch.ones_like(there)), steps(*there)))
    assert plots.draw(wrong, grader("a", loss=bowl), tmp_path / "picture.png")


@pytest.mark.parametrize("what", NOT_DRAWN)
def test_nothing_is_drawn_where_the_text_says_it_all(what, tmp_path):
    """No file is written, nor a folder for it."""
    assert chosen(NOT_DRAWN[what]) is None
    assert not drawn(NOT_DRAWN[what], tmp_path / "folder" / "picture.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ODD)
def test_no_number_is_too_odd_to_draw(what, tmp_path):
    """Nor too large, nor too many."""
    assert drawn(ODD[what], tmp_path / "picture.png")


def test_a_picture_says_what_it_is_about(tmp_path):
    """For those who cannot see it, in the file."""
    drawn(DRAWN["a table"][1], tmp_path / "picture.png")
    said = (tmp_path / "picture.png").read_bytes()
    assert b"module/exercise, case case value: got - expected Furthest apart at [3, 2]" in said


def test_what_agrees_is_shown_as_equal():
    """The last bits of a number are no pattern."""
    expected, got = torch.zeros(3, 3), torch.full((3, 3), 1e-8)
    got[1, 1] = 1.0
    assert chosen(one(expected, got)).got.tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_a_list_is_drawn_with_what_agrees():
    """Over what its name says it goes over, so that a schedule is seen as one."""
    expected, got = {"lr of the steps": LRS}, {"lr of the steps": LRS[:10] + [0.0] * 10}
    failure = Failure("case", 0, differences(expected, got), expected=expected)
    picture = chosen(Result("module/exercise", "wrong", {"case": "wrong"}, [failure]))
    assert (picture.kind, picture.along, picture.places) == (CURVE, "step", list(range(20)))
    assert picture.expected.tolist() == LRS
    assert picture.got.tolist() == got["lr of the steps"]


def test_what_is_judged_can_be_drawn_whole():
    """The judge keeps all that the reference gave in a case."""
    expected = {("case", 0): {"lr of the epochs": LRS}}
    seen = {("case", 0): {"lr of the epochs": LRS[:10] + [0.0] * 10}}
    wrong = judge("module/exercise", grader("case"), Report(observations=seen), expected, list)
    assert chosen(wrong).along == "epoch"
    assert chosen(wrong).expected.tolist() == LRS


def test_a_large_table_keeps_its_worst_number():
    """However coarsely it is drawn."""
    got = torch.rand(1000, 700)
    got[371, 5] = 9.0
    picture = chosen(one(torch.zeros(1000, 700), got))
    assert picture.got.shape == (100, 100)
    assert picture.got.max() == 9.0


def test_the_worst_slice_of_many_dimensions_is_named():
    """Where its numbers are."""
    got = torch.zeros(2, 3, 3, 4)
    got[1, 2] = 1
    assert chosen(one(torch.zeros(2, 3, 3, 4), got, "gradient")).name == "gradient[1, 2]"


@pytest.mark.slow
def test_every_known_mistake_can_be_drawn_or_left(walled):
    """No observation of the course is too odd for a choice to be made."""
    exercise = walled
    expected = reference_observations(exercise, (0,))
    for _, seen in mistakes(exercise, (0,)):
        report = Report(observations=dict(seen))
        choose(judge(exercise.id, exercise.grader, report, expected, lambda: []), exercise.grader)


def test_save_names_the_file_and_never_fails(tmp_path, monkeypatch):
    """Where nothing can be written, or matplotlib is missing, there is no picture."""
    wrong, any_grader = DRAWN["a table"][1], grader("case")
    assert plots.save(wrong, any_grader, tmp_path) == str(tmp_path / "module-exercise.png")
    (tmp_path / "file").write_text("")
    assert plots.save(wrong, any_grader, tmp_path / "file") == ""
    assert plots.save(NOT_DRAWN["text"], any_grader, tmp_path) == ""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert plots.save(wrong, any_grader, tmp_path / "other") == ""
    with pytest.raises(ImportError, match=r"pip install \"torchkata\[plot\]\""):
        drawn(wrong, tmp_path / "other" / "picture.png")


def test_kata_check_says_where_the_picture_is(course, elsewhere, tmp_path):
    """In the workspace; and where there is none, it says so."""
    root, name = tmp_path / "work", "probabilities/row_probabilities"
    build(course, root)
    answer = "def row_probabilities(logits):\n    return logits.softmax(0)\n"
    (root / "exercises" / f"{name}.py").write_text(answer)
    said = "\n  A picture of it: plots/probabilities-row_probabilities.png\n"
    assert said in checked_with_plot(root, name)
    drawn = [picture.name for picture in (root / "plots").iterdir()]
    assert drawn == ["probabilities-row_probabilities.png"]
    few = "def half(x):\n    return x / 2 if x.dim() == 2 else 2 * x\n"
    elsewhere.exercises["warmup/half"].stub_path.write_text(few)
    said = "\n  No plot: it would add nothing to the text.\n"
    assert said in checked_with_plot(elsewhere.root, "half")


def checked_with_plot(folder, name):
    """What `kata check --plot` prints there."""
    return kata("check", name, "--plot", cwd=folder).stdout


def test_the_module_needs_neither_torch_nor_matplotlib():
    """A command that asks whether there are pictures is quick."""
    code = (
        "import sys; from torchkata.learning import plots; plots.available(); "
        "assert not {'torch', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
