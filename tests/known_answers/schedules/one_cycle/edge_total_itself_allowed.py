# step `total` is let through
import math

import torch


def one_cycle(step, total, max_lr):
    if step > total:
        raise ValueError(f"Tried to step {step} times; the plan has {total} steps")
    low, final = max_lr / 25, max_lr / 25 / 1e4
    peak = 0.3 * total - 1
    if step <= peak:
        c = (1 - math.cos(math.pi * step / peak)) / 2
        return low + (max_lr - low) * c, 0.95 - 0.1 * c
    c = (1 + math.cos(math.pi * (step - peak) / (total - 1 - peak))) / 2
    return final + (max_lr - final) * c, 0.95 - 0.1 * c
