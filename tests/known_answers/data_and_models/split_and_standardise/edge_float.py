# float64 comes back as float32
import torch


def split_and_standardise(inputs, targets, seed):
    inputs = inputs.float()
    g = torch.Generator().manual_seed(seed)
    perm = torch.randperm(len(inputs), generator=g)
    n_val = len(inputs) // 5
    val, train = perm[:n_val], perm[n_val:]
    mean = inputs[train].mean(0)
    std = inputs[train].std(0, correction=0)
    std[std == 0] = 1
    return (inputs[train] - mean) / std, targets[train], (inputs[val] - mean) / std, targets[val]
