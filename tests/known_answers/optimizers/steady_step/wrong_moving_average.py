# takes momentum for a moving average, whose steps end at lr * gradient
import torch


def steady_step(gradient, lr, momentum, dampening):
    first = -lr * (1 - momentum) * gradient
    steady = -lr * gradient
    coasted = steady * momentum / (1 - momentum)
    return first, steady, coasted
