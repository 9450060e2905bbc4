"""An epoch in mixed precision, with clipped gradients."""

import torch
from torch import nn


def mixed_precision_epoch(model, loader, loss_fn, optimizer, scaler, max_norm):
    """Train for one epoch under autocast with float16, with scaled and clipped gradients.

    The exercise starts with a version of this function that has one bug. A linear layer whose
    gradient has the norm 4, with `max_norm=1.0` and lr 0.5, should move by 0.5 in its first step.
    At a scale of 64 it moves by 0.0078, at a scale of 128 by half of that. With `max_norm=1e9` all
    is right. Find the bug and fix it.

    Args:
        model: gives the outputs for a batch of inputs; its parameters are float32 and stay so. It
            comes in training mode, and stays in it.
        loader: a list of at least one batch (inputs, targets), all on the device of the model;
            inputs: shape (N, ...), float32. Do not modify them.
        loss_fn: `loss_fn(outputs, targets)` is the mean loss of a batch, a float32 tensor of shape
            (). It is computed under autocast, as the model is.
        optimizer: of the parameters of the model, which may have old gradients. It takes one step
            for each batch, with the gradients of this batch alone, clipped to a total norm of
            `max_norm`, as they are without the scale.
        scaler: a `torch.amp.GradScaler`, enabled. Where a gradient is inf or nan, it skips the
            step; after each batch it adjusts its scale.
        max_norm: the largest total norm of the gradients, a positive float.

    Returns:
        The mean of the batches' losses, a Python float: each loss before its step and without the
        scale, and each batch counts once, however many examples it has.

    Example:
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.constant_(model.weight, 2.0)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        >>> scaler = torch.amp.GradScaler("cpu", init_scale=64.0)
        >>> batch = torch.ones(1, 1), torch.zeros(1, 1)
        >>> mixed_precision_epoch(model, [batch], nn.MSELoss(), optimizer, scaler, max_norm=1.0)
        4.0
        >>> round(model.weight.item(), 3)
        1.5

    Read: Automatic Mixed Precision examples, "Gradient clipping"
        https://docs.pytorch.org/docs/stable/notes/amp_examples.html#gradient-clipping
    """
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        with torch.autocast(inputs.device.type, dtype=torch.float16):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.step(optimizer)
        scaler.update()
        total += loss.item()
    return total / len(loader)


def with_a_function_for_the_loss(model, loader, loss_fn, optimizer, scaler, max_norm):
    """Put model and loss into one function, and clear the gradients after it."""

    @torch.autocast(loader[0][0].device.type, dtype=torch.half)
    def forward(batch):
        return loss_fn(model(batch[0]), batch[1])

    losses = []
    for batch in loader:
        loss = forward(batch)
        losses.append(float(loss.detach()))
        model.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(list(model.parameters()), max_norm)
        scaler.step(optimizer)
        scaler.update()
    return sum(losses) / len(losses)


def with_a_larger_bound(model, loader, loss_fn, optimizer, scaler, max_norm):
    """Multiply the bound by the scale, in place of dividing the gradients first."""
    losses = []
    for inputs, targets in loader:
        with torch.autocast(device_type=inputs.device.type, dtype=torch.float16):
            loss = loss_fn(model(inputs), targets)
        optimizer.zero_grad(set_to_none=False)
        scaler.scale(loss).backward()
        bound = max_norm * scaler.get_scale()
        nn.utils.clip_grad_norm_(model.parameters(), bound)
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item())
    return sum(losses) / len(loader)
