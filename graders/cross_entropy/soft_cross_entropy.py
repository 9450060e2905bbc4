import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    after=("cross_entropy/cross_entropy",),
    hints=(
        "What does each of the C classes cost one example? That is one row of numbers.",
        "`-logits.log_softmax(dim=1)` has all the costs, without a logarithm of 0.",
        "Multiply by the probabilities; sum over the classes, then take the mean of the examples.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target_probabilities):
    return value_and_gradient(
        answer, "loss", logits=logits, target_probabilities=target_probabilities
    )


@grader.case
def five_classes():
    """7 examples; each of the 5 classes is more or less probable."""
    return 2 * torch.randn(7, 5), torch.randn(7, 5).softmax(dim=1)


@grader.case
def two_classes():
    """3 examples of 2 classes, in float64."""
    logits, scores = torch.randn(2, 3, 2, dtype=torch.float64)
    return 2 * logits, scores.softmax(dim=1)


@grader.case
def one_right_class():
    """6 examples of 4 classes, of which one has the probability 1: the usual cross entropy."""
    return torch.randn(6, 4), F.one_hot(torch.randint(4, (6,)), 4).float()


@grader.case
def first_example():
    """The first example of the docstring: all of the probability on one class."""
    return torch.tensor([[2.0, 0.0]]), torch.tensor([[1.0, 0.0]])


@grader.case
def second_example():
    """The second example of the docstring: a quarter of the probability on the other class."""
    return torch.tensor([[2.0, 0.0]]), torch.tensor([[0.75, 0.25]])


@grader.case
def confidently_wrong():
    """4 examples of 3 classes; where softmax gives exactly 0 (in 3 examples), the target has more,
    or 0 as well."""
    target = torch.tensor([[0.25, 0.75, 0.0], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.1, 0.2, 0.7]])
    logits = torch.randn(4, 3)
    logits[torch.arange(3), torch.tensor([0, 1, 2])] += 150
    return logits, target


from graders._shared import RETURNS_A_NUMBER
from graders.cross_entropy._shared import (
    ADDS_A_SMALL_NUMBER,
    APPLIES_SOFTMAX_FIRST,
    BOUNDS,
    CLAMPS_THE_PROBABILITY,
    MAKES_A_NEW_TENSOR,
    MULTIPLIES_0_BY_THE_LOGARITHM_OF_0,
    NORMALISES_OVER_THE_EXAMPLES,
    OVERFLOWS,
    RETURNS_ONE_LOSS_FOR_EACH_EXAMPLE,
    SMALL,
    SUBTRACTS_THE_LARGEST_OF_THE_BATCH,
    SUMS_INSTEAD_OF_AVERAGING,
)


@grader.misconception(idea="mean_over_the_wrong_count")
def averages_over_the_classes_too(logits, target_probabilities):
    """This mean divides by N * C. The probabilities of a row have the sum 1, so adding up its C
    numbers is the average already: sum over the classes, then take the mean over the examples."""
    return -(target_probabilities * logits.log_softmax(dim=1)).mean()


@grader.misconception
def leaves_out_the_entropy(logits, target_probabilities):
    """This is the Kullback-Leibler divergence: its gradient is the same, but it is smaller by the
    entropy of the targets, which cross entropy has in it. Take no logarithm of the targets."""
    return F.kl_div(logits.log_softmax(dim=1), target_probabilities, reduction="batchmean")


@grader.misconception(idea="mean_over_the_wrong_count")
def averages_the_divergence_over_the_classes(logits, target_probabilities):
    """The Kullback-Leibler divergence is smaller than cross entropy by the entropy of the targets,
    and this mean of it divides by N * C. `F.cross_entropy` takes probabilities as well."""
    return F.kl_div(logits.log_softmax(dim=1), target_probabilities, reduction="mean")


@grader.misconception
def computes_the_divergence(logits, target_probabilities):
    """The Kullback-Leibler divergence has the logarithm of the targets in it: it is smaller than
    cross entropy, and where a target is 0, `0 * log(0)` is nan. Leave that logarithm out."""
    ratio = target_probabilities.log() - logits.log_softmax(dim=1)
    return (target_probabilities * ratio).sum(dim=1).mean()


@grader.misconception
def gives_kl_div_probabilities(logits, target_probabilities):
    """`F.kl_div` expects log probabilities first, and even of these it gives another quantity, the
    divergence. `F.cross_entropy` takes the raw scores and the target's probabilities."""
    return F.kl_div(logits.softmax(dim=1), target_probabilities, reduction="batchmean")


