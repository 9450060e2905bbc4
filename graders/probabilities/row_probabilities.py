import torch

from torchkata import Grader, sum_along, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("tensors/image_batch",),
    # Gradients are differences of nearly equal numbers where scores near 115 are exact to 4e-6.
    tolerance={"gradient": (1e-4, 1e-4)},
    hints=(
        "Add up a row of what you return, then a column. Which of the two should give 1?",
        "A tensor has a softmax: it takes a `dim`, the dimension that it adds up over.",
        "`dim=0` adds up along a column, over the examples; `dim=1` along a row, over the classes.",
    ),
)


@grader.observe
def probabilities_and_gradient(answer, logits):
    seen = value_and_gradient(answer, "probabilities", logits=logits)
    sums = sum_along(seen["probabilities"], 1, logits.shape)
    return {"probabilities": seen["probabilities"], "sum of each row": sums, **seen}


@grader.case
def more_examples_than_classes():
    """5 examples of 3 classes: each of the 5 rows sums to 1."""
    return torch.randn(5, 3)


@grader.case
def square_table():
    """4 examples of 4 classes, in float64: rows and columns are equally long."""
    return torch.randn(4, 4, dtype=torch.float64)


@grader.case
def one_example():
    """A single example of 6 classes: each column holds only one number."""
    return torch.randn(1, 6)


@grader.case
def a_single_class():
    """3 examples of one class, whose probability is 1 in each row."""
    return torch.randn(3, 1)


