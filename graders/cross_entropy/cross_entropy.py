import torch
import torch.nn.functional as F

from torchkata import Grader, changed_entries

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("probabilities/row_probabilities",),
    hints=(
        "Which loss in torch.nn is made for classes, and does it want scores or probabilities?",
        "nn.CrossEntropyLoss and F.cross_entropy apply softmax and the logarithm themselves.",
        "By hand: `logits.log_softmax(dim=1)`, pick the entry of the right class in each row, "
        "then minus the mean.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target):
    given = logits.requires_grad_().clone()
    loss = answer(given, target)
    # The sum of one number is that number; with several, their shape is what differs.
    loss.sum().backward()
    return {
        "loss": loss,
        "gradient": logits.grad,
        "entries changed in logits": changed_entries(logits, given),
    }


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
def confidently_wrong():
    """5 examples of 3 classes, 4 of them wrong by about 150: softmax gives the right class 0."""
    logits, target = torch.randn(5, 3), torch.tensor([0, 1, 2, 0, 1])
    leading = torch.tensor([1, 2, 0, 2, 1])
    logits[torch.arange(4), leading[:4]] += 150
    return logits, target


@grader.misconception
def applies_softmax_first(logits, target):
    """Cross entropy takes raw scores and applies softmax itself; here softmax is applied twice, so
    the loss can never come near 0. Leave the first one out."""
    return F.cross_entropy(logits.softmax(dim=1), target)


@grader.misconception
def applies_sigmoid_first(logits, target):
    """Cross entropy takes raw scores; sigmoid has squeezed them between 0 and 1, so that softmax
    can no longer tell them apart. Leave the sigmoid out."""
    return F.cross_entropy(logits.sigmoid(), target)


@grader.misconception
def takes_nll_loss_of_probabilities(logits, target):
    """`nll_loss` takes no logarithm itself: of probabilities it gives minus their mean, between -1
    and 0. Give it `log_softmax` instead of `softmax`."""
    return F.nll_loss(logits.softmax(dim=1), target)


@grader.misconception
def takes_nll_loss_of_scores(logits, target):
    """`nll_loss` expects log probabilities and applies neither softmax nor a logarithm: of raw
    scores it gives minus the mean of the right ones. Use `cross_entropy`."""
    return F.nll_loss(logits, target)


@grader.misconception
def takes_the_logarithm_of_softmax(logits, target):
    """Where another score leads by 150, softmax gives the right class exactly 0, whose logarithm is
    -inf. `log_softmax` (or `cross_entropy`) works it out without that 0."""
    return F.nll_loss(logits.softmax(dim=1).log(), target)


@grader.misconception
def overflows(logits, target):
    """`exp(150)` is too large for float32 and becomes inf. `logsumexp` and `log_softmax` subtract
    the largest score before they take exponentials."""
    right = logits[torch.arange(len(target)), target]
    return (logits.exp().sum(dim=1).log() - right).mean()


@grader.misconception
def sums_instead_of_averaging(logits, target):
    """This is the sum over the examples, which grows with the batch. Take the mean."""
    return F.cross_entropy(logits, target, reduction="sum")


@grader.misconception
def averages_over_the_classes_too(logits, target):
    """This mean divides by N * C: the zeros of the wrong classes are counted as well. Sum over the
    classes first, then take the mean over the examples."""
    one_hot = F.one_hot(target, logits.shape[1])
    return -(one_hot * logits.log_softmax(dim=1)).mean()


@grader.misconception
def returns_one_loss_for_each_example(logits, target):
    """These are the losses of the single examples. Return one number, their mean."""
    return F.cross_entropy(logits, target, reduction="none")


@grader.misconception
def forgets_the_minus(logits, target):
    """This is the mean log probability, which is never above 0. The loss is minus that: it has to
    fall as the right class becomes more probable."""
    return -F.cross_entropy(logits, target)


@grader.misconception
def normalises_over_the_examples(logits, target):
    """`dim=0` makes the examples compete with each other. The classes of each example compete:
    `dim=1`."""
    return F.nll_loss(logits.log_softmax(dim=0), target)


@grader.misconception
def gives_whole_numbers_as_probabilities(logits, target):
    """What you give as scores and as target has one shape, so the target is read as probabilities,
    which have to be floats. Give the scores, shape (N, C), and the classes, shape (N,)."""
    return F.cross_entropy(logits, F.one_hot(target, logits.shape[1]))


@grader.misconception
def swaps_the_arguments(logits, target):
    """Softmax was asked of integers, which the classes are. It belongs to the scores:
    `F.cross_entropy` takes these first and the classes second."""
    return F.cross_entropy(target, logits)


@grader.misconception
def returns_a_number(logits, target):
    """This is a plain number, as `.item()` and `float()` give: it knows nothing of where it came
    from, so there is no gradient to train with. Return the tensor."""
    return F.cross_entropy(logits, target).item()


@grader.misconception
def cuts_the_gradient(logits, target):
    """The loss is right, but cut off from the `logits` you were given: `torch.tensor(loss)` and
    `logits.detach()` copy the numbers alone, and no gradient flows back through a copy."""
    return F.cross_entropy(logits.detach(), target).requires_grad_()


@grader.misconception
def picks_every_target_in_every_row(logits, target):
    """`[:, target]` picks the classes of all examples in each row, N x N numbers. Pair each row
    with its own class: `[torch.arange(N), target]`, or `gather`."""
    return -logits.log_softmax(dim=1)[:, target].mean()


@grader.misconception
def asks_about_each_class_alone(logits, target):
    """Binary cross entropy asks of each class separately whether it is there. Of classes that
    exclude each other one is right: `F.cross_entropy`."""
    one_hot = F.one_hot(target, logits.shape[1]).to(logits.dtype)
    return F.binary_cross_entropy_with_logits(logits, one_hot)


@grader.misconception
def subtracts_the_largest_of_the_batch(logits, target):
    """The largest score of the whole batch is subtracted: in a row far below it, all exponentials
    are 0, and log(0) is -inf. Subtract each row's own: `max(dim=1, keepdim=True)`."""
    scores = logits - logits.max()
    right = scores[torch.arange(len(target)), target]
    return (scores.exp().sum(dim=1).log() - right).mean()


@grader.misconception
def multiplies_0_by_the_logarithm_of_0(logits, target):
    """If a score is 150 below the best, softmax gives exactly 0, its logarithm is -inf, and 0 *
    -inf is nan. `log_softmax` works it out without that 0."""
    one_hot = F.one_hot(target, logits.shape[1])
    return -(one_hot * logits.softmax(dim=1).log()).sum(dim=1).mean()


@grader.misconception
def makes_a_new_tensor(logits, target):
    """`requires_grad=True` lets `backward()` run, but a new tensor does not come from `logits`: no
    gradient arrives there. Return the tensor that was computed from them."""
    return torch.tensor(F.cross_entropy(logits, target).item(), requires_grad=True)


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


@grader.remark(
    written=("_.log_softmax and _.cross_entropy", "_.log_softmax and torch.nn.CrossEntropyLoss")
)
def of_log_softmax(logits, target):
    """Cross entropy applies `log_softmax` itself. One before it changes nothing, since of log
    probabilities it gives the same ones again: leave it out."""
    return torch.nn.CrossEntropyLoss()(F.log_softmax(logits, dim=-1), target)
