# makes ones of the first column: inf * 0 is nan
import torch


def append_ones(inputs):
    ones = inputs[:, :1] * 0 + 1
    return torch.cat([inputs, ones], dim=1)
