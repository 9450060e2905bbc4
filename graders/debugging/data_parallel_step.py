import copy

import torch
from torch import nn, optim

from torchkata import (
    Grader,
    after_training,
    changed_entries,
    mean_square,
    randn64,
    snapshot,
    with_old_gradients,
)

grader = Grader(
    points=3,
    level=4,
    after=("schedules/accumulated_step", "training_loop/train_step"),
    hints=(
        "The gradient of the whole batch is a sum over all examples, divided by their number. What "
        "does each shard contribute to it?",
        "`loss * len(targets) / count`, with the number of all examples: of these, the gradients "
        "only have to be added up.",
        "After all `backward()`s, give `all_reduce` the list of the `.grad` of one parameter in "
        "all replicas; then each optimizer takes its step.",
    ),
)


def add_up(tensors):
    """What torch.distributed.all_reduce does by default, in one process."""
    with torch.no_grad():
        total = torch.stack(list(tensors)).sum(dim=0)
        for tensor in tensors:
            tensor.copy_(total)


@grader.observe
def two_steps(answer, models, optimizers, shards, loss_fn):
    seen, calls = {}, []

    def all_reduce(tensors):
        calls.append(len(tensors))
        add_up(tensors)

    hooks = [one.register_step_post_hook(lambda one, *_: steps.append(one)) for one in optimizers]
    for step in (1, 2):
        steps = []
        loss = answer(list(models), list(optimizers), list(shards), loss_fn, all_reduce)
        seen |= after_training(models[0], loss, f"step {step}")
        first = models[0].state_dict()
        seen[f"entries of each replica unlike the first after step {step}"] = [
            changed_entries(snapshot(first), snapshot(model.state_dict())) for model in models
        ]
        seen[f"steps of each optimizer in step {step}"] = [steps.count(one) for one in optimizers]
        seen[f"parts of the batch that `all_reduce` got in step {step}"] = sorted(set(calls))
    for hook in hooks:
        hook.remove()
    return seen


def replicas(model, count, make_optimizer):
    """Copies of a model with old gradients, and an optimizer for each."""
    models = [with_old_gradients(copy.deepcopy(model)) for _ in range(count)]
    return models, [make_optimizer(model.parameters()) for model in models]


def classes(*sizes):
    """Shards of so many examples, of 3 classes; those of one shard are more alike."""
    return [(torch.randn(n, 4) + i, torch.randint(3, (n,))) for i, n in enumerate(sizes)]


def network():
    return nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))


@grader.case
def unequal_shards():
    """2 replicas with 15 and 5 examples; SGD with momentum."""
    models, optimizers = replicas(
        network(), 2, lambda params: optim.SGD(params, lr=0.5, momentum=0.9)
    )
    return models, optimizers, classes(15, 5), nn.CrossEntropyLoss()


@grader.case
def three_replicas():
    """3 replicas with 1, 6 and 3 examples in float64; Adam. The loss is near 0.00003."""
    model = nn.Linear(4, 2, dtype=torch.float64)
    models, optimizers = replicas(model, 3, lambda params: optim.Adam(params, lr=0.01))
    for one in models:
        nn.init.zeros_(one.bias)
    sizes = 1, 6, 3
    shards = [((randn64(n, 4) + i) / 500, randn64(n, 2).sign() / 200) for i, n in enumerate(sizes)]
    return models, optimizers, shards, mean_square


@grader.case
def equal_shards():
    """4 replicas with 3 examples each."""
    models, optimizers = replicas(network(), 4, lambda params: optim.SGD(params, lr=0.3))
    return models, optimizers, classes(3, 3, 3, 3), nn.CrossEntropyLoss()


@grader.case
def one_replica():
    """A single replica, with the whole batch of 6 examples."""
    models, optimizers = replicas(network(), 1, lambda params: optim.SGD(params, lr=0.5))
    return models, optimizers, classes(6), nn.CrossEntropyLoss()


@grader.case
def frozen_layer():
    """2 replicas with 2 and 7 examples; their first layer is frozen, and has no gradient."""
    model = network()
    model[0].requires_grad_(False)
    models, optimizers = replicas(model, 2, lambda params: optim.AdamW(params, lr=0.1))
    for one in models:
        one[0].zero_grad()
    return models, optimizers, classes(2, 7), nn.CrossEntropyLoss()


