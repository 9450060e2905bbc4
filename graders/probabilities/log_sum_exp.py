import torch

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=3,
    after=("probabilities/softmax",),
    # The library's gradient is exp(x - result), where results near 900 are exact to 6e-5.
    tolerance={"gradient": (1e-4, 1e-4)},
    forbid=("torch.logsumexp", "torch.Tensor.logsumexp", "torch.special.logsumexp"),
    hints=(
        "log(a * b) is log(a) + log(b). Which factor can be taken out of all exponentials?",
        "exp(x) = exp(x - m) * exp(m): subtract the highest score along `dim`, and add it at the "
        "end.",
        "-inf less -inf is nan. Where the highest score is -inf, subtract 0 instead: "
        "`torch.where`.",
    ),
)


@grader.observe
def logarithms_and_gradient(answer, logits, dim, keepdim):
    seen = value_and_gradient(answer, "logarithms", logits=logits, dim=dim, keepdim=keepdim)
    if seen["gradient"] is not None:
        # The gradient of scores that are all -inf is not asked for.
        seen["gradient"][(logits == -torch.inf).all(dim, keepdim=True).expand_as(logits)] = 0
    return seen


@grader.case
def first_of_two_dimensions():
    """4 x 6 scores and dim=0: one logarithm for each of the 6 columns; keepdim is False."""
    return torch.randn(4, 6), 0, False


@grader.case
def last_of_three_dimensions():
    """2 x 3 x 4 scores in float64 and dim=-1; keepdim is True."""
    return 2 * torch.randn(2, 3, 4, dtype=torch.float64), -1, True


@grader.case
def rows_far_apart():
    """1 x 4 x 5 scores, dim=2: rows near -600, 0, 0 and 900, one score leads by 300; keepdim is
    False."""
    logits = 2 * torch.randn(1, 4, 5) + torch.tensor([[-600.0], [0.0], [0.0], [900.0]])
    logits[0, 2, 3] += 300
    return logits, 2, False


@grader.case
def middle_of_three_dimensions():
    """3 x 5 x 4 scores and dim=-2: those that go together are near -900, 0 or 600; keepdim is
    True."""
    height = torch.tensor([-900.0, 0.0, 600.0]).reshape(3, 1, 1)
    return 2 * torch.randn(3, 5, 4) + height, -2, True


@grader.case
def masked_scores():
    """5 x 6 scores and dim=1: minus inf fills a row, is once or twice in three others, and in all
    places but the last of one; scores near -1000, 0 and 900; keepdim is False."""
    logits = 2 * torch.rand(5, 6) + torch.tensor([[-1000.0], [0.0], [0.0], [900.0], [0.0]])
    logits[1] = logits[0, :2] = logits[2, 2:4] = logits[3, 0] = logits[4, :5] = -torch.inf
    return logits, 1, False


@grader.case
def first_example():
    """The first example of the docstring: a row of zeros, and one near 1000."""
    return torch.tensor([[0.0, 0.0], [1000.0, 998.0]]), 1, False


@grader.case
def second_example():
    """The second example of the docstring: one row has -inf, the other nothing else."""
    return torch.tensor([[3.0, -torch.inf], [-torch.inf, -torch.inf]]), 1, True


@grader.case
def as_far_as_scores_go():
    """2 x 5 x 3 x 4 scores and dim=1: in one half from -1000 to 1000, in the other close to -1000;
    keepdim is True."""
    logits = torch.randint(-900, 901, (2, 5, 3, 4)).float()
    logits[0, 0], logits[0, 2] = 1000, 1000 - 2 * torch.rand(3, 4)
    logits[1] = -1000 + 3 * torch.rand(5, 3, 4)
    logits[:, 4] = -1000
    return logits, 1, True


from graders._shared import changed_in_place
from graders.probabilities._shared import cut_off


