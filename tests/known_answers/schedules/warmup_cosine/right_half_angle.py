# the square of a quarter wave is half a wave
import math

import torch


def warmup_cosine(step, total, warmup, max_lr, min_lr):
    line = max_lr * (step + 1) / (warmup + 1)
    angle = math.pi / 2 * (min(max(step, warmup), total) - warmup) / (total - warmup)
    curve = max_lr * math.cos(angle) ** 2 + min_lr * math.sin(angle) ** 2
    return line if step < warmup else curve
