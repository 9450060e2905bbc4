# the length of one long list of numbers, and new gradients in the place of the old
import math

import torch


def clip_gradients(params, max_norm):
    having = [p for p in params if p.grad is not None]
    norm = math.hypot(*(x for p in having for x in p.grad.flatten().tolist()))
    if max_norm < norm < math.inf:
        for p in having:
            p.grad = p.grad * (max_norm / norm)
    return norm
