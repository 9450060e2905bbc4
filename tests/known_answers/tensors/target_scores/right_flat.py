# counted through the whole table
import torch


def target_scores(scores, target):
    n, c = scores.shape
    return scores.reshape(-1)[torch.arange(n, device=scores.device) * c + target]
