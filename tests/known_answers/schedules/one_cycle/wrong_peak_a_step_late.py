# the peak is at 0.3 * total
import math

import torch


def cos_anneal(start, end, pct):
    return end + (start - end) / 2 * (1 + math.cos(math.pi * pct))


def one_cycle(step, total, max_lr):
    if step >= total:
        raise ValueError(f"step {step} >= total {total}")
    warm = 0.3 * total
    lr0 = max_lr / 25
    if step <= warm:
        pct = step / warm
        return cos_anneal(lr0, max_lr, pct), cos_anneal(0.95, 0.85, pct)
    pct = (step - warm) / (total - 1 - warm)
    return cos_anneal(max_lr, lr0 / 1e4, pct), cos_anneal(0.85, 0.95, pct)
