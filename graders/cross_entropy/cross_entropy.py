import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("probabilities/prediction",),
    hints=(
        "Which loss in torch.nn is made for classes, and does it want scores or probabilities?",
        "nn.CrossEntropyLoss and F.cross_entropy apply softmax and the logarithm themselves.",
        "By hand: `logits.log_softmax(dim=1)`, pick the entry of the right class in each row, "
        "then minus the mean.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target):
    return value_and_gradient(answer, "loss", logits=logits, target=target)


@grader.case
def a_batch():
    """7 examples of 4 classes."""
    return 2 * torch.randn(7, 4), torch.randint(4, (7,))


@grader.case
def one_example():
    """A single example of 5 classes: its loss is the mean."""
    return torch.randn(1, 5), torch.randint(5, (1,))


@grader.case
def as_many_examples_as_classes():
    """3 examples of 3 classes, in float64."""
    return torch.randn(3, 3, dtype=torch.float64), torch.tensor([2, 0, 2])


@grader.case
def first_example():
    """The first example of the docstring: two examples of two classes."""
    return torch.tensor([[2.0, 0.0], [2.0, 0.0]]), torch.tensor([0, 1])


@grader.case
def second_example():
    """The second example of the docstring: a single one, wrong by 150."""
    return torch.tensor([[150.0, 0.0]]), torch.tensor([1])


@grader.case
def confidently_wrong():
    """5 examples of 3 classes, 4 of them wrong by about 150: softmax gives the right class 0."""
    logits, target = torch.randn(5, 3), torch.tensor([0, 1, 2, 0, 1])
    leading = torch.tensor([1, 2, 0, 2, 1])
    logits[torch.arange(4), leading[:4]] += 150
    return logits, target


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.cross_entropy._shared import (
    APPLIES_SOFTMAX_FIRST,
    AVERAGES_OVER_THE_CLASSES_TOO,
    MAKES_A_NEW_TENSOR,
    MULTIPLIES_0_BY_THE_LOGARITHM_OF_0,
    NORMALISES_OVER_THE_EXAMPLES,
    OVERFLOWS,
    PICKS_EVERY_TARGET_IN_EVERY_ROW,
    RETURNS_ONE_LOSS_FOR_EACH_EXAMPLE,
    SUBTRACTS_THE_LARGEST_OF_THE_BATCH,
    SUMS_INSTEAD_OF_AVERAGING,
    TAKES_NLL_LOSS_OF_PROBABILITIES,
    TAKES_NLL_LOSS_OF_SCORES,
    TAKES_THE_LOGARITHM_OF_SOFTMAX,
    adds_a_small_number,
    clamps_the_logarithm,
    clamps_the_probability,
)


@grader.misconception(**APPLIES_SOFTMAX_FIRST)
def applies_softmax_first(logits, target):
    return F.cross_entropy(logits.softmax(dim=1), target)


@grader.misconception(idea="sigmoid_before_the_loss")
def applies_sigmoid_first(logits, target):
    """Cross entropy takes raw scores; sigmoid has squeezed them between 0 and 1, so that softmax
    can no longer tell them apart. Leave the sigmoid out."""
    return F.cross_entropy(logits.sigmoid(), target)


@grader.misconception(**TAKES_NLL_LOSS_OF_PROBABILITIES)
def takes_nll_loss_of_probabilities(logits, target):
    return F.nll_loss(logits.softmax(dim=1), target)


@grader.misconception(**TAKES_NLL_LOSS_OF_SCORES)
def takes_nll_loss_of_scores(logits, target):
    return F.nll_loss(logits, target)


@grader.misconception(**TAKES_THE_LOGARITHM_OF_SOFTMAX)
def takes_the_logarithm_of_softmax(logits, target):
    return F.nll_loss(logits.softmax(dim=1).log(), target)


@grader.misconception(**OVERFLOWS)
def overflows(logits, target):
    right = logits[torch.arange(len(target)), target]
    return (logits.exp().sum(dim=1).log() - right).mean()


@grader.misconception(**SUMS_INSTEAD_OF_AVERAGING)
def sums_instead_of_averaging(logits, target):
    return F.cross_entropy(logits, target, reduction="sum")


@grader.misconception(**AVERAGES_OVER_THE_CLASSES_TOO)
def averages_over_the_classes_too(logits, target):
    one_hot = F.one_hot(target, logits.shape[1])
    return -(one_hot * logits.log_softmax(dim=1)).mean()


@grader.misconception(**RETURNS_ONE_LOSS_FOR_EACH_EXAMPLE)
def returns_one_loss_for_each_example(logits, target):
    return F.cross_entropy(logits, target, reduction="none")


@grader.misconception(
    idea="no_minus",
    more=("The logarithm of a probability is 0 at most, and so is the mean of such.",),
)
def forgets_the_minus(logits, target):
    """This is the mean log probability, which is never above 0. The loss is minus that: it has to
    fall as the right class becomes more probable."""
    return -F.cross_entropy(logits, target)


@grader.misconception(**NORMALISES_OVER_THE_EXAMPLES)
def normalises_over_the_examples(logits, target):
    return F.nll_loss(logits.log_softmax(dim=0), target)


@grader.misconception(idea="integers_for_probabilities")
def gives_whole_numbers_as_probabilities(logits, target):
    """What you give as scores and as target has one shape, so the target is read as probabilities,
    which have to be floats. Give the scores, shape (N, C), and the classes, shape (N,)."""
    return F.cross_entropy(logits, F.one_hot(target, logits.shape[1]))


@grader.misconception(idea="swapped_loss_arguments")
def swaps_the_arguments(logits, target):
    """Softmax was asked of integers, which the classes are. It belongs to the scores:
    `F.cross_entropy` takes these first and the classes second."""
    return F.cross_entropy(target, logits)


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(logits, target):
    return F.cross_entropy(logits, target).item()


@grader.misconception(idea="cut_graph")
def cuts_the_gradient(logits, target):
    """The loss is right, but cut off from the `logits` you were given, as by `.item()`, `detach()`
    or `torch.tensor(...)`: these give the numbers alone, and no gradient flows back from them."""
    return F.cross_entropy(logits.detach(), target).requires_grad_()


@grader.misconception(**PICKS_EVERY_TARGET_IN_EVERY_ROW)
def picks_every_target_in_every_row(logits, target):
    return -logits.log_softmax(dim=1)[:, target].mean()


@grader.misconception(idea="classes_one_by_one")
def asks_about_each_class_alone(logits, target):
    """Binary cross entropy asks of each class separately whether it is there. Of classes that
    exclude each other one is right: `F.cross_entropy`."""
    one_hot = F.one_hot(target, logits.shape[1]).to(logits.dtype)
    return F.binary_cross_entropy_with_logits(logits, one_hot)


@grader.misconception(**SUBTRACTS_THE_LARGEST_OF_THE_BATCH)
def subtracts_the_largest_of_the_batch(logits, target):
    scores = logits - logits.max()
    right = scores[torch.arange(len(target)), target]
    return (scores.exp().sum(dim=1).log() - right).mean()


@grader.misconception(**MULTIPLIES_0_BY_THE_LOGARITHM_OF_0)
def multiplies_0_by_the_logarithm_of_0(logits, target):
    one_hot = F.one_hot(target, logits.shape[1])
    return -(one_hot * logits.softmax(dim=1).log()).sum(dim=1).mean()


@grader.misconception(**MAKES_A_NEW_TENSOR)
def makes_a_new_tensor(logits, target):
    return torch.tensor(F.cross_entropy(logits, target).item(), requires_grad=True)


@grader.misconception(idea="nan_behind_where")
def puts_a_number_in_the_place_of_log_0(logits, target):
    """The loss is right, but its gradient is nan where softmax gives 0, as where `torch.where` puts
    another number in the place of log(0): `backward()` still goes through that logarithm.
    `log_softmax` works without it."""
    probabilities = logits.softmax(dim=1)
    shifted = logits - logits.amax(dim=1, keepdim=True)
    logs = torch.where(probabilities == 0, shifted, probabilities.log())
    return F.nll_loss(logs, target)


@grader.misconception(**changed_in_place("logits"))
def shifts_the_logits_in_place(logits, target):
    with torch.no_grad():
        logits -= logits.amax(dim=1, keepdim=True)
    return F.cross_entropy(logits, target)


@grader.misconception(idea="dtype_not_kept")
def computes_in_float32(logits, target):
    """Of float64 logits the loss is float32, as after `logits.float()`: half of the digits are
    lost. Leave the logits in the dtype that they have."""
    return F.cross_entropy(logits.float(), target)


grader.edits("adds_a_small_number", **adds_a_small_number())
grader.edits("clamps_the_probability", **clamps_the_probability())
grader.edits("clamps_the_logarithm", **clamps_the_logarithm())


@grader.misconception
def picks_rows_by_the_classes(logits, target):
    """`[target]` alone picks whole rows: that of example 0 for each target 0. One number of each
    row takes an index for the rows, too: `[torch.arange(len(target)), target]`, or `gather`."""
    return -logits.log_softmax(dim=1)[target].mean()


@grader.misconception
def takes_decimal_logarithms(logits, target):
    """The loss is 2.3 times too small, as with `log10`: take the natural logarithm, `log`. (And a
    probability that has become 0 has none: `log_softmax` takes it without that step.)"""
    return -logits.softmax(dim=1).gather(1, target[:, None]).log10().mean()


@grader.misconception
def takes_squared_errors(logits, target):
    """This is the mean squared error of the probabilities: the model that is sure and wrong costs
    hardly more than one that is unsure, and its gradient is nearly 0. Take minus the logarithm of
    the right class's probability."""
    probabilities = logits.softmax(dim=1)
    return F.mse_loss(probabilities, F.one_hot(target, logits.shape[1]).to(logits.dtype))


@grader.remark(
    written=(
        "_.log_softmax and _.cross_entropy",
        "_.log_softmax and torch.nn.CrossEntropyLoss",
        "torch.nn.LogSoftmax and _.cross_entropy",
        "torch.nn.LogSoftmax and torch.nn.CrossEntropyLoss",
    )
)
def of_log_softmax(logits, target):
    """Cross entropy applies `log_softmax` itself. One before it changes nothing, since of log
    probabilities it gives the same ones again: leave it out."""
    return torch.nn.CrossEntropyLoss()(F.log_softmax(logits, dim=-1), target)