@grader.case
def large_scores():
    """3 examples of 4 classes: scores near -115, near 0 (where one leads by 300), and near 115."""
    logits = 2 * torch.randn(3, 4) + torch.tensor([[-115.0], [0.0], [115.0]])
    logits[1, 2] += 300
    return logits


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 examples of 2 classes."""
    return torch.tensor([[1.0, 1.0], [1.0, 3.0]])


@grader.case
def scores_beyond_float64():
    """2 examples of 3 classes, in float64: scores near -900 and near 900."""
    return torch.randn(2, 3, dtype=torch.float64) + torch.tensor([[-900.0], [900.0]])


from graders._shared import changed_in_place
from graders.probabilities._shared import (
    FORGETS_KEEPDIM,
    GOES_TO_FLOAT64,
    NAMES_THE_WINNER,
    OVERFLOWS,
    RETURNS_LOGARITHMS,
    SUBTRACTS_THE_MEAN,
    adds_a_small_number,
    cut_off,
    exponentials_of,
)

SOFTMAX = "return logits.softmax(dim=1)"


def divided_by_hand(subtracted, total=".sum(dim=1, keepdim=True)"):
    """The source of exponentials divided by their sum; what is subtracted from scores."""
    return (
        f"exponentials = (logits - {subtracted}).exp()\nreturn exponentials / exponentials{total}"
    )


grader.edit(
    "adds_up_over_the_examples",
    "Here each column sums to 1, so the other examples of the table change what comes out for "
    "one. Let each row sum to 1: its numbers are along `dim=1`.",
    "dim=1",
    "dim=0",
    idea="wrong_dim",
    more=(
        "`probabilities.sum(dim=0)` gives ones here, and `probabilities.sum(dim=1)` should.",
        "`dim` is the dimension that is added up: `dim=1` leaves a sum for each row.",
    ),
)


@grader.misconception(idea="one_sum_for_all")
def shares_one_sum_among_all(logits):
    """Here all numbers of the table sum to 1 together. Softmax adds up along one dimension: along
    the one of the classes, so that each row sums to 1."""
    return logits.flatten().softmax(dim=0).view_as(logits)


grader.edit(
    "takes_the_sigmoid_of_a_single_class",
    "With a single class, softmax gives 1 in each row, whatever the score is. Sigmoid is for a "
    "score that decides between two classes: no special case is needed here.",
    "logits.softmax(dim=1)",
    "logits.softmax(dim=1) if logits.shape[1] > 1 else logits.sigmoid()",
    idea="sigmoid_for_softmax",
)


@grader.misconception(idea="classes_one_by_one")
def looks_at_each_score_alone(logits):
    """Sigmoid turns each score into a number between 0 and 1 by itself. Classes that exclude each
    other compete: softmax makes the probabilities of a row sum to 1."""
    return logits.sigmoid()


grader.edit(
    "applies_softmax_twice",
    "Softmax is applied twice: the second time it takes the probabilities for scores and makes "
    "them nearly equal. Once is enough.",
    "dim=1)",
    "dim=1).softmax(dim=1)",
    idea="double_softmax",
    more=("Of the scores 0 and 3, softmax gives 0.05 and 0.95; of these, it gives 0.29 and 0.71.",),
)
grader.edit(
    "returns_logarithms",
    **RETURNS_LOGARITHMS,
    old="logits.softmax(",
    new="logits.log_softmax(",
)


grader.edits(
    "divides_sigmoids_by_their_sum",
    "These are sigmoids, divided by the sum of the row. Softmax takes the exponential of each "
    "score instead, and divides that by the sum.",
    SOFTMAX,
    [
        f"shares = logits.sigmoid(){bound}\nreturn shares / shares.sum(dim=1, keepdim=True)"
        for bound in ("", ".clamp(min=torch.finfo(logits.dtype).tiny)", ".clamp(min=1e-12)")
    ],
    idea="sigmoid_for_softmax",
)
grader.edits(
    "forgets_keepdim",
    **FORGETS_KEEPDIM,
    old=SOFTMAX,
    news=[
        divided_by_hand(f"logits.{largest}", ".sum(dim=1)")
        for largest in (
            "amax(dim=1, keepdim=True)",
            "max(dim=1, keepdim=True).values",
            "amax(dim=1, keepdim=True).detach()",
        )
    ],
)


@grader.misconception(**OVERFLOWS)
def overflows(logits):
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)


grader.edits(
    "subtracts_one_maximum_from_all",
    "If all scores of a row are far below the largest of the whole table, every exponential "
    "becomes 0, and 0/0 is nan: subtract the largest of each row instead.",
    SOFTMAX,
    [divided_by_hand(f"logits.max(){cut}") for cut in ("", ".detach()")],
    idea="one_maximum_for_all",
)
grader.edits(
    "clamps_the_scores",
    "Large scores were clamped, so that those beyond the bound become equal, and their "
    "probabilities too. No bound is needed: only the differences of a row count, and `softmax` "
    "subtracts the largest score itself.",
    SOFTMAX,
    [
        f"return logits.clamp({bounds}).softmax(dim=1)"
        for high in (10, 20, 50, 80, 88, 100)
        for bounds in (f"-{high}, {high}", f"max={high}")
    ],
    idea="scores_clamped",
)


@grader.misconception(**NAMES_THE_WINNER)
def names_the_winner(logits):
    return logits.argmax(dim=1)


grader.edit(
    "cuts_the_gradient",
    **cut_off("probabilities", "logits"),
    old="dim=1)",
    new="dim=1).detach()",
)


grader.edits(
    "subtracts_the_mean",
    **SUBTRACTS_THE_MEAN,
    old=SOFTMAX,
    news=[
        divided_by_hand(f"logits.{other}(dim=1, keepdim=True){cut}")
        for other in ("mean", "amin")
        for cut in ("", ".detach()")
    ],
)


@grader.misconception(**GOES_TO_FLOAT64)
def goes_to_float64(logits):
    exponentials = logits.to(torch.float64).exp()
    return (exponentials / exponentials.sum(dim=1, keepdim=True)).to(logits.dtype)


@grader.misconception(**FORGETS_KEEPDIM)
def forgets_keepdim_and_overflows(logits):
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=1)


@grader.misconception(idea="no_exponential")
def divides_the_scores_by_their_sum(logits):
    """Scores may be negative, and their sum 0. Softmax takes the exponential of each score before
    it divides by the sum of the row."""
    return logits / logits.sum(dim=1, keepdim=True)


@grader.misconception
def overflows_and_adds_up_over_the_examples(logits):
    """Two things. Here each column sums to 1: add up along `dim=1`. And `exp(115)` is inf, so that
    inf/inf is nan: subtract the largest score of the row first, or leave it to `softmax`."""
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=0)


grader.edits(
    "adds_a_small_number",
    **adds_a_small_number("logits.softmax(dim=1)", exponentials_of("logits", "1"), "1"),
)

grader.equivalent(
    "returns_logarithms + applies_softmax_twice",
    "softmax takes the exponential of the logarithms, which sum to 1 already",
)


@grader.misconception
def stretches_to_the_range(logits):
    """The lowest score of each row becomes 0 and the highest 1: `(x - min) / (max - min)` stretches
    the scores, and they do not sum to 1. Softmax takes the exponential of each and divides by their
    sum."""
    low, high = logits.min(dim=1, keepdim=True).values, logits.max(dim=1, keepdim=True).values
    return (logits - low) / (high - low)


grader.edits(
    "changes_the_logits",
    **changed_in_place("logits"),
    old=SOFTMAX,
    news=[
        f"logits.data {change}\n{SOFTMAX}"
        for change in (
            "-= logits.data.amax(dim=1, keepdim=True)",
            "-= logits.data.max()",
        )
    ],
)
grader.edits(
    "rounds",
    "The probabilities are rounded: they are a little off, and no gradient flows back through "
    "`round`. An example shows four digits because torch prints no more of them.",
    "logits.softmax(dim=1)",
    [f"logits.softmax(dim=1).round(decimals={digits})" for digits in (4, 3, 2)],
)


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def row_after_row(logits):
    """No loop is needed: with `dim=1`, one call gives each row a softmax of its own."""
    return torch.stack([scores.softmax(dim=0) for scores in logits])
