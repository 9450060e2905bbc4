# Right: the summed loss, divided by the count of valid targets.
import torch
import torch.nn.functional as F


def masked_cross_entropy(logits, target, ignore_index):
    total = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    return total / target.ne(ignore_index).sum()
