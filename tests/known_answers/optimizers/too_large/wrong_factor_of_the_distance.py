# the factor of the distance, which is not squared
import torch


def too_large(curvature, lr):
    limit = 2 / curvature.max().item()
    active = curvature[curvature > 0]
    factor = (1 - lr * active).abs().max().item()
    return limit, factor, lr * curvature > 1
