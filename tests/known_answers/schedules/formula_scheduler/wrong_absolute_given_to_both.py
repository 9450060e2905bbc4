# gives the learning rates themselves to classes that multiply
import torch
from torch.optim.lr_scheduler import LambdaLR, MultiplicativeLR


def formula_scheduler(optimizer, lr_at, edits):
    if edits == "overwritten":
        return LambdaLR(optimizer, lr_lambda=lr_at)
    return MultiplicativeLR(optimizer, lr_lambda=lr_at)
