"""A split without leakage: what may the training set know of the validation set?"""

import torch


def split_and_standardise(inputs, targets, seed):
    """Split the data into a training set and a validation set, and standardise the inputs.

    The examples come sorted (by class, say, or by date), so the split is random: N // 5 of the N
    examples, rounded down, go into the validation set, and all others into the training set. Which
    ones depends on `seed` and N alone: the same seed gives the same sets, also in another run, and
    another seed nearly always gives others. You may draw with any generator, torch's own too.
    Within a set the examples may be in any order, each beside its target.

    To standardise is to subtract from each feature its mean, and to divide by its standard
    deviation, the square root of the mean of (number - mean) ** 2. (This divides by how many
    numbers there are, not by one less.) The validation set is to show how the model does on data
    that nobody has seen: nothing of it may influence the training set, not even a mean. And it is
    treated as new data will be: with the numbers of the training set.

    Args:
        inputs: shape (N, D), a row for each example and a column for each feature, float32 or
            float64; N is at least 10. A feature's standard deviation may be as small as 0.000001
            (its numbers then are about as small), or 0 if it is the same whole number in all
            examples: such a feature becomes 0. No other is constant in the training set. Do not
            modify them.
        targets: shape (N,), of any dtype. They are split, and not changed otherwise.
        seed: an int from 0.

    Returns:
        A tuple (train_inputs, train_targets, val_inputs, val_targets) of tensors, of the dtypes of
        `inputs` and `targets`.

    Example:
        >>> inputs = torch.arange(10.0).view(10, 1)
        >>> sets = split_and_standardise(inputs, torch.arange(10), seed=0)
        >>> [tuple(part.shape) for part in sets]
        [(8, 1), (8,), (2, 1), (2,)]
        >>> train_inputs = sets[0]
        >>> round(train_inputs.std(correction=0).item(), 4)
        1.0

    Read: scikit-learn, "Common pitfalls and recommended practices", "Data leakage"
        https://scikit-learn.org/stable/common_pitfalls.html#data-leakage
    """
    order = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(seed))
    val, train = order[: len(inputs) // 5], order[len(inputs) // 5 :]
    mean, std = inputs[train].mean(dim=0), inputs[train].std(dim=0, correction=0)
    std = torch.where(std > 0, std, 1.0)
    scaled = (inputs - mean) / std
    return scaled[train], targets[train], scaled[val], targets[val]


def set_by_set(inputs, targets, seed):
    """Split first; then a function that has seen the training set alone scales both."""
    generator = torch.Generator()
    generator.manual_seed(seed)
    share = len(inputs) // 5
    val, train = torch.randperm(len(inputs), generator=generator).split(
        [share, len(inputs) - share]
    )
    scale = _fitted(inputs[train])
    return scale(inputs[train]), targets[train], scale(inputs[val]), targets[val]


def _fitted(inputs):
    variance, mean = torch.var_mean(inputs, dim=0, keepdim=True, correction=0)
    std = variance.sqrt()
    std[std == 0] = 1
    return lambda rows: (rows - mean) / std


def with_a_mask(inputs, targets, seed):
    """Mark the validation set, and leave the order as it is."""
    keys = torch.rand(len(inputs), generator=torch.Generator().manual_seed(seed))
    chosen = keys.argsort()[: len(inputs) // 5]
    in_val = torch.zeros(len(inputs), dtype=torch.bool)
    in_val[chosen] = True
    train, val = inputs[~in_val], inputs[in_val]
    centre = train.mean(0)
    spread = (train - centre).square().mean(0).sqrt()
    spread = spread.masked_fill(spread == 0, 1)
    return (
        (train - centre).div(spread),
        targets[~in_val],
        (val - centre).div(spread),
        targets[in_val],
    )


def with_random_split(inputs, targets, seed):
    """Let `random_split` choose the examples."""
    count = len(inputs) // 5
    train, val = torch.utils.data.random_split(
        range(len(inputs)),
        [len(inputs) - count, count],
        generator=torch.Generator().manual_seed(seed),
    )
    train, val = list(train), list(val)
    mean, std = inputs[train].mean(0), inputs[train].std(0, unbiased=False)
    std += (std == 0).to(std.dtype)
    return (
        (inputs[train] - mean) / std,
        targets[train],
        (inputs[val] - mean) / std,
        targets[val],
    )
