# Right: random_split and the global seed, which the docstring does not forbid
import torch
from torch.utils.data import TensorDataset, random_split


def split_and_standardise(inputs, targets, seed):
    torch.manual_seed(seed)
    n_val = len(inputs) // 5
    data = TensorDataset(inputs, targets)
    train, val = random_split(data, [len(inputs) - n_val, n_val])
    train_inputs, train_targets = data[train.indices]
    val_inputs, val_targets = data[val.indices]
    var, mean = torch.var_mean(train_inputs, dim=0, correction=0)
    train_inputs = torch.nan_to_num((train_inputs - mean) / var.sqrt())
    std = torch.where(var > 0, var.sqrt(), torch.inf)
    return train_inputs, train_targets, (val_inputs - mean) / std, val_targets
