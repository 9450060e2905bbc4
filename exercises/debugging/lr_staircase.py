"""Some epochs, and a learning rate that goes down in stairs."""

import torch


def lr_staircase(model, train, epochs, step_size, gamma):
    """Train for some epochs, and lower the learning rate after every few of them.

    The exercise starts with a version of this function that has one bug: it raises a TypeError
    before the first epoch, whatever it is given. Find the bug and fix it.

    Args:
        model: what is trained, by SGD with momentum 0.9: one optimizer for all epochs.
        train: `train(model, optimizer)` trains the model for one epoch, with this optimizer, and
            returns the mean loss of the epoch, a Python float.
        epochs: how many, an int, 1 or above.
        step_size: for how many epochs a learning rate stays, an int, 1 or above. In the first ones
            it is 0.1.
        gamma: what it is multiplied by then, a float above 0. Above 1, the learning rate rises.

    Returns:
        A list of floats: what `train` returned in each epoch.

    Example: 0.1 for two epochs, a quarter of it for the next two.
        >>> def train(model, optimizer):
        ...     return optimizer.param_groups[0]["lr"]
        >>> lr_staircase(torch.nn.Linear(1, 1), train, epochs=4, step_size=2, gamma=0.25)
        [0.1, 0.1, 0.025, 0.025]

    Read: torch.optim.lr_scheduler.StepLR
        https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR()
    losses = []
    for _ in range(epochs):
        losses.append(train(model, optimizer))
        scheduler.step()
    return losses
