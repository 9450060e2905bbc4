"""Three schedules that change the learning rate: which epoch gets which?"""

import torch


def lr_by_epoch(schedule, lr, gamma, when, epochs):
    """Say which learning rate each epoch is trained with.

    The scheduler is one of torch.optim.lr_scheduler, and its `step()` comes once an epoch, at the
    end:

        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        scheduler = ...
        for epoch in range(epochs):
            train_one_epoch(model, loader, loss_fn, optimizer)
            scheduler.step()

    Args:
        schedule: which scheduler: "StepLR" for `StepLR(optimizer, when, gamma)`, "MultiStepLR" for
            `MultiStepLR(optimizer, when, gamma)`, or "ExponentialLR" for
            `ExponentialLR(optimizer, gamma)`.
        lr: the learning rate of the optimizer at the beginning, a float above 0.
        gamma: a float above 0; with 1.5, say, the learning rate grows.
        when: of StepLR an int, 1 or above; of MultiStepLR a list of ints, 1 or above, no two of
            them equal and the smallest first, perhaps an empty one; of ExponentialLR None.
        epochs: an int, 0 or above.

    Returns:
        A list of floats, one for each epoch; rounding errors do not matter. Do not modify the
        arguments.

    Example:
        >>> lr_by_epoch("StepLR", 1.0, 0.5, 2, epochs=5)
        [1.0, 1.0, 0.5, 0.5, 0.25]

    Read: torch.optim, "How to adjust learning rate"
        https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
    """
    match schedule:
        case "StepLR":
            falls = [epoch // when for epoch in range(epochs)]
        case "MultiStepLR":
            falls = [sum(epoch >= start for start in when) for epoch in range(epochs)]
        case "ExponentialLR":
            falls = list(range(epochs))
    return [lr * gamma**count for count in falls]


def from_epoch_to_epoch(schedule, lr, gamma, when, epochs):
    """Multiply where the schedule says so, and keep the learning rate otherwise."""
    lrs = []
    for epoch in range(epochs):
        falls = {
            "StepLR": lambda epoch=epoch: epoch % when == 0,
            "MultiStepLR": lambda epoch=epoch: epoch in when,
            "ExponentialLR": lambda: True,
        }
        if epoch > 0 and falls[schedule]():
            lr = lr * gamma
        lrs.append(float(lr))
    return lrs


def with_torch(schedule, lr, gamma, when, epochs):
    """Let torch do it, with a parameter that never moves."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    kind = getattr(torch.optim.lr_scheduler, schedule)
    arguments = (gamma,) if when is None else (when, gamma)
    scheduler = kind(optimizer, *arguments)
    lrs = []
    for _ in range(epochs):
        lrs += scheduler.get_last_lr()
        optimizer.step()
        scheduler.step()
    return lrs
