"""A learning rate that is lowered when the accuracy no longer rises."""

import torch


def lr_by_accuracy(model, optimizer, train, accuracy, epochs):
    """Train for some epochs, and lower the learning rate when the accuracy no longer rises.

    The exercise starts with a version of this function that has one bug: with an accuracy of 0.5,
    0.6, 0.7, 0.8 and 0.9 after the five epochs, the last one is trained with a tenth of the
    learning rate, although each epoch was better than all before it. Find the bug and fix it.

    An accuracy is better if it is more than 1.0001 times the best one so far. After three epochs in
    a row that are no better, the learning rate is divided by 10, and three more have to follow
    before it is divided again.

    Args:
        model: what is trained.
        optimizer: of the parameters of the model; its learning rate is 0.001 or above.
        train: `train(model, optimizer)` trains for one epoch, and returns nothing.
        accuracy: `accuracy(model)` is the share of right answers on the validation data, a float
            above 0, at most 1. It is asked once after each epoch.
        epochs: how many, an int from 1 to 15.

    Returns:
        A list of floats: the accuracy after each epoch.

    Example: the accuracy rises, and the learning rate stays.
        >>> model = torch.nn.Linear(1, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> rising = iter([0.5, 0.6, 0.7, 0.8, 0.9])
        >>> def train(model, optimizer):
        ...     print(optimizer.param_groups[0]["lr"])
        >>> lr_by_accuracy(model, optimizer, train, lambda model: next(rising), epochs=5)
        0.1
        0.1
        0.1
        0.1
        0.1
        [0.5, 0.6, 0.7, 0.8, 0.9]

    Read: torch.optim.lr_scheduler.ReduceLROnPlateau, "Parameters"
        https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
    """
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="max", patience=2)
    accuracies = []
    for _ in range(epochs):
        train(model, optimizer)
        accuracies.append(accuracy(model))
        scheduler.step(accuracies[-1])
    return accuracies


def by_hand(model, optimizer, train, accuracy, epochs):
    """Count the epochs that were no better."""
    accuracies, best, waited = [], 0.0, 0
    for _ in range(epochs):
        train(model, optimizer)
        accuracies += [accuracy(model)]
        waited = 0 if accuracies[-1] > best * 1.0001 else waited + 1
        best = accuracies[-1] if waited == 0 else best
        if waited == 3:
            waited = 0
            for group in optimizer.param_groups:
                group["lr"] /= 10
    return accuracies


def with_all_settings(model, optimizer, train, accuracy, epochs):
    """Say what the defaults are, and step before each epoch but the first."""
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, "max", factor=0.1, patience=2, threshold=1e-4, threshold_mode="rel"
    )
    accuracies = []
    while len(accuracies) < epochs:
        train(model, optimizer)
        now = accuracy(model)
        accuracies.append(now)
        scheduler.step(metrics=now)
    return accuracies
