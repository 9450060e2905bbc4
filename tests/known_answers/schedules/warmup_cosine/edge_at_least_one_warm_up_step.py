# a guard against dividing by 0 makes a warm-up of 0 steps one of 1
import math

import torch


def warmup_cosine(step, total, warmup, max_lr, min_lr):
    warmup = max(warmup, 1)
    if step < warmup:
        return max_lr * (step + 1) / (warmup + 1)
    if step >= total:
        return min_lr
    progress = (step - warmup) / (total - warmup)
    return min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * progress)) / 2
