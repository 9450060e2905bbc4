# all groups begin with lr_at(0), and LambdaLR multiplies that
import torch
from torch.optim import lr_scheduler


def formula_scheduler(optimizer, lr_at, edits):
    first = lr_at(0)
    for group in optimizer.param_groups:
        group["lr"] = first

    def since_the_start(step):
        return lr_at(step) / first

    def since_the_last(step):
        return lr_at(step) / lr_at(step - 1)

    groups = len(optimizer.param_groups)
    if edits == "kept":
        return lr_scheduler.MultiplicativeLR(optimizer, [since_the_last] * groups)
    return lr_scheduler.LambdaLR(optimizer, [since_the_start] * groups)
