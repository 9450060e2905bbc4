# only a target of 1 is multiplied
import torch
import torch.nn.functional as F


def weighted_binary_loss(logits, target, pos_weight):
    loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return torch.where(target == 1, loss * pos_weight, loss).mean()
