# x / x
import torch


def append_ones(inputs):
    first = inputs[:, 0:1]
    return torch.cat([inputs, (first / first).to(inputs.dtype)], dim=1)
