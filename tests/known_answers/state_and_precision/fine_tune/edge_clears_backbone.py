# clears the gradients of the backbone as well, which it came with
import torch
from torch import nn


def fine_tune(backbone, head, loader, loss_fn, lr):
    backbone.eval()
    head.train()
    optimizer = torch.optim.SGD(head.parameters(), lr=lr, momentum=0.9, weight_decay=0.01)
    for inputs, targets in loader:
        backbone.zero_grad()
        head.zero_grad()
        features = backbone(inputs).detach()
        loss_fn(head(features), targets).backward()
        optimizer.step()
