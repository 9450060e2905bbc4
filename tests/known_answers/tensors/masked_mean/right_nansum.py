# nan is left out after the product: only padding can be nan there, and valid entries are finite
import torch


def masked_mean(values, mask):
    total = torch.nansum(values * mask.float(), dim=1)
    return total / torch.clamp(mask.sum(dim=1), min=1)
