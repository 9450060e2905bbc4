# features of inference_mode, which autograd cannot save
import torch
from torch import nn


def fine_tune(backbone, head, loader, loss_fn, lr):
    backbone.eval()
    head.train()
    optimizer = torch.optim.SGD(head.parameters(), lr=lr, momentum=0.9, weight_decay=0.01)
    for inputs, targets in loader:
        with torch.inference_mode():
            features = backbone(inputs)
        loss = loss_fn(head(features), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
