from functools import partial

import torch
from torch import nn

from torchkata import Grader, called, mean_square, randn64, snapshot, with_old_gradients

grader = Grader(
    points=2,
    level=3,
    after=("training_loop/train_step",),
    hints=(
        "Which of the four lines of a training step belong to each set of parameters that is "
        "tried, and which only once?",
        "The closure clears the gradients, computes the loss, goes backward, and returns the loss.",
        "`optimizer.step(closure)`: the function itself, without parentheses. What it returns is "
        "the loss before the step.",
    ),
)


@grader.observe
def steps_taken(answer, model, settings, loss_fn, inputs, targets, steps):
    optimizer, calls = torch.optim.LBFGS(model.parameters(), **settings), []
    model.register_forward_hook(lambda *_: calls.append(1))
    given = {"inputs": inputs, "targets": targets, "steps": steps}
    losses, changes = called(partial(answer, model, optimizer, loss_fn), **given)
    return {
        "losses": losses,
        "parameters": snapshot(model),
        "in training mode": model.training,
        "calls of the model": len(calls),
        **changes,
    }


def network(*features, dtype=torch.float64):
    """Two layers with Tanh between them, and old gradients."""
    first, last = (nn.Linear(*one, dtype=dtype) for one in (features[:2], features[1:]))
    return with_old_gradients(nn.Sequential(first, nn.Tanh(), last))


@grader.case
def two_layers():
    """Two layers, 3 steps of at most 4 iterations with a line search; float64."""
    settings = {"max_iter": 4, "line_search_fn": "strong_wolfe"}
    return network(3, 4, 2), settings, nn.MSELoss(), randn64(9, 3), randn64(9, 2), 3


@grader.case
def without_a_line_search():
    """The same without a line search, with lr 0.3, and cross entropy over 3 classes."""
    settings = {"max_iter": 3, "lr": 0.3}
    targets = torch.randint(3, (8,))
    return network(2, 3, 3), settings, nn.CrossEntropyLoss(), randn64(8, 2), targets, 4


@grader.case
def a_frozen_layer():
    """The first layer is frozen and has old gradients; evaluation mode, and a loss function of our
    own, `mean_square(outputs, targets)`."""
    model = network(2, 4, 1).eval()
    model[0].requires_grad_(False)
    settings = {"max_iter": 3, "line_search_fn": "strong_wolfe"}
    return model, settings, mean_square, randn64(7, 2), randn64(7, 1), 2


@grader.case
def least_squares():
    """A single layer in float32, and a single step."""
    model = nn.Linear(3, 1)
    inputs, targets = randn64(10, 3).float(), randn64(10, 1).float()
    return model, {"max_iter": 2}, nn.MSELoss(), inputs, targets, 1


@grader.case
def images():
    """Images of shape (2, 3, 3) and a convolution; 2 steps."""
    layers = nn.Conv2d(2, 2, 3, dtype=torch.float64), nn.Flatten()
    settings = {"max_iter": 3, "line_search_fn": "strong_wolfe"}
    model = with_old_gradients(nn.Sequential(*layers))
    return model, settings, nn.MSELoss(), randn64(5, 2, 3, 3), randn64(5, 2), 2


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a weight of 5 that is to be 3."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 5.0)
    settings = {"line_search_fn": "strong_wolfe"}
    return model, settings, nn.MSELoss(), torch.tensor([[2.0]]), torch.tensor([[6.0]]), 2


grader.edit(
    "keeps_the_old_gradients",
    "Old gradients go into those of the loss: LBFGS calls the closure several times in a step, and "
    "each time `backward()` adds. Clear them in the closure: `optimizer.zero_grad()`.",
    "optimizer.zero_grad()\n",
    "",
    idea="no_zero_grad",
)

from graders._shared import (
    CLEARED_LATER,
    CLEARS_ONLY_WHAT_IS_TRAINED,
    FLATTENS_THE_INPUTS,
    SWAPS_OUTPUTS_AND_TARGETS,
)

