# Clips the scaled gradients to the scaled norm
import torch
from torch import nn


def mixed_precision_epoch(model, loader, loss_fn, optimizer, scaler, max_norm):
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        with torch.autocast(inputs.device.type, dtype=torch.float16):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm * scaler.get_scale())
        scaler.step(optimizer)
        scaler.update()
        total += loss.item()
    return total / len(loader)
