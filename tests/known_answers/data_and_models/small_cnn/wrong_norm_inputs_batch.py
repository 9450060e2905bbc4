# The mean of the whole batch is subtracted, in evaluation, too.
import torch
import torch.nn as nn
import torch.nn.functional as F


class SmallCNN(nn.Module):
    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, 16, 3, padding=1)
        self.fc = nn.Linear(16, num_classes)

    def forward(self, x):
        x = (x - x.mean()) / x.std()
        return self.fc(F.relu(self.conv(x)).mean(dim=(2, 3)))
