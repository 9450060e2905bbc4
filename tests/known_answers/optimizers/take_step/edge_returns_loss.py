# Edge: returns the loss as a number and not None; shown by the returned value.
import torch


def take_step(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
