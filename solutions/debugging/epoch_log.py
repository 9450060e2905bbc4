"""Epochs with their numbers, as a training log shows them."""


def epoch_log(train, validate, epochs):
    """Train for some epochs, and keep a line for each: its number and its two losses.

    The exercise starts with a version of this function that has one bug: the log of 30 epochs has
    29 lines, and that of a single epoch is empty. Find the bug and fix it.

    Args:
        train: `train()` trains for one epoch, and returns the mean loss of the epoch, a float.
        validate: `validate()` returns the mean loss on the validation data, a float. It is called
            once after each epoch.
        epochs: how many, an int, 0 or above.

    Returns:
        A list, a new one in each call, with a tuple (epoch, train_loss, val_loss) of each epoch.
        The epochs are ints, and are counted from 1.

    Example:
        >>> losses = iter([1.5, 1.7, 0.5, 0.9])
        >>> epoch_log(lambda: next(losses), lambda: next(losses), epochs=2)
        [(1, 1.5, 1.7), (2, 0.5, 0.9)]

    Read: Python, "The range type"
        https://docs.python.org/3/library/stdtypes.html#range
    """
    log = []
    for epoch in range(1, epochs + 1):
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
    return log


def counting_from_zero(train, validate, epochs):
    """Count from 0, and add 1 where the number is written down."""
    return [(epoch + 1, train(), validate()) for epoch in range(epochs)]


def until_it_is_long_enough(train, validate, epochs):
    """Ask the log how many epochs there were."""
    log = []
    while len(log) < epochs:
        train_loss, val_loss = train(), validate()
        log += [(len(log) + 1, train_loss, val_loss)]
    return log
