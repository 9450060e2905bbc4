# autocast as a decorator, gradients by autograd.grad, and the norm by hand
import torch
from torch import nn


def amp_step(model, optimizer, scaler, inputs, targets, loss_fn, max_norm):
    @torch.autocast(inputs.device.type, torch.float16)
    def forward():
        return loss_fn(model(inputs), targets)

    parameters = [p for p in model.parameters() if p.requires_grad]
    loss = forward()
    gradients = torch.autograd.grad(scaler.scale(loss), parameters, allow_unused=True)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    scaler.unscale_(optimizer)
    held = [p.grad for p in parameters if p.grad is not None]
    norm = torch.cat([g.flatten() for g in held]).norm()
    if norm > max_norm:
        for gradient in held:
            gradient *= max_norm / norm
    scaler.step(optimizer)
    scaler.update()
    return float(loss)
