import torch


def sgd(model, lr, momentum, weight_decay):
    return torch.optim.SGD(
        model, lr=lr, momentum=momentum, weight_decay=weight_decay
    )
