# The inputs are cast to float32, so that the model fails after model.double().

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, num_features, num_classes):
        super().__init__()
        self.fc1 = nn.Linear(num_features, 16)
        self.fc2 = nn.Linear(16, num_classes)

    def forward(self, x):
        x = x.float()
        return self.fc2(nn.functional.relu(self.fc1(x)))


def build(num_features, num_classes):
    model = Net(num_features, num_classes)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return model, nn.CrossEntropyLoss(), optimizer
