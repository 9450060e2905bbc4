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
    raise NotImplementedError