@grader.misconception(idea="exponential_overflows")
def overflows(logits, dim, keepdim):
    """`exp(900)` is too large for float32 and becomes inf, `exp(-600)` becomes 0, and so do their
    logarithms: inf and -inf. Subtract the highest score first, and add it at the end."""
    return logits.exp().sum(dim, keepdim).log()


@grader.misconception(idea="exponential_overflows")
def goes_to_float64(logits, dim, keepdim):
    """float64 reaches further, but not to `exp(900)`, and `exp(-900)` is 0 there too. Subtract the
    highest score first, and add it at the end."""
    return logits.to(torch.float64).exp().sum(dim, keepdim).log().to(logits.dtype)


@grader.misconception
def overflows_and_adds_up_everything(logits, dim, keepdim):
    """Two things are missing. All scores of the tensor go into one sum: add up along `dim` alone.
    And `exp(900)` is inf: subtract the highest score first, and add it at the end."""
    return logits.exp().sum().log()


grader.edit(
    "takes_minus_inf_from_minus_inf",
    "Where all scores are -inf, so is the highest, and -inf less -inf is nan. What is subtracted "
    "there has to be finite.",
    "torch.where(highest == -torch.inf, 0.0, highest)",
    "highest",
)
grader.edit(
    "forgets_to_add_the_height",
    "The height of the scores was taken out and not put back: add what you subtracted to the "
    "logarithm.",
    ".log() + height",
    ".log()",
)
grader.edit(
    "subtracts_the_height_again",
    "What was subtracted from the scores has to be added to the logarithm: exp(x) is "
    "exp(x - m) * exp(m), and the logarithm of a product is a sum.",
    ".log() + height",
    ".log() - height",
)
grader.edit(
    "subtracts_one_maximum_from_all",
    "`logits.max()` is the highest score of the whole tensor. Where all scores along `dim` are "
    "far below it, every exponential becomes 0: take the highest along `dim`.",
    "highest = logits.amax(dim, keepdim=True)",
    "highest = logits.max()",
    idea="one_maximum_for_all",
)
grader.edit(
    "adds_up_everything",
    "Here all scores of the tensor go into one sum. Add up along `dim` alone: each row (or column, "
    "or whatever `dim` leaves) has a logarithm of its own.",
    """
    highest = logits.amax(dim, keepdim=True)
    # -inf less -inf is nan.
    height = torch.where(highest == -torch.inf, 0.0, highest)
    logarithms = (logits - height).exp().sum(dim, keepdim=True).log() + height
    return logarithms if keepdim else logarithms.squeeze(dim)
    """,
    "return (logits - logits.max()).exp().sum().log() + logits.max()",
    idea="one_sum_for_all",
)
grader.edit(
    "always_keeps_the_dimension",
    "`dim` is kept even where `keepdim` is False: drop it there with `squeeze(dim)`.",
    "logarithms if keepdim else logarithms.squeeze(dim)",
    "logarithms",
    idea="dimension_left_over",
)
grader.edit(
    "never_keeps_the_dimension",
    "`dim` is dropped even where `keepdim` is True: it is to stay there, of size 1.",
    "logarithms if keepdim else logarithms.squeeze(dim)",
    "logarithms.squeeze(dim)",
)
grader.edit(
    "squeezes_every_dimension",
    "`squeeze()` without a number drops every dimension of size 1, so also those that are not "
    "`dim`: write `squeeze(dim)`.",
    "logarithms.squeeze(dim)",
    "logarithms.squeeze()",
    idea="bare_squeeze",
)
grader.edit(
    "takes_the_highest_without_keepdim",
    "Without `keepdim=True` the highest scores have one dimension less, and no longer line up "
    "with the scores that they are subtracted from.",
    """
    highest = logits.amax(dim, keepdim=True)
    # -inf less -inf is nan.
    height = torch.where(highest == -torch.inf, 0.0, highest)
    logarithms = (logits - height).exp().sum(dim, keepdim=True).log() + height
    return logarithms if keepdim else logarithms.squeeze(dim)
    """,
    """
    highest = logits.amax(dim)
    return (logits - highest).exp().sum(dim).log() + highest
    """,
    idea="no_keepdim",
)
grader.edit(
    "hands_keepdim_on_to_the_highest",
    "Where `keepdim` is False, the highest scores have lost `dim`, and no longer line up with the "
    "scores that they are subtracted from: take them with `keepdim=True` in any case.",
    """
    highest = logits.amax(dim, keepdim=True)
    # -inf less -inf is nan.
    height = torch.where(highest == -torch.inf, 0.0, highest)
    logarithms = (logits - height).exp().sum(dim, keepdim=True).log() + height
    return logarithms if keepdim else logarithms.squeeze(dim)
    """,
    """
    highest = logits.amax(dim, keepdim=keepdim)
    return (logits - highest).exp().sum(dim, keepdim=keepdim).log() + highest
    """,
    idea="no_keepdim",
)
grader.edit(
    "adds_every_height_to_every_sum",
    "Where `keepdim` is False, the sums have lost `dim`, but what you add to them has not: a "
    "column and a row make a table. Give both the same shape before you add.",
    """
    logarithms = (logits - height).exp().sum(dim, keepdim=True).log() + height
    return logarithms if keepdim else logarithms.squeeze(dim)
    """,
    "return (logits - height).exp().sum(dim, keepdim=keepdim).log() + height",
    idea="column_meets_row",
)
grader.edit(
    "adds_every_height_to_every_sum_and_makes_nan",
    "Where `keepdim` is False, the sums have lost `dim`, but what you add to them has not: a "
    "column and a row make a table. And -inf less -inf is nan: look at `masked_scores`.",
    """
    height = torch.where(highest == -torch.inf, 0.0, highest)
    logarithms = (logits - height).exp().sum(dim, keepdim=True).log() + height
    return logarithms if keepdim else logarithms.squeeze(dim)
    """,
    "return (logits - highest).exp().sum(dim, keepdim=keepdim).log() + highest",
)
grader.edits(
    "always_the_same_dimension",
    "This adds up along the same dimension whatever `dim` is.",
    old="highest = logits",
    news=[f"dim = {dim}\nhighest = logits" for dim in (-1, 0, 1)],
    idea="wrong_dim",
)


