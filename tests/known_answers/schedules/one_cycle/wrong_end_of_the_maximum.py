# ends at a ten-thousandth of the maximum, not of the beginning
import math

import torch


def one_cycle(step, total, max_lr):
    if step >= total:
        raise ValueError
    start, end = max_lr / 25, max_lr / 10000
    up = 0.3 * total - 1
    down = total - 1 - up
    if step < up:
        k = (1 - math.cos(math.pi * step / up)) / 2
        lr = start + (max_lr - start) * k
        momentum = 0.95 - 0.1 * k
    else:
        k = (1 - math.cos(math.pi * (step - up) / down)) / 2
        lr = max_lr + (end - max_lr) * k
        momentum = 0.85 + 0.1 * k
    return lr, momentum
