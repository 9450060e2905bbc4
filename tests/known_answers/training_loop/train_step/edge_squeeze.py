# It squeezes the outputs, although the loss takes them as the model gives them.

import torch


def train_step(model, inputs, targets, loss_fn, optimizer):
    optimizer.zero_grad()
    outputs = model(inputs).squeeze()
    loss = loss_fn(outputs, targets)
    loss.backward()
    optimizer.step()
    return loss.item()
