# Divides by the scale itself, and the scaler does so once more
import torch
from torch import nn


def mixed_precision_epoch(model, loader, loss_fn, optimizer, scaler, max_norm):
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        with torch.autocast(inputs.device.type, dtype=torch.float16):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        for param in model.parameters():
            if param.grad is not None:
                param.grad /= scaler.get_scale()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.step(optimizer)
        scaler.update()
        total += loss.item()
    return total / len(loader)
