import torch

from torchkata import Grader, sum_along, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    after=("probabilities/class_probabilities",),
    # Gradients are differences of nearly equal numbers where scores near 900 are exact to 6e-5.
    tolerance={"gradient": (1e-4, 3e-4)},
    forbid=(
        "torch.softmax",
        "torch.Tensor.softmax",
        "torch.special.softmax",
        "torch.nn.functional.softmax",
        "torch.nn.Softmax",
        "torch.nn.functional.softmin",
        "torch.nn.Softmin",
        "torch.log_softmax",
        "torch.Tensor.log_softmax",
        "torch.special.log_softmax",
        "torch.nn.functional.log_softmax",
        "torch.nn.LogSoftmax",
    ),
    hints=(
        "exp(x + c) is exp(x) * exp(c). What remains of c in the quotient?",
        "So any number may be subtracted from all scores along `dim`. After which one is no "
        "exponential above 1, and their sum not below 1?",
        "Subtract the highest score along `dim`: `amax`, or `max(...).values`. With `keepdim=True` "
        "it keeps the place for `dim`, and so does the sum.",
    ),
)


@grader.observe
def probabilities_and_gradient(answer, logits, dim):
    seen = value_and_gradient(answer, "probabilities", logits=logits, dim=dim)
    sums = sum_along(seen["probabilities"], dim, logits.shape)
    return {"probabilities": seen["probabilities"], "sum along dim": sums, **seen}


@grader.case
def first_of_two_dimensions():
    """4 x 6 scores and dim=0: each of the 6 columns sums to 1."""
    return torch.randn(4, 6), 0


@grader.case
def last_of_three_dimensions():
    """2 x 3 x 4 scores in float64 and dim=-1: each group of 4 sums to 1."""
    return 2 * torch.randn(2, 3, 4, dtype=torch.float64), -1


@grader.case
def rows_far_apart():
    """3 x 4 scores and dim=1: a row near -600, one near 0, one near 900."""
    return 2 * torch.randn(3, 4) + torch.tensor([[-600.0], [0.0], [900.0]]), 1


@grader.case
def middle_of_three_dimensions():
    """3 x 5 x 4 scores and dim=-2: the scores that go together are near -900, 0 or 600."""
    height = torch.tensor([-900.0, 0.0, 600.0]).reshape(3, 1, 1)
    return 2 * torch.randn(3, 5, 4) + height, -2


@grader.case
def one_far_ahead():
    """4 x 5 scores and dim=-1: in two rows one score leads by about 300."""
    logits = 2 * torch.randn(4, 5)
    logits[1, 3] += 300
    logits[2, 0] += 300
    logits[1, 1] = logits[1, 3] - 1.5
    return logits, -1


@grader.case
def first_example():
    """The first example of the docstring: the rows of 2 x 2 scores."""
    return torch.tensor([[1.0, 1.0], [1.0, 3.0]]), 1


@grader.case
def second_example():
    """The second example of the docstring: the columns of 2 x 2 scores."""
    return torch.tensor([[1.0, 1.0], [1.0, 3.0]]), 0


@grader.case
def third_example():
    """The third example of the docstring: scores near 1000."""
    return torch.tensor([[1000.0, 998.0]]), -1


@grader.case
def as_far_as_scores_go():
    """2 x 5 x 3 x 4 scores and dim=1: in one half from -1000 to 1000, where two are near 1000, in
    the other close to -1000."""
    logits = torch.randint(-900, 901, (2, 5, 3, 4)).float()
    logits[0, 0], logits[0, 2] = 1000, 1000 - 2 * torch.rand(3, 4)
    logits[1] = -1000 + 3 * torch.rand(5, 3, 4)
    logits[:, 4] = -1000
    return logits, 1


from graders._shared import changed_in_place
from graders.probabilities._shared import adds_a_small_number, cut_off


@grader.misconception(idea="exponential_overflows")
def overflows(logits, dim):
    """`exp(900)` is too large for float32 and becomes inf, `exp(-600)` becomes 0, and inf/inf and
    0/0 are nan. Bring the scores near 0 first: what you subtract from all of them cancels out."""
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim, keepdim=True)


