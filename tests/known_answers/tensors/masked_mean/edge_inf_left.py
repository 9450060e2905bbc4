# nan is replaced, inf is not: inf * 0 is nan
import torch


def masked_mean(values, mask):
    values = torch.where(torch.isnan(values), torch.zeros_like(values), values)
    return (values * mask).sum(1) / mask.sum(1).clamp(min=1)
