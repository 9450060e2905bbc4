# a loop over questions
import torch


def pos_weight(target):
    dtype = target.dtype if target.dtype.is_floating_point else torch.float32
    weights = []
    for column in target.bool().T.tolist():
        weights.append(column.count(False) / column.count(True))
    return torch.tensor(weights, dtype=dtype, device=target.device)
