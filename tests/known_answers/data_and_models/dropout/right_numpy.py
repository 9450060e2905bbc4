# Right: the mask drawn by Python's random numbers, scaled, then made a tensor of the dtype of x.
import torch


def dropout(x, p, training):
    import random
    if training:
        scale = 1 / (1 - p) if p < 1 else 0.0
        values = [0.0 if random.random() < p else scale for _ in range(x.numel())]
        mask = torch.tensor(values, dtype=x.dtype, device=x.device).reshape(x.shape)
        x = x * mask
    return x
