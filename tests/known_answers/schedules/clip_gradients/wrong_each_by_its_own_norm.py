# each parameter's gradient is clipped by itself
import math

import torch


def clip_gradients(params, max_norm):
    total = 0.0
    for p in params:
        if p.grad is None:
            continue
        norm = p.grad.norm().item()
        total += norm**2
        if math.isfinite(norm) and norm > max_norm:
            p.grad.mul_(max_norm / norm)
    return math.sqrt(total)
