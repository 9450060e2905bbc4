# Right: with a closure.
import torch


def take_step(optimizer, loss):
    def closure():
        optimizer.zero_grad()
        loss.backward()
        return loss
    optimizer.step(closure)
