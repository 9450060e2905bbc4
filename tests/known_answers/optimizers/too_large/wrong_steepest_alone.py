# the factor of the steepest parameter, though a flat one may be slower
import torch


def too_large(curvature, lr):
    steepest = curvature.max().item()
    limit = 2.0 / steepest
    factor = (1 - lr * steepest) ** 2
    jumps = curvature * lr > 1
    return limit, factor, jumps