@grader.misconception
def takes_the_highest(logits, dim, keepdim):
    """This is the highest score alone. The others add to the sum as well, so that the result is
    above it: by log(2) where two scores share the first place."""
    return logits.amax(dim, keepdim=keepdim)


@grader.misconception
def adds_the_scores(logits, dim, keepdim):
    """The logarithm of each exponential is the score itself, so this is the sum of the scores. Add
    the exponentials up first, then take one logarithm."""
    return logits.sum(dim, keepdim=keepdim)


@grader.misconception
def takes_the_logarithm_of_the_mean(logits, dim, keepdim):
    """This is the logarithm of the mean of the exponentials, and is log(n) too low for n scores:
    take their sum."""
    return logits.logsumexp(dim, keepdim) - torch.tensor(logits.shape[dim]).log()


@grader.misconception
def forgets_the_logarithm(logits, dim, keepdim):
    """This is the sum of the exponentials. Its logarithm is asked for, and can be computed without
    the sum itself, which is inf where scores are near 900."""
    return logits.exp().sum(dim, keepdim)


@grader.misconception
def returns_log_probabilities(logits, dim, keepdim):
    """These are log probabilities, the scores less their log-sum-exp. What is asked for is one
    logarithm for all scores along `dim`."""
    return logits.log_softmax(dim)


# What people write for -inf.
STAND_INS = (
    *("-1e4", "-1e5", "-1e6", "-1e7", "-1e8", "-1e9", "-1e10", "-1e12", "-1e20", "-1e30"),
    *("-1e38", "-float(2**31)", "torch.finfo(logits.dtype).min"),
)
grader.edits(
    "replaces_minus_inf",
    "Where all scores are -inf, the result is finite here, as where a large negative number stands "
    "in for -inf. Leave the scores as they are, and give only what you subtract a finite value.",
    old="highest = logits",
    news=[f"logits = logits.clamp(min={number})\nhighest = logits" for number in STAND_INS],
)


