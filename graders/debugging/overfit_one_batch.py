import random

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

from torchkata import (
    Grader,
    SteadyDropout,
    changed_entries,
    mean_square,
    parts,
    randn64,
    snapshot,
    with_old_gradients,
)

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/train_one_epoch",),
    hints=(
        "`next(iter(loader))` gives the first batch. Where does it belong, if all steps are to "
        "have the same one?",
        "With `steps=0` there is one loss and no step. With `steps=2` there are three losses: what "
        "comes last, a loss or a step?",
        "In each round: compute the loss, note it, end the loop if it is small enough or no step "
        "is left, and only then go backward and step.",
    ),
)


@grader.observe
def history(answer, model, batches, loss_fn, optimizer, steps, goal):
    taken, calls = [], []
    model.register_forward_hook(lambda model, *_: calls.append(model.training))

    class Loader:
        def __len__(self):
            return len(batches)

        def __iter__(self):
            taken.append("begins")
            for batch in batches:
                taken.append("batch")
                yield batch

    optimizer.register_step_post_hook(lambda *_: calls.append("step"))
    before = snapshot(list(batches)) if isinstance(batches, list) else []
    returned = answer(model, Loader(), loss_fn, optimizer, steps, goal)
    return {
        **parts(returned, "passed", "losses"),
        "taken from the loader": taken,
        "calls of the model in training mode, and steps": calls,
        "model afterwards": snapshot(model.state_dict()),
        "in training mode afterwards": model.training,
        "entries changed in loader": changed_entries(
            before, snapshot(list(batches)[: len(before)])
        ),
    }


def network(outputs, *inner, dtype=torch.float32):
    """A small network in evaluation mode, with old gradients."""
    first = nn.Linear(4, 8, bias=False, dtype=dtype)
    layers = first, *inner, nn.Tanh(), nn.Linear(8, outputs, dtype=dtype)
    return with_old_gradients(nn.Sequential(*layers).eval())


def batches_of(*sizes):
    """Batches in float64."""
    return [(randn64(n, 4), torch.arange(n) % 3) for n in sizes]


@grader.case
def goal_reached():
    """A classifier in float64 that has Dropout: the loss is below 0.5 after some steps, and there
    would be 60. Three batches of a list."""
    model = network(3, SteadyDropout(0.2), dtype=torch.float64)
    optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.5)
    return (
        model,
        batches_of(6, 5, 4),
        nn.CrossEntropyLoss(),
        optimizer,
        60,
        0.5,
    )


@grader.case
def goal_missed():
    """5 steps are too few for the goal; a model with BatchNorm, and a loss that is a function of
    our own, `mean_square(outputs, targets)`."""
    model = network(2, nn.BatchNorm1d(8))
    batches = [(torch.randn(n, 4), 2 * torch.randn(n, 2)) for n in (7, 7)]
    return model, batches, mean_square, optim.Adam(model.parameters(), lr=0.01), 5, 1e-5


@grader.case
def a_loader_that_shuffles():
    """A DataLoader that shuffles 18 examples, 6 in a batch; 8 steps."""
    model = network(3)
    examples = TensorDataset(torch.randn(18, 4), torch.arange(18) % 3)
    # The order follows from a seed of its own, so that what else is drawn does not count.
    loader = DataLoader(examples, 6, shuffle=True, generator=torch.Generator().manual_seed(7))
    optimizer = optim.SGD(model.parameters(), lr=0.3)
    return model, loader, nn.CrossEntropyLoss(), optimizer, 8, 0.01


@grader.case
def softmax_at_the_end():
    """A bug to be found: softmax before the cross-entropy. All examples are right, and the loss
    stays above 0.55."""
    layer = nn.Linear(3, 3, bias=False)
    layer.weight.data.copy_(random.uniform(7, 9) * torch.eye(3))
    model = nn.Sequential(layer, nn.Softmax(dim=1))
    batch = torch.eye(3), torch.arange(3)
    return model, [batch], nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.5), 6, 0.1


@grader.case
def small_from_the_start():
    """A loss that is below the goal before the first step."""
    model = network(2)
    batches = [(torch.randn(5, 4), torch.randn(5, 2)) for _ in range(2)]
    return model, batches, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1), 4, 1000.0


@grader.case
def no_steps():
    """No step at all, in float64."""
    model = network(3, dtype=torch.float64)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    return model, batches_of(5), nn.CrossEntropyLoss(), optimizer, 0, 0.01


@grader.case
def as_in_the_docstring():
    """The first example of the docstring."""
    return *of_the_docstring(0.0), 10, 0.1


@grader.case
def goes_on_as_in_the_docstring():
    """The second example of the docstring, where w is 0.75 already: one step is too few."""
    return *of_the_docstring(0.75), 1, 0.001


