import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    after=("regression_and_binary/mean_squared_error", "regression_and_binary/best_constant"),
    hints=(
        "Draw half the square from 0 to delta. How high is it at delta, and how steep?",
        "The line has the slope delta. Which number must be subtracted so that it starts at "
        "delta ** 2 / 2?",
        "Beyond delta: `delta * (error.abs() - delta / 2)`. Or look for this loss in torch.nn: one "
        "relative of it divides everything by delta.",
    ),
)


@grader.observe
def loss_and_gradient(answer, prediction, target, delta):
    return value_and_gradient(
        lambda *tensors: answer(*tensors, delta), "loss", prediction=prediction, target=target
    )


def around(*errors, dtype=torch.float32):
    """Predictions with about these errors, and their targets."""
    target = torch.randn(len(errors), dtype=dtype)
    return target + torch.tensor(errors, dtype=dtype) * (
        1 + torch.rand(len(errors), dtype=dtype) / 10
    ), target


@grader.case
def half():
    """8 entries, errors on both sides of 0 and of a delta of 0.5."""
    return *around(0.1, -0.3, 0.7, -2.0, 0.4, 3.0, -0.2, -0.9), 0.5


@grader.case
def two():
    """6 entries in float64, errors on both sides of 0 and of a delta of 2."""
    return *around(1.5, -1.8, 5.0, -3.0, 0.3, -0.5, dtype=torch.float64), 2.0


@grader.case
def one():
    """5 entries, errors on both sides of 0 and of a delta of 1."""
    return *around(0.2, -0.7, 1.9, -4.0, 2.5), 1.0


@grader.case
def a_table():
    """A table of 4 x 3 entries and a delta of 3."""
    return 4 * torch.randn(4, 3), torch.randn(4, 3), 3.0


@grader.case
def outliers():
    """6 entries and a delta of 0.1; 2 errors are near 10000."""
    return *around(0.05, -9000.0, 0.3, -0.02, 9090.0, -0.2), 0.1


@grader.case
def all_near():
    """5 entries whose errors are all below a delta of 10."""
    return 2 * torch.randn(5), torch.zeros(5), 10.0


@grader.case
def first_example():
    """The first example of the docstring: an error of 0.5, and a delta of 2."""
    return torch.tensor([0.5]), torch.tensor([0.0]), 2.0


@grader.case
def second_example():
    """The second example of the docstring: an error of 3, and a delta of 2."""
    return torch.tensor([3.0]), torch.tensor([0.0]), 2.0


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.regression_and_binary._shared import (
    ANOTHER_DTYPE,
    RETURNS_ONE_LOSS_FOR_EACH,
    SUMS_INSTEAD_OF_AVERAGING,
)

LIBRARY = "F.huber_loss(prediction, target, delta=delta)"
ERROR = "(prediction - target).abs()"


def by_parts(near, far, when=f"{ERROR} <= delta"):
    """The two formulas, of which one is wrong."""
    return f"torch.where({when}, {near}, {far}).mean()"


