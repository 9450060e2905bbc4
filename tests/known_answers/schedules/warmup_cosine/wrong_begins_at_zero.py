# the warm-up begins at 0 in step 0
import math

import torch


def warmup_cosine(step, total, warmup, max_lr, min_lr):
    if step < warmup:
        return max_lr * step / warmup
    if step > total:
        return min_lr
    progress = (step - warmup) / (total - warmup)
    return min_lr + 0.5 * (max_lr - min_lr) * (1 + math.cos(math.pi * progress))
