import torch
import torch.nn.functional as F


def weighted_mean(logits, target, weight):
    total = 0
    while total < len(target):
        total + 1
    return total
