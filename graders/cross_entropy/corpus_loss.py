import torch
import torch.nn.functional as F

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    after=("cross_entropy/masked_cross_entropy",),
    start="averages_the_batch_means",
    hints=(
        "A batch with 1 target that counts and one with 9: how much does each target weigh?",
        "What is the mean over no targets at all, 0 / 0? What is their sum?",
        "Add up the sums of the losses, and how many targets count; divide once, at the end.",
    ),
)


@grader.observe
def loss(answer, batches, ignore_index):
    returned, changes = called(answer, batches=batches, ignore_index=ignore_index)
    return {"returned loss": returned, **changes}


def corpus(ignore_index, num_classes, *targets):
    """A batch for each list of targets, with random scores."""
    sizes = [len(target) for target in targets]
    logits = [2 * torch.randn(size, num_classes) for size in sizes]
    return list(zip(logits, map(torch.tensor, targets), strict=True)), ignore_index


@grader.case
def unequal_padding():
    """3 batches of 6 examples, of which 6, 3 and 1 count (the others are -100); one of the 3 is so
    right that its loss is 0, and the 1 is wrong by about 10."""
    second, third = [-100, 2, 0, -100, -100, 3], 5 * [-100] + [1]
    batches, padding = corpus(-100, 4, [0, 1, 2, 3, 1, 0], second, third)
    batches[1][0][1, 2] += 150
    batches[2][0][5, 1] -= 10
    return batches, padding


@grader.case
def unequal_batches():
    """3 batches of 7, 7 and 2 examples, all of which count, most of them with a small loss."""
    batches, padding = corpus(-100, 3, [0, 1, 2, 0, 1, 2, 2], [1, 1, 0, 2, 0, 1, 2], [2, 0])
    for logits, target in batches:
        logits[torch.arange(len(target)), target] += 7
    return batches, padding


@grader.case
def a_batch_without_targets():
    """5 batches of 1 to 5 examples; of the first and the third all targets are 255."""
    second, last = [1, 255, 4, 0], [3]
    return corpus(255, 5, 2 * [255], second, [255], [255, 2, 1, 3, 0], last)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 batches of 2 examples, and one target that is left out."""
    leading = torch.tensor([[2.0, 0.0], [2.0, 0.0]])
    batches = [(leading, torch.tensor([0, -100])), (leading, torch.tensor([1, 1]))]
    return batches, -100


@grader.case
def a_class_to_ignore():
    """3 batches; class 1 is ignored, and the only target that counts in the last has a loss of
    about 150."""
    batches, ignored = corpus(1, 3, [0, 1, 2, 2, 0], [1, 2, 2, 0], [1, 1, 1, 0, 1, 1])
    batches[2][0][3, 2] += 150
    return batches, ignored


from graders._shared import changed_in_place
from graders.cross_entropy._shared import TAKES_THE_LOGARITHM_OF_SOFTMAX, adds_a_small_number

grader.edit(
    "averages_the_batch_means",
    "A mean of means lets a target count more the fewer there are with it in its batch, and the "
    "mean over no targets is nan. Add up sums and counts, and divide once.",
    """
        loss = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
        total += loss.item()
        count += int((target != ignore_index).sum())
    """,
    """
        loss = F.cross_entropy(logits, target, ignore_index=ignore_index)
        total += loss.item()
        count += 1
    """,
    idea="mean_of_means",
)

LOSS = """
    loss = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    total += loss.item()
    count += int((target != ignore_index).sum())
