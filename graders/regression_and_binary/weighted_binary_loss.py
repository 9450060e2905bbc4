import torch

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("regression_and_binary/pos_weight",),
    hints=(
        "Write the loss of one entry as two terms, one for yes and one for no. Which of the two is "
        "multiplied?",
        "The library's loss has two arguments for weights. One of them multiplies whole losses, "
        "those of no as well.",
        "By hand: `-(pos_weight * target * F.logsigmoid(logits) + (1 - target) * "
        "F.logsigmoid(-logits))`, then the mean.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target, pos_weight):
    arguments = {"logits": logits, "target": target, "pos_weight": pos_weight}
    return value_and_gradient(answer, "loss", **arguments)


@grader.case
def rare_yes():
    """6 examples and 3 questions; yes counts 2, 5 and 30 times."""
    target = torch.zeros(6, 3)
    target[torch.randperm(6)[:3], torch.arange(3)] = 1
    return torch.randn(6, 3), target, torch.tensor([2.0, 5.0, 30.0])


@grader.case
def yes_counts_less():
    """5 examples and one question, in float64; yes counts 0.2 times."""
    logits = torch.randn(5, 1, dtype=torch.float64)
    weight = torch.tensor([0.2], dtype=torch.float64)
    return logits, torch.randint(2, (5, 1)).double(), weight


@grader.case
def as_many_examples_as_questions():
    """4 examples and 4 questions, half of them yes."""
    target = (torch.randperm(16).reshape(4, 4) < 8).float()
    return 2 * torch.randn(4, 4), target, 5 * torch.rand(4) + 0.5


@grader.case
def soft_targets():
    """4 examples and 3 questions, with targets from 0 to 1."""
    target = torch.rand(4, 3)
    target[0, 0], target[1, 2] = 0.0, 1.0
    return torch.randn(4, 3), target, torch.tensor([4.0, 0.5, 2.0])


@grader.case
def sure_and_wrong():
    """3 examples and 2 questions; a score of 100, one of -100 and one near -99 are wrong."""
    logits = torch.tensor([[100.0, 0.5], [-100.0, -1.0], [1.0, -99.0]])
    logits[:, 1] += torch.rand(3)
    return logits, torch.tensor([[0.0, 1], [1, 0], [0, 1]]), torch.tensor([3.0, 7.0])


@grader.case
def less_sure_and_wrong():
    """2 examples and 2 questions; a score near 50 and one near -50 are wrong."""
    logits = torch.tensor([[50.0, 0.5], [-50.0, -1.0]]) + torch.rand(2, 2)
    return logits, torch.tensor([[0.0, 1], [1, 0]]), torch.tensor([2.0, 5.0])


@grader.case
def scores_of_zero():
    """2 examples and 3 questions, of which three scores are exactly 0, as of a layer of zeros."""
    logits = torch.randn(2, 3)
    logits[torch.tensor([0, 1, 0]), torch.arange(3)] = 0
    target = torch.tensor([[0.0, 1, 1], [0, 0, 1]]).lerp(torch.rand(2, 3), 0.4)
    return logits, target, torch.tensor([3.0, 0.5, 6.0])


@grader.case
def as_in_the_docstring():
    """The example of the docstring: one example and two questions."""
    return torch.tensor([[1.0, 1.0]]), torch.tensor([[1.0, 0.0]]), torch.tensor([3.0, 5.0])


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.regression_and_binary._shared import (
    APPLIES_SIGMOID_FIRST,
    BENDS_AT_ZERO,
    CLAMPS_THE_PROBABILITY,
    RETURNS_ONE_LOSS_FOR_EACH,
    SMALL,
    SUMS_INSTEAD_OF_AVERAGING,
    limits_the_loss,
)

PLAIN = "F.binary_cross_entropy_with_logits(logits, target"
LIBRARY = f"{PLAIN}, pos_weight=pos_weight)"
WRONG = {
    "multiplies_all_losses": (
        "The losses of no are multiplied, too, as the argument `weight` does. Only those of yes "
        "count more: `pos_weight`.",
        f"{PLAIN}, weight=pos_weight)",
    ),
    "multiplies_the_losses_of_no": (
        "The losses of *no* are multiplied here, and those of yes are not. It is yes that "
        "counts more.",
        "-(target * F.logsigmoid(logits) + pos_weight * (1 - target) * "
        "F.logsigmoid(-logits)).mean()",
    ),
    "ignores_the_weights": (
        "`pos_weight` has no effect: yes and no count the same.",
        f"{PLAIN})",
    ),
    "divides_by_the_sum_of_the_weights": (
        "The sum is divided by the sum of the weights that took part, as `nn.CrossEntropyLoss` "
        "does. This loss divides by the number of entries, whatever the weights are.",
        f'{PLAIN}, pos_weight=pos_weight, reduction="sum") / (1 + (pos_weight - 1) * target).sum()',
    ),
    "divides_by_the_number_of_examples": (
        "The sum is divided by N, the number of rows. There are N * C entries.",
        f'{PLAIN}, pos_weight=pos_weight, reduction="sum") / len(target)',
    ),
    "multiplies_the_scores": (
        "The scores are multiplied, which makes the model surer of both yes and no. Multiply the "
        "losses of yes.",
        "F.binary_cross_entropy_with_logits(logits * pos_weight, target)",
    ),
    "multiplies_the_targets": (
        "The targets are multiplied, and above 1 a target is no probability: the part for no, "
        "1 - target, falls below 0. Multiply the loss of yes alone.",
        "F.binary_cross_entropy_with_logits(logits, target * pos_weight)",
    ),
    "divides_by_the_weights": (
        "The losses of yes are divided by the weights: a rare yes counts less still.",
        f"{PLAIN}, pos_weight=1 / pos_weight)",
    ),
    "takes_the_mean_weight": (
        "All questions have the same weight, the mean of `pos_weight`. Each column has its own.",
        f"{PLAIN}, pos_weight=pos_weight.mean())",
    ),
    "counts_yes_only": (
        "The losses of no are missing, as where `target` multiplies the whole loss. Add those of "
        "no, without a weight.",
        "-(pos_weight * target * F.logsigmoid(logits)).mean()",
    ),
    "takes_the_logarithm_of_sigmoid": (
        "At scores of 100 sigmoid is exactly 1 in float32, and log(1 - 1) is -inf, or nan where it "
        "meets a 0. `logsigmoid`, or the library's loss, goes without that.",
        "-(pos_weight * target * logits.sigmoid().log() + (1 - target) * "
        "(1 - logits.sigmoid()).log()).mean()",
    ),
}
for name, (text, new) in WRONG.items():
    grader.edit(name, text, LIBRARY, new)
grader.edits(
    "adds_the_weights",
    "A yes counts `1 + pos_weight` times, as where 1 is added, and not 1 - target. It counts "
    "`pos_weight` times.",
    LIBRARY,
    [f"{PLAIN}, pos_weight=1 + pos_weight)", f"{PLAIN}, weight=1 + target * pos_weight)"],
)
grader.edits(
    "divides_the_mean_by_the_weights",
    "The mean was divided again, by the sum of `pos_weight` or its mean. The sum of the losses is "
    "divided by the number of entries, and by nothing else.",
    LIBRARY,
    [f"{LIBRARY} / pos_weight.{by}()" for by in ("sum", "mean")],
)
grader.edits("limits_the_loss", **limits_the_loss(LIBRARY, "pos_weight * target"))
grader.edits(
    "clamps_the_probability",
    **CLAMPS_THE_PROBABILITY,
    old=LIBRARY,
    news=[
        "(lambda p: -(pos_weight * target * p.log() + (1 - target) * (1 - p).log()).mean())"
        f"(logits.sigmoid().clamp({n}, 1 - {n}))"
        for n in SMALL[:4]
    ],
)
YES, NO = "(1 + (-logits).exp()).log()", "(1 + logits.exp()).log()"
grader.edits(
    "overflows",
    "`exp(100)` is too large for float32, so the loss is inf. `F.softplus(x)` is log(1 + exp(x)) "
    "without that, and the library's loss uses it.",
    LIBRARY,
    [
        f"(pos_weight * target * {YES} + (1 - target) * {NO}).mean()",
        f"((1 - target) * logits + (1 + (pos_weight - 1) * target) * {YES}).mean()",
    ],
    idea="exponential_overflows",
)
grader.edits(
    "bends_at_zero",
    **BENDS_AT_ZERO,
    old=LIBRARY,
    news=[
        f"((1 - target) * logits + (1 + (pos_weight - 1) * target) * "
        f"((-logits.abs()).exp().log1p() + (-logits).{part})).mean()"
        for part in ("clamp(min=0)", "relu()")
    ],
)
grader.edit(
    "puts_the_weights_down_the_batch",
    "The weights were put into a column, shape (C, 1), which lines up with the examples: it fails, "
    "or weighs example n with `pos_weight[n]`. As it is, shape (C,), it lines up with the "
    "questions.",
    LIBRARY,
    f"{PLAIN}, pos_weight=pos_weight[:, None])",
    idea="wrong_dim",
)
grader.edit(
    "multiplies_the_loss_of_no_of_a_partial_yes",
    "With a target between 0 and 1 the whole loss is multiplied, by a number between 1 and "
    "`pos_weight`. It has two parts: multiply that of yes by `pos_weight`, and leave that of no as "
    "it is.",
    LIBRARY,
    f"{PLAIN}, weight=1 + (pos_weight - 1) * target)",
)
grader.edits(
    "weighs_a_target_above_a_half_as_yes",
    "A target counts as wholly yes or wholly no when its weight is chosen, as by `target > 0.5` or "
    "`target == 1`. Of a target of 0.3, three tenths are yes: that part of its loss is multiplied.",
    LIBRARY,
    [f"{PLAIN}, weight=torch.where(target {yes}, pos_weight, 1.0))" for yes in ("> 0.5", "== 1")],
    idea="target_rounded",
)
grader.edits(
    "gives_a_target_its_own_weight",
    "A target between 0 and 1 got the weight of a whole yes. Of a target of 0.3, three tenths are "
    "yes: only that part of its loss is multiplied.",
    LIBRARY,
    [f"{PLAIN}, weight=torch.where(target > {n}, pos_weight, 1.0))" for n in ("0", "1e-6")],
    idea="target_rounded",
)
grader.edit(
    "applies_sigmoid_first",
    **APPLIES_SIGMOID_FIRST,
    old="logits(logits",
    new="logits(logits.sigmoid()",
)
grader.edit(
    "sums_instead_of_averaging",
    **SUMS_INSTEAD_OF_AVERAGING,
    old="pos_weight=pos_weight",
    new='pos_weight=pos_weight, reduction="sum"',
)
grader.edit(
    "returns_one_loss_for_each_entry",
    **RETURNS_ONE_LOSS_FOR_EACH,
    old="pos_weight=pos_weight",
    new='pos_weight=pos_weight, reduction="none"',
)
grader.edit("returns_a_number", **RETURNS_A_NUMBER, old=LIBRARY, new=f"{LIBRARY}.item()")
grader.edit(
    "scales_the_weights_in_place",
    **changed_in_place("pos_weight"),
    old=LIBRARY,
    new="-(target * F.logsigmoid(logits) * pos_weight + (1 - target) * F.logsigmoid(-logits))"
    ".mean() + 0 * pos_weight.mul_(2).sum()",
)
