# dampening is left out
import torch


def steady_step(gradient, lr, momentum, dampening):
    first = -lr * gradient
    steady = first / (1 - momentum)
    coasted = steady * momentum / (1 - momentum)
    return first, steady, coasted
