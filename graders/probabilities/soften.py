import torch

from torchkata import Grader, sum_along, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    after=("probabilities/row_probabilities",),
    # Gradients are differences of nearly equal numbers where scores near 115 are exact to 4e-6.
    tolerance={"gradient": (1e-4, 1e-4)},
    hints=(
        "Take a row [6, 0] and temperature 2. For which two scores is plain softmax the answer?",
        "Change the scores before softmax: after softmax, every change has to make the rows sum "
        "to 1 again.",
        "A lead of 6 in units of 2 is a lead of 3: divide.",
    ),
)


@grader.observe
def probabilities_and_gradient(answer, logits, temperature):
    seen = value_and_gradient(answer, "probabilities", logits=logits, temperature=temperature)
    sums = sum_along(seen["probabilities"], 1, logits.shape)
    return {"probabilities": seen["probabilities"], "sum of each row": sums, **seen}


@grader.case
def more_even():
    """4 examples of 3 classes at temperature 2."""
    return torch.randn(4, 3), 2.0


@grader.case
def less_even():
    """2 examples of 5 classes at temperature 0.5, in float64."""
    return torch.randn(2, 5, dtype=torch.float64), 0.5


@grader.case
def nearly_even():
    """3 examples of 6 classes at temperature 8."""
    return 2 * torch.randn(3, 6), 8.0


@grader.case
def large_scores():
    """3 examples of 4 classes at temperature 0.8: scores near -115, near 0 and near 115."""
    return torch.randn(3, 4) + torch.tensor([[-115.0], [0.0], [115.0]]), 0.8


@grader.case
def scores_beyond_float64():
    """2 examples of 3 classes, temperature 0.5, in float64: scores from -1000 and up to 1000."""
    logits = torch.tensor([[-998.0], [998.0]]) + 4 * torch.rand(2, 3, dtype=torch.float64) - 2
    logits[0, 2], logits[1, 0] = -1000, 1000
    return logits, 0.5


@grader.case
def coldest():
    """3 examples of 4 classes at temperature 0.25, the lowest; one score leads by 19."""
    logits = torch.rand(3, 4)
    logits[1, 2] += 18.9
    return logits, 0.25


@grader.case
def first_example():
    """The first example of the docstring: temperature 2."""
    return torch.tensor([[6.0, 0.0], [0.0, 1.0]]), 2.0


@grader.case
def second_example():
    """The second example of the docstring: half the scores, at temperature 1."""
    return torch.tensor([[3.0, 0.0], [0.0, 0.5]]), 1.0


@grader.case
def hottest():
    """A single example of 5 classes at temperature 100, the highest."""
    return 18 * torch.rand(1, 5), 100.0


from graders._shared import changed_in_place
from graders.probabilities._shared import (
    COMPUTES_IN_FLOAT32,
    GOES_TO_FLOAT64,
    RETURNS_LOGARITHMS,
    SUBTRACTS_ONE_MAXIMUM_FROM_ALL,
    adds_a_small_number,
    cut_off,
    exponentials_of,
)

grader.edit(
    "multiplies_by_the_temperature",
    "Here a higher temperature makes the probabilities less even instead of more. Divide the "
    "scores by it (or raise the probabilities to the power 1/temperature).",
    "logits / temperature",
    "logits * temperature",
)
grader.edit(
    "divides_the_probabilities",
    "Softmax comes first here, and the probabilities are divided: the rows sum to 1/temperature, "
    "in the same proportions as before. Divide the scores, then apply softmax.",
    "(logits / temperature).softmax(dim=1)",
    "logits.softmax(dim=1) / temperature",
)
grader.edit(
    "ignores_the_temperature",
    "This is plain softmax: the temperature is not used, or cancels out, as it does where it is "
    "subtracted from all scores, or where a new sum follows a division of the probabilities. "
    "Divide the scores by it.",
    "logits / temperature",
    "logits",
)
grader.edit(
    "softens_the_probabilities_as_if_they_were_scores",
    "Softmax is applied twice, the second time to probabilities, which are between 0 and 1 and, "
    "taken as scores, nearly even. Divide the raw scores, and apply softmax once.",
    "(logits / temperature)",
    "(logits.softmax(dim=1) / temperature)",
    idea="double_softmax",
)
grader.edit(
    "adds_up_over_the_examples",
    "The scores are divided as they should be, but then each column sums to 1. Let each row sum "
    "to 1: `softmax(dim=1)`.",
    "softmax(dim=1)",
    "softmax(dim=0)",
    idea="wrong_dim",
)


