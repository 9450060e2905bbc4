"""Some epochs, with whatever scheduler one likes."""

import torch


def scheduled_epochs(train, scheduler, epochs):
    """Train for some epochs, and let a scheduler set the learning rate after each.

    The exercise starts with a version of this function that has one bug. With ReduceLROnPlateau it
    is right. With StepLR, which is to divide the learning rate by 10 after 2 epochs, a loss of 0.7
    leaves it at 0.1 for good, and a loss of 35 takes it to 1e-18 after the first epoch. With
    CosineAnnealingLR it goes up when the loss goes down. Find the bug and fix it.

    Args:
        train: `train()` trains for one epoch, and returns the mean loss of the epoch, a Python
            float, any finite number.
        scheduler: any scheduler of torch.optim.lr_scheduler that counts epochs (or steps, as
            CyclicLR does; then an epoch is a step), or ReduceLROnPlateau, which looks at the loss.
            It is one of torch's own classes.
        epochs: how many, an int, 1 or above.

    Returns:
        A list of floats: the mean loss of each epoch, not rounded.

    Example: a tenth of the learning rate after every 2 epochs.
        >>> optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        >>> scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2)
        >>> def train():
        ...     optimizer.step()
        ...     print(round(optimizer.param_groups[0]["lr"], 6))
        ...     return 0.7
        >>> scheduled_epochs(train, scheduler, epochs=4)
        0.1
        0.1
        0.01
        0.01
        [0.7, 0.7, 0.7, 0.7]

    Read: torch.optim, "How to adjust learning rate"
        https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
    """
    losses = []
    for _ in range(epochs):
        losses.append(train())
        scheduler.step(losses[-1])
    return losses
