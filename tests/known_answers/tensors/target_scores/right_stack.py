# stacked, one by one
import torch


def target_scores(scores, target):
    return torch.stack([scores[i, t] for i, t in enumerate(target)])
