# Fails for parameters whose gradient is None.
import torch


def take_step(optimizer, loss):
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad.detach_()
            p.grad.zero_()
    loss.backward()
    optimizer.step()
