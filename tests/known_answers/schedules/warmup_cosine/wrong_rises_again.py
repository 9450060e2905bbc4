# after the end the cosine goes on
import math

import torch


def warmup_cosine(step, total, warmup, max_lr, min_lr):
    if step < warmup:
        return max_lr * (step + 1) / (warmup + 1)
    t = (step - warmup) / (total - warmup)
    return min_lr + (max_lr - min_lr) / 2 * (1 + math.cos(t * math.pi))