@grader.case
def as_in_the_docstring():
    """The example of the docstring: shards of one and three examples."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    models, optimizers = replicas(model, 2, lambda params: optim.SGD(params, lr=0.25))
    shards = [(torch.ones(1, 1), torch.tensor([[5.0]])), (torch.ones(3, 1), torch.ones(3, 1))]
    return models, optimizers, shards, nn.MSELoss()


from graders._shared import CLEARED_LATER, INDEPENDENT, rounds_the_loss

REDUCED = """
    for params in zip(*(model.parameters() for model in models), strict=True):
        gradients = [param.grad for param in params if param.requires_grad]
        if gradients:
            all_reduce(gradients)
"""
STEPPED = """
    for optimizer in optimizers:
        optimizer.step()
"""
WEIGHT = " * len(targets) / count"
SHARE = f"""
        share = loss_fn(model(inputs), targets){WEIGHT}
        share.backward()
        loss += share.item()
"""
# Steps by the mean loss of each shard, while what is reported is right.
ALIKE = """
        share = loss_fn(model(inputs), targets)
        share.backward()
        loss += share.item() * len(targets) / count
"""
REDUCED_AND_STEPPED = f"{REDUCED}{STEPPED.lstrip(chr(10))}"


def averaged(weight):
    """After the steps, a mean of the parameters."""
    return f"""
    for params in zip(*(model.parameters() for model in models), strict=True):
        numbers = [
            param.data * {weight} for param, (_, targets) in zip(params, shards, strict=True)
        ]
        all_reduce(numbers)
        for param, number in zip(params, numbers, strict=True):
            param.data.copy_(number)
"""


grader.edits(
    "averages_over_the_replicas",
    "The shards count alike here, whatever their sizes: the mean over the replicas, which is what "
    "DistributedDataParallel takes, is the mean over the examples for equal shards alone. Multiply "
    "each loss by `len(targets)`, and divide by the number of all examples.",
    SHARE,
    [
        SHARE.replace(WEIGHT, " / len(shards)"),
        ALIKE.replace("share.backward()", "(share / len(shards)).backward()"),
    ],
    idea="mean_of_means",
)
grader.edit(
    "adds_the_gradients_of_mean_losses",
    "The gradients are too large, as often as there are replicas if the shards are equal: "
    "`all_reduce` adds up, and each shard's loss is a mean already. Multiply it by its share of "
    "the examples.",
    WEIGHT,
    "",
    idea="sum_for_mean",
)
grader.edit(
    "divides_means_by_the_count",
    "The gradients are far too small: `loss_fn` gives a mean already, and here it is divided by "
    "the number of all examples. Multiply it by `len(targets)` first.",
    WEIGHT,
    " / count",
    idea="mean_counted_again",
)
grader.edit(
    "divides_by_the_replicas_too",
    "The gradients are too small, as often as there are replicas: each loss has its share of the "
    "examples already, so their sum is the mean.",
    WEIGHT,
    f"{WEIGHT} / len(shards)",
    idea="mean_counted_again",
)
grader.edit(
    "divides_the_sum_of_gradients_too",
    "The steps are too short: after the weighed gradients are added up, they are divided by the "
    "number of replicas once more. The sum is the mean over all examples.",
    "            all_reduce(gradients)\n",
    "            all_reduce(gradients)\n"
    "            for gradient in gradients:\n"
    "                gradient /= len(models)\n",
    idea="mean_counted_again",
)
grader.edit(
    "never_meets",
    "The replicas drift apart: each takes a step by the gradients of its own shard, and "
    "`all_reduce` is not called on any of them.",
    REDUCED,
    "",
)
grader.edit(
    "reduces_the_first_parameter_only",
    "Only the first parameter's gradients are added up: the loop ends after it. Call `all_reduce` "
    "once for each parameter.",
    "            all_reduce(gradients)\n",
    "            all_reduce(gradients)\n            break\n",
)
grader.edit(
    "reduces_after_the_step",
    "The replicas drift apart: what the steps take are the gradients of each shard alone, as where "
    "they are added up after the steps, or copies of them are (`.clone()`). `all_reduce` writes "
    "into what it is given, and comes between `backward()` and `step()`.",
    REDUCED_AND_STEPPED,
    f"{STEPPED}{REDUCED.lstrip(chr(10))}",
)
grader.edits(
    "averages_the_parameters",
    "The parameters were averaged after the steps, in place of the gradients before them. Even if "
    "they are weighed, that is the same for SGD at best; with Adam it is not, and the averages "
    "that the optimizers keep are each shard's own.",
    f"{SHARE}{REDUCED_AND_STEPPED[1:]}",
    [
        f"{share}{STEPPED[1:]}{averaged(weight)[1:]}"
        for share, weight in (
            (SHARE, "1 / len(models)"),
            (ALIKE, "1 / len(models)"),
            (ALIKE, "len(targets) / count"),
        )
    ],
)
grader.edit(
    "copies_the_first_replica",
    "All replicas have the parameters of the first one, which has learned from its own shard "
    "alone. Add the gradients up before the steps.",
    REDUCED_AND_STEPPED,
    STEPPED
    + """
    for model in models[1:]:
        model.load_state_dict(models[0].state_dict())
