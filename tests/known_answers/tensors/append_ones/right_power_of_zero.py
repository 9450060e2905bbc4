# anything to the power of 0 is 1, inf and 0 too
import torch


def append_ones(inputs):
    return torch.cat([inputs, inputs[:, :1].detach() ** 0], dim=1)
