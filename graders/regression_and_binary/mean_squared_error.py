import torch
import torch.nn.functional as F

from torchkata import Grader, randn64, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    core=True,
    hints=(
        "Subtract a tensor of shape (3,) from one of shape (3, 1), and print the shape you get.",
        "How many errors should there be? Bring both to one shape before you subtract.",
        "`prediction.flatten()` has the shape (N,), whichever of the two it had before.",
    ),
)


@grader.observe
def loss_and_gradient(answer, prediction, target):
    return value_and_gradient(answer, "loss", prediction=prediction, target=target)


@grader.case
def a_column_and_a_row():
    """6 predictions of shape (6, 1), as from a linear layer, and targets of shape (6,)."""
    return torch.randn(6, 1), 3 * torch.randn(6)


@grader.case
def a_row_and_a_column():
    """4 predictions of shape (4,) and targets of shape (4, 1), in float64."""
    return randn64(4), randn64(4, 1) + 5


@grader.case
def two_rows():
    """5 predictions and 5 targets, both of shape (5,), errors up to about 1000."""
    return 300 * torch.randn(5), torch.randn(5)


@grader.case
def two_columns():
    """7 predictions and 7 targets, both of shape (7, 1)."""
    return torch.randn(7, 1), torch.randn(7, 1)


