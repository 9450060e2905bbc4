import torch
import torch.nn.functional as F

from torchkata import Grader, changed_entries

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
def losses_and_gradient(answer, logits, target, pushed_back):
    given = logits.requires_grad_().clone()
    losses = answer(given, target)
    fits = isinstance(losses, torch.Tensor) and losses.shape == target.shape
    has_graph = fits and losses.requires_grad
    if has_graph:
        # Another number for each example, so that each loss is seen to depend on its own row.
        (losses * pushed_back).sum().backward()
    return {
        "losses": losses,
        "gradient": logits.grad,
        "entries changed in logits": changed_entries(logits, given),
    }


def numbers(size, dtype=torch.float32):
    """One number for each example, none near 0 and no two alike."""
    return torch.arange(size) + 1 + torch.rand(size, dtype=dtype) / 2


@grader.case
def a_batch():
    """6 examples of 4 classes."""
    return 2 * torch.randn(6, 4), torch.tensor([3, 0, 2, 2, 1, 0]), numbers(6)


@grader.case
def one_example():
    """A single example of 5 classes: the shape is (1,)."""
    return torch.randn(1, 5), torch.tensor([2]), numbers(1)


@grader.case
def as_many_examples_as_classes():
    """3 examples of 3 classes, in float64."""
    logits = torch.randn(3, 3, dtype=torch.float64)
    return logits, torch.tensor([2, 0, 2]), numbers(3, dtype=torch.float64)


@grader.case
def confidently_wrong():
    """5 examples of 3 classes, 4 of them wrong by about 150: softmax gives the right class 0."""
    logits, target = torch.randn(5, 3), torch.tensor([0, 1, 2, 0, 1])
    logits[torch.arange(4), torch.tensor([1, 2, 0, 2])] += 150
    return logits, target, numbers(5)


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


@grader.misconception
def divides_by_the_batch_size(logits, target):
    """Each loss is divided by N here, as if a mean were to come. Nothing is averaged: return the
    losses as they are."""
    return F.cross_entropy(logits, target, reduction="none") / len(target)


@grader.misconception
def keeps_a_dimension(logits, target):
    """The numbers are right, but in a column, shape (N, 1), as `gather` and `keepdim=True` leave
    it; with a row of N weights it would become N x N numbers. `squeeze(1)` makes it (N,)."""
    return F.cross_entropy(logits, target, reduction="none").unsqueeze(1)


@grader.misconception
def squeezes_too_much(logits, target):
    """`squeeze()` without a number removes every dimension of size 1, so a single example leaves
    shape () instead of (1,). Say which dimension: `squeeze(1)`."""
    return -logits.log_softmax(dim=1).gather(1, target[:, None]).squeeze()


@grader.misconception
def returns_a_list_of_numbers(logits, target):
    """The numbers are right, but they are plain Python numbers, as `.item()`, `.tolist()` and
    `float()` give, and have no gradient. Return one tensor of shape (N,)."""
    return F.cross_entropy(logits, target, reduction="none").tolist()


@grader.misconception
def returns_a_list_of_tensors(logits, target):
    """This is a Python list with a tensor for each example. `torch.stack` makes one tensor of it,
    and `reduction="none"` needs no loop."""
    return list(F.cross_entropy(logits, target, reduction="none"))


@grader.misconception
def cuts_the_gradient(logits, target):
    """The losses are right, but cut off from `logits` (as by `detach()`, `torch.tensor(...)` or
    `torch.no_grad()`): nothing could be trained with them."""
    return F.cross_entropy(logits, target, reduction="none").detach()


@grader.misconception
def returns_probabilities(logits, target):
    """These are the probabilities of the right classes, which grow as the model gets better. The
    loss is minus their logarithm."""
    return logits.softmax(dim=1).gather(1, target[:, None]).squeeze(1)


@grader.misconception
def takes_nll_loss_of_probabilities(logits, target):
    """`nll_loss` takes no logarithm itself: of probabilities it gives minus these, between -1 and
    0. Give it `log_softmax` instead of `softmax`, or use `cross_entropy`."""
    return F.nll_loss(logits.softmax(dim=1), target, reduction="none")


@grader.misconception
def takes_nll_loss_of_scores(logits, target):
    """`nll_loss` expects log probabilities and applies neither softmax nor a logarithm: of raw
    scores it gives minus the right ones. Use `cross_entropy`."""
    return F.nll_loss(logits, target, reduction="none")


@grader.misconception
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


@grader.misconception
def averages_over_the_row(logits, target):
    """Each loss is divided by C here, as by a mean over the classes of its row. Pick the entry of
    the right class, or add up over the classes instead."""
    return (-logits.log_softmax(dim=1) * F.one_hot(target, logits.shape[1])).mean(dim=1)


