# A bias before a BatchNorm has no effect: its gradient is rounding errors
from torch import nn


class SmallCNN(nn.Module):
    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.AdaptiveMaxPool2d(2),
        )
        self.fc = nn.Linear(128, num_classes)

    def forward(self, images):
        return self.fc(self.features(images).flatten(1))
