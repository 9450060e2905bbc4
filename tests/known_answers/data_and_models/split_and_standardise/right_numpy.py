# Right: numpy, in float64, and back
import numpy as np
import torch


def split_and_standardise(inputs, targets, seed):
    rng = np.random.default_rng(seed)
    count = len(inputs)
    in_val = np.zeros(count, dtype=bool)
    in_val[rng.choice(count, size=count // 5, replace=False)] = True
    in_val = torch.from_numpy(in_val)
    train = inputs[~in_val].double()
    mean = train.mean(dim=0)
    std = train.sub(mean).square().mean(dim=0).sqrt()
    std = std.masked_fill(std == 0, 1)
    train = ((train - mean) / std).to(inputs.dtype)
    val = ((inputs[in_val].double() - mean) / std).to(inputs.dtype)
    return train, targets[~in_val], val, targets[in_val]
