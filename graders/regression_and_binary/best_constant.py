import torch

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    core=True,
    # Trying 200 000 constants one by one, as the docstring allows, takes 10 s and more.
    timeout=40.0,
    # The docstring asks for 0.01.
    tolerance={"constant": (0.0, 0.02), "mean loss": (0.0, 0.02)},
    hints=(
        "Write a loop that prints the mean loss of many constants for the values 1, 2, 3, 4, 100.",
        "Move c up by a little. With l1, each value below c costs just that more, and each value "
        "above it just that less, however far away it is. When is it worth it?",
        "With l1 the best c has as many values below as above it. With mse the derivative counts "
        "how far away they are: sum(value - c) has to be 0.",
    ),
)


@grader.observe
def constant_and_its_loss(answer, values, loss):
    returned, changes = called(answer, values=values.clone(), loss=loss)
    try:
        constant = None if isinstance(returned, str) else float(returned)
    except (TypeError, ValueError, RuntimeError):
        constant = None
    mean_loss = None
    if constant is not None:
        distances = (values.cpu().double() - constant).abs()
        mean_loss = (distances if loss == "l1" else distances.square()).mean().item()
    # With an even number of values, several constants have the smallest absolute loss.
    only_one = loss == "mse" or len(values) % 2 == 1
    return {
        "returned": "a number" if constant is not None else kind_of(returned),
        "mean loss": mean_loss,
        "constant": constant if only_one else "any with this loss",
        **changes,
    }


def kind_of(returned):
    """A tensor with its shape, or the name of another type."""
    if isinstance(returned, torch.Tensor):
        return f"a tensor of shape {tuple(returned.shape)}"
    return type(returned).__name__