@grader.case
def last_step():
    """The loss of the docstring from another w on: below the goal after the last of two steps."""
    distance = random.randint(4, 16) / 8
    return *of_the_docstring(1 - distance), 2, distance**2 / 10


@grader.case
def goal_met_exactly():
    """The same, where the second loss is equal to the goal, and not below it; 3 steps."""
    distance = random.randint(4, 16) / 8
    return *of_the_docstring(1 - distance), 3, distance**2 / 4


@grader.case
def goal_met_exactly_at_the_end():
    """The same with one step."""
    distance = random.randint(4, 16) / 8
    return *of_the_docstring(1 - distance), 1, distance**2 / 4


def of_the_docstring(w):
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, w)
    loader = [(torch.ones(1, 1), torch.ones(1, 1))]
    return model, loader, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.25)


from graders._shared import (
    CLEARED_LATER,
    INDEPENDENT,
    NAMES_THE_ARGUMENTS_OF_THE_LOSS,
    STEPS_TWICE,
    SWAPS_OUTPUTS_AND_TARGETS,
)
from graders.training_loop._shared import KEEPS_THE_OLD_GRADIENTS

FIRST = "inputs, targets = next(iter(loader))"
ENDS = "if losses[-1] < goal or len(losses) > steps:"
PASSED = "return losses[-1] < goal, losses"
STEP = """
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""
LOOP = "    model.train()\n    losses = []\n    while True:\n"
LOSS = """
        loss = loss_fn(model(inputs), targets)
        losses.append(loss.item())
"""
END = f"""
        {ENDS}
            {PASSED}
