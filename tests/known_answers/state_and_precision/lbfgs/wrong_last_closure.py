# the loss of the last call of the closure
import torch


def lbfgs(model, optimizer, loss_fn, inputs, targets, steps):
    losses = []
    current = 0.0

    def closure():
        nonlocal current
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        current = loss.item()
        return loss

    for _ in range(steps):
        optimizer.step(closure)
        losses.append(current)
    return losses
