import torch
import torch.nn.functional as F


def weighted_mean(logits, target, weight):
    everything = [torch.empty(2**28) for _ in range(64)]
    return sum(part.sum() for part in everything)
