# a value must be 0.0001 better, in its own unit
import torch


def plateau_lrs(values, lr, factor, patience, mode):
    sign = 1 if mode == "min" else -1
    best, bad, lrs = float("inf"), 0, []
    for value in values:
        if sign * value < best - 1e-4:
            best = sign * value
            bad = 0
        else:
            bad += 1
        if bad > patience:
            new_lr = lr * factor
            if lr - new_lr > 1e-8:
                lr = new_lr
            bad = 0
        lrs.append(lr)
    return lrs
