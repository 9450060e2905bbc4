# returns as soon as a norm is not finite, and the scale stays as it is
import torch
from torch import nn


def amp_step(model, optimizer, scaler, inputs, targets, loss_fn, max_norm):
    optimizer.zero_grad()
    with torch.autocast(device_type=inputs.device.type, dtype=torch.float16):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    if torch.isnan(norm) or torch.isinf(norm):
        optimizer.zero_grad()
        return loss.item()
    scaler.step(optimizer)
    scaler.update()
    return loss.item()
