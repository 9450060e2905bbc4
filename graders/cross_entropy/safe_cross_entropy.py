import torch
import torch.nn.functional as F

from torchkata import Grader, has_graph, value_and_gradient

grader = Grader(
    points=2,
    level=3,
    core=True,
    after=("cross_entropy/masked_cross_entropy",),
    hints=(
        "What is the sum of no losses at all, and what is it divided by? Which of the two causes "
        "the nan?",
        "A 0 that you write down knows nothing of `logits`. The sum of the losses that count is 0 "
        "by itself when none does.",
        "Divide that sum by the number of targets that count, but never by less than 1: `clamp`.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target, ignore_index):
    arguments = {"logits": logits, "target": target, "ignore_index": ignore_index}
    seen = value_and_gradient(answer, "loss", **arguments)
    return seen | {"backward() can be called": has_graph(seen["loss"])}


@grader.case
def nothing_to_ignore():
    """6 examples of 4 classes in float64; class 2 is to be ignored, and no target is 2: the plain
    mean."""
    return torch.randn(6, 4, dtype=torch.float64), torch.tensor([0, 3, 1, 0, 1, 3]), 2


@grader.case
def one_that_counts():
    """5 examples of 3 classes in float64; all targets but one are 255."""
    return torch.randn(5, 3, dtype=torch.float64), torch.tensor([255, 255, 1, 255, 255]), 255


@grader.case
def only_padding():
    """A single example of 3 classes, and its target is -100: the loss is 0, and so is the
    gradient."""
    return torch.randn(1, 3), torch.tensor([-100]), -100


@grader.case
def only_the_class_to_ignore():
    """3 examples of 5 classes in float64, all of class 2, which is ignored; scores up to 1e6."""
    logits = 1e5 * torch.randn(3, 5, dtype=torch.float64)
    logits[1, 3] = 1e6
    return logits, torch.full((3,), 2), 2


@grader.case
def several_that_count():
    """7 examples of 3 classes, 3 with the target -100; one other is so right that its loss is 0,
    and one is wrong by about 150."""
    logits, target = torch.randn(7, 3), torch.tensor([0, -100, 1, 2, -100, 0, -100])
    logits[0, 0] += 150
    logits[3, 1] += 150
    return logits, target, -100


@grader.case
def scores_of_a_million():
    """3 examples of 4 classes, one with the target 255; of the others one is right, with a score of
    1e6, and one is wrong by 1e6."""
    logits = torch.randn(3, 4)
    logits[:, 2] = 1e6
    return logits, torch.tensor([2, 255, 0]), 255


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 examples of 2 classes, both left out."""
    return torch.tensor([[2.0, 0.0], [0.0, 5.0]]), torch.tensor([-100, -100]), -100


@grader.case
def a_class_to_ignore():
    """6 examples of 3 classes; the 2 of class 1 are ignored, and another one is mistaken for it."""
    logits, target = torch.randn(6, 3), torch.tensor([0, 1, 2, 1, 0, 2])
    logits[2, 1] += 10
    return logits, target, 1


from graders._shared import INDEPENDENT, RETURNS_A_NUMBER, changed_in_place
from graders.cross_entropy._shared import (
    LEAVES_OUT_LOSSES_OF_ZERO,
    TAKES_THE_LOGARITHM_OF_SOFTMAX,
    adds_a_small_number,
    clamps_the_probability,
)


@grader.misconception(idea="division_by_0")
def divides_zero_by_zero(logits, target, ignore_index):
    """A batch in which nothing counts is 0 losses divided by 0 examples, and that is nan. Once it
    is nan, times 0 or clamped it is nan still: do not divide by 0 in the first place."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


@grader.misconception(idea="nan_behind_where")
def divides_by_zero_and_hides_it(logits, target, ignore_index):
    """The loss is 0, but the gradient is nan: 0 was divided by 0, and `torch.where` or `nan_to_num`
    afterwards changes the loss alone, while `backward()` still goes through the division. Fix the
    denominator before you divide."""
    counts = target != ignore_index
    losses = F.cross_entropy(logits, target.masked_fill(~counts, 0), reduction="none")
    mean = (losses * counts).sum() / counts.sum()
    return torch.where(counts.any(), mean, 0.0)


@grader.misconception(idea="cut_graph")
def returns_a_plain_zero(logits, target, ignore_index):
    """Where nothing counts, this is Python's 0.0, which has no `backward()`: the training loop
    stops there. Return a tensor that comes from `logits`, such as a sum over no losses."""
    if (target == ignore_index).all():
        return 0.0
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


@grader.misconception(idea="cut_graph")
def returns_a_whole_number(logits, target, ignore_index):
    """Where nothing counts, this is Python's 0, which has no `backward()`: the training loop stops
    there. Return a tensor that comes from `logits`, such as a sum over no losses."""
    if (target == ignore_index).all():
        return 0
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


@grader.misconception(idea="cut_graph")
def returns_a_new_tensor(logits, target, ignore_index):
    """Where nothing counts, this is a new tensor of 0 that knows nothing of `logits`, so its
    `backward()` is an error. Let the 0 come from the logits, as the sum over no losses does."""
    if (target == ignore_index).all():
        return torch.zeros((), dtype=logits.dtype, device=logits.device)
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


@grader.misconception(idea="cut_graph")
def returns_a_new_tensor_with_a_gradient(logits, target, ignore_index):
    """`requires_grad=True` lets `backward()` run, but the new tensor does not come from `logits`:
    no gradient arrives there, not even zeros. Compute the 0 from the logits."""
    if (target == ignore_index).all():
        return torch.zeros((), dtype=logits.dtype, device=logits.device, requires_grad=True)
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


@grader.misconception(idea="cut_graph")
def returns_a_new_tensor_of_float32(logits, target, ignore_index):
    """Where nothing counts, this is a new tensor of 0 that knows nothing of `logits`, not even
    their dtype: its `backward()` is an error. Let the 0 come from them: `(0 * logits).sum()`."""
    if (target == ignore_index).all():
        return torch.zeros((), device=logits.device)
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


@grader.misconception(idea="cut_graph")
def returns_a_new_tensor_of_float32_with_a_gradient(logits, target, ignore_index):
    """`requires_grad=True` lets `backward()` run, but the new tensor does not come from `logits`:
    no gradient arrives there, and its dtype is not theirs. Compute the 0 from the logits."""
    if (target == ignore_index).all():
        return torch.zeros((), device=logits.device, requires_grad=True)
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


@grader.misconception(idea="float32_whatever_came")
def returns_a_zero_of_float32(logits, target, ignore_index):
    """Where nothing counts, the 0 is float32 although the logits are float64, as after `.float()`.
    The loss has the dtype of `logits`: `(0 * logits).sum()` has it."""
    if (target == ignore_index).all():
        return (0 * logits.float()).sum()
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


grader.edits(
    "adds_a_small_number_to_the_count",
    "All losses are a little too small, as where a small number is added to the count to keep 0 "
    "from being divided by 0. A count is a whole number: `clamp(min=1)` changes it only where it "
    "is 0.",
    old="count.clamp(min=1)",
    news=[f"(count + {number})" for number in ("1e-5", "1e-6", "1e-7")],
)


@grader.misconception(idea="mean_over_the_wrong_count")
def adds_one(logits, target, ignore_index):
    """With 1 added to the count, the batch in which nothing counts is right and all others are too
    small. Let the count be at least 1 instead: `clamp(min=1)`."""
    total = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    return total / ((target != ignore_index).sum() + 1)


@grader.misconception(idea="ignored_ones_counted")
def divides_by_the_batch_size(logits, target, ignore_index):
    """N is never 0, but it also counts the ignored examples, so the other losses get too small:
    divide by the number of targets that count, and by 1 where there are none."""
    total = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    return total / len(target)


@grader.misconception
def clamps_from_above(logits, target, ignore_index):
    """This is the sum of the losses: the denominator is 1 in every batch, as with `clamp(max=1)`.
    `min=1` is the smallest value that `clamp` lets through, and leaves a larger count alone."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")


@grader.misconception
def gives_up_at_the_first_ignored_one(logits, target, ignore_index):
    """The loss is 0 as soon as any target is ignored, and what the others have to teach is lost.
    That holds only where all are: `all()` instead of `any()`."""
    if (target == ignore_index).any():
        return (0.0 * logits).sum()
    return F.cross_entropy(logits, target)


@grader.misconception
def gives_up_if_one_is_left(logits, target, ignore_index):
    """One example that counts is enough for a mean: only where there is none the loss is 0."""
    kept = target != ignore_index
    if kept.sum() <= 1:
        return (0.0 * logits).sum()
    return F.cross_entropy(logits[kept], target[kept])


@grader.misconception(idea="no_ignore_index")
def knows_only_minus_100(logits, target, ignore_index):
    """This leaves out negative targets such as -100 and nothing else: 255 is out of range, and a
    class to ignore is learnt like the others. Make use of `ignore_index`."""
    total = F.cross_entropy(logits, target, reduction="sum")
    return total / (target != -100).sum().clamp(min=1)


@grader.misconception
def counts_only_minus_100_as_ignored(logits, target, ignore_index):
    """The sum leaves out `ignore_index`, but the count only -100 (or what is negative), which is no
    more than the usual number for it: compare `target` with `ignore_index`."""
    total = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    return total / (target != -100).sum().clamp(min=1)


@grader.misconception(idea="mask_too_late")
def masks_too_late(logits, target, ignore_index):
    """The mask is right, but it comes after `F.cross_entropy` has met the ignored targets, and 255
    is no class that it could look up: tell it `ignore_index`, or give these examples some class
    until the mask takes them out."""
    mask = target != ignore_index
    losses = F.cross_entropy(logits, target, reduction="none")
    return (losses * mask).sum() / mask.sum().clamp(min=1)


@grader.misconception(idea="no_ignore_index")
def forgets_ignore_index(logits, target, ignore_index):
    """The batch in which nothing counts is seen to, but in the others `F.cross_entropy` leaves out
    -100 alone: 255 is no class, and a class to ignore is learnt. Give it `ignore_index`."""
    if (target == ignore_index).all():
        return (0.0 * logits).sum()
    return F.cross_entropy(logits, target)


@grader.misconception(idea="ignored_as_class_0")
def learns_from_the_ignored_ones(logits, target, ignore_index):
    """Where nothing counts, this is the loss of the ignored examples as if they were of class 0,
    and the model learns that. The loss has to be 0 there."""
    kept = target != ignore_index
    if not kept.any():
        return F.cross_entropy(logits, torch.zeros_like(target))
    return F.cross_entropy(logits[kept], target[kept])


@grader.misconception(**LEAVES_OUT_LOSSES_OF_ZERO)
def leaves_out_losses_of_zero(logits, target, ignore_index):
    losses = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")
    return losses.sum() / (losses != 0).sum().clamp(min=1)


@grader.misconception(**changed_in_place("target"))
def overwrites_the_target(logits, target, ignore_index):
    kept = target != ignore_index
    target[~kept] = 0
    losses = F.cross_entropy(logits, target, reduction="none")
    return (losses * kept).sum() / kept.sum().clamp(min=1)


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(logits, target, ignore_index):
    total = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    return (total / (target != ignore_index).sum().clamp(min=1)).item()


@grader.misconception(idea="scores_clamped")
def clamps_the_scores(logits, target, ignore_index):
    """`clamp` cuts large scores off, so that a model that is very wrong gets a smaller loss, and no
    gradient to get better. `F.cross_entropy` works with scores of any size."""
    total = F.cross_entropy(
        logits.clamp(-50, 50), target, ignore_index=ignore_index, reduction="sum"
    )
    return total / (target != ignore_index).sum().clamp(min=1)


@grader.misconception(**TAKES_THE_LOGARITHM_OF_SOFTMAX)
def takes_the_logarithm_of_softmax(logits, target, ignore_index):
    kept = target != ignore_index
    if not kept.any():
        return (0.0 * logits).sum()
    probabilities = logits[kept].softmax(dim=1)
    return -probabilities.gather(1, target[kept, None]).log().mean()


@grader.misconception(idea="float32_whatever_came")
def counts_in_float32(logits, target, ignore_index):
    """1 / 6 in float32 has only 7 digits, and a float64 loss times that is no more exact. Divide
    the sum of the losses by the count itself, or make the weights of the dtype of `logits`."""
    share = (target != ignore_index).float()
    share = share / share.sum().clamp(min=1)
    losses = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")
    return (losses * share).sum()


grader.equivalent("count = (target != ignore_index).sum() moved", INDEPENDENT)


grader.edits("adds_a_small_number", **adds_a_small_number())
grader.edits("clamps_the_probability", **clamps_the_probability())
