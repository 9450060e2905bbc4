import torch
import torch.nn.functional as F


def weighted_mean(logits, target, weight):
    loss = F.cross_entropy(logits, target, weight=weight, reduction="sum")
    return loss / len(target)
