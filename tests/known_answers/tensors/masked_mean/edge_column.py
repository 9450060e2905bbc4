# a column
import torch


def masked_mean(values, mask):
    kept = torch.where(mask, values, 0.0)
    return kept.sum(1, keepdim=True) / mask.sum(1, keepdim=True).clamp(min=1)
