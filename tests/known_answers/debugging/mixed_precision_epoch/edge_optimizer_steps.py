# Right but for gradients of inf: the optimizer steps without the scaler
import torch
from torch import nn


def mixed_precision_epoch(model, loader, loss_fn, optimizer, scaler, max_norm):
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        with torch.autocast(inputs.device.type, dtype=torch.float16):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        optimizer.step()
        scaler.update()
        total += loss.item()
    return total / len(loader)
