"""Lower the learning rate when nothing gets better any more: when is that?"""

import torch


def plateau_lrs(values, lr, factor, patience, mode):
    """Say what ReduceLROnPlateau makes of the learning rate, epoch by epoch.

    The scheduler is told one value after each epoch, such as the loss on the validation data, or
    the accuracy:

        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        scheduler = ReduceLROnPlateau(optimizer, mode, factor, patience)
        for value in values:
            ...  # train for one epoch
            scheduler.step(value)

    All its other settings are at their defaults; one of them decides how much better a value has to
    be, and another which changes of the learning rate are too small to be made. Predict the
    learning rates, or find out how torch does it.

    Args:
        values: a list of floats above 0, perhaps empty.
        lr: the learning rate at the beginning, a float above 0.
        factor: a float above 0 and below 1.
        patience: an int, 0 or above.
        mode: "min" if smaller values are better, "max" if larger ones are.

    Returns:
        A list of floats: the learning rate after each `scheduler.step(value)`; rounding errors do
        not matter. Do not modify the arguments.

    Example:
        >>> losses = [2.0, 1.0, 1.5, 1.2, 1.1, 0.5]
        >>> plateau_lrs(losses, 1.0, 0.5, patience=1, mode="min")
        [1.0, 1.0, 1.0, 0.5, 0.5, 0.5]

    Read: torch.optim.lr_scheduler.ReduceLROnPlateau, "Parameters"
        https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
    """
    lrs, best = [], float("inf") if mode == "min" else 0.0
    for value in values:
        better = value < best * (1 - 1e-4) if mode == "min" else value > best * (1 + 1e-4)
        if better:
            best, bad = value, 0
        else:
            bad += 1
        if bad > patience and lr * (1 - factor) > 1e-8:
            lr, bad = lr * factor, 0
        lrs.append(lr)
    return lrs


def with_torch(values, lr, factor, patience, mode):
    """Let torch do it, with a parameter that never moves."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    kind = torch.optim.lr_scheduler.ReduceLROnPlateau
    scheduler = kind(optimizer, mode=mode, factor=factor, patience=patience)
    lrs = []
    for value in values:
        scheduler.step(value)
        lrs.append(optimizer.param_groups[0]["lr"])
    return lrs


def by_turns(values, lr, factor, patience, mode):
    """Turn what should grow around, and note from which epoch on the waiting counts."""
    best, since, lrs = None, -1, []
    for epoch, value in enumerate(values):
        if best is None or (value / best - 1) * (-1 if mode == "min" else 1) > 1e-4:
            best, since = value, epoch
        elif epoch - since > patience:
            lr = lr * factor if lr - lr * factor > 1e-8 else lr
            since = epoch
        lrs += [lr]
    return lrs
