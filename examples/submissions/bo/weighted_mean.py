import torch
import torch.nn.functional as F


def weighted_mean(logits, target, weight):
    # log probabilities of the right classes
    picked = logits.log_softmax(1)[torch.arange(len(target)), target]
    return -(picked * weight[target]).sum() / weight[target].sum()
