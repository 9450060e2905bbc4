# lowers by less than eps too
import math

import torch


def plateau_lrs(values, lr, factor, patience, mode):
    best = math.inf if mode == "min" else -math.inf
    bad, lrs = 0, []
    for value in values:
        if mode == "min" and value < best * (1 - 1e-4) or mode == "max" and value > best * (1 + 1e-4):
            best, bad = value, 0
        else:
            bad += 1
        if bad > patience:
            lr, bad = lr * factor, 0
        lrs.append(lr)
    return lrs
