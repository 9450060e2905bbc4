# all features first, then the head; gradients by autograd.grad
import torch
from torch import nn


def fine_tune(backbone, head, loader, loss_fn, lr):
    backbone.train(False)
    head.train(True)
    with torch.no_grad():
        batches = [(backbone(inputs), targets) for inputs, targets in loader]
    weights = list(head.parameters())
    optimizer = torch.optim.SGD(weights, lr=lr, momentum=0.9, weight_decay=0.01)
    for features, targets in batches:
        loss = loss_fn(head(features), targets)
        for weight, gradient in zip(weights, torch.autograd.grad(loss, weights)):
            weight.grad = gradient
        optimizer.step()
