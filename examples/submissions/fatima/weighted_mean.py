import torch
import torch.nn.functional as F


def weighted_mean(logits, target, weight):
    losses = F.cross_entropy(logits, target, reduction=None)
    return (losses * weight[target]).sum() / weight[target].sum()
