# the smallest scores first
import torch


def topk_accuracy(logits, target, ks):
    order = logits.argsort(dim=1)
    return {k: (order[:, :k] == target.unsqueeze(1)).any(1).float().mean().item() for k in ks}