"""

grader.edits(
    "takes_a_new_batch_for_each_step",
    "Each step has a batch of its own, as where `next(iter(loader))` is inside the loop. The test "
    "is about one batch: take it before the loop.",
    f"    {FIRST}\n{LOOP}",
    [
        f"{first}{LOOP}        {batch}\n"
        for first, batch in (
            ("", FIRST),
            (f"    {FIRST}\n", FIRST),
            ("", "inputs, targets = list(loader)[len(losses) % len(loader)]"),
        )
    ],
    idea="new_batches",
)
grader.edit(
    "goes_on_through_the_loader",
    "Each step takes the next batch of the loader. Take the first one, and stay with it.",
    f"    {FIRST}\n{LOOP}",
    """
    from itertools import chain, repeat
    model.train()
    losses = []
    for inputs, targets in chain.from_iterable(repeat(loader)):
    """,
    idea="new_batches",
)
grader.edits(
    "takes_more_from_the_loader",
    "More than one batch was taken from the loader, as where it is made a list, or its last batch "
    "is used. Of a large data set, that reads all files: `next(iter(loader))`.",
    FIRST,
    ["inputs, targets = list(loader)[0]", "batches = [*loader]; inputs, targets = batches[0]"],
)
grader.edit(
    "takes_the_last_batch",
    "The last batch of the loader was taken, as where a loop over it goes through. Take the first.",
    FIRST,
    "for inputs, targets in loader: pass",
    idea="last_one_only",
)
grader.edits(
    "trains_in_the_mode_it_comes_in",
    "The model was trained in evaluation mode: Dropout drops nothing, and BatchNorm keeps its old "
    "statistics, so the test is about another model than the training. Call `model.train()`.",
    "model.train()",
    ["pass", "model.eval()"],
    idea="eval_mode_kept",
)
grader.edit(
    "leaves_evaluation_mode",
    "The model is in evaluation mode afterwards. Leave it in training mode.",
    PASSED,
    f"model.eval()\n{PASSED}",
    idea="mode_changed",
)
grader.edits(
    "passes_by_the_accuracy",
    "A model with all examples right has passed, and its loss is far above `goal`. With softmax "
    "before the cross-entropy, the accuracy is perfect and the loss gets no smaller: ask the loss.",
    PASSED,
    [
        "return bool((model(inputs).argmax(1) == targets).all()), losses",
        "passed = (model(inputs).argmax(dim=-1) == targets).float().mean().item() == 1\n"
        "return passed, losses",
    ],
    idea="accuracy_for_loss",
)
grader.edits(
    "passes_by_a_smaller_loss",
    "A loss that has become smaller has passed here. It is to be below `goal`: the loss of a wrong "
    "program becomes smaller, too.",
    PASSED,
    ["return losses[-1] < losses[0], losses", "return losses[-1] < losses[0] / 2, losses"],
)
grader.edits(
    "always_passes",
    "What is returned first does not depend on the loss.",
    PASSED,
    ["return True, losses", "return len(losses) <= steps, losses", "return False, losses"],
    idea="argument_not_used",
)
grader.edit(
    "never_ends_early",
    "All steps were taken, even after a loss below `goal`. End the training there.",
    ENDS,
    "if len(losses) > steps:",
)
grader.edit(
    "steps_once_more_at_the_end",
    "There is a step after the last loss. It changes the model, and nobody sees what it did: end "
    "the loop before `backward()`.",
    f"{END}{STEP[1:]}",
    f"{STEP}{END[1:]}",
    idea="one_too_many",
)
grader.edits(
    "leaves_out_the_last_loss",
    "The loss after the last step is missing, as where `range(steps)` computes as many losses as "
    "there are steps. There is one more.",
    f"    while True:{LOSS}{END[1:]}{STEP[1:]}",
    [
        f"""
    while True:{LOSS}
        if losses[-1] < goal:
            return True, losses{STEP}
        if len(losses) >= steps:
            return False, losses
        """,
        f"""
    for _ in range(steps):{LOSS}
        if losses[-1] < goal:
            return True, losses{STEP}
    return False, losses
        """,
    ],
    idea="off_by_one",
)
grader.edit(
    "ends_with_a_step",
    "A step is taken after each loss, even after the last one, and the loss after the last step is "
    "missing: there is one loss more than there are steps. Look at the loss before `backward()`.",
    f"    while True:{LOSS}{END[1:]}{STEP[1:]}",
    f"""
    for _ in range(steps):{LOSS}{STEP[1:]}
        if losses[-1] < goal:
            return True, losses
    return False, losses
    """,
    idea="off_by_one",
)
grader.edit(
    "takes_one_step_less",
    "There is one step less than `steps` says: there is one loss more than there are steps.",
    ENDS,
    ENDS.replace("> steps", ">= steps"),
    idea="off_by_one",
)
grader.edits(
    "ends_at_the_goal_itself",
    "A loss that is equal to `goal` was taken for one below it.",
    END,
    [
        END.replace("< goal or", "<= goal or"),
        END.replace("< goal,", "<= goal,"),
        END.replace("< goal", "<= goal"),
    ],
)
grader.edit(
    "measures_in_evaluation_mode",
    "The losses are those of evaluation mode, in which Dropout drops nothing and BatchNorm takes "
    "its running statistics. What is asked for is the loss that a step is made of, in training "
    "mode, from one call of the model.",
    f"{LOSS}{END[1:]}{STEP[1:]}",
    f"""
        import torch
        model.eval()
        with torch.no_grad():
            losses.append(loss_fn(model(inputs), targets).item())
        model.train(){END}
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
    """,
)
grader.edits(
    "calls_the_model_twice",
    "The model was called twice for a loss, as where one call is for the step and one to see what "
    "it did: BatchNorm counts the batch twice, and it takes twice the time. The loss after a step "
    "is the one that the next step is made of.",
    f"{LOSS}{END[1:]}",
    [
        f"{LOSS}{END[1:]}        loss = loss_fn(model(inputs), targets)\n",
        f"\n        loss = loss_fn(model(inputs), targets)"
        f"\n        losses.append(loss_fn(model(inputs), targets).item()){END}",
    ],
)
grader.edit(
    "clears_after_the_step",
    "The old gradients go into the first step: clear them before `backward()`.",
    STEP,
    "\n        loss.backward()\n        optimizer.step()\n        optimizer.zero_grad()\n",
    idea="zero_grad_too_late",
)
grader.edit("keeps_the_old_gradients", **KEEPS_THE_OLD_GRADIENTS)
grader.edit("steps_twice", **STEPS_TWICE)
grader.edit("swaps_outputs_and_targets", **SWAPS_OUTPUTS_AND_TARGETS)
grader.edit("names_the_arguments_of_the_loss", **NAMES_THE_ARGUMENTS_OF_THE_LOSS)
grader.edit(
    "collects_tensors",
    "The losses are tensors. Python floats are asked for: `loss.item()`. A tensor with its graph "
    "would also keep all activations of its step in memory.",
    "losses.append(loss.item())",
    "losses.append(loss)",
    idea="tensor_for_float",
)
grader.edit(
    "returns_the_losses_alone",
    "The losses came back alone. A tuple is asked for: (passed, losses).",
    PASSED,
    "return losses",
    idea="one_of_a_pair",
)
grader.edit(
    "changes_the_places",
    "The two values have changed places: (passed, losses) is asked for.",
    PASSED,
    "return losses, losses[-1] < goal",
    idea="swapped_pair",
)

grader.equivalent("optimizer.zero_grad() moved", CLEARED_LATER)
for change in ("model.train() moved", "losses = [] moved"):
    grader.equivalent(change, INDEPENDENT)
