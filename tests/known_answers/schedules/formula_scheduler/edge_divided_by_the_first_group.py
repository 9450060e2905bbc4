# divides by the learning rate of the first group, whatever the others have
import torch
from torch.optim.lr_scheduler import LambdaLR, MultiplicativeLR


def formula_scheduler(optimizer, lr_at, edits):
    base_lr = optimizer.param_groups[0]["lr"]
    if edits == "overwritten":
        return LambdaLR(optimizer, lambda step: lr_at(step) / base_lr)
    for group in optimizer.param_groups:
        group["lr"] = lr_at(0)
    return MultiplicativeLR(optimizer, lambda step: lr_at(step) / lr_at(step - 1))
