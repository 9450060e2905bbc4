# No weight decay for biases, as is often recommended
import torch


def tutorial_optimizer(model, lr):
    weights = [p for p in model.parameters() if p.ndim > 1]
    biases = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": weights}, {"params": biases, "weight_decay": 0.0}]
    return torch.optim.SGD(groups, lr=lr, momentum=0.9, weight_decay=0.1)
