"""The looks that graders share: exact, and blind to no type."""

import pytest
import torch
from torch import nn

from torchkata import (
    after_training,
    called,
    has_graph,
    held_by,
    parts,
    snapshot,
    sum_along,
    training_steps,
    unchanged,
    value_and_gradient,
)
from torchkata.running import observers
from torchkata.running.files import File
from torchkata.running.practice import examine


def test_an_answer_gets_its_arguments_in_order():
    """Their names are the grader's own: an answer may call them otherwise."""
    returned, changes = called(lambda a, b: (a, b), first=1, second="two")
    assert returned == (1, "two")
    assert changes == {}


@pytest.mark.parametrize("change", [lambda x: x.clamp_(min=1e-12), lambda x: x.add_(5e-7)])
def test_the_smallest_change_of_an_argument_is_seen(change):
    """Which no tolerance would show."""
    _, changes = called(lambda x, y: change(x), x=torch.zeros(3), y=torch.ones(2))
    assert changes == {"entries changed in x": 3, "entries changed in y": 0}


def test_what_was_changed_is_not_gone_back_over():
    """That would raise, in the same words as where a copy was changed: only the change is seen."""

    def shifted(x):
        x -= x.amax(0, keepdim=True)
        return x.exp() / x.exp().sum()

    seen = value_and_gradient(shifted, "probabilities", x=torch.tensor([1.0, 2.0, 4.0]))
    assert (seen["gradient"], seen["entries changed in x"]) == (None, 3)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        value_and_gradient(lambda x: shifted(x.clone()), "probabilities", x=torch.randn(3))


def test_what_is_inside_a_list_is_watched_too():
    """Tensors that change, an item that is gone, and a number."""
    batches = [(torch.zeros(2), torch.zeros(3)), (torch.zeros(4), 1)]

    def spoils(batches):
        batches[0][1][0] = 1
        batches.pop()

    assert called(spoils, batches=batches)[1] == {"entries changed in batches": 1 + 5}


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_the_gradient_is_that_of_the_first_argument(shape):
    """A lone number is pushed back as 1, in whatever shape: its gradient is no multiple."""
    ones = {"x": torch.ones(2), "y": torch.ones(2)}
    seen = value_and_gradient(lambda x, y: (x * y).sum().view(shape), "loss", **ones)
    assert seen["loss"] == torch.full(shape, 2.0)
    assert seen["gradient"].tolist() == [1, 1]
    assert seen["entries changed in x"] == seen["entries changed in y"] == 0


def test_numbers_that_are_pushed_back_are_unequal():
    """Else the probabilities of a row, whose sum is 1, would have no gradient."""
    seen = value_and_gradient(lambda x: 1 * x, "same", x=torch.zeros(4, 5, dtype=torch.float64))
    pushed = seen["gradient"].flatten()
    assert len(set(pushed.tolist())) == 20
    assert pushed.abs().min() >= 0.5


def test_a_change_in_place_is_seen_and_no_error():
    """What the answer gets is no leaf, and nothing goes back over what was changed."""
    seen = value_and_gradient(lambda x: x.mul_(2).sum(), "loss", x=torch.ones(3))
    assert seen["entries changed in x"] == 3
    assert seen["loss"] == 6
    assert seen["gradient"] is None


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64, torch.complex64])
def test_numbers_are_pushed_back_as_backward_would(dtype):
    """To the last bit, and where the value itself is not finite."""
    start = torch.tensor([[1.0, -2.0], [float("inf"), 60000.0]]).to(dtype)
    seen = value_and_gradient(lambda x: x * 3, "thrice", x=start.clone())
    expected = start.clone().requires_grad_()
    (expected * 3).backward(observers._unequal(expected))
    assert torch.equal(seen["gradient"], expected.grad)


@pytest.mark.parametrize("returned", [2.0, None, [1.0], torch.ones(2), "loss"])
def test_what_has_no_graph_has_no_gradient(returned):
    """It is shown as it is, and not touched."""
    seen = value_and_gradient(lambda x: returned, "loss", x=torch.ones(2))
    assert seen["loss"] is returned
    assert seen["gradient"] is None
    assert not has_graph(returned)


@pytest.mark.parametrize(
    ("returned", "seen"),
    [
        ((1, 2), ("a tuple", 1, 2)),
        ([1, 2], ("list", 1, 2)),
        ((1, 2, 3), ("a tuple", (1, 2, 3), None)),
        (7, ("int", 7, None)),
        (None, ("NoneType", None, None)),
    ],
)
def test_a_tuple_is_taken_apart(returned, seen):
    """And whatever else comes back is the first part."""
    assert tuple(parts(returned, "label", "confidence").values()) == seen


def test_only_a_tensor_of_the_right_shape_is_added_up():
    """Of anything else there are no sums."""
    assert sum_along(torch.ones(2, 3), 1, (2, 3)).tolist() == [3, 3]
    assert sum_along(torch.ones(3, 2), 1, (2, 3)) is None
    assert sum_along([[1.0, 1.0, 1.0]] * 2, 1, (2, 3)) is None


def test_a_snapshot_is_out_of_reach():
    """Of a model, a list, an iterator and a dict, with None where there is nothing."""
    model = nn.Linear(1, 1)
    seen = snapshot({"model": model, "list": [torch.ones(1), None], "all": iter([model.bias])})
    with torch.no_grad():
        model.bias.add_(1)
    assert list(seen["model"]) == ["weight", "bias"]
    assert seen["list"][1] is None
    assert seen["all"][0] == seen["model"]["bias"] == model.bias - 1
    assert not seen["all"][0].requires_grad


def test_unchanged_is_exact():
    """For each parameter by itself; None is unchanged where it was None."""
    model = nn.Linear(2, 1)
    before = snapshot(model)
    with torch.no_grad():
        model.weight.nextafter_(torch.ones(1, 2))
    assert unchanged(before, model) == {"weight": False, "bias": True}
    assert unchanged([None, None], [None, torch.zeros(1)]) == [True, False]


def test_steps_clear_the_gradients_first():
    """They are named as they are asked for."""
    param = nn.Parameter(torch.ones(1))
    param.grad = torch.full_like(param, 100.0)
    optimizer = torch.optim.SGD([param], lr=0.5)
    seen = training_steps(optimizer, lambda: param.sum(), [param], steps=[4, 5])
    assert seen == {"params after step 4": [0.5], "params after step 5": [0.0]}


def test_what_an_optimizer_holds_is_counted():
    """Other tensors than those that it should hold are counted as well."""
    model = nn.Linear(1, 1)
    groups = [{"params": [model.weight, torch.ones(1)]}, {"params": [torch.ones(1)]}]
    assert held_by(groups, dict(model.named_parameters())) == {
        "times in the optimizer": {"weight": 1, "bias": 0},
        "tensors in the optimizer": 3,
    }


def test_what_there_is_to_see_after_training():
    """Buffers of the model belong to it."""
    seen = after_training(nn.BatchNorm1d(1).eval(), torch.ones((), requires_grad=True), "epoch 2")
    assert "running_mean" in seen.pop("model after epoch 2")
    assert seen == {
        "loss of epoch 2": 1,
        "loss of epoch 2 has a graph": True,
        "in training mode after epoch 2": False,
    }


def test_what_fails_in_a_look_is_told_as_its_line(course):
    """As in the grader's own file: the engine's other lines say nothing to a learner."""
    exercise = course.exercises["probabilities/row_probabilities"]
    result = examine(exercise, File("row.py", "def row_probabilities():\n    return 1\n"))
    got = result.failures[0].differences[0].got
    assert (got.line, got.code) == (None, "returned = answer(*arguments.values())")