"""
COUNT = "count += int((target != ignore_index).sum())"

grader.edit(
    "skips_a_batch_without_targets",
    "The batch without targets is left out now, but this is still a mean of means, in which a "
    "target counts more the fewer there are with it in its batch.",
    LOSS,
    """
    if (target == ignore_index).all():
        continue
    loss = F.cross_entropy(logits, target, ignore_index=ignore_index)
    total += loss.item()
    count += 1
    """,
    idea="mean_of_means",
)

grader.edit(
    "counts_an_empty_batch_as_0",
    "A batch without targets changes nothing, but here it is counted as one with the loss 0. And "
    "this is still a mean of means: add up sums and counts, and divide once.",
    LOSS,
    """
    loss = F.cross_entropy(logits, target, ignore_index=ignore_index)
    total += loss.nan_to_num().item()
    count += 1
    """,
)

grader.edit(
    "weighs_by_the_batch_size",
    "Each mean is over the targets that count, but is weighed by how many examples the batch has, "
    "the ignored ones included. And `nan * len(target)` is nan. Weigh by the targets that count.",
    LOSS,
    """
    loss = F.cross_entropy(logits, target, ignore_index=ignore_index)
    total += loss.item() * len(target)
    count += len(target)
    """,
)

grader.edit(
    "skips_and_weighs_by_the_batch_size",
    "Each mean is over the targets that count, but is weighed by how many examples the batch has, "
    "the ignored ones included. Weigh it by the targets that count.",
    LOSS,
    """
    if (target == ignore_index).all():
        continue
    loss = F.cross_entropy(logits, target, ignore_index=ignore_index)
    total += loss.item() * len(target)
    count += len(target)
    """,
)

grader.edit(
    "averages_the_zeros_too",
    'Of the single losses that "none" gives, the ignored ones are 0, and `mean()` counts them all '
    "the same; then each batch counts once. Add up the losses and the targets that count.",
    LOSS,
    """
    losses = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")
    total += losses.mean().item()
    count += 1
    """,
    idea="ignored_ones_counted",
)

grader.edit(
    "counts_the_losses_above_0",
    "A loss is 0 not only where a target is ignored, but also where the model is right beyond "
    "doubt, and that one counts. Look at `target` to see which count.",
    LOSS,
    """
    losses = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")
    total += losses.sum().item()
    count += int((losses > 0).sum())
    """,
    idea="zero_loss_for_ignored",
)

grader.edit(
    "multiplies_nan_by_0",
    "This is right but for one thing: the mean of a batch without targets is nan, and `nan * 0` is "
    'nan. Skip such a batch, or take `reduction="sum"`, which gives 0 for it.',
    LOSS,
    """
    loss = F.cross_entropy(logits, target, ignore_index=ignore_index)
    kept = int((target != ignore_index).sum())
    total += loss.item() * kept
    count += kept
    """,
    idea="nan_times_0",
)

grader.edit(
    "divides_by_all_targets",
    "The ignored losses are 0, but their examples are still counted. Count the targets that are "
    "not `ignore_index`.",
    COUNT,
    "count += len(target)",
    idea="ignored_ones_counted",
)

grader.edit(
    "averages_the_batch_sums",
    "The sums are right; what they are divided by is the number of batches. Divide by the number "
    "of targets that count.",
    COUNT,
    "count += 1",
    idea="mean_over_the_wrong_count",
)

grader.edit(
    "divides_the_means_by_the_targets",
    "The targets are counted, but the losses are means, each divided already by the targets of its "
    'batch (by 0 where it has none). Add up sums: `reduction="sum"`.',
    ', reduction="sum"',
    "",
    idea="mean_counted_again",
)

grader.edit(
    "divides_by_the_count_of_the_last_batch",
    "`count = ...` forgets the batches before: the sum is divided by the targets of the last batch "
    "alone. Write `count += ...`.",
    "count += int",
    "count = int",
    idea="last_one_only",
)

grader.edit(
    "counts_the_ignored_ones",
    "The count is inverted: `target == ignore_index` counts the ignored targets. Count the "
    "others, with `!=`.",
    COUNT,
    "count += int((target == ignore_index).sum())",
    idea="inverted_mask",
)

grader.edit(
    "takes_negative_targets_for_the_ignored_ones",
    "Only -100 is left out of the count: 255, or a class to ignore, is not negative. Compare with "
    "`ignore_index`.",
    COUNT,
    "count += int((target >= 0).sum())",
    idea="negative_for_ignored",
)

grader.edit(
    "forgets_ignore_index",
    "The ignored targets are not counted, but their losses are still added, or fail where the "
    "target is out of range: give `ignore_index` to the loss as well.",
    "ignore_index=ignore_index, ",
    "",
    idea="no_ignore_index",
)

grader.edit(
    "returns_a_tensor",
    "The number is right, but a Python float is asked for, not a tensor. Somewhere a tensor was "
    "added up, the losses or the counts: `.item()` makes a number of either.",
    "loss.item()",
    "loss",
    idea="tensor_for_float",
)

grader.edit(
    "returns_the_sum",
    "This is the sum of the losses. Divide it by how many targets count.",
    "return total / count",
    "return total",
    idea="sum_for_mean",
)

grader.edit(
    "returns_after_the_first_batch",
    "This is the mean of the first batch alone: `return` belongs after the loop.",
    """
        count += int((target != ignore_index).sum())
    """,
    """
        count += int((target != ignore_index).sum())
        return total / count
    """,
    idea="return_in_the_loop",
)

grader.edit(
    "returns_the_mean_of_the_last_batch",
    "This is the mean of the last batch alone: `=` forgets the batches before. Write `total += "
    "...` and `count += ...`.",
    LOSS,
    """
    loss = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    total = loss.item()
    count = int((target != ignore_index).sum())
    """,
    idea="last_one_only",
)

grader.edit(
    "overwrites_the_targets",
    **changed_in_place("batches"),
    old=LOSS,
    new="""
    target[target == ignore_index] = -100
    total += F.cross_entropy(logits, target, reduction="sum").item()
    count += int((target != -100).sum())
    """,
)


@grader.misconception(idea="argument_changed")
def empties_the_list(batches, ignore_index):
    """The number is right, but `del`, `pop` and `batches[i] = ...` change the list that you were
    given: the next epoch would see a different list. Leave a batch out with `continue`."""
    total, count = 0.0, 0
    while batches:
        logits, target = batches.pop()
        loss = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
        total += loss.item()
        count += int((target != ignore_index).sum())
    return total / count


@grader.misconception(**TAKES_THE_LOGARITHM_OF_SOFTMAX)
def takes_the_logarithm_of_softmax(batches, ignore_index):
    total, count = 0.0, 0
    for logits, target in batches:
        kept = target != ignore_index
        probabilities = logits[kept].softmax(dim=1)
        total -= probabilities.gather(1, target[kept, None]).log().sum().item()
        count += int(kept.sum())
    return total / count


grader.edit(
    "counts_a_batch_without_targets_as_one",
    "A batch without targets is counted as one, as by `max(count, 1)` in the loop, and the sum has "
    "nothing of it. Count what is there, and guard the division at the end if at all.",
    "count += int((target != ignore_index).sum())",
    "count += max(int((target != ignore_index).sum()), 1)",
)

grader.edit(
    "weighs_by_the_share_that_counts",
    "Each batch is weighed by which share of its targets counts, so a small batch counts as much "
    "as a large one. Weigh it by how many count.",
    LOSS,
    """
    loss = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    total += loss.item() / len(target)
    count += float((target != ignore_index).float().mean())
    """,
    idea="mean_of_means",
)
grader.edit(
    "leaves_out_what_is_no_class",
    "Where `ignore_index` is one of the classes, its targets count like the others, as where only "
    "what is below 0 or not below C is left out. Compare with `ignore_index`.",
    LOSS,
    """
    kept = (target >= 0) & (target < logits.shape[1])
    total += F.cross_entropy(logits[kept], target[kept], reduction="sum").item()
    count += int(kept.sum())
    """,
    idea="no_ignore_index",
)
grader.edits(
    "takes_the_class_out_of_softmax",
    "Where a class is to be ignored, the other losses come out too small, as where its scores are "
    "taken out of softmax as well. Only its *targets* are left out: an example that counts keeps "
    "all of its scores.",
    LOSS,
    [
        f"""
    if 0 <= ignore_index < logits.shape[1]:
        logits = logits.clone()
        logits[:, ignore_index] = {low}
    kept = target != ignore_index
    total += F.cross_entropy(logits[kept], target[kept], reduction="sum").item()
    count += int(kept.sum())
        """
        for low in ('float("-inf")', "-1e4")
    ],
)


grader.edits("adds_a_small_number", **adds_a_small_number())