CLOSURE = """
    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        return loss
"""
RETURNED = "return [optimizer.step(closure).item() for _ in range(steps)]"
BOTH = f"{CLOSURE}\n    {RETURNED}\n"
LOSS = "loss = loss_fn(model(inputs), targets)"


def in_a_loop(before, inside):
    """The whole answer, with lines of the closure before it."""
    body = "".join(f"\n            {line}" for line in inside)
    first = "".join(f"\n        {line}" for line in before)
    return (
        f"\n    losses = []\n    for _ in range(steps):{first}\n\n        def closure():{body}\n"
        "            return loss\n\n        losses.append(optimizer.step(closure).item())\n"
        "    return losses\n"
    )


grader.edits(
    "clears_once_a_step",
    "The gradients are cleared once for each step, and the closure is called several times in it: "
    "they add up from call to call. Clear them in the closure.",
    BOTH,
    [
        in_a_loop(["optimizer.zero_grad()"], [LOSS, "loss.backward()"]),
        in_a_loop([], [LOSS, "loss.backward()"]).replace(
            "    return losses", "        optimizer.zero_grad()\n    return losses"
        ),
    ],
    idea="no_zero_grad",
)
grader.edit(
    "clears_once",
    "The gradients are cleared once, before all steps. Each call of the closure adds to them: "
    "clear them in it.",
    BOTH,
    BOTH.replace("        optimizer.zero_grad()\n", "").replace(
        "    def", "    optimizer.zero_grad()\n\n    def"
    ),
    idea="no_zero_grad",
)
grader.edit(
    "computes_the_loss_outside",
    "The loss is computed outside of the closure, which goes backward through it again: that "
    "raises at the second call. In the closure the model has to be called again, since the "
    "parameters are others.",
    BOTH,
    in_a_loop([LOSS], ["optimizer.zero_grad()", "loss.backward()"]),
    idea="forward_outside",
)
grader.edit(
    "keeps_the_graph_for_the_next_call",
    "The loss is computed once for each step, outside of the closure, and `retain_graph=True` lets "
    "`backward()` go through it again: LBFGS gets the same loss and gradients for all parameters "
    "that it tries. Call the model in the closure.",
    BOTH,
    in_a_loop([LOSS], ["optimizer.zero_grad()", "loss.backward(retain_graph=True)"]),
    idea="forward_outside",
)
grader.edit(
    "computes_the_gradients_outside",
    "Loss and gradients are computed before the step, and the closure only gives the loss back: "
    "LBFGS sees the same ones for all parameters that it tries. All of it belongs in the closure.",
    BOTH,
    in_a_loop(["optimizer.zero_grad()", LOSS, "loss.backward()"], ["pass"]),
    idea="forward_outside",
)
grader.edit(
    "takes_a_step_without_a_closure",
    "`step()` of LBFGS needs a closure, and raises TypeError without one: it computes the loss as "
    "often as it likes. Write a function that does, and hand it over.",
    RETURNED,
    "return [(closure(), optimizer.step())[0].item() for _ in range(steps)]",
    idea="no_closure",
)
grader.edit(
    "calls_the_closure",
    "`optimizer.step(closure())` hands over a loss, where a function is needed: TypeError. Leave "
    "the parentheses out.",
    RETURNED,
    "return [optimizer.step(closure()).item() for _ in range(steps)]",
    idea="no_closure",
)
grader.edit(
    "returns_nothing_from_the_closure",
    "The closure returns None, and LBFGS needs the loss as a number: TypeError. `return loss`.",
    CLOSURE,
    CLOSURE.replace("        return loss\n", ""),
    idea="no_return",
)
grader.edits(
    "leaves_no_gradients",
    "The parameters do not move: LBFGS finds no gradients, as where `loss.backward()` is missing "
    "in the closure, or where they are cleared after it. First clear, then `backward()`.",
    CLOSURE,
    [
        CLOSURE.replace("        loss.backward()\n", ""),
        CLOSURE.replace("        optimizer.zero_grad()\n", "").replace(
            "        return", "        optimizer.zero_grad()\n        return"
        ),
    ],
    idea="nothing_moves",
)
grader.edit(
    "notes_every_call",
    "These are the losses of all calls of the closure, several for each step. `optimizer.step` "
    "returns the one that is asked for: the loss before the step.",
    BOTH,
    """
    losses = []

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        losses.append(loss.item())
        return loss

    for _ in range(steps):
        optimizer.step(closure)
    return losses
    """,
    idea="every_call_counts",
)
grader.edit(
    "notes_the_last_call",
    "These are the losses of the last call of each step, which need not even be those after it. "
    "What `optimizer.step` returns is the loss before it.",
    BOTH,
    """
    losses = []

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        losses[-1] = loss.item()
        return loss

    for _ in range(steps):
        losses.append(0.0)
        optimizer.step(closure)
    return losses
    """,
    idea="every_call_counts",
)
grader.edit(
    "measures_after_the_step",
    "These are the losses after each step, measured once more. The loss before it is what "
    "`optimizer.step(closure)` returns.",
    RETURNED,
    "return [(optimizer.step(closure), loss_fn(model(inputs), targets).item())[1]\n"
    "        for _ in range(steps)]",
    idea="loss_after_the_step",
)
grader.edit(
    "measures_before_the_step",
    "The losses are right, but the model is called once more for each: `optimizer.step(closure)` "
    "returns the loss before the step.",
    RETURNED,
    "return [(loss_fn(model(inputs), targets).item(), optimizer.step(closure))[0]\n"
    "        for _ in range(steps)]",
    idea="two_forward_passes",
)
grader.edit(
    "returns_the_last_loss",
    "One loss comes back. A list with the loss before each step is asked for.",
    RETURNED,
    "return [optimizer.step(closure).item() for _ in range(steps)][-1]",
    idea="last_one_only",
)
grader.edit(
    "returns_tensors",
    "The losses are tensors. Python floats are asked for: `.item()`.",
    RETURNED,
    "return [optimizer.step(closure).detach() for _ in range(steps)]",
    idea="tensor_for_float",
)
grader.edit(
    "takes_one_step",
    "Only one step is taken, as where `return` is inside the loop. Take `steps`.",
    RETURNED,
    "return [optimizer.step(closure).item()]",
    idea="return_in_the_loop",
)
grader.edits(
    "makes_another_optimizer",
    "Another optimizer takes the steps, with other settings, and not the one that was handed over.",
    BOTH,
    [
        f"\n    optimizer = torch.optim.{made}{BOTH}"
        for made in (
            "LBFGS(model.parameters())",
            "LBFGS(model.parameters(), lr=0.1)",
            "LBFGS(model.parameters(), line_search_fn='strong_wolfe')",
            "Adam(model.parameters())",
        )
    ],
    idea="another_optimizer",
)
grader.edit(
    "sets_the_mode",
    "The model is in training mode afterwards. Leave its mode as it is.",
    BOTH,
    f"\n    model.train(){BOTH}",
    idea="mode_changed",
)
grader.edits(
    "shrinks_the_gradients",
    "The gradients of the closure are smaller than those of the loss where they are large, as with "
    "`clip_grad_norm_`: LBFGS compares them with the losses. Leave them as `backward()` gives "
    "them.",
    "loss.backward()\n",
    [
        f"loss.backward()\ntorch.nn.utils.clip_grad_{how}_(model.parameters(), {limit})\n"
        for how in ("norm", "value")
        for limit in (1.0, 0.1, 0.5)
    ],
    idea="unasked_clipping",
)
grader.edit("clears_only_what_is_trained", **CLEARS_ONLY_WHAT_IS_TRAINED)
grader.edit("swaps_outputs_and_targets", **SWAPS_OUTPUTS_AND_TARGETS)
grader.edit("flattens_the_inputs", **FLATTENS_THE_INPUTS)

grader.equivalent("loss = loss_fn(model(inputs), targets) moved", CLEARED_LATER)
