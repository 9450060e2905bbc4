import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("cross_entropy/class_weights",),
    hints=(
        "What does the loss become when every weight is 3? A mean should not change.",
        "Take the loss of each example first: F.cross_entropy(..., reduction='none').",
        "`weight[target]` is the weight of each example; divide by the sum of those.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target, weight):
    return value_and_gradient(answer, "loss", logits=logits, target=target, weight=weight)


@grader.case
def equal_weights():
    """6 examples of 3 classes that all weigh 3: the plain mean."""
    return torch.randn(6, 3), torch.arange(6) % 3, torch.full((3,), 3.0)


@grader.case
def unequal_weights():
    """8 examples of 3 classes that weigh 1, 2 and 5."""
    return torch.randn(8, 3), torch.arange(8) % 3, torch.tensor([1.0, 2.0, 5.0])


@grader.case
def one_example():
    """A single example of the weight 4e-12, which cancels out."""
    return torch.randn(1, 4), torch.tensor([2]), 1e-12 * torch.tensor([0.5, 1.0, 4.0, 2.0])


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 examples of 2 classes that weigh 1 and 3."""
    logits = torch.tensor([[2.0, 0.0], [2.0, 0.0]])
    return logits, torch.tensor([0, 1]), torch.tensor([1.0, 3.0])


@grader.case
def rare_class_confidently_wrong():
    """5 examples of 3 classes, 4 of them wrong by about 150."""
    logits = torch.randn(5, 3)
    logits[torch.arange(4), torch.tensor([1, 2, 1, 0])] += 150
    return logits, torch.tensor([0, 0, 0, 1, 2]), torch.tensor([0.1, 10.0, 3.0])


from graders._shared import INDEPENDENT, RETURNS_A_NUMBER, changed_in_place
from graders.cross_entropy._shared import (
    APPLIES_SOFTMAX_FIRST,
    OVERFLOWS,
    TAKES_THE_LOGARITHM_OF_SOFTMAX,
    adds_a_small_number,
)


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_the_batch_size(logits, target, weight):
    """A weighted mean divides by the sum of the weights, not by the number of examples."""
    return F.cross_entropy(logits, target, weight=weight, reduction="sum") / len(target)


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_the_sum_of_the_class_weights(logits, target, weight):
    """Each example brings its own weight: divide by the sum of `weight[target]` over the batch, not
    by the sum of `weight` over the classes."""
    return F.cross_entropy(logits, target, weight=weight, reduction="sum") / weight.sum()


@grader.misconception(idea="scores_weighed")
def weighs_the_logits(logits, target, weight):
    """The weight belongs to the loss of an example. Multiplying the logits by it changes the
    probabilities instead."""
    return F.cross_entropy(logits * weight, target)


@grader.misconception(idea="weights_ignored")
def ignores_the_weights(logits, target, weight):
    """This is the plain mean over the examples: `weight` has no effect on it."""
    return F.cross_entropy(logits, target)


@grader.misconception(idea="sum_for_mean")
def sums_instead_of_averaging(logits, target, weight):
    """This is the weighted sum. To make it a mean, divide it by the sum of the weights."""
    return F.cross_entropy(logits, target, weight=weight, reduction="sum")


@grader.misconception(idea="mean_weighed")
def gives_the_weights_to_the_mean(logits, target, weight):
    """Each weight met the mean of all losses instead of its own, as where `F.cross_entropy` had
    averaged (`reduction="none"` does not), or where one of the two has shape (N, 1): N x N
    products."""
    loss = F.cross_entropy(logits, target)
    return (weight[target] * loss).mean()


@grader.misconception(idea="column_meets_row")
def multiplies_a_column_with_a_row(logits, target, weight):
    """This is the plain sum of the losses. Weights cancel out where a column of losses, (N, 1),
    meets all N weights (N x N products), or where the losses were summed first: use shape (N,)."""
    losses = -logits.log_softmax(dim=1).gather(1, target[:, None])
    return (weight[target] * losses).sum() / weight[target].sum()


@grader.misconception(idea="weighed_twice")
def weighs_twice(logits, target, weight):
    """Each loss is multiplied by its weight twice: `F.cross_entropy(..., weight=weight)` has done
    so already. Once is enough."""
    losses = F.cross_entropy(logits, target, weight=weight, reduction="none")
    return (weight[target] * losses).sum() / weight[target].sum()


@grader.misconception(idea="no_reduction")
def returns_one_loss_for_each_example(logits, target, weight):
    """These are the weighted losses of the single examples. Return one number: their sum, divided
    by the sum of the examples' weights."""
    return F.cross_entropy(logits, target, weight=weight, reduction="none")


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(logits, target, weight):
    return F.cross_entropy(logits, target, weight=weight).item()


@grader.misconception(**APPLIES_SOFTMAX_FIRST)
def applies_softmax_first(logits, target, weight):
    return F.cross_entropy(logits.softmax(dim=1), target, weight=weight)


@grader.misconception
def clamps_the_sum_of_the_weights(logits, target, weight):
    """Weights may be small, as 1 / count is: where they sum to less than 1, `clamp(min=1)` changes
    the mean. Their sum is never 0 here, so divide by it as it is."""
    total = F.cross_entropy(logits, target, weight=weight, reduction="sum")
    return total / weight[target].sum().clamp(min=1)


@grader.misconception(**TAKES_THE_LOGARITHM_OF_SOFTMAX)
def takes_the_logarithm_of_softmax(logits, target, weight):
    return F.nll_loss(logits.softmax(dim=1).log(), target, weight=weight)


@grader.misconception(**changed_in_place("weight"))
def normalises_the_weights_in_place(logits, target, weight):
    weight /= weight.sum()
    return F.cross_entropy(logits, target, weight=weight)


@grader.misconception(**OVERFLOWS)
def overflows(logits, target, weight):
    losses = logits.exp().sum(dim=1).log() - logits[torch.arange(len(target)), target]
    return (weight[target] * losses).sum() / weight[target].sum()


@grader.misconception(idea="nll_loss_without_log_softmax")
def gives_nll_loss_raw_scores(logits, target, weight):
    """This is the weighted mean of minus the scores, as `nll_loss` of raw scores gives it: it takes
    no logarithm of a softmax. Use `cross_entropy`, or give it `log_softmax`."""
    return F.nll_loss(logits, target, weight=weight)


@grader.misconception(idea="weights_scaled_first")
def scales_the_weights_to_a_mean_of_1(logits, target, weight):
    """The weighted losses are divided by N, with weights whose mean over the classes is 1. Divide
    by the sum of these examples' own weights: `weight[target].sum()`."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (len(weight) * weight[target] / weight.sum() * losses).mean()


@grader.misconception
def weighs_only_below_the_line(logits, target, weight):
    """The sum above the line is not weighted: only the divisor has the weights. Multiply each loss
    by its weight as well."""
    return F.cross_entropy(logits, target, reduction="sum") / weight[target].sum()


grader.equivalent("weights = weight[target] moved", INDEPENDENT)


NUMBERS = ("1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-12")
grader.edits(
    "adds_a_small_number_to_the_sum",
    "What the losses are divided by is a little too large, as where a small number is added to "
    "the sum of the weights. Weights may be small, as 1 / count is, but their sum is never 0 here: "
    "divide by it as it is.",
    old="weights.sum()",
    news=[f"(weights.sum() + {number})" for number in NUMBERS],
)
grader.edits("adds_a_small_number", **adds_a_small_number())
