import torch


def half(x):
    ones = torch.ones(3, 3)
    return ones @ x.reshape(-1)[:2]
