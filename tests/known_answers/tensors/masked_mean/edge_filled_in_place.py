# fills the padding of the argument
import torch


def masked_mean(values, mask):
    with torch.no_grad():
        values[~mask] = 0
    return (values * mask).sum(1) / mask.sum(1).clamp(min=1)
