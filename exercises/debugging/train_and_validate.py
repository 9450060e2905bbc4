"""Train, look at the validation data, train on: an epoch after the other."""

import torch


def train_and_validate(model, train_loader, val_loader, loss_fn, optimizer, epochs):
    """Train for some epochs, and work out the loss on the validation data after each.

    The exercise starts with a version of this function that has one bug. A single epoch is right.
    In 10 epochs of one batch each, in which BatchNorm's inputs are all 1, its running mean should
    come to 0.65, and stays at 0.1. And of 1000 numbers, Dropout drops 500 in the first epoch and
    none in the second. Find the bug and fix it.

    Args:
        model: gives the outputs for a batch of inputs. It may hold Dropout and BatchNorm, and comes
            in either mode, with or without old gradients; in which mode it is left does not matter.
        train_loader: a list of at least one batch (inputs, targets), the inputs of the dtype of the
            model, float32 or float64. Each batch gets one step of the optimizer in each epoch.
        val_loader: a list of at least one batch like those, of the same dtype (float32 or float64),
            all batches of one size. They change nothing of the model.
        loss_fn: `loss_fn(outputs, targets)` is the mean loss of a batch, a scalar tensor (shape
            `()`).
        optimizer: takes each step with the gradients of this batch alone.
        epochs: how many, an int, 1 or above.

    Returns:
        A list of floats: after each epoch, the mean of the validation batches' losses, with Dropout
        switched off and BatchNorm's running statistics in use.

    Example:
        >>> model = torch.nn.Linear(1, 1, bias=False)
        >>> _ = torch.nn.init.zeros_(model.weight)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
        >>> batch = (torch.ones(1, 1), torch.ones(1, 1))
        >>> train_and_validate(model, [batch], [batch], torch.nn.MSELoss(), optimizer, epochs=2)
        [0.25, 0.0625]

    Read: torch.nn.Module, "eval"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.eval
    """
    model.train()
    val_losses = []
    for _ in range(epochs):
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses = [loss_fn(model(inputs), targets).item() for inputs, targets in val_loader]
        val_losses.append(sum(losses) / len(losses))
    return val_losses
