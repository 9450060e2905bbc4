import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("cross_entropy/cross_entropy",),
    hints=(
        "If 3 of 7 examples are ignored, what has the sum of the losses to be divided by?",
        "`target != ignore_index` says for each example whether it counts.",
        "True and False pick rows: `logits[kept]`. Or look for an argument of F.cross_entropy.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target, ignore_index):
    return value_and_gradient(
        answer, "loss", logits=logits, target=target, ignore_index=ignore_index
    )


@grader.case
def nothing_to_ignore():
    """6 examples of 4 classes, and none of the targets is -100: the plain mean."""
    return torch.randn(6, 4), torch.randint(4, (6,)), -100


@grader.case
def padding():
    """7 examples of 4 classes, 3 with the target -100; one other is so right that its loss is 0."""
    logits, target = torch.randn(7, 4), torch.tensor([3, -100, 0, 1, -100, -100, 2])
    logits[0, 3] += 150
    return logits, target, -100


@grader.case
def unlabelled_with_large_scores():
    """8 examples of 3 classes; the 5 with the target 255 have scores near 100."""
    target = torch.tensor([255, 1, 255, 255, 2, 255, 0, 255])
    logits = torch.randn(8, 3) * torch.where(target == 255, 100.0, 1.0)[:, None]
    return logits, target, 255


@grader.case
def a_class_to_ignore():
    """8 examples of 4 classes; those of class 0 are ignored, and another one is mistaken for it."""
    logits, target = torch.randn(8, 4), torch.tensor([0, 2, 3, 0, 1, 2, 0, 3])
    logits[1, 0] += 10
    return logits, target, 0


@grader.case
def one_example():
    """A single example of 3 classes, which counts."""
    return torch.randn(1, 3), torch.tensor([1]), -100


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 3 examples of 2 classes, the second left out."""
    logits = torch.tensor([[2.0, 0.0], [0.0, 5.0], [2.0, 0.0]])
    return logits, torch.tensor([0, 255, 1]), 255


@grader.case
def minus_one():
    """6 examples of 5 classes, 2 with the target -1; one of the others is wrong by about 150."""
    logits, target = torch.randn(6, 5), torch.tensor([4, -1, 1, 3, -1, 0])
    logits[3, 0] += 150
    return logits, target, -1


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.cross_entropy._shared import (
    APPLIES_SOFTMAX_FIRST,
    KNOWS_ONLY_ITS_DEFAULT,
    LEAVES_OUT_LOSSES_OF_ZERO,
    OVERFLOWS,
    TAKES_THE_LOGARITHM_OF_SOFTMAX,
    adds_a_small_number,
)


@grader.misconception(idea="ignored_ones_counted")
def divides_by_the_batch_size(logits, target, ignore_index):
    """The ignored examples add nothing, but they are still counted: divide the sum by how many
    targets are not `ignore_index`, not by N."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum") / len(target)


@grader.misconception(**KNOWS_ONLY_ITS_DEFAULT)
def knows_only_its_default(logits, target, ignore_index):
    return F.cross_entropy(logits, target)


@grader.misconception(idea="mask_too_late")
def masks_too_late(logits, target, ignore_index):
    """The mask is right, but it comes after `F.cross_entropy` has met 255 and -1, which are no
    classes: take `logits[mask]` and `target[mask]` first, or tell it `ignore_index`."""
    mask = target != ignore_index
    return F.cross_entropy(logits, target, reduction="none")[mask].mean()


@grader.misconception(idea="ignored_as_class_0")
def counts_ignored_as_class_0(logits, target, ignore_index):
    """The ignored examples are given to class 0 and counted: the model learns to call padding class
    0. Leave them out of the mean."""
    return F.cross_entropy(logits, target.masked_fill(target == ignore_index, 0))


@grader.misconception(idea="ignored_class_removed")
def removes_the_class(logits, target, ignore_index):
    """`ignore_index` leaves out examples with this target, but no class: its score stays in the
    softmax of the others, which have to learn not to be mistaken for it."""
    if 0 <= ignore_index < logits.shape[1]:
        classes = torch.arange(logits.shape[1], device=logits.device)
        logits = logits.masked_fill(classes == ignore_index, -torch.inf)
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


@grader.misconception(idea="zero_scores_for_ignored")
def sets_ignored_scores_to_zero(logits, target, ignore_index):
    """With all scores 0 an example still has a loss, log(C), and is still counted in the mean.
    Multiply its loss by 0 instead, or leave it out."""
    counts = target != ignore_index
    return F.cross_entropy(logits * counts[:, None], target * counts)


@grader.misconception(idea="inverted_mask")
def keeps_the_ignored_ones(logits, target, ignore_index):
    """The mask is inverted: `target == ignore_index` picks the ignored examples. Pick the others
    with `!=`."""
    ignored = target == ignore_index
    return F.cross_entropy(logits[ignored], target[ignored])


