# any smaller value counts as better
import torch


def plateau_lrs(values, lr, factor, patience, mode):
    lrs = []
    best = None
    wait = 0
    for v in values:
        if best is None or (v < best if mode == "min" else v > best):
            best = v
            wait = 0
        else:
            wait += 1
        if wait > patience:
            if lr * (1 - factor) > 1e-8:
                lr *= factor
            wait = 0
        lrs.append(lr)
    return lrs
