# the two classes are the other way round
import torch
from torch.optim.lr_scheduler import LambdaLR, MultiplicativeLR


def formula_scheduler(optimizer, lr_at, edits):
    if edits == "kept":
        for group in optimizer.param_groups:
            group["lr"] = 1.0
        return LambdaLR(optimizer, lr_at)
    for group in optimizer.param_groups:
        group["lr"] = lr_at(0)
    return MultiplicativeLR(optimizer, lambda step: lr_at(step) / lr_at(step - 1))
