# Two things at once: layers in a list, and the mean as a plain tensor.
import torch
import torch.nn as nn
import torch.nn.functional as F


class DeepNet(nn.Module):
    def __init__(self, features, width, depth, mean):
        super().__init__()
        self.mean = mean
        self.layers = [nn.Linear(features if i == 0 else width, width) for i in range(depth)]
        self.out = nn.Linear(width, 1)
        self.scale = nn.Parameter(torch.tensor(1.0))
    def forward(self, x):
        x = x - self.mean
        for l in self.layers:
            x = F.relu(l(x))
        return self.out(x) * self.scale
