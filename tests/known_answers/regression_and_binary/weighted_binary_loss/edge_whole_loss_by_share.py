# the whole loss of a partly yes is multiplied
import torch
import torch.nn.functional as F


def weighted_binary_loss(logits, target, pos_weight):
    weight = target * pos_weight + (1 - target)
    return F.binary_cross_entropy_with_logits(logits, target, weight=weight)