@grader.case
def one_example():
    """A single example: a prediction of shape (1, 1) and a target of shape (1,)."""
    return torch.randn(1, 1), torch.randn(1) + 2


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 examples, a column and a row."""
    return torch.tensor([[1.0], [5.0]]), torch.tensor([1.0, 3.0])


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.regression_and_binary._shared import (
    ANOTHER_DTYPE,
    RETURNS_ONE_LOSS_FOR_EACH,
    SUMS_INSTEAD_OF_AVERAGING,
)

REFERENCE = "F.mse_loss(prediction.flatten(), target.flatten())"
grader.edits(
    "subtracts_a_row_from_a_column",
    "Each prediction meets all N targets where one has shape (N, 1) and the other (N,): the "
    "difference has N x N entries. Bring both to one shape: `flatten()` makes (N,) of either.",
    REFERENCE,
    [
        "(prediction - target).square().mean()",
        "((prediction - target).square().sum() / len(prediction))",
    ],
    idea="column_meets_row",
    more=("A model that is trained so learns the mean of all targets, for every input.",),
)


@grader.misconception(idea="column_meets_row")
def squeezes_the_prediction_only(prediction, target):
    """Each prediction meets all N targets where the *target* is a column, shape (N, 1): only the
    prediction was brought to the shape (N,). Do the same with the target."""
    return (prediction.flatten() - target).square().mean()


@grader.misconception(idea="column_meets_row")
def squeezes_the_target_only(prediction, target):
    """Each target meets all N predictions where the *prediction* is a column, shape (N, 1): only
    the target was brought to the shape (N,). Do the same with the prediction."""
    return (prediction - target.flatten()).square().mean()


@grader.misconception(idea="column_meets_row")
def gives_the_target_a_column_only(prediction, target):
    """Each prediction meets all N targets where the prediction has shape (N,): the target was made
    a column in any case. Give it the shape of the prediction: `target.view_as(prediction)`."""
    return (prediction - target.reshape(-1, 1)).square().mean()


grader.edits(
    "gives_a_column_one_more_dimension",
    "Where both are columns, the target gets the shape (N, 1, 1), as from `unsqueeze(1)`, and each "
    "prediction meets all N targets. Give it the shape of the prediction, whatever it had before.",
    REFERENCE,
    [
        "(prediction - target.unsqueeze(1)).square().mean()",
        "(prediction - (target.unsqueeze(1) if prediction.dim() > 1 else target.flatten()))"
        ".square().mean()",
    ],
    idea="column_meets_row",
)
grader.edits(
    "handles_one_of_two_differences",
    "Each prediction meets all N targets in one of the two cases where the shapes differ: a column "
    "beside (N,), or (N,) beside a column. Only the other of the two is handled here.",
    REFERENCE,
    [
        f"(prediction - (target.view_as(prediction) if prediction.dim() {one} target.dim() "
        "else target)).square().mean()"
        for one in (">", "<")
    ],
    idea="column_meets_row",
)


@grader.misconception
def squeezes_what_is_no_column(prediction, target):
    """`squeeze(1)` fails where the shape is (N,): there is no dimension 1. `flatten()` makes (N,)
    of both shapes."""
    return F.mse_loss(prediction.squeeze(1), target.squeeze(1))


@grader.misconception(**SUMS_INSTEAD_OF_AVERAGING)
def sums_instead_of_averaging(prediction, target):
    return F.mse_loss(prediction.flatten(), target.flatten(), reduction="sum")


@grader.misconception(**RETURNS_ONE_LOSS_FOR_EACH)
def returns_one_loss_for_each_example(prediction, target):
    return (prediction.flatten() - target.flatten()).square()


grader.edit(
    "keeps_a_dimension",
    "The loss is right, but has the shape (1,), as where `mean(dim=0)` is taken of a column. "
    "Return a scalar tensor: `mean()` averages over all dimensions.",
    REFERENCE,
    f"{REFERENCE}.reshape(1)",
)


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(prediction, target):
    return F.mse_loss(prediction.flatten(), target.flatten()).item()


grader.edit(
    "halves_it",
    "The loss is half of what it should be, as where 1/2 is written before the squares, which "
    "textbooks do so that the derivative has no 2. The mean squared error has no such factor.",
    "F.mse_loss(prediction.flatten(), target.flatten())",
    "F.mse_loss(prediction.flatten(), target.flatten()) / 2",
)
grader.edit(
    "takes_the_root",
    "This is the root of the mean squared error (RMSE), which is in the unit of the targets. Leave "
    "the root out.",
    "F.mse_loss(prediction.flatten(), target.flatten())",
    "F.mse_loss(prediction.flatten(), target.flatten()).sqrt()",
)
grader.edit(
    "takes_the_absolute_value",
    "This is the mean of the absolute errors. Square each error instead.",
    "F.mse_loss",
    "F.l1_loss",
)
grader.edit(
    "squares_the_mean",
    "The errors were averaged first and squared then: those above and below 0 cancel out. Square "
    "each one, then average.",
    "F.mse_loss(prediction.flatten(), target.flatten())",
    "(prediction.flatten() - target.flatten()).mean() ** 2",
)
grader.edit(
    "forgets_to_square",
    "This is the mean of the errors themselves: those above and below 0 cancel out. Square each "
    "one first.",
    "F.mse_loss(prediction.flatten(), target.flatten())",
    "(prediction.flatten() - target.flatten()).mean()",
)
grader.edit(
    "divides_by_one_less",
    "The sum of the squares is divided by N - 1 here, as a variance is. A mean divides by N.",
    "F.mse_loss(prediction.flatten(), target.flatten())",
    '(F.mse_loss(prediction.flatten(), target.flatten(), reduction="sum") / (len(target) - 1))',
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "converts_to_float32",
    **ANOTHER_DTYPE,
    old="F.mse_loss(prediction.flatten(), target.flatten())",
    new="F.mse_loss(prediction.flatten().float(), target.flatten().float())",
)
grader.edit(
    "subtracts_in_place",
    **changed_in_place("prediction"),
    old="F.mse_loss(prediction.flatten(), target.flatten())",
    new="prediction.sub_(target.view_as(prediction)).square().mean()",
)
grader.edit(
    "reshapes_the_target_in_place",
    **changed_in_place("target"),
    old="target.flatten()",
    new="target.resize_(prediction.shape).flatten()",
)
grader.edit(
    "detaches_the_prediction",
    "The loss is right, but cut off from `prediction`, as by `.detach()`, `.data` or "
    "`torch.tensor(...)`: no gradient arrives there to train with. Leave that out.",
    "prediction.flatten()",
    "prediction.detach().flatten()",
    idea="cut_graph",
)
