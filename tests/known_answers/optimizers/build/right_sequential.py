# Right, with nn.Sequential.

import torch
from torch import nn


def build(num_features, num_classes):
    model = nn.Sequential(
        nn.Linear(num_features, 16),
        nn.ReLU(),
        nn.Linear(16, num_classes),
    )
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return model, loss_fn, optimizer