grader.edit(
    "subtracts_one_maximum_from_all",
    "`logits.max()` is the highest score of the whole tensor. Where all scores along `dim` are "
    "far below it, every exponential becomes 0, and 0/0 is nan: take the highest along `dim`.",
    "logits.amax(dim, keepdim=True)",
    "logits.max()",
    idea="one_maximum_for_all",
)
grader.edit(
    "subtracts_one_maximum_from_all_as_a_number",
    "`logits.max()` is the highest score of the whole tensor. Where all scores along `dim` are "
    "far below it, every exponential becomes 0, and 0/0 is nan: take the highest along `dim`.",
    "logits.amax(dim, keepdim=True)",
    "logits.max().item()",
    idea="one_maximum_for_all",
)
grader.edit(
    "subtracts_the_mean",
    "What is subtracted (the mean? the lowest?) leaves a score that leads by 300 too large for "
    "`exp`: inf/inf is nan. Subtract the highest, so that no exponential is above 1.",
    "logits.amax(",
    "logits.mean(",
    idea="mean_for_maximum",
)
grader.edits(
    "always_the_same_dimension",
    "Here the same dimension sums to 1 whatever `dim` is: hand `dim` on to whatever adds up or "
    "looks for the highest.",
    old="highest = logits",
    news=[f"dim = {dim}\nhighest = logits" for dim in (-1, 0, 1)],
    idea="wrong_dim",
)
grader.edit(
    "shares_one_sum_among_all",
    "Here all numbers of the tensor sum to 1 together, as after `.sum()` of everything. Add up "
    "along `dim` alone, and subtract the highest along `dim` alone.",
    """
    highest = logits.amax(dim, keepdim=True)
    exponentials = (logits - highest).exp()
    return exponentials / exponentials.sum(dim, keepdim=True)
    """,
    """
    exponentials = (logits - logits.max()).exp()
    return exponentials / exponentials.sum()
    """,
    idea="one_sum_for_all",
)
grader.edit(
    "divides_by_the_sum_of_all",
    "The highest score is taken along `dim`, but the sum is that of the whole tensor: add up along "
    "`dim` as well, with `keepdim=True`.",
    "exponentials.sum(dim, keepdim=True)",
    "exponentials.sum()",
    idea="one_sum_for_all",
)


@grader.misconception
def treats_each_entry_as_one_row(logits, dim):
    """Here each `logits[i]` sums to 1 by itself, whatever `dim` is and however many dimensions are
    left: hand `dim` on to whatever adds up or looks for the highest."""
    rows = [(scores - scores.max()).exp() for scores in logits]
    return torch.stack([row / row.sum() for row in rows])


@grader.misconception
def overflows_and_shares_one_sum(logits, dim):
    """Two things are missing. The sum is that of the whole tensor: add up along `dim`. And
    `exp(900)` is inf, and inf/inf is nan: bring the scores near 0 before you take `exp`."""
    exponentials = logits.exp()
    return exponentials / exponentials.sum()


@grader.misconception(idea="exponential_overflows")
def goes_to_float64(logits, dim):
    """float64 reaches further, but not to `exp(900)`, and `exp(-900)` is 0 there too: nan again.
    Bring the scores near 0 instead: what you subtract from all of them cancels out."""
    exponentials = logits.to(torch.float64).exp()
    return (exponentials / exponentials.sum(dim, keepdim=True)).to(logits.dtype)


grader.edit(
    "subtracts_above_the_line_only",
    "The highest score is subtracted in the numerator, but not in the denominator, so it does not "
    "cancel out: add up the same exponentials that you divide.",
    "exponentials.sum(",
    "logits.exp().sum(",
)
grader.edit(
    "divides_by_the_highest",
    "Dividing the scores changes the differences between them, and so their probabilities. "
    "Subtracting one number from all of them does not.",
    "logits - highest",
    "logits / highest",
)


@grader.misconception(idea="no_keepdim")
def forgets_keepdim(logits, dim):
    """Without `keepdim=True`, a sum or a maximum along `dim` has one dimension less, and no longer
    lines up with the scores. With it, `dim` stays, of size 1."""
    exponentials = (logits - logits.amax(dim, keepdim=True)).exp()
    return exponentials / exponentials.sum(dim)


