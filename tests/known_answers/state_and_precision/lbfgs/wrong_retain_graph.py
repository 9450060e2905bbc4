# the loss is computed once before the step; the closure goes backward through it again and again
import torch


def lbfgs(model, optimizer, loss_fn, inputs, targets, steps):
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(inputs), targets)

        def closure():
            optimizer.zero_grad()
            loss.backward(retain_graph=True)
            return loss

        optimizer.step(closure)
        losses.append(loss.item())
    return losses
