# Right: torch.where with a bool mask.
import torch


def dropout(x, p, training):
    if not training:
        return x
    if p >= 1:
        return x * 0
    dropped = torch.rand(x.shape, device=x.device, dtype=torch.float64) < p
    return torch.where(dropped, torch.zeros_like(x), x / (1 - p))
