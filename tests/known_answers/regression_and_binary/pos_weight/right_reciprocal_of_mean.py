# 1 / share - 1
import torch


def pos_weight(target):
    if not torch.is_floating_point(target):
        target = target.to(torch.float32)
    return target.mean(0).reciprocal() - 1
