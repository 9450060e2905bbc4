import torch


def half(x):
    with torch.no_grad():
        return tuple(x / 2)
