# eps in the logarithm
import torch


def weighted_binary_loss(logits, target, pos_weight):
    p = torch.sigmoid(logits)
    eps = 1e-12
    loss = -(pos_weight * target * (p + eps).log() + (1 - target) * (1 - p + eps).log())
    return loss.mean()
