# logits clamped to 100
import torch
import torch.nn.functional as F


def binary_cross_entropy(logits, target):
    return F.binary_cross_entropy_with_logits(logits.clamp(-100, 100), target)
