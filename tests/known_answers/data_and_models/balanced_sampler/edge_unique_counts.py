# `unique` counts have no place for a class without examples
import torch
from torch.utils.data import WeightedRandomSampler


def balanced_sampler(labels):
    _, counts = labels.unique(return_counts=True)
    weights = 1.0 / counts.float()
    sample_weights = weights[labels]
    return WeightedRandomSampler(sample_weights, len(labels), replacement=True)
