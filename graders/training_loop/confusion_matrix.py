import torch

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("probabilities/prediction",),
    hints=(
        "Which row and which column does one example count in? What if two count in the same?",
        "Number the pairs: `target * classes + predicted` is another number for each.",
        "`torch.bincount` counts numbers: `minlength` for pairs that do not occur; then reshape. "
        "Which is the largest number that uint8 can hold?",
    ),
)


@grader.observe
def counts(answer, target, predicted, classes):
    matrix, changes = called(answer, target=target, predicted=predicted, classes=classes)
    return {"matrix": matrix, **changes}


def labels(count, classes):
    """Any classes, some more often than others."""
    return (classes * torch.rand(count, dtype=torch.float64) ** 1.5).long()


@grader.case
def many_examples():
    """60 examples of 4 classes: most pairs occur several times."""
    return labels(60, 4), labels(60, 4), 4


@grader.case
def two_classes():
    """9 examples of 2 classes."""
    return labels(9, 2), labels(9, 2), 2


@grader.case
def last_classes_absent():
    """25 examples of 7 classes: the last three are never right and never predicted."""
    return labels(25, 4), labels(25, 4), 7


@grader.case
def never_predicted():
    """30 examples of 6 classes: the model only ever says 1 or 2, and class 0 does not occur."""
    return 1 + labels(30, 5), 1 + labels(30, 2), 6


@grader.case
def targets_in_bytes():
    """70 examples of 23 classes; the targets are uint8, as they are often stored."""
    return (22 - labels(70, 23)).to(torch.uint8), labels(70, 23), 23


@grader.case
def no_examples():
    """No examples at all, and 3 classes."""
    return labels(0, 3), labels(0, 3), 3


