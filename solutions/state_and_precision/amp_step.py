"""One step in mixed precision: half the bits where they are enough, and no gradient gets lost."""

import torch
from torch import nn


def amp_step(model, optimizer, scaler, inputs, targets, loss_fn, max_norm):
    """Take one training step in mixed precision, with scaled and clipped gradients.

    The model and the loss are computed under `torch.autocast` with float16, for the device of
    `inputs`. Gradients of float16 can be too small to be anything but 0, so the loss is multiplied
    by the scaler's scale before `backward()`. Before the step the gradients are divided by it
    again, and only then clipped: their total norm is at most `max_norm`.

    If one of them is inf or nan, clipping does not help: the scale was too large, the scaler skips
    the step, and nothing moves. After each step it adjusts its scale. The gradients may be left or
    cleared afterwards.

    Args:
        model: its parameters are float32, and stay so. It may have old gradients, which do not
            count.
        optimizer: holds the parameters of the model.
        scaler: a `torch.amp.GradScaler`, enabled.
        inputs: shape (N, ...), float32. Do not modify them.
        targets: as `loss_fn` takes them.
        loss_fn: `loss_fn(outputs, targets)` is the loss, a float32 tensor of shape ().
        max_norm: the largest total norm of the gradients, a float.

    Returns:
        The loss before the step, as it is without the scale, a Python float.

    Example:
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.constant_(model.weight, 2.0)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        >>> scaler = torch.amp.GradScaler("cpu", init_scale=64.0)
        >>> one, zero = torch.tensor([[1.0]]), torch.tensor([[0.0]])
        >>> amp_step(model, optimizer, scaler, one, zero, nn.MSELoss(), max_norm=1.0)
        4.0
        >>> round(model.weight.item(), 3)  # the gradient is 4, clipped to 1: 2 - 0.5 * 1
        1.5

    Read: Automatic Mixed Precision examples, "Gradient clipping"
        https://docs.pytorch.org/docs/stable/notes/amp_examples.html#gradient-clipping
    """
    optimizer.zero_grad()
    with torch.autocast(inputs.device.type, dtype=torch.float16):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


def with_a_norm_of_its_own(model, optimizer, scaler, inputs, targets, loss_fn, max_norm):
    """Compute the norm by hand, and clear the gradients at the end of nothing but the backward."""
    for param in model.parameters():
        param.grad = None
    with torch.autocast(device_type=inputs.device.type, dtype=torch.half):
        outputs = model(inputs)
        loss = loss_fn(outputs, targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    grads = [param.grad for param in model.parameters() if param.grad is not None]
    total = torch.stack([grad.square().sum() for grad in grads]).sum().sqrt()
    with torch.no_grad():
        for grad in grads:
            grad.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    scaler.step(optimizer)
    scaler.update()
    return float(loss.detach())


def asking_whether_it_is_finite(model, optimizer, scaler, inputs, targets, loss_fn, max_norm):
    """Skip the step oneself where the norm is not finite."""

    @torch.autocast(inputs.device.type, dtype=torch.float16)
    def forward():
        return loss_fn(model(inputs), targets)

    loss = forward()
    optimizer.zero_grad(set_to_none=False)
    (loss * scaler.get_scale()).backward()
    scaler.scale(torch.ones(()))  # the scaler makes its scale when it is first used
    scaler.unscale_(optimizer)
    if nn.utils.clip_grad_norm_(model.parameters(), max_norm).isfinite():
        optimizer.step()
    scaler.update()
    return loss.item()