grader.edits(
    "clamps_the_scores",
    "Clamping keeps the exponentials finite, but beyond its bounds all scores become equal, and "
    "get no gradient. Move the scores instead: subtract one number from all of them.",
    "exponentials = (logits - highest).exp()",
    [f"exponentials = logits.clamp(-{bound}, {bound}).exp()" for bound in (50, 80, 88, 100)],
    idea="scores_clamped",
)


@grader.misconception(idea="nan_replaced")
def hides_nan(logits, dim):
    """Where the exponentials overflow, nan has only been replaced by 0: these probabilities do not
    sum to 1. Keep nan from arising: bring the scores near 0 before you take `exp`."""
    exponentials = logits.exp()
    return (exponentials / exponentials.sum(dim, keepdim=True)).nan_to_num(0.0)


grader.edits(
    "adds_a_small_number",
    **adds_a_small_number(
        "exponentials / exponentials.sum(dim, keepdim=True)", "exponentials", "dim"
    ),
)


@grader.misconception(idea="no_exponential")
def divides_the_scores_by_their_sum(logits, dim):
    """The scores themselves are divided by their sum here, which may be negative, or 0. Softmax
    takes the exponential of each score first."""
    return logits / logits.sum(dim, keepdim=True)


grader.edit(
    "changes_the_logits",
    **changed_in_place("logits"),
    old="(logits - highest).exp()",
    new="logits.sub_(highest).exp()",
)
grader.edit(
    "cuts_the_gradient",
    **cut_off("probabilities", "logits"),
    old="exponentials = (logits - highest).exp()",
    new="exponentials = (logits - highest).exp().detach()",
)
grader.edits(
    "cuts_the_gradient_of_the_sum",
    "The probabilities are right, but not their gradient: the sum of the exponentials depends on "
    "every score along `dim`, and here it is cut off, as by `detach()` or under `torch.no_grad()`. "
    "Only the highest score may be, which cancels out.",
    """
    highest = logits.amax(dim, keepdim=True)
    exponentials = (logits - highest).exp()
    return exponentials / exponentials.sum(dim, keepdim=True)
    """,
    [
        f"""
    highest = logits.amax(dim, keepdim=True){cut}
    exponentials = (logits - highest).exp()
    return exponentials / exponentials.sum(dim, keepdim=True).detach()
        """
        for cut in ("", ".detach()")
    ],
    idea="part_of_the_graph_cut",
)
grader.edits(
    "chooses_after_a_nan",
    "The probabilities are right, but their gradient is nan where the scores are far from 0, as "
    "where `torch.where` chooses between two formulas: `backward()` also goes through the one that "
    "was not chosen. The formula for far scores is right for near ones, too: use it alone.",
    "return exponentials / exponentials.sum(dim, keepdim=True)",
    [
        f"""
    plain = logits.exp() / logits.exp().sum(dim, keepdim=True)
    return torch.where({ok}, plain, exponentials / exponentials.sum(dim, keepdim=True))
        """
        for ok in (
            "logits.abs().amax(dim, keepdim=True) < 80",
            "plain.isfinite()",
            "plain.isfinite().all(dim, keepdim=True)",
        )
    ],
    idea="nan_in_the_branch_not_chosen",
)
grader.edits(
    "knows_only_columns_and_rows",
    "A dimension in the middle is taken for the last one (or for the first), as where only columns "
    "and rows are told apart. Scores may have three dimensions or more: hand `dim` on as it is.",
    "highest = logits",
    [
        "dim = 0 if dim in (0, -logits.ndim) else -1\nhighest = logits",
        "dim = 0 if dim == 0 else -1\nhighest = logits",
        "dim = -1 if dim in (-1, logits.ndim - 1) else 0\nhighest = logits",
    ],
    idea="wrong_dim",
)
grader.edit(
    "divides_in_place",
    "The probabilities are right, but `/=` (or `div_`) overwrites the exponentials, which the "
    "gradient still needs: write `exponentials / ...`.",
    "return exponentials / exponentials.sum(dim, keepdim=True)",
    "exponentials /= exponentials.sum(dim, keepdim=True)\nreturn exponentials",
    idea="in_place_in_the_graph",
)

grader.not_here(
    "exception alone: divides_in_place",
    reason="torch's message says that an exponential made what was overwritten.",
)
