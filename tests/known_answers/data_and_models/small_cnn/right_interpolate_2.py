# Right: every image is first made 8 x 8
import torch
import torch.nn.functional as F
from torch import nn


class SmallCNN(nn.Module):
    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 16, 3, bias=False)
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, 3, bias=False)
        self.norm2 = nn.BatchNorm2d(32)
        self.hidden = nn.Linear(32 * 16, 48)
        self.out = nn.Linear(48, num_classes)

    def forward(self, images):
        x = F.interpolate(images, size=(8, 8), mode="bilinear", align_corners=False)
        x = torch.tanh(self.norm1(self.conv1(x)))
        x = torch.tanh(self.norm2(self.conv2(x)))
        return self.out(torch.tanh(self.hidden(x.flatten(start_dim=1))))