SQUARE, LINE = f"{ERROR} ** 2 / 2", f"delta * ({ERROR} - delta / 2)"
WRONG = {
    "takes_smooth_l1": (
        "This is 1 / delta of the loss, as `smooth_l1_loss` with `beta=delta` gives it: its slope "
        "beyond delta is 1. The Huber loss has the slope delta there.",
        "F.smooth_l1_loss(prediction, target, beta=delta)",
    ),
    "ignores_delta": (
        "`delta` has no effect: this is the loss for a delta of 1, the library's default. Hand it "
        "on.",
        "F.huber_loss(prediction, target)",
    ),
    "ignores_delta_in_smooth_l1": (
        "This is delta times the loss for a delta of 1: `smooth_l1_loss` calls it `beta`, whose "
        "default is 1. Hand it on.",
        "delta * F.smooth_l1_loss(prediction, target)",
    ),
    "jumps_at_delta": (
        "The loss jumps at delta, from delta ** 2 / 2 to delta ** 2: the line needs another "
        "start. Subtract what it is too high there.",
        by_parts(SQUARE, f"delta * {ERROR}"),
    ),
    "has_the_slope_1": (
        "Beyond delta this line has the slope 1: at delta, where the parabola has the slope "
        "delta, there is a bend. Multiply by delta.",
        by_parts(SQUARE, f"{ERROR} - delta / 2"),
    ),
    "takes_the_plain_absolute_error": (
        "Beyond delta this is the absolute error itself, which neither starts where the parabola "
        "ends nor has its slope. Which line does?",
        by_parts(SQUARE, ERROR),
    ),
    "forgets_the_half": (
        "Up to delta this is the whole squared error, and not half of it: at delta it jumps down.",
        by_parts(f"{ERROR} ** 2", LINE),
    ),
    "doubles_it": (
        "This is twice the loss, as of the whole square and a line that fits it. Up to delta it is "
        "*half* the squared error.",
        by_parts(f"{ERROR} ** 2", f"2 * {LINE}"),
    ),
    "subtracts_all_of_delta": (
        "At delta the line begins at 0: all of delta was subtracted from the error. How high is "
        "the parabola there?",
        by_parts(SQUARE, f"delta * ({ERROR} - delta)"),
    ),
    "swaps_the_parts": (
        "The two parts have changed places: large errors are squared, and small ones are on the "
        "line.",
        by_parts(LINE, SQUARE),
    ),
    "forgets_the_other_side": (
        "Errors below -delta are squared as well, since -5 <= delta is true, too. Compare the "
        "absolute value with delta.",
        by_parts(SQUARE, LINE, "prediction - target <= delta"),
    ),
    "forgets_the_absolute_value": (
        "On the line an error below 0 makes the loss smaller: the line has to rise on both sides. "
        "Take the absolute value there, too.",
        by_parts(SQUARE, "delta * (prediction - target - delta / 2)"),
    ),
    "stops_at_delta": (
        "Beyond delta the loss does not grow any more, as where the error was clamped: there is no "
        "gradient, and nothing is learnt from an outlier. It has to go on along a line.",
        f"({ERROR}.clamp(max=delta) ** 2 / 2).mean()",
    ),
    "squares_all_errors": (
        "This is half the mean squared error, for large errors, too: nothing happens at delta.",
        f"({SQUARE}).mean()",
    ),
    "leaves_outliers_out": (
        "Errors beyond delta count as 0. They are on a line, which is there so that they still "
        "count, if not as much.",
        by_parts(SQUARE, "0.0"),
    ),
}
for name, (text, new) in WRONG.items():
    grader.edit(name, text, LIBRARY, new)
grader.edits(
    "subtracts_what_fits_a_delta_of_1",
    "Where delta is not 1, the line does not begin where the parabola ends, as where 1/2 is "
    "subtracted. How high is the parabola at delta, and how high `delta * error`?",
    LIBRARY,
    [
        by_parts(SQUARE, f"delta * ({ERROR} - 0.5)"),
        by_parts(SQUARE, f"delta * {ERROR} - 0.5"),
        by_parts(SQUARE, f"delta * {ERROR} - delta / 2"),
    ],
)
grader.edit(
    "sums_instead_of_averaging",
    **SUMS_INSTEAD_OF_AVERAGING,
    old="delta=delta",
    new='delta=delta, reduction="sum"',
)
grader.edit(
    "returns_one_loss_for_each_entry",
    **RETURNS_ONE_LOSS_FOR_EACH,
    old="delta=delta",
    new='delta=delta, reduction="none"',
)
grader.edit("returns_a_number", **RETURNS_A_NUMBER, old=LIBRARY, new=f"{LIBRARY}.item()")
grader.edit(
    "gives_delta_by_position",
    "The third argument of `F.huber_loss` is `reduction`, so `delta` landed there: write "
    "`delta=delta`.",
    LIBRARY,
    "F.huber_loss(prediction, target, delta)",
)
grader.edit(
    "converts_to_float32",
    **ANOTHER_DTYPE,
    old=LIBRARY,
    new="F.huber_loss(prediction.float(), target.float(), delta=delta)",
)
grader.edit(
    "subtracts_in_place",
    **changed_in_place("prediction"),
    old=LIBRARY,
    new="F.huber_loss(prediction.sub_(target), torch.zeros_like(target), delta=delta)",
)


@grader.misconception
def decides_with_an_if(prediction, target, delta):
    """A table fails, as where an `if` decides about each row: a row has several errors, and `if`
    takes one truth alone. `torch.where` decides about all entries at once."""
    losses = []
    for error in prediction - target:
        if abs(error) <= delta:
            losses.append(error**2 / 2)
        else:
            losses.append(delta * (abs(error) - delta / 2))
    return sum(losses) / len(losses)


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_the_rows_only(prediction, target, delta):
    """The sum is divided by the number of rows. A table of N x D has N * D entries, and the mean is
    over all of them."""
    return F.huber_loss(prediction, target, delta=delta, reduction="sum") / len(prediction)
