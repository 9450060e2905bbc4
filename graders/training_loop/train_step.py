import torch
from torch import nn, optim

from torchkata import (
    Grader,
    SteadyDropout,
    after_training,
    mean_square,
    randn64,
    with_old_gradients,
)

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("optimizers/take_step",),
    hints=(
        "What does `backward()` do with gradients that are there already?",
        "Four calls: clear the gradients, compute the loss, go backward, take the step.",
        "`loss.item()` is the loss as a Python float, without the graph that hangs on it.",
    ),
)


@grader.observe
def three_steps(answer, model, batches, loss_fn, optimizer):
    seen = {}
    for step, (inputs, targets) in enumerate(batches, start=1):
        loss = answer(model, inputs, targets, loss_fn, optimizer)
        seen |= after_training(model, loss, f"step {step}")
    return seen


def network(*layers):
    """A model in training mode, with old gradients."""
    return with_old_gradients(nn.Sequential(*layers))


@grader.case
def classifier():
    """3 batches of 6, 6 and 4 examples for a model with BatchNorm and Dropout, and SGD."""
    layers = nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), SteadyDropout(0.3), nn.Linear(8, 3)
    model = network(*layers)
    batches = [(torch.randn(size, 4), torch.randint(3, (size,))) for size in (6, 6, 4)]
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    return model, batches, nn.CrossEntropyLoss(), optimizer


@grader.case
def same_batch_again():
    """The same 5 examples 3 times; a model of one layer and one output, squared errors, SGD. The
    targets are near 40, and the first gradients are large."""
    model = nn.Sequential(nn.Linear(3, 1))
    batch = torch.randn(5, 3), 40 + 5 * torch.randn(5, 1)
    return model, [batch] * 3, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.05)


@grader.case
def one_example():
    """Batches of one example each, with 4 yes-or-no questions about it, and Adam."""
    model = network(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 4))
    batches = [(torch.randn(1, 3), torch.randint(2, (1, 4)).float()) for _ in range(3)]
    return model, batches, nn.BCEWithLogitsLoss(), optim.Adam(model.parameters(), lr=0.02)


@grader.case
def frozen_layer():
    """The first of two layers is frozen, and has old gradients, as the second has; float64."""
    hidden, head = nn.Linear(3, 5, dtype=torch.float64), nn.Linear(5, 2, dtype=torch.float64)
    model = network(hidden, nn.Tanh(), head)
    hidden.requires_grad_(False)
    batches = [(randn64(size, 3), 2 * randn64(size, 2)) for size in (4, 7, 5)]
    return model, batches, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: three steps with the same two examples."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    batch = torch.ones(2, 1), torch.tensor([[1.0], [3.0]])
    return model, [batch] * 3, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.25)


@grader.case
def images():
    """Batches of images, shape (N, 2, 3, 3), in float64. The loss is a function of our own,
    `mean_square(outputs, targets)`, and near 0.00002."""
    plain = {"bias": False, "dtype": torch.float64}
    layers = nn.Conv2d(2, 3, 2, **plain), nn.Tanh(), nn.Flatten(), nn.Linear(12, 2, **plain)
    model = network(*layers)
    batches = [(randn64(size, 2, 3, 3) / 500, randn64(size, 2).sign() / 200) for size in (5, 4, 6)]
    return model, batches, mean_square, optim.Adam(model.parameters(), lr=0.01)


from graders._shared import (
    CLEARS_ONLY_WHAT_IS_TRAINED,
    FLATTENS_THE_INPUTS,
    NAMES_THE_ARGUMENTS_OF_THE_LOSS,
    STEPS_TWICE,
    SWAPS_OUTPUTS_AND_TARGETS,
    rounds_the_loss,
)
from graders.training_loop._shared import (
    CLEARS_AFTER_THE_STEP,
    KEEPS_THE_OLD_GRADIENTS,
)

