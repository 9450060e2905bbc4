import torch
import torch.nn.functional as F

from torchkata import Grader, called, parts, randn64

grader = Grader(
    points=3,
    level=3,
    after=("cross_entropy/masked_cross_entropy", "cross_entropy/weighted_mean"),
    hints=(
        "Divided by what? Count the examples below the line for each way.",
        "An example that is *kept* still has class k in its softmax. The gradient of one loss at a "
        "logit that is not the right one is its probability.",
        "Without column k, each probability of an example grows by the factor 1 / (1 - "
        "probability), and its loss changes by the logarithm of that.",
    ),
)


@grader.observe
def loss_and_gradient(answer, way, losses, probability, target, k):
    arguments = {"losses": losses, "probability": probability, "target": target}
    returned, changes = called(answer, way=way, **arguments, k=k)
    return {**parts(returned, "loss", "gradient of column k"), **changes}


def batch(way, examples, classes, ignored, k):
    """What two calls made of random logits, some of whose targets are k."""
    logits, target = randn64(examples, classes), torch.randint(classes - 1, (examples,))
    target += target >= k
    target[torch.randperm(examples)[:ignored]] = k
    losses = F.cross_entropy(logits, target, reduction="none")
    return way, losses, logits.softmax(dim=1)[:, k].contiguous(), target, k


@grader.case
def ignore():
    """ "ignore": 7 examples of 3 classes, 2 of them of class 0."""
    return batch("ignore", 7, 3, 2, 0)


@grader.case
def weight_0():
    """ "weight 0": 6 examples of 4 classes, 4 of them of class 3."""
    return batch("weight 0", 6, 4, 4, 3)


@grader.case
def mask():
    """ "mask": 8 examples of 3 classes, 3 of them of class 1."""
    return batch("mask", 8, 3, 3, 1)


@grader.case
def times_0():
    """ "times 0": 2 examples of 4 classes, one of them of class 2."""
    return batch("times 0", 2, 4, 1, 2)


@grader.case
def sum_of_the_rest():
    """ "sum": 6 examples of 3 classes, one of them of class 2; float32."""
    way, losses, probability, *rest = batch("sum", 6, 3, 1, 2)
    return way, losses.float(), probability.float(), *rest


