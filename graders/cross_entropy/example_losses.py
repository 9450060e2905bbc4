import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("cross_entropy/cross_entropy",),
    hints=(
        "F.cross_entropy computes these numbers and then averages them. What tells it to stop?",
        "Look up `reduction` in its documentation: three values are allowed, and all are strings.",
        "The one you need is a word of four letters, in quotation marks.",
    ),
)


@grader.observe
def losses_and_gradient(answer, logits, target):
    return value_and_gradient(answer, "losses", logits=logits, target=target)


@grader.case
def a_batch():
    """6 examples of 4 classes."""
    return 2 * torch.randn(6, 4), torch.tensor([3, 0, 2, 2, 1, 0])


@grader.case
def one_example():
    """A single example of 5 classes: the shape is (1,)."""
    return torch.randn(1, 5), torch.tensor([2])


@grader.case
def as_many_examples_as_classes():
    """3 examples of 3 classes, in float64."""
    return torch.randn(3, 3, dtype=torch.float64), torch.tensor([2, 0, 2])


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 3 examples of 2 classes."""
    logits = torch.tensor([[2.0, 0.0], [2.0, 0.0], [0.0, 0.0]])
    return logits, torch.tensor([0, 1, 1])


@grader.case
def confidently_wrong():
    """5 examples of 3 classes, 4 of them wrong by about 150: softmax gives the right class 0."""
    logits, target = torch.randn(5, 3), torch.tensor([0, 1, 2, 0, 1])
    logits[torch.arange(4), torch.tensor([1, 2, 0, 2])] += 150
    return logits, target


from graders.cross_entropy._shared import (
    APPLIES_SOFTMAX_FIRST,
    NORMALISES_OVER_THE_EXAMPLES,
    OVERFLOWS,
    PICKS_EVERY_TARGET_IN_EVERY_ROW,
    SUBTRACTS_THE_LARGEST_OF_THE_BATCH,
    TAKES_NLL_LOSS_OF_PROBABILITIES,
    TAKES_NLL_LOSS_OF_SCORES,
    TAKES_THE_LOGARITHM_OF_SOFTMAX,
    adds_a_small_number,
    clamps_the_logarithm,
    clamps_the_probability,
)

grader.edit(
    "gives_none_instead_of_a_text",
    "`reduction` takes one of three strings, and `None` is none of them: write "
    '`reduction="none"`, in quotation marks and small letters.',
    old='reduction="none"',
    new="reduction=None",
)


@grader.misconception
def averages(logits, target):
    """This is the mean over the examples, which is what `F.cross_entropy` returns where it is not
    told otherwise. Its argument `reduction` tells it to leave the losses apart."""
    return F.cross_entropy(logits, target)


@grader.misconception
def adds_up(logits, target):
    """This is the sum over the examples. Return the losses themselves, one for each example."""
    return F.cross_entropy(logits, target, reduction="sum")


@grader.misconception
def repeats_the_mean(logits, target):
    """The shape is right, but it is the mean repeated, the same number for each example. What has
    been averaged cannot be taken apart again: keep `F.cross_entropy` from averaging."""
    return F.cross_entropy(logits, target).expand(len(target))


@grader.misconception(idea="mean_counted_again")
def divides_by_the_batch_size(logits, target):
    """Each loss is divided by N here, as if a mean were to come. Nothing is averaged: return the
    losses as they are."""
    return F.cross_entropy(logits, target, reduction="none") / len(target)


@grader.misconception(idea="dimension_left_over")
def keeps_a_dimension(logits, target):
    """The numbers are right, but in a column, shape (N, 1), as `gather` and `keepdim=True` leave
    it; with a row of N weights it would become N x N numbers. `squeeze(1)` makes it (N,)."""
    return F.cross_entropy(logits, target, reduction="none").unsqueeze(1)


@grader.misconception(idea="bare_squeeze")
def squeezes_too_much(logits, target):
    """`squeeze()` without a number removes every dimension of size 1, so a single example leaves
    shape () instead of (1,). Say which dimension: `squeeze(1)`."""
    return -logits.log_softmax(dim=1).gather(1, target[:, None]).squeeze()


@grader.misconception(idea="cut_graph")
def returns_a_list_of_numbers(logits, target):
    """The numbers are right, but they are plain Python numbers, as `.item()`, `.tolist()` and
    `float()` give, and have no gradient. Return one tensor of shape (N,)."""
    return F.cross_entropy(logits, target, reduction="none").tolist()


@grader.misconception
def returns_a_list_of_tensors(logits, target):
    """This is a Python list with a tensor for each example. `torch.stack` makes one tensor of it,
    and `reduction="none"` needs no loop."""
    return list(F.cross_entropy(logits, target, reduction="none"))


@grader.misconception(idea="cut_graph")
def cuts_the_gradient(logits, target):
    """The losses are right, but cut off from `logits` (as by `detach()`, `torch.tensor(...)` or
    `torch.no_grad()`): nothing could be trained with them."""
    return F.cross_entropy(logits, target, reduction="none").detach()


@grader.misconception
def returns_probabilities(logits, target):
    """These are the probabilities of the right classes, which grow as the model gets better. The
    loss is minus their logarithm."""
    return logits.softmax(dim=1).gather(1, target[:, None]).squeeze(1)


@grader.misconception(**TAKES_NLL_LOSS_OF_PROBABILITIES)
def takes_nll_loss_of_probabilities(logits, target):
    return F.nll_loss(logits.softmax(dim=1), target, reduction="none")


@grader.misconception(**TAKES_NLL_LOSS_OF_SCORES)
def takes_nll_loss_of_scores(logits, target):
    return F.nll_loss(logits, target, reduction="none")


@grader.misconception(idea="no_minus")
def forgets_the_minus(logits, target):
    """These are the log probabilities, which are never above 0. The losses are minus these."""
    return -F.cross_entropy(logits, target, reduction="none")


@grader.misconception
def returns_all_classes(logits, target):
    """These are minus the log probabilities of all classes, shape (N, C). In each row only the
    entry of the right class is a loss."""
    return -logits.log_softmax(dim=1)


@grader.misconception
def multiplies_without_adding_up(logits, target):
    """The right class is in its place and the others are 0, but the shape is still (N, C): add up
    over the classes, `sum(dim=1)`."""
    return -logits.log_softmax(dim=1) * F.one_hot(target, logits.shape[1])


@grader.misconception
def adds_up_the_whole_row(logits, target):
    """This adds up over all classes of an example, the wrong ones as well. Only the log probability
    of the right class counts."""
    return -logits.log_softmax(dim=1).sum(dim=1)


@grader.misconception(idea="mean_over_the_wrong_count")
def averages_over_the_row(logits, target):
    """Each loss is divided by C here, as by a mean over the classes of its row. Pick the entry of
    the right class, or add up over the classes instead."""
    return (-logits.log_softmax(dim=1) * F.one_hot(target, logits.shape[1])).mean(dim=1)


@grader.misconception(idea="wrong_dim")
def adds_up_over_the_examples(logits, target):
    """`sum(dim=0)` adds up over the examples and gives a number for each class. Add up over the
    classes: `sum(dim=1)`."""
    return (-logits.log_softmax(dim=1) * F.one_hot(target, logits.shape[1])).sum(dim=0)


@grader.misconception(**NORMALISES_OVER_THE_EXAMPLES)
def normalises_over_the_examples(logits, target):
    return F.nll_loss(logits.log_softmax(dim=0), target, reduction="none")


@grader.misconception(**PICKS_EVERY_TARGET_IN_EVERY_ROW)
def picks_every_target_in_every_row(logits, target):
    return -logits.log_softmax(dim=1)[:, target]


@grader.misconception(**APPLIES_SOFTMAX_FIRST)
def applies_softmax_first(logits, target):
    return F.cross_entropy(logits.softmax(dim=1), target, reduction="none")


@grader.misconception(**TAKES_THE_LOGARITHM_OF_SOFTMAX)
def takes_the_logarithm_of_softmax(logits, target):
    return F.nll_loss(logits.softmax(dim=1).log(), target, reduction="none")


@grader.misconception(idea="one_hot_without_num_classes")
def lets_one_hot_count_the_classes(logits, target):
    """`F.one_hot(target)` takes the largest target for the last class, and this batch may not have
    every class in it. Tell it how many there are: `F.one_hot(target, logits.shape[1])`."""
    return -(F.one_hot(target) * logits.log_softmax(dim=1)).sum(dim=1)


@grader.misconception
def takes_the_logarithm_to_base_2(logits, target):
    """These are logarithms to base 2. The natural one is meant, as `log` and `log_softmax` give
    it."""
    return F.cross_entropy(logits, target, reduction="none") / torch.tensor(2.0).log()


@grader.misconception(**SUBTRACTS_THE_LARGEST_OF_THE_BATCH)
def subtracts_the_largest_of_the_batch(logits, target):
    scores = logits - logits.max()
    right = scores[torch.arange(len(target)), target]
    return scores.exp().sum(dim=1).log() - right


@grader.misconception(idea="column_meets_row")
def subtracts_a_column_from_a_row(logits, target):
    """N numbers minus a column, shape (N, 1), are N x N numbers: each example's minus every
    other's. `squeeze(1)` makes the column a row."""
    return logits.logsumexp(dim=1) - logits.gather(1, target[:, None])