@grader.misconception
def gives_nll_loss_probabilities(logits, target_probabilities):
    """`nll_loss` takes classes as its target, one integer for each example, and no probabilities.
    `cross_entropy` takes either."""
    return F.nll_loss(logits.log_softmax(dim=1), target_probabilities)


@grader.misconception
def pairs_every_example_with_every_target(logits, target_probabilities):
    """`@` multiplies each row of scores with the targets of all examples, N * N pairs. Multiply
    with `*`, which pairs each example with its own target."""
    return -(logits.log_softmax(dim=1) @ target_probabilities.T).mean()


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_the_number_of_classes(logits, target_probabilities):
    """This sums over the examples and divides by C. It is the other way round: sum over the
    classes, `dim=1`, and divide by the number of examples."""
    return -(target_probabilities * logits.log_softmax(dim=1)).sum(dim=0).mean()


@grader.misconception(idea="argmax_for_probabilities")
def keeps_only_the_most_probable_class(logits, target_probabilities):
    """`argmax` keeps the most probable class of each target and forgets how sure it is, and what
    the other classes have. Let every class count as much as it is probable."""
    return F.cross_entropy(logits, target_probabilities.argmax(dim=1))


@grader.misconception(idea="swapped_loss_arguments")
def swaps_the_arguments(logits, target_probabilities):
    """The scores come first, the targets second: here the targets are used as scores."""
    return F.cross_entropy(target_probabilities, logits)


@grader.misconception
def takes_the_logarithm_of_the_targets(logits, target_probabilities):
    """The two have changed places: the logarithm belongs to the probabilities of the model, and the
    targets say how much each one counts. The logarithm of a target of 0 is -inf."""
    return -(logits.softmax(dim=1) * target_probabilities.log()).sum(dim=1).mean()


@grader.misconception
def applies_softmax_to_the_targets(logits, target_probabilities):
    """The targets are probabilities already. Softmax of them draws the classes together: among 5
    even a class that is certain is left with 0.4."""
    return F.cross_entropy(logits, target_probabilities.softmax(dim=1))


@grader.misconception(**APPLIES_SOFTMAX_FIRST)
def applies_softmax_twice(logits, target_probabilities):
    return F.cross_entropy(logits.softmax(dim=1), target_probabilities)


@grader.misconception(**MULTIPLIES_0_BY_THE_LOGARITHM_OF_0)
def takes_the_logarithm_of_softmax(logits, target_probabilities):
    return -(target_probabilities * logits.softmax(dim=1).log()).sum(dim=1).mean()


BODY = """
    costs = -logits.log_softmax(dim=1)
    return (target_probabilities * costs).sum(dim=1).mean()
"""

grader.edits(
    "overflows",
    **OVERFLOWS,
    old=BODY,
    news=[
        """
    expected = (target_probabilities * logits).sum(dim=1)
    return (logits.exp().sum(dim=1).log() - expected).mean()
        """,
        """
    costs = logits.exp().sum(dim=1, keepdim=True).log() - logits
    return (target_probabilities * costs).sum(dim=1).mean()
        """,
    ],
)


@grader.misconception(**SUMS_INSTEAD_OF_AVERAGING)
def sums_over_the_examples_too(logits, target_probabilities):
    return F.cross_entropy(logits, target_probabilities, reduction="sum")


@grader.misconception(**RETURNS_ONE_LOSS_FOR_EACH_EXAMPLE)
def returns_one_loss_for_each_example(logits, target_probabilities):
    return F.cross_entropy(logits, target_probabilities, reduction="none")


@grader.misconception(idea="no_minus")
def forgets_the_minus(logits, target_probabilities):
    """This is an average of log probabilities, which is never above 0. The loss is minus that: it
    has to fall as the model comes closer to the targets."""
    return -F.cross_entropy(logits, target_probabilities)


@grader.misconception(**NORMALISES_OVER_THE_EXAMPLES)
def normalises_over_the_examples(logits, target_probabilities):
    return -(target_probabilities * logits.log_softmax(dim=0)).sum(dim=1).mean()


@grader.misconception
def forgets_log_softmax(logits, target_probabilities):
    """Raw scores are not log probabilities: without `log_softmax` the loss has no lower bound, and
    raising the scores lowers it without end."""
    return -(target_probabilities * logits).sum(dim=1).mean()


@grader.misconception
def forgets_the_logarithm(logits, target_probabilities):
    """These are products of probabilities. A class costs minus the logarithm of its probability:
    use `log_softmax` instead of `softmax`."""
    return -(target_probabilities * logits.softmax(dim=1)).sum(dim=1).mean()


