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
    raise NotImplementedError
