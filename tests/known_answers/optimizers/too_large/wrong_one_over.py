# the limit is 1 / curvature, where the parameters begin to jump
import torch


def too_large(curvature, lr):
    limit = 1 / curvature.max().item()
    active = curvature[curvature > 0]
    factor = ((1 - lr * active) ** 2).max().item()
    jumps = lr * curvature > 1
    return limit, factor, jumps
