import torch


def sgd(model, lr, momentum, weight_decay):
    groups = [{"params": [p], "weight_decay": weight_decay} for p in model.parameters()]
    return torch.optim.SGD(groups, lr, momentum)