@grader.misconception
def forgets_the_new_sum(logits, temperature):
    """The powers of the probabilities have the right ratios, but a row of them does not sum to 1
    any more: divide by the sum of the row."""
    return logits.softmax(dim=1) ** (1 / temperature)


@grader.misconception
def mixes_with_equal_shares(logits, temperature):
    """This mixes the probabilities with equal shares for all classes. A temperature acts on the
    scores instead: it changes by how much one leads before softmax sees them."""
    equal = 1 / logits.shape[1]
    return equal + (logits.softmax(dim=1) - equal) / temperature


@grader.misconception(idea="exponential_overflows")
def overflows(logits, temperature):
    """`exp(115 / 0.8)` is too large for float32 (inf), `exp(-115 / 0.8)` becomes 0; inf/inf and 0/0
    are nan. Subtract the largest score of the row first, or leave it to `softmax`."""
    exponentials = (logits / temperature).exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)


@grader.misconception(**SUBTRACTS_ONE_MAXIMUM_FROM_ALL)
def subtracts_one_maximum_from_all(logits, temperature):
    exponentials = ((logits - logits.max()) / temperature).exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)


grader.edits(
    "computes_in_float32",
    **COMPUTES_IN_FLOAT32,
    old="(logits / temperature).softmax(dim=1)",
    news=[
        "(logits.float() / temperature).softmax(dim=1)",
        "(logits.float() / temperature).softmax(dim=1).to(logits.dtype)",
    ],
)


@grader.misconception(**changed_in_place("logits"))
def changes_the_logits(logits, temperature):
    logits /= temperature
    return logits.softmax(dim=1)


grader.edit(
    "cuts_the_gradient",
    **cut_off("probabilities", "logits"),
    old="dim=1)",
    new="dim=1).detach()",
)


@grader.misconception(**GOES_TO_FLOAT64)
def goes_to_float64(logits, temperature):
    exponentials = (logits.to(torch.float64) / temperature).exp()
    return (exponentials / exponentials.sum(dim=1, keepdim=True)).to(logits.dtype)


grader.edit(
    "returns_logarithms",
    **RETURNS_LOGARITHMS,
    old="softmax(dim=1)",
    new="log_softmax(dim=1)",
)
grader.edit(
    "applies_softmax_twice",
    "Softmax is applied once more to the probabilities, and makes them nearly equal. Divide the "
    "scores by the temperature, and apply softmax once.",
    "softmax(dim=1)",
    "softmax(dim=1).softmax(dim=1)",
    idea="double_softmax",
)
grader.edits(
    "adds_a_small_number",
    **adds_a_small_number(
        "(logits / temperature).softmax(dim=1)", exponentials_of("(logits / temperature)", "1"), "1"
    ),
)


@grader.misconception
def warms_only_the_numerator(logits, temperature):
    """The rows do not sum to 1: the temperature is in the exponentials of the numerator, and not in
    those of the sum. Divide the scores by it once, before softmax."""
    scores = logits - logits.amax(dim=1, keepdim=True)
    return (scores / temperature).exp() / scores.exp().sum(dim=1, keepdim=True)


@grader.misconception
def scales_by_the_square_of_the_temperature(logits, temperature):
    """The probabilities are multiplied by temperature ** 2, which belongs to the loss of a
    distilled model. Those of a row sum to 1: leave the factor out."""
    return (logits / temperature).softmax(dim=1) * temperature**2