grader.edit("keeps_the_old_gradients", **KEEPS_THE_OLD_GRADIENTS)
grader.edit("clears_after_the_step", **CLEARS_AFTER_THE_STEP)
grader.edit(
    "moves_nothing",
    "No parameter moved, as where a call is missing, where `zero_grad()` comes between "
    "`backward()` and `optimizer.step()`, or where `lr` was set to 0. `backward()` makes the "
    "gradients and `step()` uses them: call both, in this order, with the optimizer's own "
    "settings.",
    old="""
    loss.backward()
    optimizer.step()
    """,
    new="""
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    """,
    idea="nothing_moves",
    more=(
        "Print `param.grad` of one parameter just before `optimizer.step()`: that is what is used.",
    ),
)
grader.edit(
    "steps_before_backward",
    "The step comes before `backward()`, so that it uses old gradients, and those of this batch "
    "wait for the next step. Call `backward()` first.",
    old="""
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
    """,
    new="""
    loss = loss_fn(model(inputs), targets)
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    """,
    idea="step_before_backward",
    more=("`step()` reads the `.grad` of each parameter, and `backward()` is what writes it.",),
)
grader.edit("steps_twice", **STEPS_TWICE)
grader.edit(
    "goes_up_instead_of_down",
    "The parameters move to where the loss is larger, because of a minus sign before the loss. The "
    "optimizer goes down by itself: call `backward()` on the loss as it is.",
    "loss.backward()",
    "(-loss).backward()",
    idea="uphill",
)
grader.edit(
    "returns_the_graph",
    "This returns the loss with its graph, which holds on to the memory of the whole step for as "
    "long as somebody keeps the loss. Return `loss.item()`, a plain number.",
    "return loss.item()",
    "return loss",
    idea="kept_graph",
)
grader.edit(
    "returns_a_tensor",
    "The loss comes back as a tensor without a graph. Asked for is a Python float: `loss.item()`.",
    "return loss.item()",
    "return loss.detach()",
    idea="tensor_for_float",
    more=("`.detach()` cuts the graph off, and what it gives is a tensor still.",),
)
grader.edit(
    "reports_the_loss_after_the_step",
    "The loss was computed again after the step. Report the one from before: it costs nothing, "
    "and the model is called only once for the batch (BatchNorm would update its running "
    "statistics twice).",
    "return loss.item()",
    "return loss_fn(model(inputs), targets).item()",
    idea="loss_after_the_step",
)
LOSS = "loss = loss_fn(model(inputs), targets)"
STEP = "loss.backward()\n    optimizer.step()\n    return"
REPORTED = "reported = loss_fn(model(inputs), targets).item()"
grader.edits(
    "asks_the_model_twice",
    "The model was called twice for the batch: in training mode, BatchNorm updates its running "
    "statistics in each call, and Dropout drops other units. Call the model once, and keep its "
    "outputs.",
    f"    {LOSS}\n    {STEP} loss.item()",
    [
        f"    model(inputs)\n    {LOSS}\n    {STEP} loss.item()",
        f"    {LOSS}\n    model(inputs)\n    {STEP} loss.item()",
        f"    {REPORTED}\n    {LOSS}\n    {STEP} reported",
        f"    {LOSS}\n    {REPORTED}\n    {STEP} reported",
    ],
    idea="two_forward_passes",
)
grader.edit(
    "leaves_training_mode",
    "`model.eval()` switches Dropout off and lets BatchNorm use its running statistics. That is "
    "for evaluation: here the model is in training mode, and stays in it.",
    "optimizer.zero_grad()",
    "model.eval()\noptimizer.zero_grad()",
    idea="eval_mode_kept",
)
grader.edit(
    "applies_softmax",
    "Softmax is applied to the outputs here, but `loss_fn` takes them as the model gives them: "
    "`nn.CrossEntropyLoss` applies softmax itself, and other losses want none at all.",
    "loss_fn(model(inputs), targets)",
    "loss_fn(model(inputs).softmax(dim=1), targets)",
    idea="double_softmax",
    more=("Look at all that is between `model(inputs)` and the loss: nothing needs to be.",),
)
grader.edit(
    "multiplies_by_the_batch_size",
    "The loss that comes back was multiplied by the number of examples. It is the mean over the "
    "batch already: return it as it is.",
    "return loss.item()",
    "return loss.item() * len(inputs)",
    idea="mean_counted_again",
)
grader.edit(
    "divides_by_the_batch_size",
    "The loss was divided by the number of examples. `loss_fn` gives the mean over the batch "
    "already: take it as it is.",
    "loss_fn(model(inputs), targets)",
    "loss_fn(model(inputs), targets) / len(inputs)",
    idea="mean_counted_again",
)
grader.edit(
    "sums_over_the_batch",
    "The step is as many times too large as there are examples: `backward()` was called on the sum "
    "over the batch. Call it on the loss as `loss_fn` gives it.",
    "loss.backward()",
    "(loss * len(inputs)).backward()",
)
grader.edit("swaps_outputs_and_targets", **SWAPS_OUTPUTS_AND_TARGETS)
grader.edit(
    "cuts_the_graph",
    "The outputs or the loss are cut off from the model, so `backward()` finds no way back to the "
    "parameters. Leave out `torch.no_grad()`, `.detach()` and `.item()` here.",
    "model(inputs)",
    "model(inputs).detach()",
    idea="cut_graph",
)
grader.edits(
    "clips_the_gradients",
    "The gradients were clipped before the step. That is often useful, but nobody asked for it.",
    "optimizer.step()",
    [
        f"torch.nn.utils.clip_grad_{how}_(model.parameters(), {most})\noptimizer.step()"
        for how in ("norm", "value")
        for most in (0.5, 1.0, 5.0, 10.0)
    ],
    idea="unasked_clipping",
)
grader.edits(
    "squeezes_the_outputs",
    "The outputs have lost a dimension here, as by `squeeze()`: of shape (N,), each is compared "
    "with every target of shape (N, 1). Give them to `loss_fn` as they are.",
    "model(inputs)",
    ["model(inputs).squeeze(-1)", "model(inputs).squeeze()"],
    idea="bare_squeeze",
)

