# clamps each number
import math

import torch


def clip_gradients(params, max_norm):
    params = [p for p in params if p.grad is not None]
    total = math.sqrt(sum((p.grad**2).sum().item() for p in params))
    if math.isfinite(total):
        for p in params:
            p.grad.clamp_(-max_norm, max_norm)
    return total
