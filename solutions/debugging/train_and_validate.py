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
    val_losses = []
    for _ in range(epochs):
        model.train()
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses = [loss_fn(model(inputs), targets).item() for inputs, targets in val_loader]
        val_losses.append(sum(losses) / len(losses))
    return val_losses


def in_each_batch(model, train_loader, val_loader, loss_fn, optimizer, epochs):
    """Switch to training mode before each step, and back after it."""
    val_losses = []
    for _ in range(epochs):
        for batch in train_loader:
            model.train().zero_grad()
            loss = loss_fn(model(batch[0]), batch[1])
            loss.backward()
            optimizer.step()
            model.eval()
        total = 0.0
        with torch.inference_mode():
            for batch in val_loader:
                total += loss_fn(model(batch[0]), batch[1]).item()
        val_losses.append(total / len(val_loader))
    return val_losses


def back_after_the_validation(model, train_loader, val_loader, loss_fn, optimizer, epochs):
    """Leave the validation as it was found, and the gradients too."""

    @torch.no_grad()
    def validate():
        model.train(False)
        losses = torch.stack([loss_fn(model(inputs), targets) for inputs, targets in val_loader])
        model.train(True)
        return losses.mean().item()

    model.train()
    val_losses = []
    while len(val_losses) < epochs:
        for inputs, targets in train_loader:
            loss = loss_fn(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        val_losses.append(validate())
    return val_losses
