# a parameter of curvature 0 has the factor 1, though the loss does not depend on it
import torch


def too_large(curvature, lr):
    limit = 2 / float(curvature.max())
    factor = float(((1 - lr * curvature) ** 2).max())
    jumps = lr * curvature > 1
    return limit, factor, jumps
