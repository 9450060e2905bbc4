# It starts from torch.zeros(1), so that the penalty has the shape (1,), and float64 may become float32.

import torch


def l2_penalty(params, weight_decay):
    penalty = torch.zeros(1)
    for p in params:
        penalty = penalty + p.pow(2).sum()
    return 0.5 * weight_decay * penalty
