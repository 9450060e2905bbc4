# the sum of the coasting begins with a whole steady step
import torch


def steady_step(gradient, lr, momentum, dampening):
    first = -lr * gradient
    if momentum == 0:
        return first, first.clone(), torch.zeros_like(gradient)
    steady = -lr * (1 - dampening) / (1 - momentum) * gradient
    coasted = steady / (1 - momentum)
    return first, steady, coasted
