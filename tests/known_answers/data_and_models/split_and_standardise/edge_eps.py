# 1e-8 beside a standard deviation of 1e-6
import torch


def split_and_standardise(inputs, targets, seed):
    g = torch.Generator().manual_seed(seed)
    perm = torch.randperm(len(inputs), generator=g)
    n_val = len(inputs) // 5
    val, train = perm[:n_val], perm[n_val:]
    mean = inputs[train].mean(0)
    std = inputs[train].std(0, correction=0)
    return (
        (inputs[train] - mean) / (std + 1e-8),
        targets[train],
        (inputs[val] - mean) / (std + 1e-8),
        targets[val],
    )
