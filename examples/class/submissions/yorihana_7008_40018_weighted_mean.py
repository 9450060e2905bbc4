import torch


def weighted_mean(logits, target, weight):
    return torch.nn.functional.cross_entropy(logits, target)
