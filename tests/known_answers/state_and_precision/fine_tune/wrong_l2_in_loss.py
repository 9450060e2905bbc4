# the decay as 0.01 times the sum of the squares in the loss, whose gradient is 0.02 w
import torch
from torch import nn


def fine_tune(backbone, head, loader, loss_fn, lr):
    optimizer = torch.optim.SGD(head.parameters(), lr=lr, momentum=0.9)
    backbone.eval()
    head.train()
    for inputs, targets in loader:
        with torch.no_grad():
            features = backbone(inputs)
        scores = head(features)
        loss = loss_fn(scores, targets)
        loss = loss + 0.01 * sum(p.pow(2).sum() for p in head.parameters())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
