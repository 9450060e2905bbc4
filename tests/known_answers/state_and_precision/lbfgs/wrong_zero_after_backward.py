# the closure clears the gradients that it has just computed
import torch


def lbfgs(model, optimizer, loss_fn, inputs, targets, steps):
    losses = []

    def closure():
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.zero_grad()
        return loss

    for _ in range(steps):
        loss = optimizer.step(closure)
        losses.append(loss.item())
    return losses
