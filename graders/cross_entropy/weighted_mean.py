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
def rare_class_confidently_wrong():
    """5 examples of 3 classes, 4 of them wrong by about 150."""
    logits = torch.randn(5, 3)
    logits[torch.arange(4), torch.tensor([1, 2, 1, 0])] += 150
    return logits, torch.tensor([0, 0, 0, 1, 2]), torch.tensor([0.1, 10.0, 3.0])


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
    """Each weight met the mean of all losses instead of its own: either `F.cross_entropy` had
    averaged (`reduction="none"` does not), or one of the two has shape (N, 1): N x N products."""
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


@grader.misconception(idea="cut_graph")
def returns_a_number(logits, target, weight):
    """This is a plain number, as `.item()` and `float()` give: it knows nothing of where it came
    from, so there is no gradient to train with. Return the tensor."""
    return F.cross_entropy(logits, target, weight=weight).item()


@grader.misconception(idea="double_softmax")
def applies_softmax_first(logits, target, weight):
    """`F.cross_entropy` takes raw scores and applies softmax itself; here it is applied twice."""
    return F.cross_entropy(logits.softmax(dim=1), target, weight=weight)


@grader.misconception
def clamps_the_sum_of_the_weights(logits, target, weight):
    """Weights may be small, as 1 / count is: where they sum to less than 1, `clamp(min=1)` changes
    the mean. Their sum is never 0 here, so divide by it as it is."""
    total = F.cross_entropy(logits, target, weight=weight, reduction="sum")
    return total / weight[target].sum().clamp(min=1)


@grader.misconception(idea="log_of_softmax")
def takes_the_logarithm_of_softmax(logits, target, weight):
    """Where another score leads by 150, softmax gives the right class exactly 0, whose logarithm is
    -inf. `log_softmax` (or `cross_entropy`) works it out without that 0."""
    return F.nll_loss(logits.softmax(dim=1).log(), target, weight=weight)


@grader.misconception(idea="argument_changed")
def normalises_the_weights_in_place(logits, target, weight):
    """The loss is right, but `/=` changes the weights that you were given, and the next batch would
    see different weights. Write `weight / ...`, which makes a new tensor."""
    weight /= weight.sum()
    return F.cross_entropy(logits, target, weight=weight)


@grader.misconception(idea="exponential_overflows")
def overflows(logits, target, weight):
    """`exp(150)` is too large for float32 and becomes inf. `logsumexp` and `log_softmax` subtract
    the largest score before they take exponentials."""
    losses = logits.exp().sum(dim=1).log() - logits[torch.arange(len(target)), target]
    return (weight[target] * losses).sum() / weight[target].sum()


grader.equivalent(
    "weights = weight[target] moved", "the two statements do not depend on each other"
)


# The popular small numbers, and where minus their logarithm is.
SMALL = {"1e-6": 13.8, "1e-7": 16.1, "1e-8": 18.4, "1e-9": 20.7, "1e-10": 23.0, "1e-12": 27.6}
for number, limit in SMALL.items():
    grader.edit(
        f"adds_{number}_to_the_sum",
        f"Weights may be small, as 1 / count is, and then even {number} changes what they are "
        "divided by. Their sum is never 0 here, so divide by it as it is.",
        "weights.sum()",
        f"(weights.sum() + {number})",
    )
    grader.edit(
        f"adds_{number}",
        f"The {number} keeps the logarithm finite, but stops the loss of an example at {limit} and "
        "lets almost no gradient through: where the model is most wrong it learns nothing. Use "
        "`log_softmax`.",
        "F.cross_entropy(logits,",
        f"F.nll_loss((logits.softmax(dim=1) + {number}).log(),",
    )
