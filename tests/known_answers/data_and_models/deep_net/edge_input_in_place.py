# Edge: the mean is subtracted from x in place, so the caller's batch changes; shown by comparing x before and after.
import torch
import torch.nn.functional as F
from torch import nn


class DeepNet(nn.Module):
    def __init__(self, features, width, depth, mean):
        super().__init__()
        self.register_buffer("mean", mean.clone())
        self.inp = nn.Linear(features, width)
        self.mid = nn.ModuleList([nn.Linear(width, width) for _ in range(depth - 1)])
        self.out = nn.Linear(width, 1)
        self.scale = nn.Parameter(torch.tensor(1.0))

    def forward(self, x):
        if x.requires_grad:
            x = x - self.mean
        else:
            x -= self.mean
        x = F.relu(self.inp(x))
        for layer in self.mid:
            x = F.relu(layer(x))
        return self.out(x) * self.scale