@grader.misconception
def adds_up_over_the_examples(logits, target):
    """`sum(dim=0)` adds up over the examples and gives a number for each class. Add up over the
    classes: `sum(dim=1)`."""
    return (-logits.log_softmax(dim=1) * F.one_hot(target, logits.shape[1])).sum(dim=0)


@grader.misconception
def normalises_over_the_examples(logits, target):
    """`dim=0` makes the examples compete with each other. The classes of each example compete:
    `dim=1`."""
    return F.nll_loss(logits.log_softmax(dim=0), target, reduction="none")


@grader.misconception
def picks_every_target_in_every_row(logits, target):
    """`[:, target]` picks the classes of all examples in each row, N x N numbers. Pair each row
    with its own class: `[torch.arange(N), target]`, or `gather`."""
    return -logits.log_softmax(dim=1)[:, target]


@grader.misconception
def applies_softmax_first(logits, target):
    """Cross entropy takes raw scores and applies softmax itself; here softmax is applied twice, so
    no loss can come near 0. Leave the first one out."""
    return F.cross_entropy(logits.softmax(dim=1), target, reduction="none")


@grader.misconception
def takes_the_logarithm_of_softmax(logits, target):
    """Where another score leads by 150, softmax gives the right class exactly 0, whose logarithm is
    -inf. `log_softmax` (or `cross_entropy`) works it out without that 0."""
    return F.nll_loss(logits.softmax(dim=1).log(), target, reduction="none")


@grader.misconception
def lets_one_hot_count_the_classes(logits, target):
    """`F.one_hot(target)` takes the largest target for the last class, and this batch may not have
    every class in it. Tell it how many there are: `F.one_hot(target, logits.shape[1])`."""
    return -(F.one_hot(target) * logits.log_softmax(dim=1)).sum(dim=1)


@grader.misconception
def takes_the_logarithm_to_base_2(logits, target):
    """These are logarithms to base 2. The natural one is meant, as `log` and `log_softmax` give
    it."""
    return F.cross_entropy(logits, target, reduction="none") / torch.tensor(2.0).log()


@grader.misconception
def subtracts_the_largest_of_the_batch(logits, target):
    """The largest score of the whole batch is subtracted: in a row far below it, all exponentials
    are 0, and log(0) is -inf. Subtract each row's own: `max(dim=1, keepdim=True)`."""
    scores = logits - logits.max()
    right = scores[torch.arange(len(target)), target]
    return scores.exp().sum(dim=1).log() - right


@grader.misconception
def subtracts_a_column_from_a_row(logits, target):
    """N numbers minus a column, shape (N, 1), are N x N numbers: each example's minus every
    other's. `squeeze(1)` makes the column a row."""
    return logits.logsumexp(dim=1) - logits.gather(1, target[:, None])


@grader.misconception
def makes_a_new_tensor(logits, target):
    """This is a new tensor of copied numbers (`.item()`, `.tolist()`): it does not come from
    `logits`, so no gradient arrives there, not even with `requires_grad=True`. Keep the tensors."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return torch.tensor(losses.tolist(), requires_grad=True)


@grader.misconception
def overflows(logits, target):
    """`exp(150)` is too large for float32 and becomes inf. `logsumexp` and `log_softmax` subtract
    the largest score before they take exponentials."""
    return logits.exp().sum(dim=1).log() - logits[torch.arange(len(target)), target]


# The popular small numbers, and where minus their logarithm is.
SMALL = {"1e-6": 13.8, "1e-7": 16.1, "1e-8": 18.4, "1e-9": 20.7, "1e-10": 23.0, "1e-12": 27.6}
for number, limit in SMALL.items():
    grader.edit(
        f"adds_{number}",
        f"The {number} keeps the logarithm finite, but stops the loss of an example at {limit} and "
        "lets almost no gradient through: where the model is most wrong it learns nothing. Use "
        "`log_softmax`.",
        "F.cross_entropy(logits,",
        f"F.nll_loss((logits.softmax(dim=1) + {number}).log(),",
    )
for number in list(SMALL)[:4]:
    grader.edit(
        f"clamps_at_{number}",
        f"`clamp` keeps the logarithm finite, but below its bound, {number}, the loss stops and "
        "the gradient is 0: where the model is most wrong it learns nothing. Use `log_softmax`.",
        "F.cross_entropy(logits,",
        f"F.nll_loss(logits.softmax(dim=1).clamp(min={number}).log(),",
    )


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def one_by_one(logits, target):
    """No loop is needed: `reduction="none"` gives the losses of all examples in one call."""
    batches = zip(logits.split(1), target.split(1), strict=True)
    return torch.stack([F.cross_entropy(scores, label) for scores, label in batches])
