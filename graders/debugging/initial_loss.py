import math
import random

import torch
from torch import nn

from torchkata import (
    Grader,
    called,
    changed_entries,
    parts,
    randn64,
    snapshot,
    with_old_gradients,
)

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("cross_entropy/cross_entropy", "training_loop/evaluate"),
    hints=(
        "Equal scores for C classes: which probability has each? What is its negative logarithm?",
        "Softmax of probabilities is nearly flat, so the loss alone does not show it. The sum of "
        "each row does, together with the sign of its numbers.",
        "Compare the loss with the expected loss by their ratio, about 1.75: for 1000 classes the "
        "expected loss is 6.9, and for two 0.7.",
    ),
)


@grader.observe
def diagnosis(answer, model, inputs, targets, classes):
    calls, before = [], snapshot((model.state_dict(), [p.grad for p in model.parameters()]))
    model.register_forward_pre_hook(
        lambda model, _: calls.append((model.training, torch.is_grad_enabled()))
    )
    training = model.training

    def call(inputs, targets, classes):
        return answer(model, inputs, targets, classes)

    returned, changes = called(call, inputs=inputs, targets=targets, classes=classes)
    after = snapshot((model.state_dict(), [p.grad for p in model.parameters()]))
    return {
        **parts(returned, "loss", "expected", "finding"),
        "calls of the model: in training mode, recorded by autograd": calls,
        "the mode has changed": model.training != training,
        "the model has changed": changed_entries(before, after) > 0,
        **changes,
    }


class Outputs(nn.Module):
    """Gives a stored row for each input."""

    def __init__(self, rows):
        super().__init__()
        self.rows = nn.Parameter(rows)

    def forward(self, inputs):
        return self.rows[inputs.flatten(1)[:, 0].long()]


def rows_of_loss(ratio, targets, classes):
    """Scores whose mean cross-entropy is `ratio` times the logarithm of `classes`, each row with a
    constant of its own."""
    scores = 3 * randn64(len(targets), 1).expand(-1, classes).clone()
    score = math.log((classes**ratio - 1) / (classes - 1))
    scores[range(len(targets)), targets] -= score
    return scores


def stored(rows, targets, classes, training=True):
    """A model that gives these rows, and inputs in another order than they are stored in."""
    order = torch.randperm(len(rows))
    inputs = order.to(rows.dtype).view(-1, 1, 1) + torch.zeros(1, 2, 1, dtype=rows.dtype)
    return with_old_gradients(Outputs(rows)).train(training), inputs, targets[order], classes


def drawn(count, classes):
    return torch.randint(classes, (count,))


def network(outputs, *end):
    layers = nn.Linear(5, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5)
    return with_old_gradients(nn.Sequential(*layers, nn.Linear(16, outputs), *end))


@grader.case
def as_it_is_initialised():
    """A small network with BatchNorm and Dropout in training mode, of 3 classes."""
    return network(3), torch.randn(20, 5), drawn(20, 3), 3


@grader.case
def two_classes():
    """2 classes in float64; the loss is 1.3 to 1.5 times the expected loss."""
    targets = drawn(9, 2)
    return stored(rows_of_loss(random.uniform(1.3, 1.5), targets, 2), targets, 2)


@grader.case
def many_classes():
    """300 classes, in evaluation mode; the loss is 1.3 to 1.5 times the expected loss, which is
    more than 1 above it."""
    targets = drawn(12, 300)
    rows = rows_of_loss(random.uniform(1.3, 1.5), targets, 300)
    return stored(rows, targets, 300, training=False)


@grader.case
def lucky():
    """4 classes; the loss is 0.6 to 0.8 times the expected loss, in float32."""
    targets = drawn(10, 4)
    return stored(rows_of_loss(random.uniform(0.6, 0.8), targets, 4).float(), targets, 4)


@grader.case
def scores_far_apart():
    """Scores of 10 classes whose loss is 3 to 8 times the expected loss, in float32."""
    targets = drawn(10, 10)
    return stored(rows_of_loss(random.uniform(3, 8), targets, 10).float(), targets, 10)


@grader.case
def scores_of_two_far_apart():
    """Scores of 2 classes whose loss is 2 to 2.2 times the expected loss, and less than 1 above
    it."""
    targets = drawn(8, 2)
    return stored(rows_of_loss(random.uniform(2, 2.2), targets, 2), targets, 2)


