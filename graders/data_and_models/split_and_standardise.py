import torch

from torchkata import Grader, called, parts

grader = Grader(
    points=3,
    level=2,
    core=True,
    after=("tensors/standardise_channels", "data_and_models/data_loaders"),
    hints=(
        "Which comes first, splitting or standardising? Whose mean does new data get?",
        "Draw one random order of the indices, from a generator with `seed`, and cut it in two.",
        "Take mean and standard deviation of `inputs[train]` along dimension 0, and use these two "
        "for both sets. Where the standard deviation is 0, divide by 1.",
    ),
)
NAMES = "train_inputs", "train_targets", "val_inputs", "val_targets"
LOOKS = (  # None where the targets do not say which examples are in which set
    "each example is in one set",
    "each feature of the training set is scaled with",
    "each feature of the validation set is scaled with",
    "validation set: neighbours, or each n-th",
    "the same split again with the same seed",
    "the same split of other data",
    "the same split with another seed",
    "targets, in their first order",
)


@grader.observe
def both_sets(answer, inputs, targets, seed):
    answered, seen = called(answer, inputs=inputs, targets=targets, seed=seed)
    got = parts(answered, *NAMES)
    seen |= {"returned": got.pop("returned")} | {name: kind(part) for name, part in got.items()}
    train, val = (places(targets, got[name]) for name in ("train_targets", "val_targets"))
    known = train is not None and val is not None
    seen |= {"all targets are among those given": known} | dict.fromkeys(LOOKS)
    if not known:
        return seen
    seen["each example is in one set"] = bool((train + val).eq(1).all())
    if [len(part) for part in got.values()] != [*2 * [train.sum()], *2 * [val.sum()]]:
        return seen
    sets = {"the training set": inputs[train > 0], "the validation set": inputs[val > 0]}
    for name, who in (("train", "training"), ("val", "validation")):
        beside = inputs[(got[f"{name}_targets"][:, None] == targets).int().argmax(1)]
        ways = dict(scaled(beside, sets | {"all examples": inputs}))
        seen[f"each feature of the {who} set is scaled with"] = [
            next((w for w, it in ways.items() if alike(it[:, d], column)), "something else")
            for d, column in enumerate(got[f"{name}_inputs"].unbind(1))
        ]
    if len(inputs) >= 40:  # of fewer, two splits may be the same by chance
        seen |= splits(answer, inputs, targets, seed, val)
    return seen | {"targets, in their first order": targets[(train + val) > 0]}


def kind(part):
    return f"{part.dtype}, {tuple(part.shape)}" if isinstance(part, torch.Tensor) else str(part)


def places(targets, got):
    """How often each target is in a set, shape (N,); None if there is something else."""
    if not isinstance(got, torch.Tensor) or got.dim() != 1 or not torch.isin(got, targets).all():
        return None
    return (got[:, None] == targets).sum(0)


def scaled(rows, sets):
    """(name, the rows) scaled in all ways that are told apart."""
    for name, known in sets.items():
        for correction in (0, 1):
            std = known.std(0, correction=correction)
            name += " (N - 1)" * correction
            yield name, (rows - known.mean(0)) / torch.where(std > 0, std, 1.0)
    known = sets["the training set"]
    yield "the mean alone", rows - known.mean(0)
    yield "minimum and maximum", (rows - known.amin(0)) / (known.amax(0) - known.amin(0))
    yield "one mean of all features", (rows - known.mean()) / known.std(correction=0)
    yield "nothing", rows


def alike(one, other):
    exact = one.dtype == other.dtype == torch.float64
    return torch.allclose(one, other.to(one.dtype), *((1e-9, 1e-9) if exact else (1e-4, 1e-4)))


def splits(answer, inputs, targets, seed, val):
    torch.manual_seed(4321 + seed)
    again, other = (places(targets, answer(inputs, targets, s)[3]) for s in (seed, seed + 1))
    steps = val.nonzero().flatten().diff()
    elsewhere = places(targets.flip(0), answer(inputs.flip(0), targets.flip(0), seed)[3])
    return {
        "validation set: neighbours, or each n-th": bool(steps.max() == steps.min()),
        "the same split again with the same seed": torch.equal(again, val),
        "the same split of other data": torch.equal(elsewhere, val),
        "the same split with another seed": torch.equal(other, val),
    }


