# Right: a residual block with GELU and GroupNorm
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding="same")
        self.conv2 = nn.Conv2d(width, width, 3, padding="same")

    def forward(self, x):
        return F.gelu(x + self.conv2(F.gelu(self.conv1(x))))


class SmallCNN(nn.Module):
    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.stem = nn.Conv2d(in_channels, 24, 3, padding=1)
        self.blocks = nn.ModuleList([Block(24), Block(24)])
        self.head = nn.Linear(24, num_classes)

    def forward(self, images):
        x = F.gelu(self.stem(images))
        for block in self.blocks:
            x = F.max_pool2d(block(x), 2)
        return self.head(x.amax(dim=(-2, -1)))