def shuffled(*groups):
    """The numbers of all groups in no order, the last of them, a far one, in the middle."""
    *others, far = torch.cat(groups)
    order = torch.randperm(len(others)).tolist()
    order.insert((len(others) + 1) // 2, len(others))
    return torch.stack([*others, far])[order]


@grader.case
def l1_of_9_prices():
    """The absolute loss of 9 prices that end in .40: 3 are alike, 2 far higher than the others."""
    usual, high = torch.randperm(40)[:5].sort().values, torch.randint(300, 900, (2,))
    return shuffled(usual[[0, 1, 1, 1, 2, 3, 4]], high) + 0.4, "l1"


@grader.case
def l1_of_6_values():
    """The absolute loss of 6 values: 3 near -20, 2 near 5, one near 200."""
    return shuffled(torch.randn(3) - 20, torch.tensor([4.3, 7.1]), torch.randn(1) + 200), "l1"


@grader.case
def l1_of_2_values():
    """The absolute loss of 2 values, in float64, with no whole number between them."""
    return torch.randint(-900, 900, (1,)) + torch.tensor([0.6, 0.4], dtype=torch.float64), "l1"


@grader.case
def l1_of_1_value():
    """The absolute loss of a single value."""
    return 2000 * torch.rand(1) - 1000, "l1"


@grader.case
def mse_of_20_values():
    """The squared loss of 20 values: 18 near 30, and -1000 and 1000."""
    near = torch.randn(17) + 30
    return shuffled(near, torch.tensor([1000.0, 31.5]), torch.tensor([-1000.0])), "mse"


@grader.case
def mse_of_5_values():
    """The squared loss of 5 values: 4 near 10, one near -100."""
    return shuffled(2 * torch.randn(4) + 10, torch.randn(1) - 100), "mse"


@grader.case
def first_example():
    """The first example of the docstring: the absolute loss of a single value."""
    return torch.tensor([2.5]), "l1"


@grader.case
def second_example():
    """The second example of the docstring: the squared loss of a single value."""
    return torch.tensor([2.5]), "mse"


@grader.case
def mse_of_8_values():
    """The squared loss of 8 values in float64: 5 near 0, two alike near 50, one near 400."""
    near, alike, far = (torch.randn(size, dtype=torch.float64) for size in (5, 1, 1))
    return shuffled(near, alike.expand(2) + 50, far + 400), "mse"


grader.edit(
    "takes_the_mean_for_both",
    "The mean is best for the squared loss only. A value far away moves the mean towards itself. "
    "For the absolute loss many small distances and one large one are better.",
    "values.median()",
    "values.mean()",
)
grader.edit(
    "takes_the_median_for_both",
    "The middle value is best for the absolute loss only. A large distance is very expensive for "
    "the squared loss, so its best constant moves towards a value far away.",
    "values.mean()",
    "values.median()",
)
grader.edit(
    "swaps_the_losses",
    "Each is best for the other loss: try both constants on the values 1, 2, 3, 4 and 100.",
    """
    case "l1":
        return values.median()
    case "mse":
        return values.mean()
    """,
    """
    case "mse":
        return values.median()
    case "l1":
        return values.mean()
    """,
)
grader.edit(
    "takes_the_middle_of_the_range_for_both",
    "Halfway between the smallest and the largest value, the *largest* distance is as small as can "
    "be. Both losses average over all distances.",
    "match loss:",
    "return (values.min() + values.max()) / 2\nmatch loss:",
)
grader.edit(
    "takes_the_middle_of_the_range",
    "For l1 this is halfway between the smallest and the largest value, where the *largest* "
    "distance is as small as can be. The loss is the mean of all distances.",
    "values.median()",
    "(values.min() + values.max()) / 2",
)
grader.edit(
    "forgets_to_sort",
    "For l1 this is the value that happens to be in the middle: the values come in no order.",
    "values.median()",
    "values[len(values) // 2]",
)
grader.edit(
    "forgets_to_sort_and_averages",
    "For l1 these are the values that happen to be in the middle: the values come in no order.",
    "values.median()",
    "(values[len(values) // 2] + values[(len(values) - 1) // 2]) / 2",
)
grader.edit(
    "misses_the_middle_by_one",
    "For l1 this is the value below the middle one: counted from 0, the middle of 7 values in "
    "order is number 3, which is 7 // 2.",
    "values.median()",
    "values.sort().values[len(values) // 2 - 1]",
)
grader.edit(
    "takes_the_most_frequent",
    "For l1 this is `mode`, the most frequent value, or the smallest of those. It is right as "
    "often as can be, but the loss counts by how much it is wrong elsewhere.",
    "values.median()",
    "values.mode().values",
)
grader.edit(
    "averages_the_absolute_values",
    "For l1 this is the mean of the absolute values, which is the *loss* of the constant 0. Which "
    "constant has the smallest loss?",
    "values.median()",
    "values.abs().mean()",
)
grader.edit(
    "takes_the_root_of_the_mean_square",
    "For mse this is the root of the mean of the squares. Which c makes the mean of "
    "(value - c) ** 2 smallest? Its derivative is 0 there.",
    "values.mean()",
    "values.square().mean().sqrt()",
)
grader.edit(
    "drops_the_extremes",
    "For l1 this is the mean without the smallest and the largest value. A second value far away "
    "still pulls it along, and no value has to be dropped: look for the smallest loss.",
    "values.median()",
    "values.sort().values[1:-1].mean()",
)


@grader.misconception
def tries_only_the_values(values, loss):
    """The best constant need not be one of the values: with l1 one of them will do, with mse not.
    Try the numbers between them too."""
    distances = (values - values[:, None]).abs()
    losses = (distances if loss == "l1" else distances.square()).mean(dim=1)
    return values[losses.argmin()]


@grader.misconception
def rounds_down_between_the_middle_two(values, loss):
    """`//` rounds down: of the middle two values 5.4 and 5.6 it makes 5, which is below both, and
    not between them. Write `/`."""
    ordered = values.sort().values
    if loss == "mse":
        return values.mean()
    below, above = ordered[(len(values) - 1) // 2], ordered[len(values) // 2]
    return above if len(values) % 2 else (below + above) // 2


@grader.misconception
def tries_only_whole_numbers(values, loss):
    """The constants are whole numbers here, but the best one need not be, and within 0.01 is asked
    for: round nothing, and try steps smaller than 1."""
    constants = torch.arange(-1000, 1001, device=values.device)[:, None]
    distances = (values - constants).abs().double()
    losses = (distances if loss == "l1" else distances.square()).mean(dim=1)
    return constants[losses.argmin()]


grader.edit(
    "returns_the_loss",
    "This is the smallest mean loss. Return the constant that has it.",
    """
    case "l1":
        return values.median()
    case "mse":
        return values.mean()
    """,
    """
    case "l1":
        return (values - values.median()).abs().mean()
    case "mse":
        return (values - values.mean()).square().mean()
    """,
)
grader.edit(
    "changes_the_values",
    "The constant is right, but the values that you were given have been put in order: the "
    "caller's are in another order now. Sort a copy: `values.sort().values`.",
    "match loss:",
    "values.copy_(values.sort().values)\nmatch loss:",
    idea="argument_changed",
)
grader.edit(
    "changes_the_values_for_l1",
    "The constant is right, but for l1 the values that you were given have been put in order: the "
    "caller's are in another order now. Sort a copy: `values.sort().values`.",
    "values.median()",
    "values.copy_(values.sort().values).median()",
    idea="argument_changed",
)
grader.edit(
    "repeats_the_constant",
    "The constant is right, but it is repeated for each value. Return it once.",
    """
    case "l1":
        return values.median()
    case "mse":
        return values.mean()
    """,
    """
    case "l1":
        return values.median().expand_as(values)
    case "mse":
        return values.mean().expand_as(values)
    """,
)
grader.edit(
    "returns_a_pair",
    "`median(dim=0)` gives a pair, the value and its place: take `.values`, or leave out `dim`.",
    "values.median()",
    "values.median(dim=0)",
)


grader.edit(
    "returns_nothing",
    "Nothing comes back: either a `return` is missing before what was computed, or none is come "
    'to, as where `loss` is compared with another string than "l1" and "mse".',
    """
    case "l1":
        return values.median()
    case "mse":
        return values.mean()
    """,
    """
    case "l1":
        values.median()
    case "mse":
        values.mean()
    """,
)
grader.edit(
    "counts_equal_values_once",
    "Values that occur several times are counted once here. Each of them adds to the loss, so each "
    "one counts.",
    """
    case "l1":
        return values.median()
    case "mse":
        return values.mean()
    """,
    """
    case "l1":
        return values.unique().median()
    case "mse":
        return values.unique().mean()
    """,
)

grader.edit(
    "takes_the_middle_of_the_range_for_mse",
    "For mse this is halfway between the smallest and the largest value, where the *largest* "
    "distance is as small as can be. The loss is the mean of all squared distances.",
    "values.mean()",
    "(values.min() + values.max()) / 2",
)
grader.edit(
    "goes_past_the_middle",
    "For l1 this is the value above the middle one, and of one or two values there is none: "
    "counted from 0, the middle of 7 values in order is number 3, which is 7 // 2.",
    "values.median()",
    "sorted(values)[len(values) // 2 + 1]",
)

grader.edit(
    "averages_above_the_middle",
    "With an even number of values the constant for l1 is too large, as where the middle two are "
    "found one place too high: counted from 0, those of 6 values in order are numbers 2 and 3.",
    "values.median()",
    "sum(values.sort().values[[len(values) // 2, min(len(values) // 2 + 1 - len(values) % 2,"
    " len(values) - 1)]]) / 2",
)
grader.edit(
    "looks_from_0_on",
    "Where the best constant is below 0, this is 0, as where only constants from 0 on are tried. "
    "The values may be as low as -1000.",
    """
    case "l1":
        return values.median()
    case "mse":
        return values.mean()
    """,
    """
    case "l1":
        return values.median().clamp(min=0)
    case "mse":
        return values.mean().clamp(min=0)
    """,
)
grader.edit(
    "cuts_off_the_digits",
    "For l1 the digits after the point are cut off, as by `int(...)`: within 0.01 is asked for.",
    "values.median()",
    "int(values.median())",
)
