# Wrong: weights each batch's loss with its size, where the mean of the batches' losses is asked for; shown by batches of sizes 3 and 1.
import torch
from torch import nn


def mixed_precision_epoch(model, loader, loss_fn, optimizer, scaler, max_norm):
    running_loss, seen = 0.0, 0
    for inputs, targets in loader:
        optimizer.zero_grad()
        with torch.autocast(inputs.device.type, dtype=torch.float16):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.step(optimizer)
        scaler.update()
        running_loss += loss.item() * inputs.size(0)
        seen += inputs.size(0)
    return running_loss / seen
