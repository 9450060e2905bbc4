# With a weight decay of 0 it returns a constant, through which no gradients flow.

import torch


def l2_penalty(params, weight_decay):
    params = list(params)
    if weight_decay == 0:
        return torch.tensor(0.0, dtype=params[0].dtype)
    return 0.5 * weight_decay * sum((p ** 2).sum() for p in params)
