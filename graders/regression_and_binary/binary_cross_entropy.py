import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("cross_entropy/cross_entropy",),
    hints=(
        "Print sigmoid(200.0) and 1 - sigmoid(200.0) in float32. What is the logarithm of that?",
        "-log(1 - sigmoid(x)) is log(1 + exp(x)), which is nearly x where x is large. torch has it "
        "under a name, and a loss that is built on it.",
        "`F.binary_cross_entropy_with_logits` takes raw scores; by hand, "
        "`F.softplus(x) - x * y` is the loss of one entry.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target):
    return value_and_gradient(answer, "loss", logits=logits, target=target)


@grader.case
def yes_or_no():
    """8 scores, with targets 0 and 1."""
    return 2 * torch.randn(8), torch.tensor([0.0, 1, 1, 0, 0, 1, 0, 0])


@grader.case
def several_questions():
    """5 examples with 3 questions each, of which several may be yes; in float64."""
    logits = torch.randn(5, 3, dtype=torch.float64)
    return logits, torch.randint(2, (5, 3)).double()


@grader.case
def soft_targets():
    """6 scores, with targets between 0 and 1."""
    return torch.randn(6), torch.rand(6)


@grader.case
def sure_and_wrong():
    """6 scores, four of them from 150 to 200 on the wrong side."""
    logits = torch.tensor([170.0, -160.0, 0.5, 190.0, -150.0, -1.0]) + 10 * torch.rand(6)
    return logits.clamp(max=200), torch.tensor([0.0, 1, 1, 0, 1, 0])


@grader.case
def sure_and_right():
    """4 scores from 160 to 200 and from -200 to -160, all on the right side: the loss is 0."""
    logits = torch.cat([torch.tensor([200.0, -200.0]), 20 * torch.randn(2).clamp(-1, 1) - 180])
    return logits, torch.tensor([1.0, 0, 0, 0])


@grader.case
def scores_of_zero():
    """6 scores, of which three are exactly 0, as a last layer of zeros gives them."""
    logits = torch.randn(6)
    logits[::2] = 0
    return logits, torch.tensor([0.0, 1, 1, 0, 0, 0]).lerp(torch.rand(6), 0.5)


@grader.case
def one_entry():
    """A single score."""
    return torch.randn(1), torch.tensor([1.0])


@grader.case
def first_example():
    """The first example of the docstring: a score of 1, with the target 1."""
    return torch.tensor([1.0]), torch.tensor([1.0])


@grader.case
def second_example():
    """The second example of the docstring: a score of 200, with the target 0."""
    return torch.tensor([200.0]), torch.tensor([0.0])


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.regression_and_binary._shared import (
    APPLIES_SIGMOID_FIRST,
    BENDS_AT_ZERO,
    CLAMPS_THE_PROBABILITY,
    OVERFLOWS,
    RETURNS_ONE_LOSS_FOR_EACH,
    SMALL,
    SUMS_INSTEAD_OF_AVERAGING,
    TAKES_THE_LOGARITHM_OF_SIGMOID,
    limits_the_loss,
    logarithms_of_sigmoid,
    overflowing,
)

LIBRARY = "F.binary_cross_entropy_with_logits(logits, target)"
grader.edit(
    "applies_sigmoid_first",
    **APPLIES_SIGMOID_FIRST,
    old="with_logits(logits,",
    new="with_logits(logits.sigmoid(),",
)
grader.edit(
    "takes_bce_of_the_sigmoid",
    "No entry's loss gets above 100, as `F.binary_cross_entropy` (and `nn.BCELoss`) of a sigmoid "
    "has it, or a `clamp` of the scores: there is no gradient where the model is most wrong. Give "
    "the raw scores, as they are, to a loss that takes them.",
    LIBRARY,
    "F.binary_cross_entropy(logits.sigmoid(), target)",
    idea="log_of_sigmoid",
)
grader.edits("limits_the_loss", **limits_the_loss(LIBRARY, "target"))
grader.edits(
    "clamps_the_probability",
    **CLAMPS_THE_PROBABILITY,
    old=LIBRARY,
    news=[
        f"F.binary_cross_entropy(logits.sigmoid().clamp({n}, 1 - {n}), target)" for n in SMALL[:4]
    ],
)
grader.edits(
    "takes_the_logarithm_of_sigmoid",
    **TAKES_THE_LOGARITHM_OF_SIGMOID,
    old=LIBRARY,
    news=logarithms_of_sigmoid("logits"),
)
grader.edit(
    "gives_scores_to_a_loss_of_probabilities",
    "This fails: `F.binary_cross_entropy` and `nn.BCELoss` take probabilities, from 0 to 1, and "
    "these are raw scores. The loss of raw scores has `with_logits` in its name.",
    LIBRARY,
    "F.binary_cross_entropy(logits, target)",
)
grader.edit(
    "adds_up_along_the_last_dimension",
    "The losses were added up along the last dimension, and the mean taken of what is left. Of the "
    "shape (N,) nothing but the sum is left. Average over all entries.",
    LIBRARY,
    f'{LIBRARY[:-1]}, reduction="none").sum(dim=-1).mean()',
    idea="mean_over_the_wrong_count",
)
grader.edits("overflows", **OVERFLOWS, old=LIBRARY, news=overflowing("logits"))
grader.edit(
    "goes_back_through_both_formulas",
    "The loss is right, but the gradient of a large score is nan, as where `torch.where` chooses "
    "between two formulas: `backward()` also goes through the one that was not chosen, and there "
    "`exp` is inf. Use one formula that is right for all scores.",
    LIBRARY,
    "(torch.where(logits > 0, logits + (1 + (-logits).exp()).log(), (1 + logits.exp()).log())"
    " - logits * target).mean()",
    idea="nan_in_the_branch_not_chosen",
)
grader.edits(
    "bends_at_zero",
    **BENDS_AT_ZERO,
    old=LIBRARY,
    news=[
        f"({part} - logits * target + torch.log1p(torch.exp(-logits.abs()))).mean()"
        for part in ("logits.clamp(min=0)", "logits.relu()")
    ],
)
grader.edit(
    "counts_yes_only",
    "Only the part for yes is there: an entry with the target 0 costs nothing, whatever its score. "
    "Add -log(1 - p), weighted by 1 - target.",
    LIBRARY,
    "-(target * F.logsigmoid(logits)).mean()",
)
grader.edit(
    "takes_yes_for_no",
    "Yes and no have changed places: the loss is small where the answer is wrong, as where the "
    "sign of the score is turned.",
    LIBRARY,
    "F.binary_cross_entropy_with_logits(-logits, target)",
)
grader.edit(
    "squares_the_errors",
    "This is the mean of (sigmoid - target) ** 2, in which a sure mistake costs 1 and has almost "
    "no gradient. The loss is minus a logarithm.",
    LIBRARY,
    "F.mse_loss(logits.sigmoid(), target)",
)
grader.edit(
    "takes_probabilities_for_scores",
    "Minus the *score* is averaged, without a logarithm: it has no bound, and below 0 it rewards.",
    LIBRARY,
    "-(target * logits + (1 - target) * (1 - logits)).mean()",
)
grader.edits(
    "rounds_the_target",
    "A target between 0 and 1 is taken for 0 or 1, as by `round()`, `> 0.5` or `== 1`. It weighs "
    "the two losses as it is.",
    LIBRARY,
    [
        f"F.binary_cross_entropy_with_logits(logits, (target {yes}).to(logits.dtype))"
        for yes in ("> 0.5", "== 1", "> 0")
    ],
    idea="target_rounded",
)
grader.edit(
    "forgets_the_minus",
    "This is the mean log probability, which is never above 0. The loss is minus that.",
    LIBRARY,
    f"-{LIBRARY}",
    idea="no_minus",
)
grader.edit(
    "sums_instead_of_averaging",
    **SUMS_INSTEAD_OF_AVERAGING,
    old="with_logits(logits, target)",
    new='with_logits(logits, target, reduction="sum")',
)
grader.edit(
    "returns_one_loss_for_each_entry",
    **RETURNS_ONE_LOSS_FOR_EACH,
    old="with_logits(logits, target)",
    new='with_logits(logits, target, reduction="none")',
)
grader.edit("returns_a_number", **RETURNS_A_NUMBER, old=LIBRARY, new=f"{LIBRARY}.item()")
grader.edit(
    "clamps_the_scores_in_place",
    **changed_in_place("logits"),
    old=LIBRARY,
    new="(torch.maximum(logits.clone(), torch.zeros_like(logits)) - logits * target "
    "+ torch.log1p(torch.exp(logits.abs_().neg_()))).mean()",
)


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_the_rows_only(logits, target):
    """The sum is divided by the number of rows. A table of N x C has N * C entries, and the mean is
    over all of them."""
    losses = F.binary_cross_entropy_with_logits(logits, target, reduction="sum")
    return losses / len(logits)


grader.edits(
    "makes_the_entries_compete",
    "Softmax makes the entries of a row compete for one yes. Here each entry is a question of its "
    "own, and several may be yes, or none: sigmoid.",
    LIBRARY,
    [
        "-(target * logits.log_softmax(dim=-1)).sum(dim=-1).mean()",
        "F.binary_cross_entropy(logits.softmax(dim=-1), target)",
    ],
    idea="classes_compete",
)
