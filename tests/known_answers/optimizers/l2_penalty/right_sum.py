# Right, as half the weight decay times the sum of squares.

import torch


def l2_penalty(params, weight_decay):
    return 0.5 * weight_decay * sum(p.pow(2).sum() for p in params)