""".lstrip("\n"),
)
grader.edit(
    "copies_after_the_step_of_the_first",
    "The parameters are right, and only the first optimizer has taken a step, as where its model "
    "is copied to the others. With equal gradients each optimizer takes the step by itself, and "
    "keeps its own momentum.",
    STEPPED,
    """
    optimizers[0].step()
    for model in models[1:]:
        model.load_state_dict(models[0].state_dict())
    """,
)
grader.edit(
    "gives_frozen_parameters_zeros",
    "The frozen parameters have a gradient of zeros, and move: weight decay and momentum need no "
    "more. Leave those out that require no gradient.",
    """
        gradients = [param.grad for param in params if param.requires_grad]
        if gradients:
            all_reduce(gradients)
    """,
    """
        for param in params:
            param.grad = torch.zeros_like(param) if param.grad is None else param.grad
        all_reduce([param.grad for param in params])
    """,
    idea="zero_gradient_for_none",
)
grader.edit(
    "steps_the_first_only",
    "Only the first replica moves. Each optimizer takes a step, with the same gradients.",
    STEPPED,
    "\n    optimizers[0].step()\n",
)
grader.edit(
    "keeps_old_gradients",
    "Old gradients go into the step, and are added up too: call `zero_grad()` of each optimizer "
    "before `backward()`.",
    "optimizer.zero_grad()",
    "",
    idea="no_zero_grad",
)
grader.edit(
    "clears_the_first_only",
    "Only the first replica's old gradients are cleared; those of the others go into the sum.",
    "optimizer.zero_grad()",
    "optimizers[0].zero_grad() if model is models[0] else None",
)
grader.edit(
    "clears_before_the_step",
    "Nothing moves: the gradients are cleared between `backward()` and the step.",
    STEPPED,
    "\n    for optimizer in optimizers:\n        optimizer.zero_grad()\n        optimizer.step()\n",
    idea="zero_grad_too_late",
)
grader.edit(
    "reports_the_mean_of_the_losses",
    "The step is right, and the loss that comes back is the mean of the shards' losses: unequal "
    "shards count by their sizes there too.",
    "loss += share.item()",
    "loss += share.item() * count / len(targets) / len(shards)",
    idea="mean_of_means",
)
grader.edit(
    "reports_the_loss_of_the_last",
    "The step is right, and the loss that comes back is that of the last shard alone.",
    "loss += share.item()",
    "loss = share.item() * count / len(targets)",
    idea="last_one_only",
)
grader.edit(
    "reports_the_sum_of_the_losses",
    "The step is right, and the loss that comes back is the sum of the shards' losses, not the "
    "mean over all examples.",
    "loss += share.item()",
    "loss += share.item() * count / len(targets)",
    idea="sum_for_mean",
)
grader.edit(
    "returns_a_tensor",
    "The loss is a tensor, and a Python float is asked for: take it out with `.item()`.",
    "share.item()",
    "share.detach()",
    idea="tensor_for_float",
)
grader.edits("rounds_the_loss", **rounds_the_loss("loss"))

for loop in (
    "for model, optimizer, (inputs, targets) in zip(models, optimizers, shards",
    "for params in zip(*(model.parameters() for model in models)",
):
    for ending in (", strict=False)", ")"):
        grader.equivalent(
            f"{loop}, strict=True): -> {loop}{ending}:", "all lists have one entry for each replica"
        )
grader.equivalent(f"share = loss_fn(model(inputs), targets){WEIGHT} moved", CLEARED_LATER)
grader.equivalent("loss += share.item() moved", INDEPENDENT)