@grader.misconception(idea="nan_replaced")
def replaces_nan_by_0(logits, dim, keepdim):
    """Where all scores are -inf, the result is 0 here (as if nan had been replaced by 0). That is
    the logarithm of 1, but the sum is 0 there, and its logarithm -inf."""
    highest = logits.amax(dim, keepdim=True)
    logarithms = (logits - highest).exp().sum(dim, keepdim=True).log() + highest
    logarithms = logarithms.masked_fill(logarithms.isnan(), 0.0)
    return logarithms if keepdim else logarithms.squeeze(dim)


SMALL = (
    *("1e-5", "1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-12", "1e-15"),
    "torch.finfo(logits.dtype).eps",
)
grader.edits(
    "adds_a_small_number",
    "The result is finite where the sum is 0, or a little too large elsewhere, as where a small "
    "number is added to the sum before the logarithm. There -inf is right, and elsewhere the sum "
    "needs no help: once the highest score is subtracted, it is at least 1.",
    old="sum(dim, keepdim=True).log()",
    news=[f"sum(dim, keepdim=True).add({number}).log()" for number in SMALL],
    idea="small_number_in_the_logarithm",
)


@grader.misconception
def adds_two_at_a_time(logits, dim, keepdim):
    """The logarithms are right, but where `logaddexp` meets two scores of -inf, their gradient is
    nan, as -inf less -inf is. It has to be 0."""
    logarithms, *others = logits.unbind(dim)
    for scores in others:
        logarithms = torch.logaddexp(logarithms, scores)
    return logarithms.unsqueeze(dim) if keepdim else logarithms


grader.edit(
    "changes_the_logits",
    **changed_in_place("logits"),
    old="(logits - height)",
    new="logits.sub_(height)",
)
grader.edit(
    "cuts_the_gradient",
    **cut_off("logarithms", "logits"),
    old="highest = logits",
    new="logits = logits.detach()\nhighest = logits",
)
grader.edit(
    "detaches_only_what_is_subtracted",
    "The logarithms are right, but not their gradient: what is subtracted and what is added cancel "
    "out only if both are detached, or neither.",
    "(logits - height)",
    "(logits - height.detach())",
    idea="part_of_the_graph_cut",
)


@grader.misconception(idea="height_not_added")
def never_adds_the_largest_back(logits, dim, keepdim):
    """The largest score is missing from the result: it was subtracted before the exponential. Add
    it to the logarithm again."""
    highest = logits.max(dim=dim, keepdim=True).values
    highest = torch.where(torch.isinf(highest), torch.zeros_like(highest), highest)
    return torch.log(torch.exp(logits - highest).sum(dim=dim, keepdim=keepdim))


@grader.misconception(idea="column_meets_row")
def adds_the_largest_in_another_shape(logits, dim, keepdim):
    """With `keepdim=False` the result has too many entries, or the wrong ones: the largest scores
    still have the dimension that the logarithms have lost. Squeeze both, or neither."""
    highest = logits.max(dim=dim, keepdim=True).values
    highest = highest.masked_fill(torch.isinf(highest), 0)
    return highest + torch.log(torch.sum(torch.exp(logits - highest), dim=dim, keepdim=keepdim))


grader.equivalent(
    "height = torch.where(highest == -torch.inf, 0.0, highest) -> "
    "height = torch.where(highest <= -torch.inf, 0.0, highest)",
    "nothing is below -inf",
)
for number in ("1.0", "-1.0"):
    grader.equivalent(
        "height = torch.where(highest == -torch.inf, 0.0, highest) -> "
        f"height = torch.where(highest == -torch.inf, {number}, highest)",
        "any finite number does for -inf: -inf less that is -inf, and so is log(0) plus that",
    )