def drawn(count, *scales, dtype=torch.float32):
    """Rows with features of these scales, of which the first grows; no two targets are the same."""
    inputs = torch.randn(count, len(scales), dtype=dtype) + 1
    inputs[:, 0] += torch.arange(count) / 4
    return inputs * torch.tensor(scales, dtype=dtype), torch.randperm(1000)[:count]


@grader.case
def growing_inputs():
    """50 examples with 3 features, of which the first grows from example to example."""
    return *drawn(50, 1.0, 10.0, 0.1), 3


@grader.case
def not_divisible_by_5():
    """44 examples with 2 features, in float64; so are the targets, some below 0. The
    seed is 0."""
    inputs, targets = drawn(44, 1.0, 100.0, dtype=torch.float64)
    return inputs, targets.double() / 8 - 60, 0


@grader.case
def features_of_one_millionth():
    """60 examples, in float64; of the 3 features, one is around 0.000001."""
    return *drawn(60, 1.0, 1e-6, 1.0, dtype=torch.float64), 11


@grader.case
def a_constant_feature():
    """41 examples with 4 features, of which one is always 3, and one around 0.000001. The
    targets are floats."""
    inputs, targets = drawn(41, 1.0, 1.0, 1e-6, 5.0)
    inputs[:, 1] = 3
    return inputs, targets / 8, 42


@grader.case
def as_in_the_docstring():
    """The example of the docstring: the numbers 0 to 9, and the targets 0 to 9."""
    return torch.arange(10.0).view(10, 1), torch.arange(10), 0


from graders._shared import NEVER_BELOW_0, changed_in_place
from solutions.data_and_models.split_and_standardise import split_and_standardise

STATISTICS = "mean, std = inputs[train].mean(dim=0), inputs[train].std(dim=0, correction=0)"
SCALE = "scaled = (inputs - mean) / std"
RETURN = "return scaled[train], targets[train], scaled[val], targets[val]"

