import torch
from torch import nn

from torchkata import Grader, called, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("cross_entropy/weighted_mean", "cross_entropy/masked_cross_entropy"),
    hints=(
        "What times 300, what times 2000 and what times 700 gives the same each time?",
        "The object takes all that it needs to know when it is made: look up its arguments.",
        "nn.CrossEntropyLoss(weight=..., ignore_index=...), with a float tensor of C weights.",
    ),
)


@grader.observe
def loss_and_gradient(answer, counts, ignore_index, logits, target):
    loss_fn, changes = called(answer, counts=counts, ignore_index=ignore_index)
    built = isinstance(loss_fn, nn.CrossEntropyLoss)
    applied = loss_fn.to(logits.device) if built else lambda *_: None
    seen = value_and_gradient(applied, "loss", logits=logits, target=target)
    return {"is an nn.CrossEntropyLoss": built, **seen, **changes}


@grader.case
def classes_of_the_tutorial():
    """300, 2000 and 700 examples of 3 classes; in a batch of 9, 2 targets are -100."""
    target = torch.tensor([0, 1, 1, -100, 2, 1, -100, 1, 2])
    return [300, 2000, 700], -100, torch.randn(9, 3), target


@grader.case
def more_ignored_than_not():
    """5 classes, one with a single example, the others with up to 99; in a batch of 12, 7 targets
    are 255."""
    counts = torch.randperm(98)[:5] + 2
    counts[2] = 1
    target = torch.tensor([255, 0, 1, 255, 255, 2, 3, 255, 4, 255, 255, 255])
    return counts.tolist(), 255, 2 * torch.randn(12, 5), target


@grader.case
def a_class_to_ignore():
    """4 classes, and class 0 is ignored; another example is mistaken for it."""
    counts = [int(torch.randint(5, 20, ())), 40, 90, 400]
    logits, target = torch.randn(8, 4), torch.tensor([0, 2, 3, 0, 1, 2, 0, 3])
    logits[1, 0] += 10
    return counts, 0, logits, target


@grader.case
def as_in_the_docstring():
    """The counts of the docstring's example, 3 and 1; the loss of 6 examples, one left out."""
    return [3, 1], 255, torch.randn(6, 2), torch.tensor([0, 0, 0, 1, 255, 1])


@grader.case
def one_rare_class_confidently_wrong():
    """100 000 examples of one class and 7 of the other, one of which is wrong by about 150."""
    logits, target = torch.randn(6, 2), torch.tensor([0, 0, 1, -1, 0, 1])
    logits[2, 0] += 150
    return [100_000, 7], -1, logits, target


from graders.cross_entropy._shared import (
    A_FACTOR_CANCELS_OUT,
    GIVES_A_WEIGHT_TOO_MANY,
    SUBTRACTS_FROM_THE_LARGEST,
    TAKES_THE_LOGARITHM,
    TAKES_THE_ROOT,
)

grader.edit(
    "weighs_frequent_classes_more",
    "These weights grow with the count (`n / N` does): the most frequent class drowns the others "
    "even more. A weight has to fall as the count grows.",
    "1 / count for",
    "count / sum(counts) for",
    idea="weight_grows_with_the_count",
)

WEIGHT = "weight = torch.tensor([1 / count for count in counts])"

grader.edit(
    "subtracts_the_frequency_from_one",
    "`1 - n / N` happens to be right for two classes; more of them it puts in the right order, but "
    "much too close together. Divide by the count instead of subtracting.",
    "1 / count for",
    "1 - count / sum(counts) for",
    idea="weight_falls_in_a_line",
)

grader.edit(
    "takes_the_root",
    **TAKES_THE_ROOT,
    old="1 / count for",
    new="count ** -0.5 for",
)

grader.edit(
    "takes_the_logarithm",
    **TAKES_THE_LOGARITHM,
    old=WEIGHT,
    new="weight = torch.log(sum(counts) / torch.tensor(counts))",
)

grader.edit(
    "subtracts_from_the_largest",
    **SUBTRACTS_FROM_THE_LARGEST,
    old="1 / count for",
    new="max(counts) - count + 1.0 for",
)

grader.edits(
    "limits_the_weights",
    "The weight of a very rare class ends at a limit, as where `clamp` or `min(..., 10)` keeps it "
    "from growing, so all its examples together count less than those of another class. Leave the "
    "limit out.",
    old="1 / count for",
    news=[
        *(f"min(max(counts) / count, {limit}.0) for" for limit in (5, 10, 20, 50, 100)),
        *(f"min(sum(counts) / (len(counts) * count), {limit}.0) for" for limit in (5, 10)),
    ],
    idea="weight_falls_too_slowly",
)

grader.edit(
    "weighs_no_class",
    "All classes weigh the same here, so an example counts 1 and the frequent classes count most. "
    "Give the object a `weight`.",
    "weight=weight, ",
    "",
    idea="weights_all_equal",
)

grader.edit(
    "gives_whole_numbers",
    "These weights are integers, and the loss needs floats. `//` gives integers where `/` gives "
    "floats; and a count itself is no weight, it has to be divided by.",
    "1 / count for",
    "sum(counts) // count for",
    idea="integers_for_floats",
)

grader.edit(
    "gives_double_precision",
    "These weights are float64, as numpy makes them, and the loss refuses to mix them with float32 "
    "scores: make a float32 tensor, or add `.float()`.",
    "for count in counts]",
    "for count in counts], dtype=torch.float64",
    idea="float64_for_float32",
)

