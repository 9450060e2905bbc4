# the dampening counts in the first step too
import torch


def steady_step(gradient, lr, momentum, dampening):
    if momentum == 0:
        return -lr * gradient, -lr * gradient, torch.zeros_like(gradient)
    first = -lr * (1 - dampening) * gradient
    steady = first / (1 - momentum)
    coasted = steady * momentum / (1 - momentum)
    return first, steady, coasted
