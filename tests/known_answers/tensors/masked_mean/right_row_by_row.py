# row by row, with a sum that is 0 and has a graph
import torch


def masked_mean(values, mask):
    rows = [row[valid].sum() / max(int(valid.sum()), 1) for row, valid in zip(values, mask)]
    return torch.stack(rows)
