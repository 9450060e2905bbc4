import torch
import torch.nn.functional as F


def weighted_mean(logits, target, weight):
    raise NotImplementedError
