# at momentum 0 torch does without dampening, too
import torch


def steady_step(gradient, lr, momentum, dampening):
    first = -lr * gradient
    steady = -lr * (1 - dampening) / (1 - momentum) * gradient
    coasted = momentum / (1 - momentum) * steady
    return first, steady, coasted
