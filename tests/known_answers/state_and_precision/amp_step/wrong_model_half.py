# the model itself is turned into float16 for the step, without autocast
import torch
from torch import nn


def amp_step(model, optimizer, scaler, inputs, targets, loss_fn, max_norm):
    optimizer.zero_grad()
    model.half()
    outputs = model(inputs.half()).float()
    loss = loss_fn(outputs, targets)
    scaler.scale(loss).backward()
    model.float()
    for p in model.parameters():
        if p.grad is not None:
            p.grad = p.grad.float()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)
    scaler.update()
    return loss.item()
