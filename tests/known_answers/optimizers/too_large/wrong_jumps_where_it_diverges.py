# only parameters that diverge are said to jump
import torch


def too_large(curvature, lr):
    limit = 2 / curvature.max().item()
    c = curvature[curvature != 0]
    factor = float(((1 - lr * c) ** 2).max())
    jumps = curvature > 2 / lr
    return limit, factor, jumps
