# Every size is made 8 x 8 first, and three linear layers with dropout follow.
import torch
import torch.nn as nn
import torch.nn.functional as F


class SmallCNN(nn.Module):
    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 6, 5)
        self.fc1 = nn.Linear(6 * 16, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = F.interpolate(x, (8, 8))
        x = torch.relu(self.conv1(x)).view(x.size(0), -1)
        x = torch.relu(self.fc1(x))
        x = self.drop(torch.relu(self.fc2(x)))
        return self.fc3(x)