grader.edit(
    "standardises_before_it_splits",
    "Mean and standard deviation are those of all examples: the training set knows something of "
    "the validation set, which then looks better than new data will. Split first, and take them "
    "of the training set.",
    old=STATISTICS,
    new="mean, std = inputs.mean(dim=0), inputs.std(dim=0, correction=0)",
    idea="leakage",
)
grader.edit(
    "standardises_each_set_by_itself",
    "The validation set got its own mean and standard deviation, as with a second `fit_transform`. "
    "The model has learned from inputs scaled with those of the training set: use these for both.",
    old=RETURN,
    new="""
    rows = inputs[val]
    own = rows.std(dim=0, correction=0)
    rows = (rows - rows.mean(dim=0)) / torch.where(own > 0, own, 1.0)
    return scaled[train], targets[train], rows, targets[val]
    """,
    idea="own_statistics",
)
grader.edit(
    "leaves_the_validation_set_as_it_came",
    "The validation set is not standardised, so the model gets numbers of another size than it was "
    "trained with. Use the training set's mean and standard deviation for both.",
    old="scaled[val]",
    new="inputs[val]",
    idea="other_preprocessing",
)
grader.edit(
    "standardises_nothing",
    "Both sets are split, and not standardised.",
    old=SCALE,
    new="scaled = inputs",
)
grader.edit(
    "standardises_with_the_validation_set",
    "Mean and standard deviation are those of the validation set. It has to tell how the model "
    "does on data that nobody has seen: take them of the training set.",
    old=STATISTICS,
    new="mean, std = inputs[val].mean(dim=0), inputs[val].std(dim=0, correction=0)",
    idea="leakage",
)
grader.edit(
    "divides_by_one_less",
    "`std` divides by N - 1 by default. Here the mean of the squares is meant: `correction=0`.",
    old=".std(dim=0, correction=0)",
    new=".std(dim=0)",
    idea="bessel",
)
grader.edit(
    "divides_by_one_less_of_all",
    "Two things. Mean and standard deviation are those of all examples, which lets the training "
    "set know the validation set: split first. And `std` divides by N - 1: `correction=0`.",
    old=STATISTICS,
    new="mean, std = inputs.mean(dim=0), inputs.std(dim=0)",
    idea="leakage",
)
grader.edits(
    "makes_float32",
    "Inputs in float64 come back as float32, as after `.float()`. Keep their dtype.",
    old=SCALE,
    news=[
        "scaled = ((inputs - mean) / std).float()",
        "scaled = (inputs.float() - mean.float()) / std.float()",
    ],
    idea="dtype_not_kept",
)
grader.edit(
    "subtracts_the_mean_alone",
    "The mean is subtracted, and that is all: divide by the standard deviation, too.",
    old=SCALE,
    new="scaled = inputs - mean",
)
grader.edit(
    "scales_to_0_and_1",
    "The training inputs go from 0 to 1, as `MinMaxScaler` makes them. Standardising uses mean and "
    "standard deviation, so that one outlier does not decide for all.",
    old=SCALE,
    new="""
    low, high = inputs[train].amin(dim=0), inputs[train].amax(dim=0)
    scaled = (inputs - low) / (high - low)
    """,
)
grader.edit(
    "takes_one_mean_for_all_features",
    "All features share one mean and one standard deviation, as where `dim=0` is missing. Each "
    "feature, a column, needs its own.",
    old=STATISTICS,
    new="mean, std = inputs[train].mean(), inputs[train].std(correction=0)",
    idea="wrong_dim",
)
grader.edit(
    "divides_by_0",
    "A feature that never changes becomes nan, 0 divided by 0. Where the standard deviation is 0, "
    "divide by 1.",
    old="std = torch.where(std > 0, std, 1.0)",
    new="",
    idea="division_by_zero",
)
grader.edits(
    "adds_a_small_number",
    "A feature of small numbers comes out too small, as where a small number is added to the "
    "standard deviation, or where it is clamped. It may be 0.000001: only where it is 0 divide by "
    "something else.",
    old="std = torch.where(std > 0, std, 1.0)",
    news=[f"std = std + {n}" for n in ("1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-12")]
    + ["std = std.clamp(min=1e-5)"],
    idea="small_number_in_the_divisor",
)
grader.edits(
    "does_not_shuffle",
    "The validation set is not drawn at random: neighbours (the first or the last fifth), or each "
    "fifth example. As the data is sorted, it may hold classes or dates that the training set "
    "does not have. Draw a random order: `torch.randperm`.",
    old="order = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(seed))",
    news=["order = torch.arange(len(inputs))", "order = torch.arange(len(inputs)).flip(0)"],
    idea="unshuffled_split",
)
grader.edit(
    "forgets_the_seed",
    "The same seed gives another split the next time, so that examples of the old training set "
    "are in the new validation set. Give `randperm` a generator with `seed`.",
    old="torch.randperm(len(inputs), generator=torch.Generator().manual_seed(seed))",
    new="torch.randperm(len(inputs))",
    idea="unseeded",
)
grader.edit(
    "takes_seed_0_for_none",
    "With seed 0 the split is another one each time, as where `if seed:` is asked: 0 counts as "
    "False there. It is a seed like any other.",
    old=".manual_seed(seed)",
    new=".manual_seed(seed or torch.randint(1, 2**60, ()).item())",
    idea="zero_for_not_given",
)
grader.edits(
    "splits_by_the_data",
    "Which examples are drawn depends on the numbers in the data, as where a fifth of each class "
    "is drawn, or where the data is sorted first. It may depend on `seed` and N alone: draw from "
    "the indices 0 to N - 1.",
    old="val, train = order[: len(inputs) // 5], order[len(inputs) // 5 :]",
    news=[
        """
    order = order[targets[order].argsort(stable=True)].roll(1)
    val = order[::5][: len(inputs) // 5]
    train = order[~torch.isin(order, val)]
    """,
        """
    order = targets.argsort()[order]
    val, train = order[: len(inputs) // 5], order[len(inputs) // 5 :]
    """,
    ],
    idea="split_by_the_data",
)
grader.edits(
    "always_has_the_same_seed",
    "Another seed gives the same split, as where the generator is seeded with a fixed number, or "
    "not at all: a new `torch.Generator()` begins with the same number each time. Use `seed`.",
    old=".manual_seed(seed)",
    news=[".manual_seed(0)", ".manual_seed(42)", ""],
    idea="seed_ignored",
)
grader.edit(
    "trains_on_everything",
    "The validation examples are in the training set as well: a model that has learned them by "
    "heart looks perfect. Each example belongs in one of the two.",
    old="order[len(inputs) // 5 :]",
    new="order",
    idea="validated_on_training_data",
)
grader.edits(
    "rounds_up",
    "For some N the validation set has one example too many, as where N / 5 is rounded up or to "
    "the nearest whole number, or the training set rounded down: `N // 5` rounds down.",
    old="val, train = order[: len(inputs) // 5], order[len(inputs) // 5 :]",
    news=[
        f"count = {count}\nval, train = order[:count], order[count:]"
        for count in ("-(-len(inputs) // 5)", "round(len(inputs) / 5)")
    ],
)
grader.edit(
    "exchanges_the_sets",
    "The training set is the smaller one: a fifth belongs to the validation, and the rest to the "
    "training.",
    old="val, train =",
    new="train, val =",
)
grader.edit(
    "returns_both_inputs_first",
    "The parts are in another order, the one of scikit-learn's `train_test_split`. Here the two "
    "parts of the training set come first.",
    old=RETURN,
    new="return scaled[train], scaled[val], targets[train], targets[val]",
    idea="swapped_pair",
)
grader.edit(
    "returns_two_pairs",
    "These are two pairs. Return one tuple of four: train_inputs, train_targets, val_inputs, "
    "val_targets.",
    old=RETURN,
    new="return (scaled[train], targets[train]), (scaled[val], targets[val])",
)
grader.edit(
    "shuffles_the_targets_differently",
    "The rows do not belong to their targets any more: inputs and targets were put in two "
    "different orders. Draw one order, and use it for both.",
    old=RETURN,
    new="return scaled[train].flip(0), targets[train], scaled[val].flip(0), targets[val]",
    idea="rows_beside_other_targets",
)
grader.edits(
    "leaves_the_targets_in_order",
    "The targets are cut in two in the order in which they came, and the inputs in another: the "
    "rows have targets of other examples now. Take both with the same indices.",
    old=RETURN,
    news=[
        f"count = len(inputs) // 5\nreturn scaled[train], {train}, scaled[val], {val}"
        for train, val in (
            ("targets[count:]", "targets[:count]"),
            ("targets[:-count]", "targets[-count:]"),
        )
    ],
    idea="rows_beside_other_targets",
)
grader.edits(
    "converts_the_targets",
    "Some targets come back in another dtype, as after `.long()` or `.float()`, which may change "
    "the numbers, too. They are to be split, and nothing else.",
    old=RETURN,
    news=[
        f"targets = targets.{method}()\n{RETURN}" for method in ("long", "float", "double", "int")
    ],
    idea="dtype_not_kept",
)
grader.edit(
    "standardises_the_targets",
    "The targets have changed, too, as where they were standardised. Only the inputs are.",
    old=RETURN,
    new="""
    targets = (targets - targets[train].double().mean()) / targets[train].double().std()
    return scaled[train], targets[train], scaled[val], targets[val]
    """,
)


@grader.misconception(**changed_in_place("inputs"))
def standardises_in_place(inputs, targets, seed):
    train, train_targets, val, val_targets = split_and_standardise(inputs, targets, seed)
    inputs -= inputs.mean(dim=0)
    return train, train_targets, val, val_targets


grader.equivalent(
    "std = torch.where(std > 0, std, 1.0) -> std = torch.where(std != 0, std, 1.0)",
    NEVER_BELOW_0,
)
grader.equivalent(
    "std = torch.where(std > 0, std, 1.0) -> std = torch.where(std > 0, std, 2.0)",
    "what is divided there is 0",
)

grader.not_here(
    "bound not drawn: inputs, 0.000001",
    reason="It is a standard deviation, and two cases have features with one around it.",
)
