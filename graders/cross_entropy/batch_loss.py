import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("cross_entropy/example_losses", "cross_entropy/weighted_mean"),
    hints=(
        "Once the losses have been averaged, can you still tell which example was which?",
        'Take the loss of each example first: F.cross_entropy(..., reduction="none").',
        "Multiply these N losses by the N weights, then take the plain mean.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target, sample_weight):
    return value_and_gradient(
        answer, "loss", logits=logits, target=target, sample_weight=sample_weight
    )


@grader.case
def left_out_and_doubled():
    """7 examples of 4 classes; two weigh 0, three weigh 1, and two weigh 2."""
    weight = torch.tensor([1.0, 0.0, 2.0, 1.0, 2.0, 0.0, 1.0])
    return torch.randn(7, 4), torch.tensor([3, 0, 1, 1, 2, 3, 0]), weight


@grader.case
def all_alike():
    """5 examples of 3 classes that all weigh 2, in float64: twice the plain mean."""
    weight = torch.full((5,), 2.0, dtype=torch.float64)
    return torch.randn(5, 3, dtype=torch.float64), torch.tensor([2, 1, 0, 1, 1]), weight


@grader.case
def as_many_examples_as_classes():
    """4 examples of 4 classes that weigh 0.5, 1, 3 and 8."""
    return torch.randn(4, 4), torch.tensor([2, 2, 3, 0]), torch.tensor([0.5, 1.0, 3.0, 8.0])


@grader.case
def nothing_counts():
    """3 examples of 2 classes that all weigh 0, in float64: loss and gradient are 0."""
    logits, weight = torch.randn(3, 2, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
    return logits, torch.tensor([1, 0, 1]), weight


@grader.case
def one_example():
    """A single example of 3 classes, which weighs 0.3."""
    return torch.randn(1, 3), torch.tensor([2]), torch.tensor([0.3])


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 3 examples of 2 classes, which weigh 1, 3 and 0."""
    logits = torch.tensor([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0]])
    return logits, torch.tensor([0, 1, 0]), torch.tensor([1.0, 3.0, 0.0])


@grader.case
def one_confident_mistake():
    """6 examples of 3 classes; one is wrong by about 150, but weighs only 0.01."""
    logits, target = torch.randn(6, 3), torch.tensor([0, 1, 2, 0, 2, 1])
    logits[3, 1] += 150
    return logits, target, torch.tensor([1.0, 0.4, 2.0, 0.01, 0.3, 1.2])


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.cross_entropy._shared import (
    APPLIES_SOFTMAX_FIRST,
    AVERAGES_OVER_THE_CLASSES_TOO,
    OVERFLOWS,
    TAKES_THE_LOGARITHM_OF_SOFTMAX,
    adds_a_small_number,
    clamps_the_probability,
)


@grader.misconception(idea="mean_weighed")
def weighs_the_mean(logits, target, sample_weight):
    """Each weight met the mean of all losses instead of its own loss, as where the losses had been
    averaged already (`reduction="none"` leaves them apart), or where one of the two has shape (N,
    1), and (N, 1) times (N,) is N x N products."""
    return (sample_weight * F.cross_entropy(logits, target)).mean()


@grader.misconception(idea="mean_weighed")
def returns_the_mean_for_each_weight(logits, target, sample_weight):
    """The losses had been averaged before they were weighed, so these are N times the same mean.
    Take the losses apart with `reduction="none"`, weigh them, and average last."""
    return sample_weight * F.cross_entropy(logits, target)


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_the_sum_of_the_weights(logits, target, sample_weight):
    """This divides by the sum of the weights, or lets them sum to 1 or N first: then all weights
    times 2 changes nothing, and each example pulls less where others weigh more. Divide by N, and
    leave the weights as they are."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight * losses).sum() / sample_weight.sum()


@grader.misconception
def divides_by_the_sum_unless_it_is_0(logits, target, sample_weight):
    """This divides by the sum of the weights, and only keeps that from being 0. Divide by N, which
    never is: then each example pulls as hard as its own weight says, whatever the others weigh."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight * losses).sum() / sample_weight.sum().clamp(min=1)


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_how_many_count(logits, target, sample_weight):
    """An example of weight 0 is still one of the N that the sum is divided by: here it is left out
    of the count, so that the others pull harder than they do without weights."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight * losses).sum() / (sample_weight > 0).sum()


@grader.misconception
def gives_them_as_class_weights(logits, target, sample_weight):
    """`weight` of `F.cross_entropy` has a number for each class, not for each example: shape (C,).
    Where N and C are the same it says nothing, and weighs the wrong things. Weigh the losses
    yourself."""
    return F.cross_entropy(logits, target, weight=sample_weight)


@grader.misconception
def averages_losses_with_class_weights(logits, target, sample_weight):
    """Dividing by N is right, but `weight` of `F.cross_entropy` has a number for each class, not
    for each example: shape (C,). Leave it out, and multiply the losses yourself."""
    return F.cross_entropy(logits, target, weight=sample_weight, reduction="none").mean()


@grader.misconception
def looks_weights_up_by_class(logits, target, sample_weight):
    """`sample_weight[target]` takes the class of an example for its place in the batch. That is how
    class weights are looked up; these weights are in the order of the examples already."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight[target] * losses).mean()


@grader.misconception(idea="weights_ignored")
def ignores_the_weights(logits, target, sample_weight):
    """This is the plain mean over the examples: `sample_weight` has no effect on it."""
    return F.cross_entropy(logits, target)


@grader.misconception
def takes_the_weights_for_a_mask(logits, target, sample_weight):
    """Only whether a weight is 0 matters here, so that 2 counts no more than 1. Multiply by the
    weights themselves."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return ((sample_weight > 0) * losses).mean()


@grader.misconception
def averages_what_is_left(logits, target, sample_weight):
    """This is the plain mean over the examples whose weight is not 0: what they weigh has no
    effect. Multiply the losses by the weights, and divide by N."""
    kept = sample_weight > 0
    return F.cross_entropy(logits[kept], target[kept])


@grader.misconception(idea="scores_weighed")
def weighs_the_scores(logits, target, sample_weight):
    """The weight belongs to the loss of an example. Multiplied with its scores, it makes the model
    look more sure or less, and an example of weight 0 still has the loss log(C)."""
    return F.cross_entropy(logits * sample_weight[:, None], target)


@grader.misconception(idea="sum_for_mean")
def sums_instead_of_averaging(logits, target, sample_weight):
    """This is the weighted sum, which grows with the batch. Divide it by N, the number of
    examples."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight * losses).sum()


@grader.misconception(**AVERAGES_OVER_THE_CLASSES_TOO)
def averages_over_the_classes_too(logits, target, sample_weight):
    one_hot = F.one_hot(target, logits.shape[1])
    return -(sample_weight[:, None] * one_hot * logits.log_softmax(dim=1)).mean()


@grader.misconception(idea="no_reduction")
def returns_one_loss_for_each_example(logits, target, sample_weight):
    """These are the weighted losses of the single examples. Return one number, their mean."""
    return sample_weight * F.cross_entropy(logits, target, reduction="none")


@grader.misconception(idea="weighed_twice")
def weighs_twice(logits, target, sample_weight):
    """The weights are multiplied in twice, so that 2 counts as 4 and 0.5 as 0.25: once is
    enough."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight**2 * losses).mean()


@grader.misconception(**APPLIES_SOFTMAX_FIRST)
def applies_softmax_first(logits, target, sample_weight):
    losses = F.cross_entropy(logits.softmax(dim=1), target, reduction="none")
    return (sample_weight * losses).mean()


@grader.misconception
def divides_by_the_largest_weight(logits, target, sample_weight):
    """The weights are divided by the largest of them, so that all weights times 2 changes nothing
    and, where all are 0, the loss is nan. Leave the weights as they are."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight / sample_weight.max() * losses).mean()


@grader.misconception(**TAKES_THE_LOGARITHM_OF_SOFTMAX)
def takes_the_logarithm_of_softmax(logits, target, sample_weight):
    losses = F.nll_loss(logits.softmax(dim=1).log(), target, reduction="none")
    return (sample_weight * losses).mean()


@grader.misconception(idea="argument_changed")
def normalises_the_weights_in_place(logits, target, sample_weight):
    """`/=` changes the weights that you were given, and the next epoch would see different weights.
    They need not sum to 1 anyway: divide by N, not by the sum of the weights."""
    sample_weight /= sample_weight.sum()
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight * losses).sum()


grader.edit(
    "divides_the_weights_in_place",
    **changed_in_place("sample_weight"),
    old="(sample_weight * losses).mean()",
    new="sample_weight.div_(len(target)).dot(losses)",
)
grader.edit(
    "divides_by_the_sum_and_multiplies_again",
    "Where all weights are 0, this is nan, as where they are divided by their sum first and "
    "multiplied by it again later: 0 / 0 is nan. Divide by nothing but N.",
    "(sample_weight * losses).mean()",
    "(sample_weight / sample_weight.sum() * losses).mean() * sample_weight.sum()",
    idea="zero_divided_by_zero",
)
grader.edit(
    "returns_a_new_0",
    "Where all weights are 0, the 0 that comes back is not computed from `logits`, as where a new "
    "tensor is returned early: no gradient arrives there. This needs no `if`: multiplied by "
    "weights of 0, the losses give a loss and a gradient of 0.",
    "(sample_weight * losses).mean()",
    "((sample_weight * losses).mean() if sample_weight.any() else logits.new_zeros(()))",
    idea="cut_graph",
)
grader.edit(
    "cuts_the_weights_to_whole_numbers",
    "Weights that are no whole numbers are cut, 0.4 to 0 and 1.2 to 1, as where each example is "
    "repeated as often as its weight says. Multiply the losses by the weights.",
    "(sample_weight * losses).mean()",
    "(sample_weight.long() * losses).mean()",
)


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(logits, target, sample_weight):
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight * losses).mean().item()


@grader.misconception(idea="cut_graph")
def cuts_the_gradient(logits, target, sample_weight):
    """The loss is cut off from `logits`, as by `detach()`, `torch.no_grad()` or
    `torch.tensor(losses)`, so that `backward()` has no way to go. Keep it a tensor that was
    computed from them."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight * losses).mean().detach()


@grader.misconception(**OVERFLOWS)
def overflows(logits, target, sample_weight):
    losses = logits.exp().sum(dim=1).log() - logits[torch.arange(len(target)), target]
    return (sample_weight * losses).mean()


grader.edits("adds_a_small_number", **adds_a_small_number())
grader.edits("clamps_the_probability", **clamps_the_probability())


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def one_by_one(logits, target, sample_weight):
    """No loop is needed: with `reduction="none"` one call gives the losses of all examples, and
    `sample_weight * losses` weighs them all."""
    weighted = []
    for scores, label, weight in zip(logits, target, sample_weight, strict=True):
        weighted.append(weight * F.cross_entropy(scores, label))
    return torch.stack(weighted).mean()
