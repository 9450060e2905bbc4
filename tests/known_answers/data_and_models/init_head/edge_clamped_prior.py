# Wrong only for very rare classes: the prior is clamped to 0.0001 "for safety", so [1e-6, 1 - 1e-6] isn't what softmax gives.
import torch
from torch import nn

EPS = 1e-4


def init_head(model, prior):
    safe = torch.clamp(prior, min=EPS, max=1 - EPS)
    if safe.numel() == 1:
        bias = torch.log(safe) - torch.log(1 - safe)
    else:
        bias = torch.log(safe)
    with torch.no_grad():
        nn.init.zeros_(model.head.weight)
        model.head.bias.copy_(bias)