@grader.misconception
def asks_the_model_what_to_ignore(logits, target, ignore_index):
    """Which examples count is written in `target`. Here the model's own best class decides, so it
    could choose which mistakes it is shown."""
    kept = logits.argmax(dim=1) != ignore_index
    return F.cross_entropy(logits[kept], target[kept], ignore_index=ignore_index)


@grader.misconception(idea="sum_for_mean")
def sums_instead_of_averaging(logits, target, ignore_index):
    """This is the sum over the examples that count. Divide it by how many they are."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")


@grader.misconception(**changed_in_place("target"))
def overwrites_the_target(logits, target, ignore_index):
    target[target == ignore_index] = -100
    return F.cross_entropy(logits, target)


@grader.misconception(**APPLIES_SOFTMAX_FIRST)
def applies_softmax_first(logits, target, ignore_index):
    return F.cross_entropy(logits.softmax(dim=1), target, ignore_index=ignore_index)


@grader.misconception(idea="no_reduction")
def returns_one_loss_for_each_example(logits, target, ignore_index):
    """These are the losses of the single examples. Return one number, the mean of those that
    count."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")


@grader.misconception(**LEAVES_OUT_LOSSES_OF_ZERO)
def leaves_out_losses_of_zero(logits, target, ignore_index):
    losses = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")
    return losses[losses > 0].mean()


@grader.misconception
def leaves_out_class_0_too(logits, target, ignore_index):
    """Once the ignored targets have been replaced by 0, they cannot be told from class 0, which is
    left out as well. Compare with `ignore_index` before you replace."""
    target = target.masked_fill(target == ignore_index, 0)
    kept = target != 0
    return F.cross_entropy(logits[kept], target[kept])


@grader.misconception(idea="weight_0_for_ignored")
def gives_the_class_the_weight_0(logits, target, ignore_index):
    """A weight of 0 leaves out a class, but -100 and 255 are no classes and have no weight. Compare
    `target` with `ignore_index` instead."""
    weight = torch.ones(logits.shape[1], device=logits.device)
    weight[ignore_index] = 0
    return F.cross_entropy(logits, target, weight=weight)


@grader.misconception(**changed_in_place("logits"))
def overwrites_the_logits(logits, target, ignore_index):
    kept = target != ignore_index
    logits[~kept] = 0
    return F.cross_entropy(logits[kept], target[kept])


@grader.misconception(idea="negative_for_ignored")
def leaves_out_negative_targets(logits, target, ignore_index):
    """Only negative targets are left out here: 255 is out of range, and a class to ignore is learnt
    like the others. Compare with `ignore_index`."""
    kept = target >= 0
    return F.cross_entropy(logits[kept], target[kept])


@grader.misconception(**TAKES_THE_LOGARITHM_OF_SOFTMAX)
def takes_the_logarithm_of_softmax(logits, target, ignore_index):
    kept = target != ignore_index
    probabilities = logits[kept].softmax(dim=1)
    return -probabilities.gather(1, target[kept, None]).log().mean()


@grader.misconception(**OVERFLOWS)
def overflows(logits, target, ignore_index):
    kept = target != ignore_index
    scores = logits[kept]
    right = scores.gather(1, target[kept, None])[:, 0]
    return (scores.exp().sum(dim=1).log() - right).mean()


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(logits, target, ignore_index):
    return F.cross_entropy(logits, target, ignore_index=ignore_index).item()


grader.edits("adds_a_small_number", **adds_a_small_number("logits[kept]"))


grader.edit(
    "counts_an_ignored_class",
    "An example is counted although its target is `ignore_index`, where that is one of the "
    "classes, as where only targets outside of the classes are left out. Compare with "
    "`ignore_index` alone.",
    "kept = target != ignore_index",
    "kept = (target != ignore_index) | (target >= 0) & (target < logits.shape[1])",
    idea="ignored_class_counted",
)


grader.edit(
    "leaves_the_target_unmasked",
    "Fewer rows of `logits` than targets are left, as where the mask is applied to `logits` alone: "
    "apply it to `target` as well.",
    "target[kept]",
    "target",
)


@grader.misconception(idea="ignore_index_by_place")
def gives_ignore_index_by_place(logits, target, ignore_index):
    """The third argument of `F.cross_entropy` is `weight`: give this one by its name,
    `ignore_index=ignore_index`."""
    return F.cross_entropy(logits, target, ignore_index)


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def one_by_one(logits, target, ignore_index):
    """No loop is needed: a mask, `logits[target != ignore_index]`, picks all rows that count at
    once, and `F.cross_entropy(..., ignore_index=ignore_index)` leaves the others out by itself."""
    losses = []
    for scores, label in zip(logits, target, strict=True):
        if label != ignore_index:
            losses.append(-scores.log_softmax(dim=0)[label])
    return torch.stack(losses).mean()
