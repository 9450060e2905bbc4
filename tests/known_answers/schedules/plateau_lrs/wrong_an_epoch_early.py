# lowers once `patience` epochs were bad, not one more
import torch


def plateau_lrs(values, lr, factor, patience, mode):
    best = float("inf") if mode == "min" else -float("inf")
    bad_epochs = 0
    lrs = []
    for value in values:
        if mode == "min":
            improved = value < best * (1 - 1e-4)
        else:
            improved = value > best * (1 + 1e-4)
        if improved:
            best = value
            bad_epochs = 0
        else:
            bad_epochs += 1
            if bad_epochs >= patience:
                if lr - lr * factor > 1e-8:
                    lr = lr * factor
                bad_epochs = 0
        lrs.append(lr)
    return lrs
