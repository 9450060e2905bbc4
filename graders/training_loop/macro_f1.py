import torch

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/confusion_matrix",),
    tolerance={"F1": (1e-6, 1e-7)},
    hints=(
        "Write down TP, FP and FN of one class: which numbers of its row and its column are they?",
        "Row and column sums are `matrix.sum(dim=1)` and `matrix.sum(dim=0)`; both hold the TP.",
        "0 / 0 is nan: which classes are in the mean? Those without hits, too?",
    ),
)


@grader.observe
def score(answer, matrix):
    returned, changes = called(answer, matrix=matrix)
    return {"F1": returned, **changes}


def counts(classes, most=20):
    """Any counts up to `most`; the first classes are the most frequent."""
    largest = most / torch.arange(1, classes + 1, dtype=torch.float64)[:, None]
    return (largest * torch.rand(classes, classes, dtype=torch.float64)).long() + 1


@grader.case
def all_classes_hit():
    """5 classes of different sizes, each with some hits."""
    matrix = counts(5)
    return matrix + 2 * matrix.diag().diag()


@grader.case
def never_hit():
    """7 classes, of which three have no hit: one of them is predicted now and then."""
    matrix = counts(7)
    matrix[[1, 4, 6], [1, 4, 6]] = 0
    matrix[:, [4, 6]] = 0
    return matrix


@grader.case
def absent_and_never_predicted():
    """6 classes, of which two neither occur nor are predicted, and one is never hit."""
    matrix = counts(6)
    matrix[[0, 3]] = 0
    matrix[:, [0, 3]] = 0
    matrix[4, 4] = 0
    return matrix


@grader.case
def predicted_and_absent():
    """4 classes, of which one does not occur, and is predicted once."""
    matrix = counts(4)
    matrix[2], matrix[:, 2] = 0, torch.eye(4, dtype=torch.int64)[0]
    return matrix


@grader.case
def two_classes_of_a_million():
    """2 classes: one with a million hits, one with a few thousand."""
    return torch.tensor([[1000000, 0], [2000, 3000]]) + torch.tensor([[0, 1], [1, 1]]) * counts(2)


