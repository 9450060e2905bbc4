"""Which epoch was the best one, and how good it was, as a tutorial finds out."""


def best_epoch(model, train, validate, epochs):
    """Train for some epochs, and report the one with the best accuracy.

    The exercise starts with a version of this function that has one bug: after three epochs with
    the losses 0.9, 0.5 and 0.7 and the accuracies 0.5, 0.7 and 0.8 it reports epoch 1, the worst,
    with the accuracy 0.5, and it should be epoch 3. How it trains is right. Find the bug and fix
    it.

    In each epoch, `train` is called once and `validate` once after it. No epoch is left out,
    however good the ones before it were.

    Args:
        model: what is trained.
        train: `train(model)` trains for one epoch, in place, and returns nothing.
        validate: `validate(model)` returns a tuple (loss, accuracy) of two Python floats: the
            validation loss, above 0.0, and the share of examples that are right, above 0.0 and up
            to 1.0. An epoch with a larger loss may have a larger accuracy.
        epochs: how many, an int from 1.

    Returns:
        A tuple (epoch, accuracy). epoch: the number of the epoch with the largest accuracy, an int,
        by however little it is the largest; the first epoch has the number 1. Of equal ones, it is
        the first. accuracy: of that epoch, as `validate` returned it.

    Example: the results after three epochs.
        >>> import torch
        >>> model = torch.nn.Linear(1, 1)
        >>> results = iter([(0.9, 0.5), (0.5, 0.7), (0.7, 0.8)])
        >>> best_epoch(model, lambda model: None, lambda model: next(results), epochs=3)
        (3, 0.8)

    Read: The Python Tutorial, "Comparing Sequences and Other Types"
        https://docs.python.org/3/tutorial/datastructures.html#comparing-sequences-and-other-types
    """
    best, best_result = 0, (0.0, 0.0)
    for epoch in range(1, epochs + 1):
        train(model)
        result = validate(model)
        if result[1] > best_result[1]:
            best, best_result = epoch, result
    return best, best_result[1]


def with_names(model, train, validate, epochs):
    """Take the tuple apart as soon as it comes."""
    best, best_acc = None, None
    for epoch in range(epochs):
        train(model)
        _, accuracy = validate(model)
        if best_acc is None or accuracy > best_acc:
            best, best_acc = epoch + 1, accuracy
    return best, best_acc


def with_all_results(model, train, validate, epochs):
    """Collect the accuracies, and choose at the end."""
    accuracies = []
    while len(accuracies) < epochs:
        train(model)
        accuracies.append(validate(model)[1])
    best_acc = max(accuracies)
    return accuracies.index(best_acc) + 1, best_acc