grader.equivalent(
    "loss = loss_fn(model(inputs), targets) moved",
    "Computing the loss makes no gradients, so that they may be cleared before it or after it.",
)


@grader.misconception(idea="eval_mode_kept")
def ends_in_evaluation_mode(model, inputs, targets, loss_fn, optimizer):
    """The step is right, but the model is in evaluation mode afterwards: it comes in training mode,
    and stays in it. Leave out `model.eval()`."""
    model.train()
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
    model.eval()
    return loss.item()


grader.edit(
    "returns_the_loss_of_one_example",
    "The step is right, but the loss that comes back was divided by the number of examples. It is "
    "the mean over the batch already: return it as it is.",
    "return loss.item()",
    "return loss.item() / len(inputs)",
    idea="mean_counted_again",
)
grader.edit(
    "applies_sigmoid",
    "Sigmoid is applied to the outputs here, but `loss_fn` takes them as the model gives them: "
    "`nn.BCEWithLogitsLoss` applies sigmoid itself, and other losses want none at all.",
    "loss_fn(model(inputs), targets)",
    "loss_fn(model(inputs).sigmoid(), targets)",
    idea="sigmoid_before_the_loss",
)
grader.edit("clears_only_what_is_trained", **CLEARS_ONLY_WHAT_IS_TRAINED)
grader.edit("flattens_the_inputs", **FLATTENS_THE_INPUTS)
grader.edit("names_the_arguments_of_the_loss", **NAMES_THE_ARGUMENTS_OF_THE_LOSS)
grader.edits("rounds_the_loss", **rounds_the_loss("loss.item()"))


@grader.remark(written="torch.autograd.Variable")
def with_variables(model, inputs, targets, loss_fn, optimizer):
    """`Variable` does nothing any more: since PyTorch 0.4 each tensor can record gradients by
    itself. Leave it out."""
    optimizer.zero_grad()
    loss = loss_fn(model(torch.autograd.Variable(inputs)), torch.autograd.Variable(targets))
    loss.backward()
    optimizer.step()
    return loss.item()