@grader.misconception(idea="cut_graph")
def makes_a_new_tensor(logits, target):
    """This is a new tensor of copied numbers (`.item()`, `.tolist()`): it does not come from
    `logits`, so no gradient arrives there, not even with `requires_grad=True`. Keep the tensors."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return torch.tensor(losses.tolist(), requires_grad=True)


@grader.misconception(**OVERFLOWS)
def overflows(logits, target):
    return logits.exp().sum(dim=1).log() - logits[torch.arange(len(target)), target]


grader.edits("adds_a_small_number", **adds_a_small_number())
grader.edits("clamps_the_probability", **clamps_the_probability())
grader.edits("clamps_the_logarithm", **clamps_the_logarithm())
grader.edit(
    "converts_to_float32",
    "The losses are float32 also where the logits are float64, as after `logits.float()`: half of "
    "the digits are lost. The losses are to have the dtype of `logits`.",
    old="F.cross_entropy(logits,",
    new="F.cross_entropy(logits.float(),",
    idea="dtype_not_kept",
)


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def one_by_one(logits, target):
    """No loop is needed: `reduction="none"` gives the losses of all examples in one call."""
    batches = zip(logits.split(1), target.split(1), strict=True)
    return torch.stack([F.cross_entropy(scores, label) for scores, label in batches])