@grader.misconception(idea="integers_for_probabilities")
def gives_whole_numbers(logits, target_probabilities):
    """A target of the shape of the scores is read as probabilities, which have to be floats.
    Here they are integers, as `.long()` and `F.one_hot` make them: give them as they are."""
    return F.cross_entropy(logits, target_probabilities.long())


BINARY = "F.binary_cross_entropy_with_logits(logits, target_probabilities"
grader.edits(
    "asks_about_each_class_alone",
    "Binary cross entropy asks of each class separately whether it is there. Here the classes "
    "share a probability of 1, so they belong under one softmax: `F.cross_entropy`.",
    BODY,
    [
        f"    return {BINARY})",
        f'    return {BINARY}, reduction="none").sum(dim=1).mean()',
        f'    return {BINARY}, reduction="sum")',
        "    return -(target_probabilities * F.logsigmoid(logits)).sum(dim=1).mean()",
    ],
    idea="classes_one_by_one",
)


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(logits, target_probabilities):
    return F.cross_entropy(logits, target_probabilities).item()


@grader.misconception(**SUBTRACTS_THE_LARGEST_OF_THE_BATCH)
def subtracts_the_largest_of_the_batch(logits, target_probabilities):
    scores = logits - logits.max()
    log_probabilities = scores - scores.exp().sum(dim=1, keepdim=True).log()
    return -(target_probabilities * log_probabilities).sum(dim=1).mean()


@grader.misconception(idea="log_of_softmax")
def takes_xlogy_of_softmax(logits, target_probabilities):
    """0 * log(0) is left out here, as `xlogy` and `torch.where` can do. But if a score is 150 below
    the best and its target is above 0, the logarithm of softmax is -inf: use `log_softmax`."""
    return -torch.xlogy(target_probabilities, logits.softmax(dim=1)).sum(dim=1).mean()


@grader.misconception(**MAKES_A_NEW_TENSOR)
def makes_a_new_tensor(logits, target_probabilities):
    loss = F.cross_entropy(logits, target_probabilities)
    return torch.tensor(loss.item(), requires_grad=True)


grader.edits(
    "adds_a_small_number",
    **ADDS_A_SMALL_NUMBER,
    old="-logits.log_softmax(dim=1)",
    news=[f"-(logits.softmax(dim=1) + {number}).log()" for number in SMALL],
)
grader.edits(
    "clamps_the_probability",
    **CLAMPS_THE_PROBABILITY,
    old="-logits.log_softmax(dim=1)",
    news=[f"-logits.softmax(dim=1).clamp(min={number}).log()" for number in BOUNDS],
)


grader.edits(
    "limits_the_log_probabilities",
    "The cost of a class never gets above a limit, as where the log probabilities are clamped: "
    "beyond the limit there is no gradient, and where the model is most wrong it learns nothing. "
    "`log_softmax` is never -inf here, and needs no limit.",
    "-logits.log_softmax(dim=1)",
    [f"-logits.log_softmax(dim=1).clamp(min=-{bound})" for bound in (100, 50, 30, 20)],
)
grader.edits(
    "chooses_after_a_nan",
    "The loss is right, but the gradient is nan where softmax gives exactly 0, as where "
    "`torch.where` chooses between two formulas: `backward()` also goes through the one that was "
    "not chosen. Use `log_softmax` for all scores.",
    "-logits.log_softmax(dim=1)",
    [
        f"-torch.where({ok}, logits.softmax(dim=1).log(), logits.log_softmax(dim=1))"
        for ok in ("logits.softmax(dim=1) > 0", "logits.softmax(dim=1) > 1e-30")
    ],
    idea="nan_in_the_branch_not_chosen",
)
grader.edits(
    "returns_float32",
    "Of float64 scores this makes a float32 loss, as `.float()` does. Compute in the dtype of "
    "`logits`.",
    BODY,
    [
        "    return F.cross_entropy(logits.float(), target_probabilities.float())",
        "    return F.cross_entropy(logits, target_probabilities).float()",
    ],
    idea="dtype_not_kept",
)


@grader.remark(
    written=(
        "_.log_softmax and _.cross_entropy",
        "_.log_softmax and torch.nn.CrossEntropyLoss",
        "torch.nn.LogSoftmax and _.cross_entropy",
        "torch.nn.LogSoftmax and torch.nn.CrossEntropyLoss",
    )
)
def of_log_softmax(logits, target_probabilities):
    """`F.cross_entropy` takes raw scores with probabilities as targets, too, and applies
    `log_softmax` to them: a `log_softmax` before it changes nothing."""
    return F.cross_entropy(logits.log_softmax(dim=1), target_probabilities)
