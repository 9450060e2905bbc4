# One norm of all numbers, and a factor that is at most 1
import torch
from torch import nn


def mixed_precision_epoch(model, loader, loss_fn, optimizer, scaler, max_norm):
    losses = []
    for inputs, targets in loader:
        optimizer.zero_grad()
        with torch.autocast(device_type=inputs.device.type, dtype=torch.float16):
            loss = loss_fn(model(inputs), targets)
        losses.append(loss.detach())
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        grads = [p.grad for p in model.parameters() if p.grad is not None]
        norm = torch.cat([grad.flatten() for grad in grads]).norm()
        if norm > max_norm:
            for grad in grads:
                grad.mul_(max_norm / norm)
        scaler.step(optimizer)
        scaler.update()
    return torch.stack(losses).mean().item()
