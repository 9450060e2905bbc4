# adds the norms up, without their squares
import math

import torch


def clip_gradients(params, max_norm):
    params = [p for p in params if p.grad is not None]
    total_norm = 0.0
    for p in params:
        total_norm += p.grad.data.norm(2).item()
    if math.isfinite(total_norm) and total_norm > max_norm:
        for p in params:
            p.grad.data *= max_norm / total_norm
    return total_norm
