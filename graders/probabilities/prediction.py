import torch

from torchkata import Grader, called, parts

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("probabilities/row_probabilities",),
    hints=(
        "Two numbers per row: where the largest is, and the probability at that position.",
        "Turn the scores into probabilities first: softmax over the classes.",
        "`probabilities.max(dim=1)` gives both at once, the values first and their places second.",
    ),
)


@grader.observe
def label_and_confidence(answer, logits):
    answered, changes = called(answer, logits=logits)
    return parts(answered, "label", "confidence") | changes


@grader.case
def more_examples_than_classes():
    """7 examples of 3 classes: 7 labels below 3."""
    return torch.randn(7, 3)


@grader.case
def more_classes_than_examples():
    """4 examples of 9 classes, in float64: 4 labels below 9."""
    return 2 * torch.randn(4, 9, dtype=torch.float64)


@grader.case
def one_example():
    """A single example of 5 classes: one label, one confidence, both of shape (1,)."""
    return torch.randn(1, 5)


@grader.case
def large_scores():
    """3 examples of 3 classes: scores near -115, near 0 (where one leads by 300), and near 115."""
    logits = 2 * torch.randn(3, 3) + torch.tensor([[-115.0], [0.0], [115.0]])
    logits[1, 2] += 300
    return logits


@grader.case
def scores_beyond_float64():
    """2 examples of 2 classes, in float64: scores near -900 and near 900, the last one the best."""
    logits = torch.randn(2, 2, dtype=torch.float64).sort(dim=1).values
    return logits + torch.tensor([[-900.0], [900.0]])


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 examples of 3 classes."""
    return torch.tensor([[0.0, 3.0, 1.0], [2.0, 0.0, 1.0]])


@grader.case
def close_scores():
    """40 examples of 6 classes: in each, the best score is only 0.001 above the next one, which is
    on its left as often as on its right."""
    logits, rows = torch.rand(40, 6) - 1.5, torch.arange(40)
    left = rows % 5
    best = left + rows % 2
    logits[rows, left] = logits[rows, left + 1] = 3 * torch.randn(40)
    logits[rows, best] += 0.00105
    return logits


from graders._shared import changed_in_place
from graders.probabilities._shared import GOES_TO_FLOAT64, OVERFLOWS, SUBTRACTS_THE_MEAN

grader.edit(
    "gives_the_confidence_first",
    "Both are there, but in the other order: `max(dim=1)` gives the values first and their places "
    "second. Return label, confidence.",
    "return label, confidence",
    "return confidence, label",
)
grader.edit(
    "looks_for_the_best_example",
    "`max(dim=0)` or `argmax(dim=0)` looks down each column and names the best example of each "
    "class. Each row needs its own label: look along `dim=1`.",
    ".max(dim=1)",
    ".max(dim=0)",
    idea="wrong_dim",
)
grader.edit(
    "works_down_the_columns",
    "Both softmax and max work down the columns here, so each class gets a best example. An "
    "example is a row, and its classes are along `dim=1`.",
    "logits.softmax(dim=1).max(dim=1)",
    "logits.softmax(dim=0).max(dim=0)",
    idea="wrong_dim",
)
# The line of the reference, and the best of some `probabilities`: the label that they give, or the
# one that the scores give.
BOTH = "confidence, label = logits.softmax(dim=1).max(dim=1)"
BEST = (
    "confidence, label = probabilities.max(dim=1)",
    "label = logits.argmax(dim=1)\nconfidence = probabilities.gather(1, label[:, None]).squeeze(1)",
)


def by_hand(exponentials):
    """The family of edits that divide these exponentials by their sums."""
    shares = f"{exponentials} / {exponentials}.sum(dim=1, keepdim=True)"
    return {
        "old": BOTH,
        "news": [f"probabilities = ({shares}).to(logits.dtype)\n{best}" for best in BEST],
    }


grader.edits(
    "adds_up_over_the_examples",
    "Here softmax makes each column sum to 1, so the other examples change what is said of one. "
    "Let each row sum to 1: `softmax(dim=1)`.",
    BOTH,
    [f"probabilities = logits.softmax(dim=0)\n{best}" for best in BEST],
    idea="wrong_dim",
)
grader.edit(
    "takes_the_score_for_the_confidence",
    "The labels are right, but this confidence is a raw score, which may be negative or above 1: "
    "apply softmax to get a probability.",
    "logits.softmax(dim=1).max",
    "logits.max",
)
grader.edit(
    "looks_at_each_score_alone",
    "Sigmoid looks at one score alone. How probable a class is depends on the scores of the other "
    "classes too: that is softmax.",
    "logits.softmax(dim=1)",
    "logits.sigmoid()",
    idea="classes_one_by_one",
)


@grader.misconception(idea="every_target_in_every_row")
def picks_every_label_in_every_row(logits):
    """`probabilities[:, label]` takes all N labels in each row and gives a table (N, N). One label
    per row takes an index for the rows too: `probabilities[torch.arange(N), label]`."""
    label = logits.argmax(dim=1)
    return label, logits.softmax(dim=1)[:, label]


grader.edit(
    "keeps_the_second_dimension",
    "Label and confidence have shape (N, 1), as after `keepdim=True` or `topk(1)`. Shape (N,) was "
    "asked for: drop the last dimension with `.squeeze(1)`.",
    ".max(dim=1)",
    ".max(dim=1, keepdim=True)",
    idea="dimension_left_over",
)
grader.edit(
    "squeezes_every_dimension",
    "`.squeeze()` drops every dimension of size 1, so also that of the examples where there is "
    "only one. Say which one to drop, `.squeeze(1)`, or let `max` drop it.",
    """
    confidence, label = logits.softmax(dim=1).max(dim=1)
    return label, confidence
    """,
    """
    confidence, label = logits.softmax(dim=1).topk(1)
    return label.squeeze(), confidence.squeeze()
    """,
    idea="bare_squeeze",
)
grader.edit(
    "gives_labels_as_decimal_numbers",
    "The numbers are right, but a label counts classes and is used as an index and as a target: "
    "leave it the integers (int64) that `argmax` and `max` give.",
    "return label,",
    "return label.to(logits.dtype),",
)
grader.edit(
    "returns_the_label_alone",
    "Only the labels are returned. The confidence is asked for too: `return label, confidence`.",
    "return label, confidence",
    "return label",
)


@grader.misconception
def looks_at_rounded_probabilities(logits):
    """Rounded to 2 decimals, two classes of nearly the same probability become equal, and the first
    of them gets the label. Find the label among the probabilities as they are."""
    label = logits.softmax(dim=1).round(decimals=2).argmax(dim=1)
    return label, logits.softmax(dim=1).gather(1, label[:, None]).squeeze(1)


grader.edits(
    "rounds_the_confidence",
    "The labels are right, but the confidence is rounded to a few decimals. Only printing rounds: "
    "return the number as it is.",
    old="return label, confidence",
    news=[f"return label, confidence.round(decimals={digits})" for digits in (2, 3, 4)],
    idea="unasked_rounding",
)


grader.edit(
    "returns_a_list",
    "The numbers are right, but they come in a list, `[...]`. A tuple is asked for: write `return "
    "label, confidence`, without the brackets.",
    "return label, confidence",
    "return [label, confidence]",
    idea="list_for_tuple",
)


grader.edits(
    "subtracts_the_mean",
    **SUBTRACTS_THE_MEAN,
    **by_hand("(logits - logits.mean(dim=1, keepdim=True)).exp()"),
)
grader.edits("goes_to_float64", **GOES_TO_FLOAT64, **by_hand("logits.to(torch.float64).exp()"))
grader.edits("overflows", **OVERFLOWS, **by_hand("logits.exp()"))
grader.edit(
    "shifts_the_logits_in_place",
    **changed_in_place("logits"),
    old=BOTH,
    new=f"logits -= logits.amax(dim=1, keepdim=True)\n{BOTH}",
)
grader.edit(
    "converts_to_float32",
    "The confidence is float32 also where the logits are float64, as after `logits.float()` or "
    "with `dtype=torch.float32`. It is to have the dtype of `logits`.",
    "logits.softmax(dim=1)",
    "logits.float().softmax(dim=1)",
    idea="dtype_not_kept",
)
grader.edit(
    "searches_from_zero",
    "Where all scores of a row are negative, the label is 0, as where the search for the largest "
    "begins with a best score of 0, which none of them reaches. Begin with minus infinity, or with "
    "the first score of the row.",
    BOTH,
    "label = logits.argmax(dim=1) * (logits.amax(dim=1) > 0)\n"
    "confidence = logits.softmax(dim=1).gather(1, label[:, None]).squeeze(1)",
    idea="search_from_zero",
)


@grader.misconception
def finds_one_best_of_all(logits):
    """Without a `dim`, `argmax` and `max` look through the whole table and give one number. Each
    row needs its own: `dim=1`."""
    probabilities = logits.softmax(dim=1)
    return probabilities.argmax(), probabilities.max()


grader.edit(
    "keeps_the_second_dimension_of_the_confidence",
    "The confidence has shape (N, 1), as `gather` leaves it. Shape (N,) was asked for: drop the "
    "last dimension with `.squeeze(1)`.",
    "return label, confidence",
    "return label, confidence[:, None]",
    idea="dimension_left_over",
)
grader.edit(
    "gives_logarithms",
    "The labels are right, but this is the logarithm of the confidence: use softmax instead of "
    "log_softmax, or take `.exp()`.",
    "logits.softmax(",
    "logits.log_softmax(",
    idea="logarithms_for_probabilities",
)


@grader.misconception(idea="sigmoid_for_softmax")
def takes_the_sigmoid_of_the_best_score(logits):
    """The confidence is `sigmoid` of the best score, which looks at no other: it is for questions
    of yes and no. Softmax compares the scores of a row, whose probabilities sum to 1."""
    best, label = logits.max(dim=1)
    return label, best.sigmoid()


@grader.misconception
def tells_the_lead(logits):
    """The confidence is how far the best probability leads over the second best. Return the best
    one itself, without taking the other away."""
    best, label = logits.softmax(dim=1).topk(min(2, logits.shape[1]), dim=1)
    return label[:, 0], best[:, 0] - best[:, 1:].sum(dim=1)


@grader.misconception(idea="one_maximum_for_all")
def finds_one_confidence_of_all(logits):
    """Every row has the same confidence, the largest of the whole batch, as where `max()` has no
    `dim`. Each row has its own: `max(dim=1)`."""
    probs = logits.softmax(dim=1)
    return probs.argmax(dim=1), probs.max().expand(len(probs))


grader.edit(
    "counts_from_one",
    "Each label is one too large, as where classes are counted from 1: the first class has the "
    "index 0, as `argmax` gives it.",
    "return label, confidence",
    "return label + 1, confidence",
)


grader.edit(
    "names_the_least_probable",
    "This is the class with the smallest score, as `argmin` gives it, or the first of `argsort`, "
    "which begins with the smallest: take `argmax`.",
    "return label, confidence",
    "return logits.argmin(dim=1), confidence",
)


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def row_after_row(logits):
    """No loop is needed: `max(dim=1)` gives the largest of each row, and where it is, for all rows
    in one call."""
    best = [scores.softmax(dim=0).max(dim=0) for scores in logits]
    label = torch.stack([one.indices for one in best])
    return label, torch.stack([one.values for one in best])