@grader.case
def nothing_right():
    """3 classes, and no hit: the mean is 0."""
    return counts(3).fill_diagonal_(0)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 3 classes, of which one is never hit."""
    return torch.tensor([[6, 2, 0], [2, 12, 0], [0, 4, 0]])


from graders._shared import INDEPENDENT, changed_in_place
from graders.training_loop._shared import AS_PERCENT, AS_TENSORS, rounded
from solutions.training_loop.macro_f1 import macro_f1

SCORES = "2 * hits[there] / counts[there]"
MEAN = f"({SCORES}).mean().item()"
BOTH = f"""
    there = counts > 0
    return {MEAN}
    """


def over_those_hit(scores):
    """Three ways to average over the classes with hits: without any, nan, 0 or an error."""
    return [
        f"""
    chosen = ({scores})[hits > 0]
    return {mean}
    """
        for mean in (
            "chosen.mean().item()",
            "chosen.sum().item() / max(len(chosen), 1)",
            "sum(chosen.tolist()) / len(chosen.tolist())",
        )
    ]


grader.edits(
    "skips_classes_without_hits",
    "Classes without hits are left out of the mean, so the worst ones do not count, as where a "
    "loop says `continue` at TP = 0, or where nan is left out that came of precision and recall. "
    "Their F1 is 0: leave out only what neither occurs nor is predicted.",
    old=BOTH,
    news=over_those_hit("2 * hits / counts"),
    idea="classes_without_hits_skipped",
)
grader.edit(
    "skips_what_is_absent",
    "A class that does not occur, but is predicted, is left out of the mean. Its F1 is 0, since FP "
    "is above 0: leave out only what is not predicted either.",
    old="counts > 0",
    new="matrix.sum(dim=1) > 0",
)
grader.edit(
    "skips_what_is_never_predicted",
    "A class that occurs, but is never predicted, is left out of the mean. Its F1 is 0, since FN "
    "is above 0: leave out only what does not occur either.",
    old="counts > 0",
    new="matrix.sum(dim=0) > 0",
)
grader.edit(
    "skips_where_a_ratio_is_missing",
    "A class is left out where its precision or its recall is 0 / 0. Its F1 is 0, unless it "
    "neither occurs nor is predicted: 2 TP / (2 TP + FP + FN) is 0 / 0 only there.",
    old="counts > 0",
    new="(matrix.sum(dim=0) > 0) & (matrix.sum(dim=1) > 0)",
)
grader.edits(
    "counts_what_is_not_there",
    "A class that neither occurs nor is predicted counts as 0 here, as where the sum is divided by "
    "C, or nan becomes 0. It has no F1: leave it out of the mean.",
    old=BOTH,
    news=(
        """
    return (2 * hits / counts.clamp(min=1)).mean().item()
    """,
        f"""
    there = counts > 0
    return ({SCORES}).sum().item() / len(matrix)
    """,
    ),
)
grader.edit(
    "counts_what_is_not_there_as_right",
    "A class that neither occurs nor is predicted counts as 1 here. It has no F1: leave it out of "
    "the mean.",
    old=BOTH,
    new="""
    return torch.where(counts > 0, 2 * hits / counts, 1.0).mean().item()
    """,
)
grader.edit(
    "divides_0_by_0",
    "0 / 0 is nan where a class neither occurs nor is predicted, and so is the mean. Leave such "
    "classes out, as `nanmean` does, or by choosing the others before you divide.",
    old=BOTH,
    new="""
    return (2 * hits / counts).mean().item()
    """,
    idea="zero_divided_by_zero",
)
grader.edit(
    "lets_a_ratio_be_nan",
    "The mean is nan where a class is never predicted, does not occur, or has no hits: then the "
    "precision, the recall or their mean is 0 / 0. 2 TP / (2 TP + FP + FN) is not, if it has any.",
    old=BOTH,
    new="""
    precision, recall = hits / matrix.sum(dim=0), hits / matrix.sum(dim=1)
    return (2 * precision * recall / (precision + recall)).mean().item()
    """,
    idea="zero_divided_by_zero",
)
grader.edits(
    "takes_the_accuracy",
    "This is the accuracy, all hits by all examples (the *micro* average of F1 is the same): "
    "frequent classes count most. Compute the F1 of each class, then take the mean.",
    old=MEAN,
    news=("matrix.trace().item() / matrix.sum().item()", "2 * (hits.sum() / counts.sum()).item()"),
)
grader.edit(
    "weighs_by_the_examples",
    "Each class counts by how many examples it has: this is the *weighted* average. In the macro "
    "average all classes count the same.",
    old=MEAN,
    new=f"({SCORES} * matrix.sum(dim=1)[there] / matrix.sum()).sum().item()",
)
grader.edits(
    "averages_precision_and_recall_first",
    "This is the harmonic mean of the mean precision and the mean recall. Compute the F1 of each "
    "class first, then take the mean of these.",
    old=MEAN,
    news=[
        f"""(
        lambda p, r: 0.0 if {unless} else (2 * p * r / (p + r)).item()
    )(*(
        (hits / matrix.sum(dim=dim).clamp(min=1)){chosen}.mean() for dim in (0, 1)
    ))"""
        for chosen in ("[there]", "")
        for unless in ("p + r == 0", "False")
    ],
)
grader.edits(
    "averages_the_recall",
    "This is the mean recall: FP, what is wrongly predicted as a class, does not count in it. F1 "
    "needs the column sums, `matrix.sum(dim=0)`, as well.",
    old=SCORES,
    news=(
        "hits[there] / matrix.sum(dim=1)[there].clamp(min=1)",
        "(hits / matrix.sum(dim=1))[there].nan_to_num()",
    ),
)
grader.edits(
    "averages_the_recall_of_what_is_hit",
    "This is the mean recall of the classes that have hits, as where a loop says `continue` at TP "
    "= 0. Use F1 = 2 TP / (2 TP + FP + FN), which is 0 for a class without hits, and counts.",
    old=BOTH,
    news=over_those_hit("hits / matrix.sum(dim=1)"),
    idea="classes_without_hits_skipped",
)
grader.edit(
    "averages_the_precision",
    "This is the mean precision: FN, what is missed of a class, does not count in it. F1 needs the "
    "row sums, `matrix.sum(dim=1)`, as well.",
    old=SCORES,
    new="hits[there] / matrix.sum(dim=0)[there].clamp(min=1)",
)
grader.edit(
    "takes_the_plain_mean_of_the_two",
    "This is (precision + recall) / 2 for each class. F1 is the *harmonic* mean, which is nearer "
    "to the smaller one: 2 TP / (2 TP + FP + FN).",
    old=SCORES,
    new="((hits / matrix.sum(dim=0)).nan_to_num() + (hits / matrix.sum(dim=1)).nan_to_num())[there]"
    " / 2",
)
grader.edit(
    "takes_the_jaccard_index",
    "This is TP / (TP + FP + FN), the intersection over union. F1 counts the TP twice, above and "
    "below: row sum + column sum is 2 TP + FP + FN.",
    old=SCORES,
    new="hits[there] / (counts - hits)[there]",
)
grader.edit(
    "forgets_the_2",
    "The result is half of what it should be: the TP are twice in row sum + column sum, and once "
    "above the line. Write `2 * TP`.",
    old=SCORES,
    new="hits[there] / counts[there]",
)
grader.edit(
    "counts_the_hits_twice_below",
    "The hits are in the row sum and in the column sum already: FP and FN are these sums *minus* "
    "TP. Here 2 TP too many are below the line.",
    old=SCORES,
    new="2 * hits[there] / (2 * hits + counts)[there]",
)
grader.edit(
    "counts_what_is_right_to_reject",
    "This is (TP + TN) / all for each class: nearly all examples are of other classes and "
    "are rejected, so it is high even without any hits. F1 leaves the TN out.",
    old=SCORES,
    new="(matrix.sum() - counts + 2 * hits)[there] / matrix.sum()",
)
grader.edit(
    "divides_whole_numbers",
    "The F1 of each class is rounded down to 0 or 1, as `//` does. Divide with `/`.",
    old=MEAN,
    new="(2 * hits[there] // counts[there]).double().mean().item()",
    idea="integers_for_floats",
)
grader.edit(
    "gives_each_class",
    "These are the F1 scores of the single classes. Return one number, their mean.",
    old=MEAN,
    new=f"({SCORES}).tolist()",
    idea="no_reduction",
)
grader.edits("gives_percent", **AS_PERCENT, old=MEAN, news=(f"100 * {MEAN}", f"{MEAN} * 100.0"))
grader.edits(
    "gives_a_tensor",
    **AS_TENSORS,
    old=MEAN,
    news=(MEAN.removesuffix(".item()"), f"({SCORES}).double().mean()"),
)
grader.edits("rounds_the_score", **rounded(MEAN))


@grader.misconception(**changed_in_place("matrix"))
def clears_the_diagonal(matrix):
    f1 = macro_f1(matrix)
    matrix.fill_diagonal_(0)
    return f1


grader.equivalent("there = counts > 0 -> there = counts != 0", "a sum of counts is never below 0")
grader.equivalent("counts = matrix.sum(dim=0) + matrix.sum(dim=1) moved", INDEPENDENT)
