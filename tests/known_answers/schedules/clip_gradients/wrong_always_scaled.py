# short gradients are made longer
import math

import torch


def clip_gradients(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total_norm = torch.norm(torch.stack([torch.norm(g) for g in grads]))
    if torch.isnan(total_norm) or torch.isinf(total_norm):
        return total_norm.item()
    clip_coef = max_norm / (total_norm + 1e-6)
    for g in grads:
        g.mul_(clip_coef)
    return total_norm.item()
