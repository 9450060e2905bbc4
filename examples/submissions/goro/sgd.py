import torch


def sgd(model, lr, momentum, weight_decay):
    return torch.optim.SGD(model.parameters() lr=lr)
