# each value is compared with the one before, not with the best
import torch


def plateau_lrs(values, lr, factor, patience, mode):
    lrs = []
    bad = 0
    for i, value in enumerate(values):
        if i > 0:
            prev = values[i - 1]
            better = value < prev * (1 - 1e-4) if mode == "min" else value > prev * (1 + 1e-4)
            bad = 0 if better else bad + 1
        if bad > patience:
            if lr - lr * factor > 1e-8:
                lr = lr * factor
            bad = 0
        lrs.append(lr)
    return lrs
