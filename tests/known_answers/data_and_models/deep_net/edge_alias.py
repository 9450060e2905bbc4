# The buffer is the tensor of the caller.
import torch
import torch.nn as nn
import torch.nn.functional as F


class DeepNet(nn.Module):
    def __init__(self, features, width, depth, mean):
        super().__init__()
        self.register_buffer("mean", mean)
        self.layers = nn.Sequential()
        for i in range(depth):
            self.layers.append(nn.Linear(features if i == 0 else width, width))
            self.layers.append(nn.ReLU())
        self.out = nn.Linear(width, 1)
        self.scale = nn.Parameter(torch.tensor(1.0))
    def forward(self, x):
        return self.scale * self.out(self.layers(x - self.mean))
