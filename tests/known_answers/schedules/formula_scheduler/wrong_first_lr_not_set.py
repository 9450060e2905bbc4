# MultiplicativeLR goes on from the learning rate that the optimizer happens to have
import torch
from torch.optim.lr_scheduler import LambdaLR, MultiplicativeLR


def formula_scheduler(optimizer, lr_at, edits):
    if edits == "overwritten":
        lambdas = []
        for group in optimizer.param_groups:
            group["lr"] = 1.0
            lambdas.append(lr_at)
        return LambdaLR(optimizer, lambdas)
    return MultiplicativeLR(optimizer, lambda step: lr_at(step) / lr_at(step - 1))
