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
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size, gamma)
    losses = []
    for _ in range(epochs):
        losses.append(train(model, optimizer))
        scheduler.step()
    return losses


def with_a_formula(model, train, epochs, step_size, gamma):
    """Give the number of stairs to LambdaLR."""
    optimizer = torch.optim.SGD(model.parameters(), 0.1, 0.9)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: gamma ** (n // step_size))
    losses = []
    for epoch in range(epochs):
        if epoch > 0:
            scheduler.step()
        losses += [train(model, optimizer)]
    return losses


def by_hand(model, train, epochs, step_size, gamma):
    """Write each learning rate into the optimizer."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(train(model, optimizer))
        if epoch % step_size == 0:
            for group in optimizer.param_groups:
                group["lr"] *= gamma
    return losses


def with_all_milestones(model, train, epochs, step_size, gamma):
    """Name the epochs after which it is lowered, and train in a list."""
    optimizer = torch.optim.SGD(list(model.parameters()), lr=1e-1, momentum=0.9)
    milestones = list(range(step_size, epochs, step_size))
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=milestones, gamma=gamma)

    def epoch():
        loss = train(model, optimizer)
        scheduler.step()
        return loss

    return [epoch() for _ in range(epochs)]
