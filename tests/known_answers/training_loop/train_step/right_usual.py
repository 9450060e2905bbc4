# Right, in the usual order.

import torch


def train_step(model, inputs, targets, loss_fn, optimizer):
    model.train()
    outputs = model(inputs)
    loss = loss_fn(outputs, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
