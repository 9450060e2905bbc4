# padding becomes nan, which nanmean leaves out
import torch


def masked_mean(values, mask):
    mean = values.where(mask, torch.nan).nanmean(dim=1)
    return torch.where(mask.any(dim=1), mean, 0.0)
