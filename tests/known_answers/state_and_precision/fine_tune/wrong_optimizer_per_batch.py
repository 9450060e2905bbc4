# a new optimizer for each batch: its momentum is lost
import torch
from torch import nn


def fine_tune(backbone, head, loader, loss_fn, lr):
    backbone.eval()
    head.train()
    for inputs, targets in loader:
        optimizer = torch.optim.SGD(head.parameters(), lr=lr, momentum=0.9, weight_decay=0.01)
        optimizer.zero_grad()
        with torch.no_grad():
            features = backbone(inputs)
        loss = loss_fn(head(features), targets)
        loss.backward()
        optimizer.step()