grader.edit(
    "gives_a_list",
    "`weight` has to be a tensor, not a list: wrap it in `torch.tensor(...)`.",
    "torch.tensor([1 / count for count in counts])",
    "[1 / count for count in counts]",
    idea="list_for_tensor",
)

grader.edit(
    "gives_a_weight_too_many",
    **GIVES_A_WEIGHT_TOO_MANY,
    old=WEIGHT,
    new="weight = torch.tensor([1 / count for count in [*counts, sum(counts)]])",
)

grader.edit(
    "has_no_weight_for_the_ignored_class",
    "`ignore_index` leaves out examples, no class: it can still be mistaken for another, so its "
    "score stays, and it needs a weight like every class. Keep all C weights.",
    "for count in counts",
    "for label, count in enumerate(counts) if label != ignore_index",
    idea="ignored_class_removed",
)

grader.edit(
    "forgets_ignore_index",
    "This leaves out -100 and nothing else, as the library does where it is not told. Write "
    "`ignore_index=ignore_index`, by its name: the second positional argument is a different one.",
    ", ignore_index=ignore_index",
    "",
    idea="no_ignore_index",
)

grader.edit(
    "takes_index_0_for_none",
    "Class 0 is not left out where it is the one to ignore, as with `ignore_index or -100`: 0 "
    "counts as False. Give `ignore_index` to the object as it is.",
    "ignore_index=ignore_index)",
    "ignore_index=ignore_index or -100)",
    idea="zero_for_not_given",
)

grader.edit(
    "gives_the_ignored_target_the_weight_0",
    "A weight of 0 leaves out a class, but -100 and 255 are no classes and have no weight. Give "
    "the object `ignore_index=ignore_index` instead.",
    "return nn.CrossEntropyLoss(weight=weight, ignore_index=ignore_index)",
    "weight[ignore_index] = 0\nreturn nn.CrossEntropyLoss(weight=weight)",
    idea="weight_0_for_ignored",
)

grader.edit(
    "gives_the_ignored_class_the_weight_0",
    "A weight of 0 leaves out a class, and -100 is left out anyway, but any other target that is "
    "no class, such as 255, has no weight. Give the object `ignore_index=ignore_index` instead.",
    "return nn.CrossEntropyLoss(weight=weight, ignore_index=ignore_index)",
    "weight[torch.arange(len(counts)) == ignore_index] = 0\n"
    "return nn.CrossEntropyLoss(weight=weight)",
    idea="weight_0_for_ignored",
)

# Where nothing is divided by the weights of the batch, their scale counts.
SCALED = (
    "weight",
    "weight / weight.sum()",
    "weight / weight.min()",
    "weight / weight.max()",
    "weight / weight.mean()",
    "weight * sum(counts)",
    "weight * sum(counts) / len(counts)",
)
ARGUMENTS = "weight=weight, ignore_index=ignore_index)"

grader.edits(
    "sums_instead_of_averaging",
    '`reduction="sum"` adds the weighted losses up and divides by nothing: the loss grows with the '
    "batch and with the scale of the weights. Leave it at its default, the mean.",
    ARGUMENTS,
    [f'weight={w}, ignore_index=ignore_index, reduction="sum")' for w in SCALED],
    idea="sum_for_mean",
)

grader.edits(
    "keeps_the_single_losses",
    '`reduction="none"` gives one loss for each example. Leave it at its default, the mean.',
    ARGUMENTS,
    [f'weight={w}, ignore_index=ignore_index, reduction="none")' for w in SCALED],
    idea="no_reduction",
)

grader.edits(
    "smooths_the_labels",
    "`label_smoothing` asks for some probability of every class, which is another loss. Leave it "
    "at its default, 0.",
    "ignore_index=ignore_index)",
    [f"ignore_index=ignore_index, label_smoothing={part})" for part in (0.1, 0.05, 0.2)],
)

grader.edit(
    "returns_something_else",
    "Nothing comes back that was made with `nn.CrossEntropyLoss(...)`. Return that object itself: "
    "not the class, not a function, not another loss, and with no softmax before it.",
    "return nn.CrossEntropyLoss(weight=weight, ignore_index=ignore_index)",
    "return nn.Sequential(nn.Softmax(dim=1), nn.CrossEntropyLoss(weight))",
)

grader.edit(
    "overwrites_the_counts",
    "The loss is right, but the list of counts that you were given has changed, and its owner may "
    "need it again. Write the weights to a new list.",
    WEIGHT,
    "counts[:] = [1 / count for count in counts]\nweight = torch.tensor(counts)",
    idea="argument_changed",
)

grader.equivalent(
    "weight = torch.tensor([1 / count for count in counts]) -> "
    "weight = torch.tensor([2 / count for count in counts])",
    A_FACTOR_CANCELS_OUT,
)

grader.edit(
    "divides_by_a_list",
    "`counts` is a Python list, and nothing can be divided by a list: make a tensor of it first, "
    "`torch.tensor(counts)`, or divide by each count.",
    "torch.tensor([1 / count for count in counts])",
    "1 / counts",
)


grader.not_here(
    "exception alone: gives_whole_numbers",
    "exception alone: gives_double_precision",
    "exception alone: gives_a_weight_too_many",
    "exception alone: has_no_weight_for_the_ignored_class",
    reason="The object refuses its weights when it is called: Long, Double, one too many, "
    "one too few. Each sentence is about that.",
)

grader.not_here(
    "exception alone: gives_the_ignored_target_the_weight_0",
    "exception alone: gives_the_ignored_class_the_weight_0",
    reason="The first counts from the end with -100, the second meets 255 in the loss; where "
    "a class is ignored, both are right, and an object without `ignore_index` is not.",
)