@grader.case
def one_example():
    """A single example of 5 classes, whose target is uint8."""
    return labels(1, 5).to(torch.uint8), labels(1, 5), 5


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 4 examples of 3 classes."""
    return torch.tensor([0, 0, 2, 2]), torch.tensor([0, 1, 0, 2]), 3


from graders._shared import changed_in_place
from solutions.training_loop.confusion_matrix import confusion_matrix

PAIRS = "target.long() * classes + predicted"
COUNTED = "torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)"

grader.edits(
    "turns_it_around",
    "Rows and columns are swapped: here the rows are the predicted classes. Each row should be a "
    "right class, `[target, predicted]`.",
    old=f"""
    pairs = {PAIRS}
    return {COUNTED}
    """,
    news=(
        f"""
    pairs = target + predicted * classes
    return {COUNTED}
    """,
        f"""
    pairs = {PAIRS}
    return {COUNTED}.t()
    """,
    ),
    idea="swapped_dimensions",
)
grader.edits(
    "counts_only_what_occurs",
    "Pairs that do not occur are missing at the end, and what is left does not fill the matrix: "
    "`bincount` stops at the largest number that it finds. Give it `minlength=classes * classes`.",
    old="minlength=classes * classes",
    news=("minlength=0", "minlength=classes"),
)
grader.edits(
    "computes_in_bytes",
    "Where the targets are uint8, the counts are at the wrong places: uint8 holds 0 to 255, and "
    "`target * classes` starts again from 0 above that. Use `target.long()`.",
    old=PAIRS,
    news=(
        "target * classes + predicted",
        "(target * classes).long() + predicted",
        "target * classes + predicted.to(target.dtype)",
    ),
    idea="integer_overflow",
)
MOST = "int(max(target.max(), predicted.max())) + 1"
grader.edits(
    "makes_room_for_what_occurs",
    "The matrix has only as many rows as classes occur, as with `target.max() + 1`. A class may be "
    "absent and still needs its row and its column: `classes` says how many.",
    old="    pairs = ",
    news=(
        f"    classes = {MOST}\n    pairs = ",
        f"    classes = {MOST} if len(target) else classes\n    pairs = ",
    ),
    idea="last_index_for_count",
)
grader.edits(
    "gives_floats",
    "The counts are right, but floats. Counts are integers, int64: make them so from the start, "
    "`torch.zeros(..., dtype=torch.int64)`, or with `.long()`.",
    old=COUNTED,
    news=(f"{COUNTED}.float()", f"{COUNTED}.double()"),
    idea="float_for_integer",
)
grader.edit(
    "gives_small_integers",
    "The counts are right, but of another integer dtype than int64: they should not depend on the "
    "dtype of the labels.",
    old=COUNTED,
    new=f"{COUNTED}.to(torch.int32)",
)
grader.edit(
    "gives_a_list",
    "These are the right counts, but no tensor: return one, int64, as `torch.tensor(...)` makes it "
    "of lists.",
    old=COUNTED,
    new=f"{COUNTED}.tolist()",
    idea="list_for_tensor",
)
grader.edits(
    "leaves_it_flat",
    "These are the counts of all pairs in one row. Make a matrix of them: "
    "`.reshape(classes, classes)`.",
    old=COUNTED,
    news=(COUNTED.removesuffix(".reshape(classes, classes)"), f"{COUNTED}.flatten()"),
    idea="dimension_left_over",
)
grader.edits(
    "gives_shares_of_the_rows",
    "Each row is divided by its sum, so that its numbers are shares (and nan where the class is "
    "absent). Return the counts themselves, int64.",
    old=COUNTED,
    news=(
        f"{COUNTED} / {COUNTED}.sum(1, keepdim=True)",
        f"torch.nn.functional.normalize({COUNTED}.float(), p=1, dim=1)",
    ),
)
grader.edit(
    "gives_shares_of_all",
    "The counts are divided by the number of examples. Return the counts themselves, int64.",
    old=COUNTED,
    new=f"{COUNTED} / len(target)",
)
grader.edit(
    "counts_what_is_right",
    "The diagonal is right, and all else is 0: only the examples that are right were counted. "
    "Those that are wrong count at `[target, predicted]` as well.",
    old=PAIRS,
    new="(target.long() * classes + predicted)[target == predicted]",
)
grader.edit(
    "counts_what_is_wrong",
    "The diagonal is 0: only the examples that are wrong were counted. Those that are right count "
    "on the diagonal.",
    old=PAIRS,
    new="(target.long() * classes + predicted)[target != predicted]",
)
grader.edits(
    "leaves_out_class_0",
    "The examples of class 0 are not counted, as where only what is above 0 is taken for a label. "
    "0 is a class like the others.",
    old=PAIRS,
    news=(f"({PAIRS})[target > 0]", f"({PAIRS})[(target > 0) & (predicted > 0)]"),
)
grader.edits(
    "spreads_the_bins_over_what_occurs",
    "Counts are at wrong places where the first or the last number does not occur: a histogram "
    "that is told no range goes from the smallest to the largest number that it finds. Tell it the "
    "range, or use `bincount`.",
    old=COUNTED,
    news=(
        "torch.histogramdd(torch.stack([pairs // classes, pairs % classes], 1).double(), classes)"
        ".hist.long()",
        "torch.histc(pairs.double(), classes * classes).long().reshape(classes, classes)",
    ),
)
grader.edits(
    "makes_pairs_collide",
    "Several pairs of classes are counted at the same place, as where they are numbered by "
    "`target + predicted` or with another factor. `target * classes + predicted` keeps them apart.",
    old="target.long() * classes + predicted",
    news=("target.long() + predicted", "target.long() * (classes - 1) + predicted"),
)


@grader.misconception(idea="repeated_index_assigned_once")
def counts_each_pair_once(target, predicted, classes):
    """No count is above 1: `matrix[target, predicted] += 1` adds 1 to a place once, however often
    it occurs. Use `index_put_(..., accumulate=True)`, `bincount`, or a loop."""
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    matrix[target.long(), predicted] += 1
    return matrix


grader.edits(
    "indexes_with_bytes",
    "A tensor of uint8 is no index: torch takes it for a mask, and `matrix[target, predicted]` "
    "then means other places or raises an error. Use `target.long()`.",
    old=f"""
    pairs = {PAIRS}
    return {COUNTED}
    """,
    news=(
        """
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    one = torch.ones_like(predicted)
    return matrix.index_put_((target, predicted), one, accumulate=True)
    """,
        """
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for right, said in zip(target, predicted, strict=True):
        matrix[right, said] += 1
    return matrix
    """,
    ),
)


@grader.misconception(**changed_in_place("target"))
def numbers_the_pairs_in_place(target, predicted, classes):
    matrix = confusion_matrix(target, predicted, classes)
    target *= classes
    return matrix


grader.edits(
    "changes_what_long_did_not_copy",
    "The counts are right, but targets that are int64 have changed: `target.long()` makes no copy "
    "of these, so `*=` and `+=` after it change `target` itself. `target.long() * classes` makes a "
    "new tensor.",
    old="target.long() * classes + predicted",
    news=("target.long().mul_(classes).add_(predicted)", "target.long().mul_(classes) + predicted"),
    idea="argument_changed",
)


@grader.misconception(**changed_in_place("predicted"))
def adds_to_the_predictions(target, predicted, classes):
    matrix = confusion_matrix(target, predicted, classes)
    predicted += classes * target.long()
    return matrix


@grader.misconception
def reports_each_class(target, predicted, classes):
    """This is one 2 x 2 table for each class. One table for all is asked for: rows are the right
    classes, columns the predicted ones."""
    tables = []
    for label in range(classes):
        right, said = (target == label).long(), (predicted == label).long()
        tables.append(confusion_matrix(right, said, 2))
    return torch.stack(tables)