@grader.case
def column():
    """ "column": 7 examples of 3 classes, 2 of them of class 1."""
    return batch("column", 7, 3, 2, 1)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: three examples."""
    losses, probability = torch.tensor([1.0, 3.0, 0.5]), torch.tensor([0.5, 0.25, 0.6])
    return "sum", losses, probability, torch.tensor([0, 1, 2]), 2


from graders._shared import INDEPENDENT, changed_in_place

START = "kept = target != k"
GRADIENT = "probability * kept / divisor"
DIVISOR = '{"sum": 1, "times 0": len(target)}.get(way, kept.sum())'
grader.edit(
    "believes_that_the_class_is_gone",
    "Column k gets no gradient at all here. To ignore leaves out the *examples* of class k: those "
    "that are kept have it in their softmax, and learn that it is not k.",
    GRADIENT,
    "torch.zeros_like(probability)",
    idea="ignored_class_removed",
)
grader.edit(
    "believes_that_a_column_gets_a_gradient_in_any_case",
    'With "column", column k gets a gradient here. What has been cut out has no part in the loss.',
    "probability = torch.zeros_like(probability)",
    "pass",
)
grader.edit(
    "believes_that_a_column_does_not_matter",
    'With "column" the loss is that of "mask" here. Softmax divides by a sum over the classes, and '
    "that is smaller without k: all other probabilities rise.",
    "losses = losses + torch.log1p(-probability)",
    "pass",
    idea="ignored_class_removed",
)
grader.edit(
    "believes_that_a_column_makes_the_loss_larger",
    'With "column" the losses become larger here. One class less to compete with makes the right '
    "one more probable.",
    "losses + torch.log1p",
    "losses - torch.log1p",
)
grader.edit(
    "subtracts_the_probability",
    'With "column" the probability was subtracted from the loss. The right class had p and has '
    "p / (1 - probability) now: what does -log make of that?",
    "losses + torch.log1p(-probability)",
    "losses - probability",
)
grader.edit(
    "makes_zeros_of_float32",
    'With "column" the gradient is float32 where the losses are float64, as `torch.zeros(N)` makes '
    "it. `torch.zeros_like(probability)` has the dtype as well.",
    "torch.zeros_like(probability)",
    "torch.zeros(len(probability))",
    idea="dtype_not_kept",
)
grader.edit(
    "learns_from_the_ignored_examples",
    "Examples of class k get a gradient here. Whatever their loss is, it takes no part in the sum.",
    GRADIENT,
    "probability / divisor",
)
grader.edits(
    "takes_the_ignored_class_for_the_right_one",
    "Examples of class k get a gradient here, as where 1 is subtracted at the right class of an "
    "example. That is the gradient of a loss that takes part; theirs is left out, so it is 0.",
    GRADIENT,
    [
        "(probability - (target == k).to(probability.dtype)) / divisor",
        '(probability - (~kept & (way != "column")).to(probability.dtype)) / divisor',
    ],
)
grader.edit(
    "returns_the_kept_gradient_alone",
    "The gradient has a number for each example that is kept. The logits have a row for each "
    "example: those that are left out get 0, and the shape is (N,).",
    "return (losses * kept).sum() / divisor, probability * kept / divisor",
    "return (losses * kept).sum() / divisor, probability[kept] / divisor",
)
grader.edit(
    "forgets_the_divisor_of_the_gradient",
    "The gradient was not divided: it is that of a sum. If a loss is divided by a number, so is "
    "its gradient.",
    GRADIENT,
    "probability * kept",
)
grader.edit(
    "turns_the_gradient_over",
    "The gradient has the other sign. A larger score of class k makes the right class less "
    "probable, and the loss larger: it is above 0.",
    GRADIENT,
    "-probability * kept / divisor",
)
grader.edit(
    "counts_all_in_every_mean",
    "The mean always divides by all N examples here. `ignore_index`, a weight of 0 and a mask "
    "count those that are kept alone.",
    DIVISOR,
    '{"sum": 1}.get(way, len(target))',
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "counts_all_with_a_weight_of_0",
    'With "weight 0" the sum is divided by all N here. A weighted mean divides by the sum of the '
    "weights of these targets, and a weight of 0 adds nothing to that.",
    DIVISOR,
    '{"sum": 1, "times 0": len(target), "weight 0": len(target)}.get(way, kept.sum())',
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "counts_all_with_ignore_index",
    'With "ignore" the sum is divided by all N here. `ignore_index` leaves an example out of the '
    "number that it divides by, too.",
    DIVISOR,
    '{"sum": 1, "times 0": len(target), "ignore": len(target)}.get(way, kept.sum())',
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "counts_the_kept_in_every_mean",
    'With "times 0" the sum is divided by the examples that are kept. `mean()` knows of no mask: '
    "it divides by all N, and counts the zeros.",
    DIVISOR,
    '{"sum": 1}.get(way, kept.sum())',
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "averages_the_sum",
    'With "sum" the loss was divided. `reduction="sum"` adds up, and that is all.',
    DIVISOR,
    '{"times 0": len(target)}.get(way, kept.sum())',
    idea="mean_for_sum",
)
grader.edit(
    "keeps_class_k_only",
    "Only the examples of class k are kept here: turn the comparison over.",
    START,
    "kept = target == k",
)
grader.edit(
    "leaves_nothing_out",
    "Nothing is left out: the examples of class k are in the loss, and get a gradient.",
    START,
    "kept = torch.ones_like(target)",
)
grader.edit(
    "returns_the_loss_alone",
    "Only the loss came back. Return two things, the loss and the gradient of column k.",
    "return (losses * kept).sum() / divisor, probability * kept / divisor",
    "return (losses * kept).sum() / divisor",
)
grader.edit(
    "changes_the_losses",
    **changed_in_place("losses"),
    old="(losses * kept).sum() / divisor",
    new="losses.mul_(kept).sum() / divisor",
)
grader.edit(
    "changes_the_probability",
    **changed_in_place("probability"),
    old=GRADIENT,
    new="probability.mul_(kept) / divisor",
)
grader.equivalent("kept = target != k moved", INDEPENDENT)
grader.equivalent(
    "divisor = {'sum': 1, 'times 0': len(target)}.get(way, kept.sum()) moved", INDEPENDENT
)
grader.not_here(
    "sign not drawn: losses, below 0",
    "sign not drawn: probability, below 0",
    reason="A cross entropy and a probability are never below 0.",
)