@grader.case
def softmax_at_the_end():
    """A small network of 4 classes that ends with softmax."""
    return network(4, nn.Softmax(dim=1)), torch.randn(12, 5), drawn(12, 4), 4


@grader.case
def sure_probabilities():
    """Probabilities of 3 classes, in float64: rows of one 1 and else 0, not always for the right
    class."""
    rows = torch.eye(3, dtype=torch.float64)[torch.arange(6) % 3]
    return stored(rows, torch.arange(6) // 2, 3)


@grader.case
def rounded_probabilities():
    """Probabilities of 3 classes: each row adds up to 1.000001, as rounding leaves it."""
    rows = torch.tensor([[0.5, 0.25, 0.25 + 2**-20], [0.125, 0.5 + 2**-20, 0.375]]).repeat(3, 1)
    return stored(rows, drawn(6, 3), 3)


@grader.case
def log_softmax_at_the_end():
    """A small network of 5 classes that ends with log_softmax, in evaluation mode."""
    return network(5, nn.LogSoftmax(dim=1)).eval(), torch.randn(10, 5), drawn(10, 5), 5


@grader.case
def sums_of_one():
    """Scores of 4 classes that add up to 1 in each row, some of them below 0."""
    shares = torch.rand(9, 3) / 4
    rows = torch.cat([shares, 1 - shares.sum(1, keepdim=True)], dim=1)
    rows[0] = torch.tensor([0.9, -0.5, 0.4, 0.2])
    return stored(rows, drawn(9, 4), 4)


@grader.case
def positive_scores():
    """Scores of 4 classes from 0 to 1, as after a sigmoid; each column adds up to 1, and no row
    does."""
    scores = torch.rand(9, 4)
    return stored(scores / scores.sum(0), drawn(9, 4), 4)


@grader.case
def more_scores_than_classes():
    """1000 scores for 10 classes, as of a network for ImageNet."""
    return network(1000), torch.randn(6, 5), drawn(6, 10), 10


@grader.case
def one_score_more():
    """4 scores for 3 classes; their loss is near the expected one."""
    return stored(torch.randn(2, 4) / 10, drawn(2, 3), 3)


@grader.case
def nothing_arrives():
    """The same scores for all 8 inputs, of 3 classes."""
    return stored(torch.rand(1, 3).expand(8, 3) / 2, drawn(8, 3), 3)


@grader.case
def one_score_for_all():
    """One and the same score for all 6 inputs and all 4 classes, as of a last layer of zeros."""
    return stored(torch.randn(1, 1).expand(6, 4).clone(), drawn(6, 4), 4)


@grader.case
def almost_the_same():
    """Scores of 3 classes for 8 inputs, 0.002 for some inputs and 0.004 for the others."""
    rows = torch.tensor([1, 2] * 4)[:, None].expand(8, 3) / 512
    return stored(rows, drawn(8, 3), 3)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 10 for the wrong class of two."""
    model = nn.Linear(2, 2, bias=False)
    model.weight.data.copy_(torch.tensor([[0.0, 10.0], [10.0, 0.0]]))
    return model, torch.eye(2), torch.tensor([0, 1]), 2


from graders._shared import INDEPENDENT
from graders.training_loop._shared import AS_TENSORS

EXPECTED = "math.log(classes)"
PROBABILITIES = (
    "outputs.min() >= 0 and torch.allclose(sums, torch.ones_like(sums), rtol=0, atol=1e-4)"
)
CONSTANT = "(outputs - outputs[0]).abs().max() < 1e-4"
SCALE = "loss > 1.75 * expected"
CALL = """
    with torch.no_grad():
        outputs = model(inputs)
"""

grader.edits(
    "takes_another_logarithm",
    "The expected loss is a logarithm to another base, as `log2` or `log10` give it. "
    "F.cross_entropy takes the natural one: `math.log`.",
    EXPECTED,
    ["math.log2(classes)", "math.log10(classes)"],
)
grader.edits(
    "takes_the_probability",
    "The expected loss is a probability here, that of each class, or what is left of 1. The loss "
    "is the negative logarithm of it.",
    EXPECTED,
    ["1 / classes", "1 - 1 / classes"],
    idea="probability_for_loss",
)
grader.edit(
    "turns_the_sign_over",
    "The expected loss is below 0: the logarithm of a probability is. Take the negative one.",
    EXPECTED,
    "math.log(1 / classes)",
    idea="sign_turned_over",
)
grader.edits(
    "expects_the_loss_of_the_outputs",
    "The expected loss follows from the number of outputs of the model. It is to follow from "
    "`classes`: the model is what may be wrong.",
    EXPECTED,
    ["math.log(outputs.shape[1])", "math.log(outputs.size(-1))"],
    idea="model_for_truth",
)
grader.edits(
    "expects_the_loss_of_the_batch",
    "The expected loss was worked out from the targets of this batch, and a batch need not have "
    "all classes. `classes` says how many there are.",
    EXPECTED,
    [
        "math.log(len(targets.unique()))",
        "math.log(int(targets.max()) + 1)",
        "torch.special.entr(targets.bincount() / len(targets)).sum().item()",
    ],
    idea="fixed_number_for_argument",
)
grader.edits(
    "is_too_strict",
    "A model is called out of scale whose loss is less than 1.5 times the expected loss, as where "
    "no more than 10 or 25 percent are let through. Layers as they are initialised give 1.1 times "
    "for two classes; from 2 times on something is wrong.",
    SCALE,
    [f"loss > {factor} * expected" for factor in (1.05, 1.1, 1.2, 1.25)]
    + [f"abs(loss - expected) > {part} * expected" for part in (0.05, 0.1, 0.2, 0.25)],
)
grader.edits(
    "compares_by_a_difference",
    "The loss was compared with the expected one by their difference, or with a fixed number. For "
    "two classes a difference of 0.7 is twice the expected loss, and for 100 it is a sixth of it: "
    "compare by the ratio.",
    SCALE,
    [
        *(f"loss > expected + {difference}" for difference in (0.5, 1.0, 2.0)),
        *(f"abs(loss - expected) > {difference}" for difference in (0.5, 1.0)),
        *(f"loss > {bound}" for bound in (1.0, 5.0)),
    ],
    idea="absolute_threshold",
)
grader.edits(
    "calls_luck_a_fault",
    "A loss of 0.6 to 0.8 times the expected one was taken for a fault. Only scores that are far "
    "apart are one, and their loss is larger.",
    SCALE,
    [f"{SCALE} or loss < {factor} * expected" for factor in (0.8, 0.9, 1.0)],
)
grader.edit(
    "never_finds_the_scale",
    "Scores that are far apart were found fine. Their loss is at least 2 times the expected loss.",
    SCALE,
    "loss > 100 * expected",
)
grader.edits(
    "looks_at_the_sum_alone",
    "Scores were taken for probabilities because they add up to 1. Some of them are below 0, and "
    "no probability is.",
    "outputs.min() >= 0 and torch.allclose(sums",
    ["torch.allclose(sums", "outputs.max() <= 1 and torch.allclose(sums"],
    idea="one_of_a_pair",
)
grader.edits(
    "looks_at_the_range_alone",
    "Scores were taken for probabilities because they are from 0 to 1. Those of a row must also "
    "add up to 1.",
    PROBABILITIES,
    ["outputs.min() >= 0 and outputs.max() <= 1", "((outputs >= 0) & (outputs <= 1)).all()"],
    idea="one_of_a_pair",
)
grader.edits(
    "compares_the_sums_exactly",
    "Rows of a softmax were found to be no probabilities, as where their sums are compared with 1 "
    "by `==`. They are rounded: let 1e-5 through.",
    PROBABILITIES,
    [
        f"outputs.min() >= 0 and {equal}"
        for equal in ("(sums == 1).all()", "torch.equal(sums, torch.ones_like(sums))")
    ],
    idea="floats_compared_exactly",
)
grader.edit(
    "adds_up_the_columns",
    "Probabilities were looked for in the columns. Those of one input are a row: `dim=1`.",
    "outputs.sum(dim=1)",
    "outputs.sum(dim=0)",
    idea="wrong_dim",
)
grader.edit(
    "hopes_that_the_loss_shows_it",
    "Outputs of a softmax were found fine. Their loss is near the expected one, since softmax of "
    "probabilities is nearly flat: look at the outputs themselves.",
    PROBABILITIES,
    "loss < 0.5 * expected",
    idea="double_softmax",
)
grader.edit(
    "takes_log_softmax_for_softmax",
    "Logarithms of probabilities were found faulty, as where `exp` of the outputs adds up to 1. "
    "F.cross_entropy applies log_softmax, and a second one changes nothing.",
    PROBABILITIES,
    f"{PROBABILITIES} or (outputs.exp().sum(dim=1) - 1).abs().max() < 1e-4",
)
grader.edits(
    "compares_within_the_rows",
    'The scores of each row were compared with each other. "constant" is about the inputs: the '
    "rows are equal to one another.",
    CONSTANT,
    [
        "(outputs - outputs[:, :1]).abs().max() < 1e-4",
        "outputs.std(dim=1).max() < 1e-4",
    ],
    idea="wrong_dim",
)
grader.edits(
    "wants_all_numbers_equal",
    "Equal rows were found fine, as where all numbers together are compared. The scores of a row "
    "may differ from one another: each row is to be equal to the first one.",
    CONSTANT,
    [
        f"{spread} < {bound}"
        for spread in ("outputs.std()", "outputs.max() - outputs.min()")
        for bound in ("1e-4", "1e-5", "1e-6")
    ],
)
grader.edits(
    "lets_through_too_much",
    "Rows that differ by 0.001 were taken for equal ones.",
    CONSTANT,
    [f"(outputs - outputs[0]).abs().max() < {bound}" for bound in (0.01, 0.1)]
    + ["torch.allclose(outputs, outputs[:1].expand_as(outputs), atol=1e-2)"],
)
grader.edit(
    "never_looks_at_the_rows",
    "The same scores for all inputs were found fine. Compare each row with the first one.",
    CONSTANT,
    "False",
)
grader.edit(
    "never_counts_the_outputs",
    "More scores than classes were not found. `outputs.shape[1]` is their number.",
    "outputs.shape[1] > classes",
    "False",
)
grader.edit(
    "asks_in_training_mode",
    "The model was called in the mode that it came in. In training mode Dropout drops, and "
    "BatchNorm's statistics move: `model.eval()` first.",
    "model.eval()",
    "",
    idea="no_evaluation_mode",
)
grader.edits(
    "leaves_the_mode_changed",
    "The mode of the model has changed afterwards. Remember `model.training`, and give it back "
    "with `model.train(training)`: it may be either.",
    "model.train(training)",
    ["pass", "model.train()"],
    idea="mode_changed",
)
grader.edit(
    "records_for_autograd",
    "Autograd records the call, as for a `backward()` that never comes. Call the model inside "
    "`with torch.no_grad():`.",
    CALL,
    "\n    outputs = model(inputs)\n",
    idea="autograd_left_on",
)
grader.edit(
    "adds_up_the_loss",
    "The loss is the sum over the examples. The mean is asked for, whatever the size of the batch.",
    "F.cross_entropy(outputs, targets)",
    'F.cross_entropy(outputs, targets, reduction="sum")',
    idea="sum_for_mean",
)
grader.edit(
    "returns_a_tensor",
    **AS_TENSORS,
    old="F.cross_entropy(outputs, targets).item()",
    new="F.cross_entropy(outputs, targets)",
)

ANY_ROW = "if all rows are equal to one of them, they are equal to any of them"
ON_THE_BOUND = "nothing that may come is that near the bound"
for change, reason in (
    (
        "elif (outputs - outputs[0]).abs().max() < 0.0001: -> "
        "elif (outputs - outputs[1]).abs().max() < 0.0001:",
        ANY_ROW,
    ),
    (
        "elif (outputs - outputs[0]).abs().max() < 0.0001: -> "
        "elif (outputs - outputs[-1]).abs().max() < 0.0001:",
        ANY_ROW,
    ),
    (
        "elif (outputs - outputs[0]).abs().max() < 0.0001: -> "
        "elif (outputs - outputs[0]).abs().max() <= 0.0001:",
        ON_THE_BOUND,
    ),
    ("elif loss > 1.75 * expected: -> elif loss >= 1.75 * expected:", ON_THE_BOUND),
    (
        f"elif {PROBABILITIES.replace('1e-4', '0.0001')}: -> "
        f"elif {PROBABILITIES.replace('rtol=0, atol=1e-4', 'atol=0.0001')}:",
        ON_THE_BOUND,
    ),
    (
        "if outputs.shape[1] > classes: -> if outputs.shape[1] != classes:",
        "there are never fewer outputs than classes",
    ),
    (
        "loss, expected = (F.cross_entropy(outputs, targets).item(), math.log(classes)) moved",
        INDEPENDENT,
    ),
    ("sums = outputs.sum(dim=1) moved", INDEPENDENT),
):
    grader.equivalent(change, reason)
